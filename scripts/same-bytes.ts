/**
 * `npm run same-bytes [-- NODE...]`: the same seed gives the same bytes, whichever Node plays it.
 *
 *     each command, under this Node twice, and under others ──► recordings ──► SHA-256, compared
 *
 * NODE are binaries to compare with; if none is named, version 22 is fetched from npm into a folder
 * that is deleted afterwards. Exits with 1 when bytes differ.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const OTHER_VERSION = "22";

const RESTART = "models/restart/reconnect.libretto --deployment";
const COMPOSITION = "models/composition/librettos.libretto --deployment";
const ALL = ".jsonl .jsonl.gz .json .shiviz";
const FRAMES = ".pcapng .events.jsonl";

/** Words of `rehearsal run`, and what is recorded. */
const RUNS: readonly (readonly [words: string, endings: string])[] = [
  [`${RESTART} restartUnderLoad --seed 3`, `${ALL} ${FRAMES}`],
  [`${RESTART} quickUpgrades --seeds 1..50`, ALL],
  [`${RESTART} quickUpgrades --check forgetsHello --seeds 1..50`, ALL],
  [`${RESTART} applicationsDie --seeds 1..50`, ALL],
  [`${RESTART} quickUpgrades --check keepsBindPending --hunt`, ".jsonl"],
  [`${COMPOSITION} switchUnderLoad --seed 5`, ALL],
  [`${COMPOSITION} connectionsSwitch --seed 5`, `${ALL} ${FRAMES}`],
  ["models/examples/ring.libretto --check unfenced", ".jsonl .shiviz"],
];

/** The hash of everything that one command records. */
function bytesOf(node: string, words: string, endings: string): string {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-bytes-"));
  try {
    const records = endings
      .split(" ")
      .flatMap((ending) => ["--record", join(folder, `r${ending}`)]);
    const all = [join(ROOT, "cli/main.ts"), "run", ...words.split(" "), "--quiet", ...records];
    const { stderr, error } = spawnSync(node, all, { cwd: ROOT, encoding: "utf8" });
    const names = readdirSync(folder).toSorted();
    if (error !== undefined || names.length === 0) throw new Error(error?.message ?? stderr);
    const hash = createHash("sha256");
    for (const name of names) hash.update(name).update(readFileSync(join(folder, name)));
    return hash.digest("hex");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function versionOf(node: string): string {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
}

/** The path of another Node, in a folder. */
function fetchOther(folder: string): string {
  const words = ["install", "--no-save", "--prefix", folder, `node@${OTHER_VERSION}`];
  const { status, stderr } = spawnSync("npm", words, { encoding: "utf8", shell: true });
  if (status !== 0) throw new Error(`npm cannot fetch node@${OTHER_VERSION}: ${stderr}`);
  return join(folder, "node_modules", ".bin", "node");
}

const named = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "rehearsal-node-"));
try {
  const others = named.length > 0 ? named : [fetchOther(folder)];
  const nodes = [process.execPath, process.execPath, ...others];
  console.log(nodes.map(versionOf).join("  "));
  for (const [words, endings] of RUNS) {
    const hashes = nodes.map((node) => bytesOf(node, words, endings));
    const same = new Set(hashes).size === 1;
    console.log(`${same ? "same     " : "DIFFERENT"}  ${hashes[0]?.slice(0, 16)}  ${words}`);
    if (!same) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
