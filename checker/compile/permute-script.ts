/**
 * Scripts: the order in which swaps of neighbours lead through all permutations of some ids.
 *
 *     ties      ids 1 and 2 alike,   3 and 4 alike     ──►   swap 1,2   swap 3,4   swap 1,2
 *     script    all orders of 1, 2 with all orders of 3, 4
 *
 * Where neighbours are told apart by something else, only the orders within each run of ids that
 * are alike remain; each set of ties has its own script. Runs are nested: between two swaps of an
 * outer run, the script of the inner ones is played forwards and backwards in turn.
 *
 * Source: H. F. Trotter, "Algorithm 115: Perm", 1962; S. M. Johnson, "Generation of permutations by
 * adjacent transposition", 1963.
 */
import type { PermutePlan } from "../reduce/permute-plan.ts";

/**
 * Swaps, numbered over all types, that lead through all permutations of ids that are alike; `ties`
 * has a bit for each swap: are its two ids alike? After the last swap each order has been met once.
 */
export function scriptOf({ types }: Pick<PermutePlan, "types">, ties: number): readonly number[] {
  const runs: number[][] = [];
  let number = 0;
  for (const { swaps } of types) {
    let run: number[] = [];
    for (const _ of swaps) {
      if (((ties >>> number) & 1) === 1) run.push(number);
      else run = [];
      if (run.length === 1) runs.push(run);
      number++;
    }
  }
  return runs.reduceRight<readonly number[]>(
    (inner, run) =>
      nested(
        adjacentSwaps(run.length + 1).map((swap) => run[swap] ?? -1),
        inner,
      ),
    [],
  );
}

/** The inner script, each outer swap, and the inner script again, forwards and backwards. */
function nested(outer: readonly number[], inner: readonly number[]): readonly number[] {
  const back = inner.toReversed();
  return [...inner, ...outer.flatMap((swap, at) => [swap, ...(at % 2 === 0 ? back : inner)])];
}

/**
 * Swaps of neighbouring positions that lead through all orders of `size` things: the last thing
 * goes down and up through the others, which take one step of their own each time it has arrived.
 */
function adjacentSwaps(size: number): readonly number[] {
  if (size < 2) return [];
  const up = Array.from({ length: size - 1 }, (_, swap) => swap);
  const down = up.toReversed();
  // Where the last thing has gone down, the others stand one place higher.
  return [...adjacentSwaps(size - 1), undefined].flatMap((swap, at) => {
    const sweep = at % 2 === 0 ? down : up;
    return swap === undefined ? sweep : [...sweep, at % 2 === 0 ? swap + 1 : swap];
  });
}
