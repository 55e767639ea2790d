/**
 * A list of 32-bit words that grows: what an array of numbers is, in four bytes each.
 */
export interface GrowingWords {
  readonly length: number;
  readonly at: (index: number) => number;
  readonly push: (word: number) => void;
  /** The words, to be read until the next `push`. */
  readonly words: () => Uint32Array;
}

const FIRST_ROOM = 64;

export function growingWords(): GrowingWords {
  let kept = new Uint32Array(FIRST_ROOM);
  let length = 0;
  return {
    get length() {
      return length;
    },
    at: (index) => kept[index] ?? 0,
    push(word) {
      if (length === kept.length) {
        const grown = new Uint32Array(kept.length * 2);
        grown.set(kept);
        kept = grown;
      }
      kept[length++] = word;
    },
    words: () => kept.subarray(0, length),
  };
}
