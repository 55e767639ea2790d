/**
 * What a simulation's block says instead of a search's: how much was walked, and how.
 *
 *     unknown  net.libretto  crashOnce   1,000 walks   34,211 steps   1,204 states seen   0.4 s
 *              random walks of at most 100 steps   seed 1
 *
 * Numbers of walks are not numbers of a search, and the words differ so that nobody compares them.
 */
import type { CheckVerdict, Simulation, Statistics } from "../../checker/verdict.ts";
import { counted, formatCount } from "../numbers.ts";
import { unknownReason } from "../sentences.ts";

/** How much was walked. */
export function walkedFacts({ states }: Statistics, simulation: Simulation): string[] {
  const { runs, wanted, steps } = simulation;
  const walks =
    runs === wanted ? counted(runs, "walk") : `${formatCount(runs)} of ${counted(wanted, "walk")}`;
  return [walks, counted(steps, "step"), `${counted(states, "state")} seen`];
}

/** How it was walked, as pieces of one line; none for a search. */
export function walkLine({ simulation }: CheckVerdict): string[][] {
  if (simulation === undefined) return [];
  const { strategy, depth, seed, stepsPerRun, ended } = simulation;
  const most = counted(stepsPerRun, "step");
  const ways = {
    random: `random walks of at most ${most}`,
    pct: `PCT walks of depth ${depth} and at most ${most}`,
    played: `played runs of at most ${most}`,
  };
  const how = ways[strategy];
  const end = ended === undefined ? [] : [`ended early: ${unknownReason(ended)}`];
  return [[how, `seed ${seed}`, ...end], ...boundLine(simulation)];
}

/** What PCT promises of these runs, whatever they found. */
function boundLine({ bound, runs, threads, depth }: Simulation): string[][] {
  if (bound === undefined) return [];
  const needed = counted(depth ?? 0, "ordered event");
  const events = `a bug that needs ${needed} of ${counted(threads, "thread")}`;
  const one = `${events}: met by one walk with a probability of at least ${percent(bound)}`;
  return [[one, `by all of them with ${percent(1 - (1 - bound) ** runs)}`]];
}

/** `0.0123` → `1.2 %`; what is too small for that, in powers of ten; never a false certainty. */
function percent(share: number): string {
  const value = share * 100;
  if (value > LARGEST_PERCENT && value <= 100) return `more than ${LARGEST_PERCENT} %`;
  const isTiny = value > 0 && value < SMALLEST_PERCENT;
  return `${isTiny ? value.toExponential(1) : Number(value.toPrecision(2))} %`;
}

/** Percentages below this are printed in powers of ten. */
const SMALLEST_PERCENT = 0.0001;
/** Percentages above this are not told apart. */
const LARGEST_PERCENT = 99.9;
