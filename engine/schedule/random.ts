/**
 * Random numbers from a seed: the only source of chance in the engine.
 *
 * xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2018), whose
 * state is spread from the seed by SplitMix32. Only 32-bit integer operations are used, which every
 * machine and version of JavaScript computes alike.
 */

export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  next(): number;
  /** A whole number from 0 to `bound` - 1, each as likely; `bound` is from 1 to 2^32. */
  below(bound: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** What a run draws for: a stream each, so that one purpose does not disturb another. */
export const STREAMS = { run: 0, plan: 1, swarm: 2, traffic: 3, cores: 4 } as const;

const TWO_32 = 2 ** 32;

/**
 * The numbers of a seed, a whole number from 0 to 2^53 - 1. Streams of one seed, which have whole
 * numbers from 0 on, are as unlike each other as those of different seeds.
 */
export function createRandom(seed: number, stream = 0): Random {
  let mix = (seed ^ Math.floor(seed / TWO_32) ^ Math.imul(stream, 0x85ebca6b)) | 0;
  const spread = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let word = mix;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let a = spread();
  let b = spread();
  let c = spread();
  let d = spread();
  const next = (): number => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const kept = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= kept;
    d = rotate(d, 11);
    return scrambled;
  };
  return {
    next,
    below(bound) {
      // Numbers of an incomplete last round would make small results more likely.
      const rounds = TWO_32 - (TWO_32 % bound);
      for (;;) {
        const word = next();
        if (word < rounds) return word % bound;
      }
    },
    chance: (probability) => next() < probability * TWO_32,
  };
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
