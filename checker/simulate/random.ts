/**
 * `Random`: a small seeded generator of random numbers, the same on every machine.
 *
 * The generator is xoshiro128** 1.1 of Blackman and Vigna ("Scrambled linear pseudorandom number
 * generators", ACM Transactions on Mathematical Software 47, 2021): four words of state, a period
 * of 2^128 - 1, and nothing but 32-bit integer operations, which JavaScript does exactly.
 *
 *     (seed, stream) ──murmur3 finalizer, four times──► s0 s1 s2 s3 ──next──► 32 bits, 32 bits, …
 *
 * Each walk takes a stream of its own, so walk 17 of seed 1 is the same walk whether or not the
 * sixteen before it were taken. `Math.random` was rejected: it has no seed, and its algorithm is
 * not promised. The numbers are good for choosing, not for secrets.
 */

/** Seeds are whole numbers below this. */
export const SEED_LIMIT: number = 2 ** 32;

export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  next(): number;
  /**
   * A whole number from 0 to `limit` - 1, each as likely as any other. `limit` is from 1 to 2^32.
   */
  below(limit: number): number;
}

/** The generator for one stream of a seed; both are whole numbers below `SEED_LIMIT`. */
export function createRandom(seed: number, stream: number): Random {
  let mixed = scramble((scramble((seed + GOLDEN) | 0) ^ stream) | 0);
  const word = (): number => {
    mixed = (mixed + GOLDEN) | 0;
    return scramble(mixed);
  };
  // The four words differ, because `scramble` is a bijection: they are never all zero.
  return xoshiro(word(), word(), word(), word());
}

/** The generator in a given state, of which some word must not be 0. */
export function xoshiro(a: number, b: number, c: number, d: number): Random {
  let s0 = a | 0;
  let s1 = b | 0;
  let s2 = c | 0;
  let s3 = d | 0;
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11);
    return result;
  };
  return {
    next,
    below(limit) {
      // Numbers from the incomplete last round of `limit` would favour small results.
      const rounds = SEED_LIMIT - (SEED_LIMIT % limit);
      let number = next();
      while (number >= rounds) number = next();
      return number % limit;
    },
  };
}

/** 2^32 divided by the golden ratio: steps by it visit all words and stay far apart. */
const GOLDEN = 0x9e3779b9 | 0;

/** The finalizer of MurmurHash3: each bit of the input changes half of the output's. */
function scramble(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
