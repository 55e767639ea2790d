/**
 * Kills a large check at random moments and goes on with it, again and again: the final counts and
 * verdicts must be those of a check that was left alone.
 *
 *     node bench/kill-resume.ts [kills] [seed]
 *
 * The check has 10,340,352 states. Each search is killed with SIGKILL until it ends by itself; then
 * the next begins anew, until there were as many kills as asked for. Needs a build (`npm run
 * build`), and about as many seconds as kills × 10.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const KILLS = Number(process.argv[2] ?? 20);
const SEED = Number(process.argv[3] ?? 1);
const ROOT: string = join(import.meta.dirname, "..");
const SPECIFICATION: string = join(ROOT, "bench", "models", "twopc.libretto");
const CHECK = "n9";

interface Outcome {
  readonly milliseconds: number;
  /** Everything in the report that does not speak of time; undefined when it was killed. */
  readonly verdict: string | undefined;
}

/** Runs the check; with `killAfter`, ends it at that moment unless it has ended before. */
async function run(extra: readonly string[], killAfter: number | undefined): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-kill-"));
  const report = join(folder, "report.json");
  const began = performance.now();
  const main = join(ROOT, "dist", "cli", "main.js");
  const words = ["check", SPECIFICATION, "--check", CHECK, "--no-cache", "--no-progress"];
  const format = ["--format", `json=${report}`];
  const child = spawn(process.execPath, [main, ...words, ...format, ...extra], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  if (killAfter !== undefined) {
    await Promise.race([ended, sleep(killAfter)]);
    if (child.exitCode === null) child.kill("SIGKILL");
  }
  await ended;
  const milliseconds = performance.now() - began;
  const verdict = existsSync(report) ? withoutTimes(readFileSync(report, "utf8")) : undefined;
  rmSync(folder, { recursive: true });
  return { milliseconds, verdict };
}

function withoutTimes(text: string): string {
  return text.replace(/"milliseconds": ?[\d.]+/g, '"milliseconds": 0');
}

/** A small generator of numbers in [0, 1): the moments only have to differ and to be repeatable. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const wanted = await run([], undefined);
process.stdout.write(`left alone: ${(wanted.milliseconds / 1000).toFixed(1)} s\n`);
const random = randomFrom(SEED);
let kills = 0;
let searches = 0;
while (kills < KILLS) {
  const saved = mkdtempSync(join(tmpdir(), "rehearsal-saved-"));
  let killed = 0;
  for (let done = false; !done; ) {
    const going = existsSync(join(saved, "checkpoint.json"));
    const option = going ? "--resume" : "--checkpoint";
    const moment = kills < KILLS ? random() * wanted.milliseconds : undefined;
    const { verdict } = await run([option, saved], moment);
    done = verdict !== undefined;
    if (!done) {
      kills++;
      killed++;
      continue;
    }
    searches++;
    const same = verdict === wanted.verdict;
    process.stdout.write(
      `search ${searches}: ${killed} kills, ${same ? "the same" : "OTHER"} report\n`,
    );
    if (!same) process.exitCode = 1;
  }
  rmSync(saved, { recursive: true });
}
process.stdout.write(`${kills} kills in ${searches} searches\n`);
