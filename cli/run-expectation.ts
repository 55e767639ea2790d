/** What a check says of the runs that are played in it: what counts, and what is expected. */
import type { Model } from "../spec/model.ts";

/**
 * `only` names properties of the system; everything else is always watched. Goals of a deployment
 * and its traffic may have the names of properties.
 */
export function isWatched({ only, invariants, temporal }: Model, name: string): boolean {
  if (only === undefined || only.includes(name)) return true;
  return ![...invariants, ...temporal].some((property) => property.name === name);
}

/** The properties that are not watched. */
export function unwatched(model: Model): readonly string[] {
  const names = [...model.invariants, ...model.temporal].map(({ name }) => name);
  return names.filter((name) => !isWatched(model, name));
}

/** Is all that is wrong expected? */
export function isExpected({ expect }: Model, wrong: readonly string[]): boolean {
  return wrong.every((name) => expect.violations.some((violation) => violation.name === name));
}
