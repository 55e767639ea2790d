/**
 * How fast the checker is, beside Spin's compiled verifier: `npm run bench:checker`.
 *
 *     bench/models/ + bench/peers/ ──rows, in turns──► medians ──► ratios ──► targets
 *                                                                    └──► bench/baselines/
 *
 *     --quick        small models, also with the reference explorer
 *     --large        also those above 5e6 states, each run once
 *     --huge         also the cost of a state at 1e8 states
 *     --only NAME    cases whose name contains NAME; may be repeated
 *     --engines A,B  reference, javascript, wasm, wasm2; else all that are compiled
 *     --runs N       runs of each contender (5)
 *     --pair         only one search against two at once that share nothing
 *     --save         stores the result as the baseline
 *
 * Exit code 1 when counts differ, or when a ratio lost more than 20 % against the baseline.
 * `docs/performance.md` says how to read the table.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readBaseline, regressions, writeBaseline } from "./checker/baseline.ts";
import { defaultEngines, type EngineName, engineNamed, isEngineName } from "./checker/engines.ts";
import { describeMachine, machineLine } from "./checker/machine.ts";
import { measurePair, pairLine } from "./checker/pair.ts";
import { ratiosOf } from "./checker/ratios.ts";
import { measureCase, type Peers, type Row, runOnce } from "./checker/rows.ts";
import * as singles from "./checker/singles.ts";
import { type Case, nameOf, SUITE } from "./checker/suite.ts";
import { means, regressionLines, rowLines, table, targetLines } from "./checker/table.ts";
import { speedTargets, type Target, targetRatios } from "./checker/targets.ts";

const RUNS_DEFAULT = 5;
const BASELINE = join(import.meta.dirname, "baselines", "checker.json");
/** A run with almost no states: what a process takes before it searches. */
const IDLE = { file: "filter", check: "n2" };

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    huge: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
    pair: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    engines: { type: "string" },
    runs: { type: "string", default: `${RUNS_DEFAULT}` },
  },
});

function enginesAsked(): readonly EngineName[] {
  if (flags.engines === undefined) {
    return flags.quick ? ["reference", ...defaultEngines()] : defaultEngines();
  }
  return flags.engines.split(",").map((name) => {
    if (!isEngineName(name)) throw new Error(`there is no engine ${name}`);
    if (engineNamed(name) === undefined) throw new Error(`the engine ${name} is not available`);
    return name;
  });
}

function isAsked(each: Case): boolean {
  if (flags.quick ? each.size !== "small" : each.size === "small") return false;
  if (each.size === "large" && !flags.large) return false;
  return flags.only.length === 0 || flags.only.some((part) => nameOf(each).includes(part));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function rowsOf(engines: readonly EngineName[], peers: Peers, runs: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const each of SUITE.filter(isAsked)) {
    process.stderr.write(`${nameOf(each)} …\n`);
    rows.push(await measureCase(each, engines, peers, each.size === "large" ? 1 : runs));
  }
  return rows;
}

async function singleTargets(
  engine: EngineName,
  rows: readonly Row[],
  runs: number,
): Promise<readonly Target[]> {
  process.stderr.write("single figures …\n");
  const targets = [
    await singles.startToVerdict(runs),
    await singles.compilation(engine, runs),
    await singles.liveness(engine, flags.quick ? "d5f5" : "d6f6", runs),
    await singles.traceReconstruction(engine, runs),
    singles.bytesPerState(engine, rows),
  ];
  return flags.huge ? [...targets, ...(await singles.growth(engine))] : targets;
}

async function pairs(engine: EngineName, runs: number): Promise<void> {
  for (const each of SUITE.filter(isAsked)) say(pairLine(await measurePair(each, engine, runs)));
}

async function main(): Promise<void> {
  const runs = Math.max(1, Math.trunc(Number(flags.runs)) || RUNS_DEFAULT);
  const engines = enginesAsked();
  const engine = engines.includes("wasm") ? "wasm" : (engines[0] ?? "reference");
  const machine = await describeMachine();
  say(machineLine(machine));
  if (flags.pair) {
    await pairs(engine, runs);
    return;
  }
  const peers = { spin: machine.spin !== undefined, gcc: machine.gcc !== undefined };
  const idle = await runOnce("explore", engine, IDLE.file, IDLE.check);
  const rows = await rowsOf(engines, peers, runs);
  say(`\nmedians of ${runs}; ${machineLine(machine)}\n`);
  say(table(rows.flatMap((row) => rowLines(row, idle.peakBytes))));
  const speeds = ratiosOf(rows);
  say(`\n${means(speeds)}\n`);
  const targets = [...speedTargets(rows), ...(await singleTargets(engine, rows, runs))];
  say(targetLines(targets));
  const ratios = { ...speeds, ...targetRatios(targets) };

  const before = readBaseline(BASELINE);
  const worse = before === undefined ? [] : regressions(before.ratios, ratios);
  if (flags.save) writeBaseline(BASELINE, { machine, runs, rows, ratios, targets });
  say(
    before === undefined
      ? "\nno baseline is stored; --save stores one"
      : `\n${regressionLines(worse) || "no ratio lost more than 20 % against the baseline"}`,
  );
  if (worse.length > 0) process.exitCode = 1;
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
