/**
 * Every state that a System can be in, for small Systems.
 *
 * Depth first with a list of saved states; two states are one when their keys are equal. Meant for
 * hardware tests of up to some 100,000 states; specifications are explored by the checker.
 */
import type { System } from "../system.ts";

/** States that are visited at most; beyond, the search says that it was cut. */
export const STATES_MAX = 1_000_000;

export interface Visited<Saved> {
  readonly states: number;
  /** States without a choice, in the order in which they were found. */
  readonly ends: readonly Saved[];
  /** True when `STATES_MAX` was met: there may be more states. */
  readonly cut: boolean;
}

/** Visits the states reachable from the present one, and restores it. */
export function visitAll<Saved>(system: System<Saved>): Visited<Saved> {
  const start = system.save();
  const seen = new Set([system.key()]);
  const open: Saved[] = [start];
  const ends: Saved[] = [];
  let cut = false;
  for (let state = open.pop(); state !== undefined && !cut; state = open.pop()) {
    system.restore(state);
    const choices = system.choices();
    if (choices.length === 0) ends.push(state);
    for (const choice of choices) {
      system.restore(state);
      system.take(choice);
      const key = system.key();
      if (seen.has(key)) continue;
      if (seen.size >= STATES_MAX) cut = true;
      seen.add(key);
      open.push(system.save());
    }
  }
  system.restore(start);
  return { states: seen.size, ends, cut };
}
