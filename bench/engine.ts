/**
 * How fast the engine is: events a second with four busy cores at the grain of memory operations,
 * without and with the typed trace, many short seeds, and live XState actors beside them.
 *
 *     npm run bench:engine [-- --quick]
 *
 * Figures are user CPU time of this process, the best of several rounds after one that warms up:
 * other work on the machine bends the wall clock more than it bends these. Rounds of all rows take
 * turns, so that what bends one bends all. Ratios are what to rely on.
 */
import { describeMachine, machineLine } from "./checker/machine.ts";
import { runActors } from "./engine/actor-round-trips.ts";
import { CORES, runCores } from "./engine/core-loop.ts";
import { traceHeader } from "../engine/record/header.ts";
import { createTrace, type Trace } from "../engine/record/trace.ts";

const QUICK: boolean = process.argv.includes("--quick");
const SCALE = QUICK ? 10 : 1;
const EVENTS = 3_000_000 / SCALE;
const TRIPS = 200_000 / SCALE;
const SEEDS = 10_000 / SCALE;
const EVENTS_OF_SEED = 5000;
const ROUNDS: number = QUICK ? 2 : 5;
const RING = 65_536;
const TARGET_RATE = 2_000_000;
const TARGET_SECONDS = 60;

const traceOf = (seed: number, ring?: number): Trace =>
  createTrace(
    traceHeader({ engine: "bench", scenario: "cores", seed, cores: CORES }),
    ring === undefined ? {} : { ring },
  );

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** User CPU seconds that `work` takes. */
function secondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1e6;
}

interface Row {
  readonly name: string;
  readonly events: number;
  readonly work: () => void;
  best: number;
}

const rows: readonly Row[] = [
  {
    name: "4 cores, no trace",
    events: EVENTS,
    work: () => runCores(1, EVENTS, undefined),
    best: Number.POSITIVE_INFINITY,
  },
  {
    name: "4 cores, typed trace, ring",
    events: EVENTS,
    work: () => runCores(1, EVENTS, traceOf(1, RING)),
    best: Number.POSITIVE_INFINITY,
  },
  {
    name: "4 cores, typed trace, growing",
    events: EVENTS,
    work: () => runCores(1, EVENTS, traceOf(1)),
    best: Number.POSITIVE_INFINITY,
  },
  {
    name: "live XState actors, round trips",
    events: TRIPS * 2,
    work: () => runActors(TRIPS),
    best: Number.POSITIVE_INFINITY,
  },
];

print(machineLine(await describeMachine()));
for (let round = 0; round <= ROUNDS; round++) {
  for (const row of rows) {
    const seconds = secondsOf(row.work);
    if (round > 0) row.best = Math.min(row.best, seconds);
  }
}
const rate = ({ events, best }: Row): number => events / best;
const slowest = rate(rows.at(-1) ?? { name: "", events: 1, work: () => {}, best: 1 });
for (const row of rows) {
  const millions = (rate(row) / 1e6).toFixed(2).padStart(6);
  const ratio = (rate(row) / slowest).toFixed(1).padStart(6);
  print(`${row.name.padEnd(32)} ${millions} M events/s   ${ratio} x actors`);
}

let sum = 0;
const seconds = secondsOf(() => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    sum = (sum + runCores(seed, EVENTS_OF_SEED, traceOf(seed)).sum) | 0;
  }
});
const scaled = seconds * SCALE;
const seeds = `${SEEDS} seeds of ${EVENTS_OF_SEED} events, typed trace (sum ${sum})`;
print(`${seeds}: ${seconds.toFixed(1)} s`);

const verdict = (met: boolean): string => (met ? "met" : "MISSED");
const ringRate = rows[1] === undefined ? 0 : rate(rows[1]);
print(`target: 2 M events/s with a typed trace: ${verdict(ringRate >= TARGET_RATE)}`);
print(`target: 10,000 seeds in ${TARGET_SECONDS} s: ${verdict(scaled < TARGET_SECONDS)}`);
