/**
 * `npm run demo`: the main job on what is shipped, as a user would type it.
 *
 *     models/FOLDER/*.libretto             rehearsal check …   →  rehearsal-report/FOLDER.html
 *     models/recordings/captures/NAME.*    rehearsal trace …   →  rehearsal-report/NAME.html
 *
 * Each command is printed before it runs. Some recordings were made with a defect that loses
 * connections, so a verdict *violated* (exit 1) or *inconclusive* (exit 3) is an answer here and
 * not a failure; only input that cannot be used (2) or a defect of the tool (4) fails the demo.
 * That every verdict is the right one is what the tests say.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const REPORTS = "rehearsal-report";
const SPECIFICATION = "models/recordings/no-lost-connections.libretto";
const CAPTURES = "models/recordings/captures";
const ANSWERS: ReadonlySet<number | null> = new Set([0, 1, 3]);

/** Runs the command as it stands in `dist/` and says whether it gave an answer. */
function rehearsal(...words: readonly string[]): boolean {
  console.log(`\n$ npx rehearsal ${words.join(" ")}\n`);
  const command = join(ROOT, "dist", "cli", "main.js");
  const { status } = spawnSync(process.execPath, [command, ...words], {
    cwd: ROOT,
    stdio: "inherit",
  });
  return ANSWERS.has(status);
}

/** Folders with specifications of models; recordings are judged, not explored. */
function folders(): string[] {
  const paths = globSync("models/*/*.libretto", { cwd: ROOT });
  const names = new Set(paths.map((path) => basename(dirname(path))));
  return [...names].filter((name) => name !== "recordings").toSorted();
}

function check(folder: string): boolean {
  return rehearsal("check", `models/${folder}`, "--report", `${REPORTS}/${folder}.html`);
}

function captures(): string[] {
  return globSync(`${CAPTURES}/*.{pcap,pcapng}`, { cwd: ROOT }).toSorted();
}

/** Judges one recording, together with its event log if there is one. */
function trace(capture: string): boolean {
  const name = basename(capture).replace(/\.pcap(?:ng)?$/, "");
  const events = `${CAPTURES}/${name}.events.jsonl`;
  const log = existsSync(join(ROOT, events)) ? ["--events", events] : [];
  const page = ["--report", `${REPORTS}/${name}.html`];
  return rehearsal("trace", SPECIFICATION, capture, ...log, ...page);
}

mkdirSync(join(ROOT, REPORTS), { recursive: true });
const answered = [...folders().map(check), ...captures().map(trace)];
console.log(`\nThe pages are in ${REPORTS}/. Open them in a browser; they need no network.`);
if (answered.includes(false)) process.exitCode = 1;
