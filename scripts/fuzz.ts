/**
 * Looks longer at random programs, Models, graphs and walks than the ordinary tests do.
 *
 *     npm run fuzz [-- RUNS [SEED]]      10,000 runs of each law by default; hours
 *
 * Every back end, worker, reduction, memory of verdicts and export is compared with the reference
 * evaluator or with a slow twin. A failure prints the seed and the path that repeat it.
 */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const RUNS_DEFAULT = "10000";
const ROOT: string = join(import.meta.dirname, "..");
const [runs = RUNS_DEFAULT, seed = `${randomInt(1_000_000)}`] = process.argv.slice(2);

const laws: readonly string[] = globSync("{spec,checker,traces,cli,models}/**/*.test.ts", {
  cwd: ROOT,
}).filter((path) => readFileSync(join(ROOT, path), "utf8").includes("REHEARSAL_RUNS"));

process.stdout.write(`${laws.length} files, ${runs} runs of each law, seed ${seed}\n`);
const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", "--testTimeout=0", ...laws], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, REHEARSAL_RUNS: runs, REHEARSAL_SEED: seed },
});
process.exitCode = status ?? 1;
