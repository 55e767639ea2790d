/** Drawn times: `Random.below` goes up to 2^32, which is 4.3 seconds. */
import type { Random } from "../schedule/random.ts";

const TWO_32 = 2 ** 32;

/** A whole number from 0 to `bound` - 1; `bound` may be any number of nanoseconds. */
export function timeBelow(random: Random, bound: number): number {
  return Math.floor((random.next() / TWO_32) * bound);
}
