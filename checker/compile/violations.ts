/**
 * Violations and goals as compiled code tells them: a site and the id of a state.
 *
 * One sighting is kept for each culprit (a place in the text; for messages, a machine in its modes
 * and a kind of message), the first, which has a shortest path. The reference evaluator then says
 * what exactly is wrong there.
 */
import type { Model, Value } from "../../spec/model.ts";
import { MAX_CULPRITS, messageCulprit } from "../explore/culprits.ts";
import type { BuiltInViolation } from "../explore/explorer.ts";
import { firstStep, pathStep } from "../explore/graph.ts";
import type { Beginning } from "../reference/initial.ts";
import { unhandledMessages } from "../reference/messages.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import { BUILT_IN_PROPERTIES, type PathStep } from "../verdict.ts";
import type { Compiled } from "./compile.ts";
import type { Finder } from "./core.ts";
import { Disagreement, pathThrough, valuesAt } from "./path.ts";
import type { Site } from "./plan.ts";

/** A sighting as it is saved. */
export interface SavedSighting {
  readonly site: number;
  readonly at: number;
  readonly culprit: string;
}

interface Sighting {
  readonly number: number;
  readonly site: Site;
  readonly at: number;
  /** For messages: which of those that wait there. */
  readonly culprit: string;
}

export interface Sightings {
  readonly sight: (site: number, id: number) => boolean;
  /** What was seen so far, to be saved, and what was seen before. */
  saved(): readonly SavedSighting[];
  restore(saved: readonly SavedSighting[]): void;
  attach(core: Finder): void;
  /** A run that violates a property before its first step. */
  beginning(beginning: Beginning): void;
  /** The state of the first sighting at a site. */
  first(site: Extract<Site, { property: "invariant" | "goal" }>): number | undefined;
  readonly found: ReadonlyMap<string, Sighting>;
  readonly beginnings: readonly Beginning[];
}

export function newSightings(compiled: Compiled): Sightings {
  const found = new Map<string, Sighting>();
  const starts: Beginning[] = [];
  const { sites } = compiled.plan;
  const counts = new Map<string, number>();
  let core: Finder | undefined;
  const note = (number: number, at: number, culprit: string): void => {
    const site = sites[number];
    if (site === undefined) return;
    const key = `${site.property} ${culprit}`;
    const count = counts.get(site.property) ?? 0;
    if (found.has(key) || (!("index" in site) && count >= MAX_CULPRITS)) return;
    counts.set(site.property, count + 1);
    found.set(key, { number, site, at, culprit });
  };
  return {
    found,
    beginnings: starts,
    attach(made) {
      core = made;
    },
    saved: () =>
      [...found.values()].map(({ number: site, at, culprit }) => ({ site, at, culprit })),
    restore(saved) {
      for (const { site, at, culprit } of saved) note(site, at, culprit);
    },
    beginning: (beginning) => starts.push(beginning),
    sight(number, id) {
      const site = sites[number];
      if (site === undefined) return true;
      if ("index" in site) {
        note(number, id, `${site.index}`);
        return true;
      }
      if (site.property !== "unhandled") {
        note(number, id, "span" in site ? placeOf(site.span) : site.property);
        return true;
      }
      if (core === undefined) return false;
      const { model } = compiled.layout;
      const state = valuesAt(compiled, core, id);
      for (const candidate of unhandledMessages(model, state, createMeter())) {
        note(number, id, messageCulprit(model, state, candidate));
      }
      return (counts.get("unhandled") ?? 0) >= MAX_CULPRITS;
    },
    first: ({ property, index }) => found.get(`${property} ${index}`)?.at,
  };
}

function placeOf(span: { readonly file: string; readonly start: number; readonly end: number }) {
  return `${span.file} ${span.start} ${span.end}`;
}

/** The built-in violations that were seen, with their paths, in the order of sighting. */
export function violations(
  compiled: Compiled,
  core: Finder,
  sightings: Sightings,
): readonly BuiltInViolation[] {
  const { model } = compiled.layout;
  const started = new Map<string, BuiltInViolation>();
  for (const beginning of sightings.beginnings) {
    const { violation } = beginning;
    if (violation === undefined) continue;
    const key = `${violation.property} ${placeOf(violation.span)}`;
    const path = [firstStep(beginning)];
    if (!started.has(key)) started.set(key, { property: violation.property, violation, path });
  }
  return BUILT_IN_PROPERTIES.flatMap((property) => [
    ...[...started.values()].filter((one) => one.property === property),
    ...[...sightings.found].flatMap(([key, sighting]) =>
      sighting.site.property === property && !started.has(key)
        ? [violationAt(model, compiled, core, sighting)]
        : [],
    ),
  ]);
}

function violationAt(
  model: Model,
  compiled: Compiled,
  core: Finder,
  { site, at, culprit }: Sighting,
): BuiltInViolation {
  const path = pathThrough(compiled, core, at);
  const state = path.at(-1)?.state ?? [];
  switch (site.property) {
    case "unhandled": {
      const candidate = unhandledMessages(model, state, createMeter()).find(
        (one) => messageCulprit(model, state, one) === culprit,
      );
      if (candidate === undefined) throw new Disagreement("a message has a rule after all");
      return { property: "unhandled", candidate, path };
    }
    case "stuck": {
      const { hindrances } = successors(model, state, createMeter());
      return { property: "stuck", hindrances, path };
    }
    case "assert":
    case "range":
      return violatingStep(model, state, site, path);
    default:
      throw new Disagreement(`${site.property} is not a built-in property`);
  }
}

function violatingStep(
  model: Model,
  state: readonly Value[],
  site: Extract<Site, { property: "assert" | "range" }>,
  path: readonly PathStep[],
): BuiltInViolation {
  for (const step of successors(model, state, createMeter()).steps) {
    const { violation } = step;
    if (violation?.property !== site.property) continue;
    if (placeOf(violation.span) !== placeOf(site.span)) continue;
    return { property: violation.property, violation, path: [...path, pathStep(step)] };
  }
  throw new Disagreement(`no step violates ${site.property} there`);
}
