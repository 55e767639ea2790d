/**
 * `permuteRoutine`: a routine that puts one of all permutations of a state in its place, the same
 * for all states that differ by a permutation.
 *
 *     sort    swap neighbours until the keys of the ids are in order       (permute-keys.ts)
 *     walk    swap neighbours through all orders of ids with equal keys    (permute-script.ts)
 *             keep the smallest state, word by word
 *
 * Both are loops over swaps of neighbouring ids, so that code is needed for these few alone. States
 * with sorted keys that the walk meets are the same from wherever in an orbit it starts, hence the
 * smallest is too. How often it was met is the number of permutations that leave the state as it
 * is, since these permute ids with equal keys only: register 0 has it at the end.
 *
 * A swap moves slots and changes values, as `PermutePlan` says. Larger groups than `PERMUTED_MAX`,
 * and store buffers, are left to the reference.
 *
 * Rejected: the walk alone. It takes a swap for each permutation, 24 for four ids, where most
 * states have two ids or none with equal keys.
 */
import type { PermutePlan, SwapPlan } from "../reduce/permute-plan.ts";
import { type Context, placeOf, readSlot } from "./access.ts";
import type { Routine, Term } from "./code.ts";
import {
  branch,
  captured,
  emit,
  type Emitter,
  hold,
  newEmitter,
  newLocal,
  routineOf,
} from "./emitter.ts";
import type { Layout } from "./layout.ts";
import { keysIn } from "./permute-keys.ts";
import { scriptOf } from "./permute-script.ts";
import { changed, sortedBag } from "./permute-value.ts";
import {
  add,
  bitAnd,
  bitOr,
  both,
  choice,
  compare,
  either,
  mask,
  num,
  ONE,
  shl,
  shr,
  ZERO,
} from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

/** Most permutations of a compiled search. */
const PERMUTED_MAX = 120;

/** Bits of a swap in the script; 0 ends it. */
const DIGIT_BITS = 4;
const DIGITS = 32 / DIGIT_BITS;

type Local = ReturnType<typeof newLocal>;

/**
 * The routine that makes the canonical form of the state at hand, emits it under the label 0, and
 * leaves in register 0 how many permutations keep it. Throws `Unsupported`.
 */
export function permuteRoutine(plan: PermutePlan, layout: Layout): Routine {
  if (plan.order > PERMUTED_MAX) {
    throw new Unsupported(`more than ${PERMUTED_MAX} permutations of ids`);
  }
  const emitter = newEmitter();
  const context: Context = { emitter, layout, locals: new Map(), state: "next" };
  const swaps = plan.types.flatMap((type) => type.swaps);
  const perform = (digit: Term): void => {
    for (const [number, swap] of swaps.entries()) {
      const is = compare("eq", digit, num(number + 1));
      branch(emitter, is, () => writeSwap(context, swap));
    }
  };
  const ties = sort(context, plan, perform);
  const words = Array.from({ length: layout.words }, (_, word): Term => ({ op: "next", word }));
  const best = words.map((word) => newLocal(emitter, word));
  const kept = newLocal(emitter, ONE);
  walk(emitter, plan, ties, (digit) => {
    perform(digit);
    keepSmallest(emitter, words, best, kept);
  });
  for (const [word, value] of best.entries()) emit(emitter, { do: "next", word, value });
  emit(emitter, { do: "register", register: 0, value: kept });
  emit(emitter, { do: "emit", label: 0 });
  return routineOf(emitter);
}

function set(emitter: Emitter, { local }: Local, value: Term): void {
  emit(emitter, { do: "set", local, value });
}

/** Takes the state that was made if it is the smallest so far, or counts it if it is the same. */
function keepSmallest(
  emitter: Emitter,
  words: readonly Term[],
  best: readonly Local[],
  kept: Local,
): void {
  branch(
    emitter,
    isSmaller(words, best),
    () => {
      for (const [at, local] of best.entries()) set(emitter, local, words[at] ?? ZERO);
      set(emitter, kept, ONE);
    },
    () => branch(emitter, isSame(words, best), () => set(emitter, kept, add(kept, ONE))),
  );
}

/** Is the first row of words smaller? As signed numbers, which is an order like any other. */
function isSmaller(left: readonly Term[], right: readonly Term[]): Term {
  return left.reduceRight<Term>((rest, word, at) => {
    const other = right[at] ?? ZERO;
    return either(compare("lt", word, other), both(compare("eq", word, other), rest));
  }, ZERO);
}

function isSame(left: readonly Term[], right: readonly Term[]): Term {
  return left.reduce<Term>(
    (all, word, at) => both(all, compare("eq", word, right[at] ?? ZERO)),
    ONE,
  );
}

// ---------------------------------------------------------------------------- sort

