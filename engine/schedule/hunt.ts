/**
 * Hunting: many short runs of one System from one state, each with a seed of its own, until one
 * fails; then the fewest ordering constraints that explain it.
 *
 * Seeds take turns with the strategies, so that no bug depends on the right one being chosen: lazy
 * drains find what store buffers hide, PCT what needs one exact order, random all the rest.
 */
import type { System } from "../system.ts";
import { type Run, run } from "./run.ts";
import { shrink, type Shrunk } from "./shrink.ts";
import { type StrategyName, strategyOf } from "./strategy.ts";

export interface HuntOptions {
  /** First and last seed. */
  readonly seeds: readonly [first: number, last: number];
  /** Steps of each run at most. */
  readonly steps: number;
}

export interface Found {
  readonly seed: number;
  readonly strategy: StrategyName;
  readonly run: Run;
  /** Undefined when the run cannot be told by ordering constraints. */
  readonly shrunk: Shrunk | undefined;
}

export interface Hunt {
  /** Seeds that were tried. */
  readonly seeds: number;
  /** Steps of all runs. */
  readonly steps: number;
  readonly found: Found | undefined;
}

const STRATEGIES: readonly StrategyName[] = ["lazy drain", "pct", "random", "pct"];
/** Ordering constraints of the bugs that PCT looks for, seed by seed. */
const DEPTHS: readonly number[] = [1, 2, 3];

/** Runs from the present state, to which the System returns. `fails` is asked in each state. */
export function hunt<Saved>(
  system: System<Saved>,
  { seeds: [first, last], steps }: HuntOptions,
  fails: () => boolean,
): Hunt {
  const start = system.save();
  let total = 0;
  for (let seed = first; seed <= last; seed++) {
    const strategy = STRATEGIES[seed % STRATEGIES.length] ?? "random";
    const depth = DEPTHS[seed % DEPTHS.length] ?? 1;
    system.restore(start);
    const chosen = strategyOf(strategy, system.actors, seed, { depth, steps });
    const taken = run(system, chosen, steps, fails);
    total += taken.choices.length;
    if (taken.ended !== "found") continue;
    system.restore(start);
    const found = { seed, strategy, run: taken, shrunk: shrink(system, taken, fails) };
    system.restore(start);
    return { seeds: seed - first + 1, steps: total, found };
  }
  system.restore(start);
  return { seeds: last - first + 1, steps: total, found: undefined };
}
