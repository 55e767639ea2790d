/**
 * Exit codes: what a script learns from the command without reading its output.
 *
 *     0  everything holds (and what was expected to fail did fail)
 *     1  a property, a scenario or a recording failed
 *     2  the command line, a file or a specification cannot be used
 *     3  something is unknown or inconclusive
 *     4  internal error, or a replay that disagrees with the search
 *     5  only findings, with --strict
 *
 * When several apply the order is 4, 2, 1, 3, 5: a wrong tool is worse than wrong input, and wrong
 * input is worse than a wrong model, because it hides verdicts. An interruption gives 128 plus the
 * number of its signal, whatever was known by then.
 */
import type { Interruption } from "./host.ts";

export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130 | 141 | 143;

/** What happened in a run. Several may be true. */
export interface Conditions {
  readonly internal: boolean;
  readonly unusable: boolean;
  readonly failed: boolean;
  readonly unknown: boolean;
  readonly findings: boolean;
  readonly interrupted: Interruption | undefined;
}

const INTERRUPTED = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

/** The one code that stands for all conditions. */
export function exitCodeOf(conditions: Conditions): ExitCode {
  if (conditions.internal) return 4;
  if (conditions.interrupted !== undefined) return INTERRUPTED[conditions.interrupted];
  if (conditions.unusable) return 2;
  if (conditions.failed) return 1;
  if (conditions.unknown) return 3;
  return conditions.findings ? 5 : 0;
}

/** Words for a code, as the last line of a run prints them. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: "everything holds",
  1: "a property failed",
  2: "some input cannot be used",
  3: "something is unknown",
  4: "internal error",
  5: "only findings, and --strict was given",
  130: "interrupted",
  141: "nobody reads the output",
  143: "terminated",
};

/** The table of codes for help texts. */
export const EXIT_CODES_HELP = `Exit codes:
  0  everything holds; violations that were expected did occur
  1  a property, a scenario or a recording failed
  2  the command line, a file or a specification cannot be used
  3  something is unknown or inconclusive (a budget ended, not judged yet, a lossy capture)
  4  internal error, or a replay that disagrees with the search
  5  only findings (W05xx), with --strict
  When several apply, the order is 4, 2, 1, 3, 5. An interruption gives 130 or 143.
`;