/** Swaps until keys are in order; gives the bits of the swaps whose two ids have equal keys. */
function sort(context: Context, plan: PermutePlan, perform: (digit: Term) => void): Term {
  const { emitter } = context;
  const digit = newLocal(emitter, ZERO);
  const ties = newLocal(emitter, ZERO);
  /** Finds a swap of ids that are not in order, 0 for none. */
  const look = (): void => {
    let [found, alike, number] = [ZERO, ZERO, 0];
    for (const type of plan.types) {
      const keys = keysIn(context, plan, type);
      for (const index of type.swaps.keys()) {
        const [one = [], other = []] = [keys[index], keys[index + 1]];
        found = hold(emitter, choice(isSmaller(other, one), num(number + 1), found));
        alike = bitOr(alike, shl(isSame(one, other), num(number)));
        number++;
      }
    }
    set(emitter, digit, found);
    set(emitter, ties, alike);
  };
  look();
  const body = captured(emitter, () => {
    perform(digit);
    look();
  });
  emit(emitter, { do: "while", condition: compare("ne", digit, ZERO), body });
  return ties;
}

// ---------------------------------------------------------------------------- walk

/** A loop that takes the script of the ties digit by digit: digit d is swap d - 1. */
function walk(emitter: Emitter, plan: PermutePlan, ties: Term, play: (digit: Term) => void): void {
  const swaps = plan.types.reduce((sum, type) => sum + type.swaps.length, 0);
  const rows: number[] = [0];
  const starts = Array.from({ length: 2 ** swaps }, (_, tied) => {
    const script = scriptOf(plan, tied);
    if (script.length === 0) return 0;
    const start = rows.length;
    // A row of 0 ends each script.
    rows.push(...rowsOf(script), 0);
    return start;
  });
  const row = newLocal(emitter, oneOf(ties, starts));
  const left = newLocal(emitter, oneOf(row, rows));
  const body = captured(emitter, () => {
    const digit = newLocal(emitter, bitAnd(left, num(mask(DIGIT_BITS))));
    set(emitter, left, shr(left, num(DIGIT_BITS)));
    branch(emitter, compare("eq", left, ZERO), () => {
      set(emitter, row, add(row, ONE));
      set(emitter, left, oneOf(row, rows));
    });
    play(digit);
  });
  emit(emitter, { do: "while", condition: compare("ne", left, ZERO), body });
}

function rowsOf(script: readonly number[]): readonly number[] {
  return Array.from({ length: Math.ceil(script.length / DIGITS) }, (_, row) =>
    script
      .slice(row * DIGITS, (row + 1) * DIGITS)
      .reduce((bits, swap, at) => bits | ((swap + 1) << (at * DIGIT_BITS)), 0),
  );
}

/** One of several constants, found by halves. */
function oneOf(index: Term, values: readonly number[], first = 0): Term {
  const [only = 0] = values;
  if (values.length <= 1) return num(only);
  const half = values.length >>> 1;
  const [low, high] = [values.slice(0, half), values.slice(half)];
  const below = compare("lt", index, num(first + half));
  return choice(below, oneOf(index, low, first), oneOf(index, high, first + half));
}

// ---------------------------------------------------------------------------- one swap

function writeSwap(context: Context, plan: SwapPlan): void {
  const { emitter, layout } = context;
  const moved = [...layout.slots.keys()].flatMap((slot) => {
    const action = plan.values[slot];
    const to = plan.slots[slot] ?? slot;
    if (layout.slots[slot] === undefined || (to === slot && action === undefined)) return [];
    const value = changed(emitter, readSlot(context, slot), action);
    const { lanes } = plan.sorted.includes(slot) ? sortedBag(emitter, value) : value;
    return [{ slot, to, lanes: lanes.map((term) => hold(emitter, term)) }];
  });
  // One command for each word: what stays, and all that comes.
  const words = new Map<number, { gone: number; readonly come: Term[] }>();
  for (const { slot, to, lanes } of moved) {
    const [from, places] = [placeOf(context, slot).lanes, placeOf(context, to).lanes];
    if (places.some(({ bits }, at) => bits !== from[at]?.bits)) {
      throw new Unsupported("members of a family that are not alike");
    }
    for (const [at, { word, shift, bits }] of places.entries()) {
      if (bits === 0) continue;
      const writes = words.get(word) ?? { gone: 0, come: [] };
      writes.gone |= mask(bits) << shift;
      writes.come.push(shl(lanes[at] ?? ZERO, num(shift)));
      words.set(word, writes);
    }
  }
  for (const [word, { gone, come }] of words) {
    const stays = bitAnd({ op: "next", word }, num(~gone));
    emit(emitter, { do: "next", word, value: come.reduce(bitOr, stays) });
  }
}
