/**
 * `--profile`, `--check` and `--property`: which of the loaded Models are run, and what each
 * judges.
 *
 * A name that nothing has is an error with the names there are, because a check that silently did
 * not run looks like one that holds.
 */
import { BUILT_IN_PROPERTIES } from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import { badValue, noSuchCheck, noSuchProperty } from "./errors.ts";

/** The Models that the user asked for, and an error for each name that fits none. */
export function selectModels(
  models: readonly Model[],
  checks: readonly string[] | undefined,
  properties: readonly string[] | undefined,
): { readonly models: readonly Model[]; readonly problems: readonly Diagnostic[] } {
  const names = unique(models.map((model) => model.name));
  const problems = (checks ?? [])
    .filter((name) => !names.includes(name))
    .map((name) => noSuchCheck(name, names));
  const chosen =
    checks === undefined ? models : models.filter((model) => checks.includes(model.name));
  if (properties === undefined) return { models: chosen, problems };
  const known = unique([...chosen.flatMap(propertyNames), ...BUILT_IN_PROPERTIES]);
  problems.push(
    ...properties
      .filter((name) => !known.includes(name))
      .map((name) => noSuchProperty(name, known)),
  );
  const restricted = chosen.flatMap((model) => restrict(model, properties));
  return { models: restricted, problems };
}

/** Which checks run: those for each change, or all. */
export const PROFILES = ["pull-request", "nightly"] as const;
export type Profile = (typeof PROFILES)[number];

/** The value of `--profile`. */
export function parseProfile(word: string | undefined): {
  readonly profile: Profile;
  readonly problems: readonly Diagnostic[];
} {
  const profile = word === undefined ? "pull-request" : PROFILES.find((name) => name === word);
  return profile === undefined
    ? {
        profile: "pull-request",
        problems: [badValue("--profile", word ?? "", `one of ${PROFILES.join(", ")}`)],
      }
    : { profile, problems: [] };
}

/** The Models of a profile. A nightly check that is asked for by name is not left out. */
export function modelsOfProfile(
  models: readonly Model[],
  profile: Profile,
  named: readonly string[] | undefined,
): { readonly models: readonly Model[]; readonly leftOut: number } {
  if (profile === "nightly" || named !== undefined) return { models, leftOut: 0 };
  const kept = models.filter(({ nightly }) => !nightly);
  return { models: kept, leftOut: models.length - kept.length };
}

/** Names of the declared properties of a Model. */
export function propertyNames(model: Model): readonly string[] {
  return [...model.invariants, ...model.goals, ...model.temporal, ...model.refinements].map(
    (property) => property.name,
  );
}

/** The Model with these properties only; none when it has none of them. */
function restrict(model: Model, properties: readonly string[]): readonly Model[] {
  const judged = model.only ?? propertyNames(model);
  const builtIn: readonly string[] = BUILT_IN_PROPERTIES;
  const only = properties.filter((name) => builtIn.includes(name) || judged.includes(name));
  if (only.length === 0) return [];
  const violations = model.expect.violations.filter(({ name }) => only.includes(name));
  return [{ ...model, only, expect: { ...model.expect, violations } }];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
