/** The generator gives the numbers that it is documented to give, everywhere and for ever. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, type Random, xoshiro } from "./random.ts";

const numbers = (random: Random, count: number): number[] =>
  Array.from({ length: count }, () => random.next());

test("xoshiro128** gives the published numbers for the state 1, 2, 3, 4", () => {
  expect(numbers(xoshiro(1, 2, 3, 4), 10)).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
    4258142804,
  ]);
});

test("it agrees with the same algorithm on big integers", () => {
  const word = fc.integer({ min: 1, max: 0xffffffff });
  fc.assert(
    fc.property(word, word, word, word, (a, b, c, d) => {
      const next = slow([a, b, c, d].map(BigInt));
      expect(numbers(xoshiro(a, b, c, d), 20)).toEqual(Array.from({ length: 20 }, next));
    }),
  );
});

/** The algorithm as it is written in the paper, without tricks. */
function slow(state: readonly bigint[]): () => number {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  let [s0 = 0n, s1 = 0n, s2 = 0n, s3 = 0n] = state;
  return () => {
    const result = (rotate((s1 * 5n) & mask, 7n) * 9n) & mask;
    const shifted = (s1 << 9n) & mask;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11n);
    return Number(result);
  };
}

test("a seed and a stream name their numbers, which no later version may change", () => {
  expect(numbers(createRandom(1, 0), 4)).toEqual([3886900608, 2591461887, 961862491, 3680132456]);
  expect(numbers(createRandom(1, 0), 4)).toEqual(numbers(createRandom(1, 0), 4));
});

test("neighbouring seeds and streams have nothing in common", () => {
  const first = (seed: number, stream: number): number => createRandom(seed, stream).next();
  const all = Array.from({ length: 50 }, (_, seed) =>
    Array.from({ length: 50 }, (__, stream) => first(seed, stream)),
  ).flat();
  expect(new Set(all).size).toBe(all.length);
});

test("of 60,000 numbers below 6, each comes 10,000 times, give or take 4 sigma", () => {
  const random = createRandom(7, 0);
  const counts = [0, 0, 0, 0, 0, 0];
  for (let throws = 0; throws < 60_000; throws++) {
    const face = random.below(6);
    counts[face] = (counts[face] ?? 0) + 1;
  }
  const sigma = Math.sqrt(60_000 * (1 / 6) * (5 / 6));
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * sigma);
});

test("numbers below a limit are below it, also for limits that do not divide 2^32", () => {
  const limits = fc.oneof(
    fc.integer({ min: 1, max: 10 }),
    fc.integer({ min: 2 ** 31, max: 2 ** 32 }),
  );
  fc.assert(
    fc.property(limits, fc.nat(), (limit, seed) => {
      const number = createRandom(seed, 0).below(limit);
      expect(number >= 0 && number < limit && Number.isInteger(number)).toBe(true);
    }),
  );
});
