/**
 * The order of packed states on disk: by a hash of 32 bits, then by their words.
 *
 *     state a  <  state b     when  hash(a) < hash(b),  or the hashes are equal and, at the first
 *                             word that differs, a has the smaller signed number
 *
 * The hash makes comparisons short and spreads states evenly; equality is that of all words, so two
 * states are never taken for one. Any total order would do for merging. By words alone, states that
 * differ in late words only would be compared to the end each time, and sorted by a comparator.
 */

/** The hash of the state whose words begin at `offset`: multiply and shift, word by word. */
export function hashOf(states: Int32Array, offset: number, words: number): number {
  let hash = 0x2545f491;
  for (let word = 0; word < words; word++) {
    hash = Math.imul(hash ^ (states[offset + word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca77);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A state as words at an offset, with its hash. */
export interface Placed {
  readonly records: Int32Array;
  readonly offset: number;
  readonly hash: number;
}

/** Negative, 0 or positive, as `a` comes before, is, or comes after `b`. */
export function compareStates(a: Placed, b: Placed, words: number): number {
  if (a.hash !== b.hash) return a.hash < b.hash ? -1 : 1;
  return compareWords(a.records, a.offset, b.records, b.offset, words);
}

export function compareWords(
  a: Int32Array,
  from: number,
  b: Int32Array,
  start: number,
  words: number,
): number {
  for (let word = 0; word < words; word++) {
    const [own, other] = [a[from + word] ?? 0, b[start + word] ?? 0];
    if (own !== other) return own < other ? -1 : 1;
  }
  return 0;
}
