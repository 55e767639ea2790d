/**
 * Dining philosophers as Code, written by hand as the lowering of a Model would make it.
 *
 *     philosopher i: bit 3i of the state = fork i is taken, bits 3i + 1 and 3i + 2 = its place
 *
 * Place 0 takes the first fork, 1 the second, 2 puts the first back, 3 the second. The last
 * philosopher takes its forks in the other order; so nobody starves and n philosophers reach 3^n
 * states, which is a count to test against.
 */
import type { Code, Command, Term } from "./code.ts";

const PER_WORD = 10;
const BITS = 3;

interface Field {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
}

const forkOf = (index: number): Field => ({
  word: Math.floor(index / PER_WORD),
  shift: BITS * (index % PER_WORD),
  mask: 1,
});

const placeOf = (index: number): Field => {
  const { word, shift } = forkOf(index);
  return { word, shift: shift + 1, mask: 3 };
};

const constant = (value: number): Term => ({ op: "const", value });

function has(field: Field, value: number): Term {
  const bits: Term = {
    op: "and",
    left: { op: "word", word: field.word },
    right: constant(field.mask << field.shift),
  };
  return { op: "eq", left: bits, right: constant(value << field.shift) };
}

function put(field: Field, value: number): Command {
  const rest: Term = {
    op: "and",
    left: { op: "next", word: field.word },
    right: constant(~(field.mask << field.shift)),
  };
  const bits: Term = { op: "or", left: rest, right: constant(value << field.shift) };
  return { do: "next", word: field.word, value: bits };
}

function step(philosopher: number, place: number, fork: number, label: number): Command {
  const takes = place < 2;
  const atPlace = has(placeOf(philosopher), place);
  const isFree = has(forkOf(fork), 0);
  return {
    do: "if",
    condition: takes ? { op: "and", left: atPlace, right: isFree } : atPlace,
    then: [
      { do: "begin" },
      put(forkOf(fork), Number(takes)),
      put(placeOf(philosopher), (place + 1) % 4),
      { do: "emit", label },
    ],
    else: [],
  };
}

/** States are 3^count; they take `spare` words more than are needed. */
export function philosophers(count: number, spare = 0): Code {
  const body = Array.from({ length: count }, (_, index) => {
    const right = (index + 1) % count;
    const [first, second] = index === count - 1 ? [right, index] : [index, right];
    return [first, second, first, second].map((fork, place) => step(index, place, fork, index));
  }).flat();
  return {
    words: Math.ceil(count / PER_WORD) + spare,
    registers: 0,
    labels: count,
    counters: 0,
    sites: 0,
    expand: [{ locals: 0, body }],
    judge: [],
  };
}
