/**
 * Orbits of a group in the core in JavaScript: the state that is stored for each, and how many it
 * stands for.
 *
 *     weight of a state = permutations / permutations that keep it        (orbit and stabiliser)
 *
 * A weight is found anew when it is needed, once when the state is found and once when it is
 * expanded: to keep it would take memory, and the routine takes less time than an expansion.
 */
import type { Code, Group } from "./code.ts";
import type { Orbits } from "./core.ts";
import { compileRoutines } from "./javascript.ts";

export interface CountedOrbits extends Orbits {
  /** What is stored for a state. Valid until the next call of any function here. */
  formOf(state: Int32Array): Int32Array;
  /** Number of states that the one at an offset stands for. */
  weightOf(states: Int32Array, offset: number): number;
  /** Counts the state at an offset as stored; gives its weight. */
  add(states: Int32Array, offset: number): number;
  /** Counts so many states as expanded. */
  expand(weight: number): void;
}

export function countedOrbits(
  { order, routine }: Group,
  { words }: Pick<Code, "words">,
): CountedOrbits {
  const form = new Int32Array(words);
  const outside = new Int32Array(words);
  const nothing = (): void => {};
  const run = compileRoutines(
    [routine],
    { words, registers: 1 },
    { target: form, counters: new Float64Array(0), emit: nothing, sight: nothing },
  );
  let states = 0;
  let expanded = 0;
  return {
    get states() {
      return states;
    },
    get expanded() {
      return expanded;
    },
    canonical(state) {
      outside.set(state.subarray(0, words));
      run(outside, 0);
      return Uint32Array.from(form);
    },
    formOf(state) {
      run(state, 0);
      return form;
    },
    weightOf: (all, offset) => order / run(all, offset),
    add(all, offset) {
      const weight = order / run(all, offset);
      states += weight;
      return weight;
    },
    expand(weight) {
      expanded += weight;
    },
  };
}
