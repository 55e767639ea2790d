/** What counts and paths are worth when states or steps were left out. */
import type { Exploration } from "../explore/explorer.ts";
import type { PropertyVerdict, Reduction } from "../verdict.ts";

/** Are the counts those of the whole graph? Symmetry knows how many states each one stands for. */
export function countsWhole(reductions: readonly Reduction[]): boolean {
  return reductions.every(({ name, on }) => !on || name === "symmetry");
}

/** The verdict with paths that claim to be shortest only where the search proves it. */
export function withHonestPaths(verdict: PropertyVerdict, found: Exploration): PropertyVerdict {
  if (found.pathsMayBeLonger !== true) return verdict;
  const { counterexample, witness } = verdict;
  return {
    ...verdict,
    counterexample: counterexample && { ...counterexample, shortest: false },
    witness: witness && { ...witness, shortest: false },
  };
}
