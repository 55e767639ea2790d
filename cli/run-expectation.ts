/** What a check says of the runs that are played in it: what counts, and what is expected. */
import type { Model } from "../spec/model.ts";

/** `only` names properties of the system; everything else is always watched. */
export function isWatched({ only, invariants }: Model, name: string): boolean {
  if (only === undefined || only.includes(name)) return true;
  return !invariants.some((invariant) => invariant.name === name);
}

/** Is all that is wrong expected? */
export function isExpected({ expect }: Model, wrong: readonly string[]): boolean {
  return wrong.every((name) => expect.violations.some((violation) => violation.name === name));
}
