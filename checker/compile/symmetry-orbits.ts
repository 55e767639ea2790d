/**
 * Orbits of a group in a core: the state that is stored for each, and how many it stands for.
 *
 *     id        0    1    2    3           weight = permutations / permutations that keep the state
 *     weight    1    3    3    6           one byte for each state
 *
 * The form of a state is one of its permutations, the same for all of them (`permute.ts`): two
 * states have one form exactly when they are in one orbit. A group has at most 120 permutations,
 * which is less than what a byte holds.
 */
import type { Code, Routine } from "./code.ts";
import type { Orbits } from "./core.ts";
import { compileRoutines } from "./javascript.ts";

/** A group of permutations: how many there are, and the routine of `permuteRoutine`. */
export interface Group {
  readonly order: number;
  readonly routine: Routine;
}

/** What the weight of a state takes, in words. */
export const WEIGHT_WORDS: number = 1 / 4;

export interface StoredOrbits extends Orbits {
  /** The form of a state. Valid until the next call. */
  formOf(state: Int32Array): Int32Array;
  /** The state that `formOf` gave last is stored. */
  add(id: number): void;
  expand(id: number): void;
  weight(id: number): number;
}

const FIRST_WEIGHTS = 1024;

export function storedOrbits(
  { order, routine }: Group,
  { words }: Pick<Code, "words">,
): StoredOrbits {
  const form = new Int32Array(words);
  const outside = new Int32Array(words);
  const nothing = (): void => {};
  const run = compileRoutines(
    [routine],
    { words, registers: 1 },
    { target: form, counters: new Float64Array(0), emit: nothing, sight: nothing },
  );
  let weights = new Uint8Array(FIRST_WEIGHTS);
  let last = 0;
  let states = 0;
  let expanded = 0;
  const weight = (id: number): number => weights[id] ?? 0;
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
      last = order / run(state, 0);
      return form;
    },
    add(id) {
      if (id === weights.length) {
        const wider = new Uint8Array(2 * id);
        wider.set(weights);
        weights = wider;
      }
      weights[id] = last;
      states += last;
    },
    expand(id) {
      expanded += weight(id);
    },
    weight,
  };
}
