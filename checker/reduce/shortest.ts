/**
 * Shortest paths after a search that left out orders of steps.
 *
 * Such a search may miss the shortest way to a violation, but not the violation. So where it found
 * one, the unreduced graph is searched once more, to the depth of the longest path that was found
 * and no deeper: every shortest path ends there at the latest. Nothing is searched again where
 * everything holds, which is where leaving out orders pays.
 */
import type { ConditionTally, Exploration } from "../explore/explorer.ts";

/** `search` goes through the unreduced graph to a depth. */
export async function withShortestPaths(
  found: Exploration,
  search: (depth: number) => Promise<Exploration>,
): Promise<Exploration> {
  const told = [...found.invariants, ...found.goals, ...found.builtIns];
  const lengths = told.flatMap(({ path }) => (path === undefined ? [] : [path.length - 1]));
  if (lengths.length === 0) return found;
  const again = await search(Math.max(...lengths));
  // A limit that was met on the way leaves the longer paths, and they do not claim to be shortest.
  if (again.stopped !== undefined) return { ...found, pathsMayBeLonger: true };
  const shortened = (
    tallies: readonly ConditionTally[],
    others: readonly ConditionTally[],
  ): readonly ConditionTally[] =>
    tallies.map((tally, index) => ({ ...tally, path: others[index]?.path ?? tally.path }));
  return {
    ...found,
    invariants: shortened(found.invariants, again.invariants),
    goals: shortened(found.goals, again.goals),
    builtIns: again.builtIns,
  };
}
