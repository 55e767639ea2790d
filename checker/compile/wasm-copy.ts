/**
 * Instructions over whole states in memory: copying, comparing, hashing, word by word unrolled.
 */
import {
  get,
  i32,
  i64,
  load32,
  load64,
  load128,
  type Part,
  set,
  store32,
  store64,
  store128,
} from "./wasm-code.ts";
import { STATES_MEMORY } from "./wasm-layout.ts";

/** Copies words `first` to `end` (not included) between the states at two addresses in locals. */
export function copyWords(to: number, from: number, first: number, end: number): Part {
  const parts: Part[] = [];
  let word = first;
  const copy = (count: number, load: typeof load32, store: typeof store32): void => {
    for (; word + count <= end; word += count) {
      const value = load(STATES_MEMORY, get(from), 4 * word);
      parts.push(store(STATES_MEMORY, get(to), 4 * word, value));
    }
  };
  copy(4, load128, store128);
  copy(2, load64, store64);
  copy(1, load32, store32);
  return parts;
}

/** Whether the states at two addresses in locals are the same. */
export function sameWords(left: number, right: number, words: number): Part {
  if (words === 1) {
    return i32.eq(load32(STATES_MEMORY, get(left)), load32(STATES_MEMORY, get(right)));
  }
  const differences = pairsOf(left, words).map((pair, index) =>
    i64.xor(pair, pairsOf(right, words)[index] ?? []),
  );
  return i64.eqz(differences.reduce((all, difference) => i64.or(all, difference)));
}

/** Multipliers without structure: digits of the golden ratio and of pi. */
const ROUND = 0x9e3779b97f4a7c15n;
const LAST_ROUND = 0xc4ceb9fe1a85ec53n;

/** Sets a local to the hash of the state at an address: multiply and shift, pair by pair. */
export function hashWords(hash: number, state: number, words: number): Part {
  return [
    pairsOf(state, words).map((pair, index) => {
      const mixed = index === 0 ? pair : i64.xor(get(hash), pair);
      return [set(hash, i64.mul(mixed, i64.const(ROUND))), fold(hash)];
    }),
    lastRound(hash),
  ];
}

/** Sets a local to the hash of a pair of words, as if they were a state. */
export function hashPair(hash: number, pair: Part): Part {
  return [set(hash, i64.mul(pair, i64.const(ROUND))), fold(hash), lastRound(hash)];
}

function lastRound(hash: number): Part {
  return [set(hash, i64.mul(get(hash), i64.const(LAST_ROUND))), fold(hash)];
}

function fold(hash: number): Part {
  return set(hash, i64.xor(get(hash), i64.shrU(get(hash), i64.const(32n))));
}

/** The words of a state two by two; the last may stand alone. */
function pairsOf(state: number, words: number): Part[] {
  return Array.from({ length: Math.ceil(words / 2) }, (_, pair) => {
    const offset = 8 * pair;
    if (2 * pair + 2 <= words) return load64(STATES_MEMORY, get(state), offset);
    return i64.extend(load32(STATES_MEMORY, get(state), offset));
  });
}
