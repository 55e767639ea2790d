/**
 * `--spill DIR`: what cannot be asked for beside it.
 *
 * A search on disk has no graph in memory, goes one way through its states, and begins anew each
 * time. An option that needs more is refused rather than left out in silence.
 */
import type { ReductionName } from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { badArguments } from "./errors.ts";

/** Words of the command line that `--spill` does not go with. */
export interface BesideSpill {
  readonly spill?: string;
  readonly backEnd?: string;
  readonly workers?: string;
  readonly checkpoint?: string;
  readonly resume?: string;
  readonly explain?: boolean;
  readonly mutate?: boolean;
}

/** E0514 for each option that is one too many. */
export function spillConflicts(
  words: BesideSpill,
  reductions: readonly ReductionName[],
): readonly Diagnostic[] {
  if (words.spill === undefined) return [];
  const { backEnd, workers } = words;
  const inMemory = reductions.filter((name) => name !== "slice");
  const conflicts: readonly (readonly [given: boolean, option: string, why: string])[] = [
    [backEnd !== undefined && backEnd !== "javascript", "--back-end", "is in JavaScript"],
    [workers !== undefined && workers !== "1", "--workers", "has one worker"],
    [inMemory.length > 0, `--reduce ${inMemory.join(",")}`, "keeps every state"],
    [words.checkpoint !== undefined, "--checkpoint", "cannot be saved"],
    [words.resume !== undefined, "--resume", "begins anew"],
    [words.explain === true, "--explain", "keeps no graph in memory"],
    [words.mutate === true, "--mutate", "keeps no graph in memory"],
  ];
  return conflicts
    .filter(([given]) => given)
    .map(([, option, why]) =>
      badArguments(`\`${option}\` does not go with \`--spill\`, which ${why}`, "rehearsal check"),
    );
}
