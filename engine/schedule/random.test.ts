/** Random numbers: the same for a seed, different for others, evenly spread. */
import { expect, test } from "vitest";
import { createRandom } from "./random.ts";

function first(seed: number, count: number): readonly number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next());
}

test("a seed always gives the same numbers", () => {
  expect(first(7, 4)).toEqual(first(7, 4));
  // Written down once: other versions of JavaScript must compute them, too.
  expect(first(7, 4)).toEqual([210494603, 711084892, 3993689120, 4089369890]);
});

test("neighbouring seeds have nothing in common", () => {
  const numbers = Array.from({ length: 100 }, (_, seed) => first(seed, 10)).flat();
  expect(new Set(numbers).size).toBe(1000);
});

test("all numbers below a bound are about as likely", () => {
  const random = createRandom(1);
  const counts = [0, 0, 0, 0, 0, 0];
  for (let run = 0; run < 60_000; run++) {
    const number = random.below(6);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  const heads = Array.from({ length: 10_000 }, () => random.chance(0.25)).filter(Boolean).length;
  expect(Math.abs(heads - 2500)).toBeLessThan(200);
});
