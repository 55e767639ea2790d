/**
 * Figures that are not a race: start to verdict, loops against safety, long counterexamples, bytes
 * per state, and the cost of a state as models grow.
 *
 * Each runs in processes of its own, `runs` times, and gives the median. Times that are compared
 * with each other are taken in turns.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { compileModel } from "../../checker/compile/compile.ts";
import { loadMeasured, modelPath } from "../load-model.ts";
import { output } from "./child.ts";
import type { EngineName } from "./engines.ts";
import { type Row, runOnce } from "./rows.ts";
import { resultOf } from "./ratios.ts";
import { median } from "./statistics.ts";
import { atMost, type Target, unavailable } from "./targets.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const COMMAND = join("dist", "cli", "main.js");

const START_MILLISECONDS_MAX = 300;
const COMPILE_MILLISECONDS_MAX = 50;
const LIVENESS_RATIO_MAX = 3;
const TRACE_SECONDS_MAX = 1;
const BYTES_BESIDE_STATE_MAX = 12;
/** Below this size the tables are as small as they get. */
const BYTES_STATES_MIN = 1e5;
const GROWTH_RATIO_MAX = 2;
const WORD_BYTES = 4;

/** A model of 288 states. */
const SMALL = { file: "filter", check: "n3" };
/** Leads to, weakly fair. Checks with a death for each domain are judged: no budget cuts them. */
const LIVENESS = { file: "device", property: "Reclaimed", safety: "OneOwner" };
/** The same graph with and without a violation that takes 1,000 steps. */
const TRACE = { file: "counter", property: "NeverThere", with: "wrong", without: "right" };
/** About 1e6 and 1e8 states of one model; `device` is a shipped one. */
const GROWTHS = [
  { file: "philosophers-atomic", small: "n13", large: "n17" },
  { file: "device", small: "d6f6", large: "d9f6" },
];

/** Wall time of the command on a small model, from start to exit. */
export async function startToVerdict(runs: number): Promise<Target> {
  const name = "start to verdict of a model with 288 states, as a command";
  const wanted = `at most ${START_MILLISECONDS_MAX} ms`;
  if (!existsSync(join(ROOT, COMMAND))) {
    return unavailable(name, wanted, "the command is not built (npm run build)");
  }
  const args = [COMMAND, "check", modelPath(SMALL.file), "--check", SMALL.check];
  const times = await repeat(runs, async () => {
    const began = performance.now();
    await output(process.execPath, args, ROOT);
    return performance.now() - began;
  });
  return atMost(name, START_MILLISECONDS_MAX, median(times), "ms");
}

/** Compilation and search of a small model in a fresh process. */
export async function compilation(engine: EngineName, runs: number): Promise<Target> {
  const times = await repeat(runs, async () => {
    const { seconds } = await runOnce("explore", engine, SMALL.file, SMALL.check);
    return seconds * 1000;
  });
  const name = `compiling and searching 288 states, ${engine}`;
  return atMost(name, COMPILE_MILLISECONDS_MAX, median(times), "ms");
}

/** Time of a liveness verdict divided by that of a safety verdict of the same graph. */
export async function liveness(engine: EngineName, check: string, runs: number): Promise<Target> {
  const { file, property, safety } = LIVENESS;
  const name = `leads to with weak fairness against safety, ${file} ${check}`;
  const wanted = `at most ${LIVENESS_RATIO_MAX} times`;
  const first = await runOnce("check", engine, file, check, property);
  if (first.outcome !== "holds" && first.outcome !== "violated") {
    return unavailable(name, wanted, `${property} is ${first.outcome ?? "not judged"}`);
  }
  const [long, short] = await inTurns(
    runs,
    async () => (await runOnce("check", engine, file, check, property)).seconds,
    async () => (await runOnce("check", engine, file, check, safety)).seconds,
  );
  return atMost(name, LIVENESS_RATIO_MAX, long / short, "times");
}

/** What a counterexample of 1,000 steps adds to the check of the same graph without one. */
export async function traceReconstruction(engine: EngineName, runs: number): Promise<Target> {
  const { file, property } = TRACE;
  const name = "a counterexample of 1,000 steps";
  const { steps } = await runOnce("check", engine, file, TRACE.with, property);
  if (steps === undefined) {
    return unavailable(name, `at most ${TRACE_SECONDS_MAX} s`, "no counterexample was found");
  }
  const [violated, holds] = await inTurns(
    runs,
    async () => (await runOnce("check", engine, file, TRACE.with, property)).seconds,
    async () => (await runOnce("check", engine, file, TRACE.without, property)).seconds,
  );
  return atMost(name, TRACE_SECONDS_MAX, violated - holds, "s");
}

/** Accounted bytes per state beside the packed state itself, in the largest row that was run. */
export function bytesPerState(engine: EngineName, rows: readonly Row[]): Target {
  const name = `bytes per state beside the packed state, ${engine}`;
  const wanted = `at most ${BYTES_BESIDE_STATE_MAX} bytes`;
  const [row] = rows
    .filter((each) => each.states >= BYTES_STATES_MIN)
    .filter((each) => resultOf(each, engine)?.accountedBytes !== undefined)
    .toSorted((left, right) => right.states - left.states);
  const accounted = row === undefined ? undefined : resultOf(row, engine)?.accountedBytes;
  if (row === undefined || accounted === undefined)
    return unavailable(name, wanted, "no row to judge it by was run");
  const [file = "", check = ""] = row.name.split(" ");
  const compiled = compileModel(loadMeasured(file, check).model);
  if ("unsupported" in compiled) return unavailable(name, wanted, compiled.unsupported);
  const packed = compiled.code.words * WORD_BYTES;
  const beside = accounted / row.states - packed;
  return atMost(`${name} of ${packed}, ${row.name}`, BYTES_BESIDE_STATE_MAX, beside, "bytes");
}

/** Seconds per state at 1e8 divided by those at 1e6; one run of each. */
export async function growth(engine: EngineName): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const { file, small, large } of GROWTHS) {
    const few = await runOnce("explore", engine, file, small);
    const many = await runOnce("explore", engine, file, large);
    const ratio = many.seconds / many.states / (few.seconds / few.states);
    const name = `cost per state, ${file}, ${many.states} states against ${few.states}, ${engine}`;
    targets.push(atMost(name, GROWTH_RATIO_MAX, ratio, "times"));
  }
  return targets;
}

async function repeat(runs: number, once: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let run = 0; run < runs; run++) values.push(await once());
  return values;
}

/** Medians of two measurements taken in turns. */
async function inTurns(
  runs: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<readonly [number, number]> {
  const pairs: (readonly [number, number])[] = [];
  for (let run = 0; run < runs; run++) pairs.push([await first(), await second()]);
  return [median(pairs.map(([value]) => value)), median(pairs.map(([, value]) => value))];
}
