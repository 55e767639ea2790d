/**
 * Test notation: one Model searched with and without reductions, and what must agree.
 *
 * `exact` is everything that a search tells but for times, memory and the paths themselves, of
 * which the lengths stay; `outcomes` is what is true of the Model, whatever was left out.
 */
import type { Model } from "../../spec/model.ts";
import { explore } from "../explore/explore.ts";
import type { ConditionTally, Exploration } from "../explore/explorer.ts";
import type { ReductionName } from "../verdict.ts";
import { exploreReduced } from "./explore-reduced.ts";

/** Most states of a random Model in a test: larger ones are skipped. */
export const TEST_STATES_MAX = 2_500;

/** The Model without what is judged on the whole graph, which turns every reduction off. */
export function withoutRuns(model: Model): Model {
  return { ...model, temporal: [], refinements: [] };
}

/** The search with the given reductions: `search(model, "symmetry", "order")`. */
export function search(model: Model, ...reductions: ReductionName[]): Promise<Exploration> {
  const budget = { milliseconds: undefined, bytes: undefined, states: TEST_STATES_MAX };
  return exploreReduced(explore, model, {
    budget,
    signal: undefined,
    onProgress: undefined,
    reductions,
  });
}

function steps({ path }: { readonly path: readonly unknown[] | undefined }): number | undefined {
  return path === undefined ? undefined : path.length - 1;
}

/** All counts, and the lengths of shortest paths. */
export function exact(found: Exploration): unknown {
  const tally = (each: ConditionTally): unknown => ({ ...each, path: steps(each) });
  const { states, transitions, depth, queue, examined, coverage, bounds, changed } = found;
  return {
    counts: { states, transitions, depth, queue, examined, coverage, changed },
    bounds: ofFamilies(bounds),
    invariants: found.invariants.map(tally),
    goals: found.goals.map(tally),
    builtIns: found.builtIns.map((each) => `${culprit(each)} ${steps(each)}`).toSorted(),
  };
}

/**
 * Bounds that were hit, those of a family of channels together: a loop over ids meets a full
 * channel of the family first, and which one it is depends on the order of the ids.
 */
function ofFamilies(bounds: Exploration["bounds"]): unknown {
  const totals = new Map<string, number>();
  for (const { bound, subject, count } of bounds) {
    const key = `${bound} ${subject.replace(/\[.*/, "")}`;
    totals.set(key, (totals.get(key) ?? 0) + count);
  }
  return Object.fromEntries(totals);
}

/** Violations, reached goals, premises that held, and rules that were taken, of the known rules. */
export function outcomes(found: Exploration, known: Exploration): unknown {
  const rules = new Set(known.coverage.map(({ rule }) => rule));
  return {
    invariants: found.invariants.map(({ path, premises }) => [
      path !== undefined,
      premises.map((count) => count > 0),
    ]),
    goals: found.goals.map(({ path }) => path !== undefined),
    builtIns: [...new Set(found.builtIns.map(culprit))].toSorted(),
    taken: found.coverage
      .filter(({ rule, taken }) => rules.has(rule) && taken > 0)
      .map(({ rule }) => rule),
  };
}

/** Lengths of all shortest paths. */
export function lengths({ invariants, goals, builtIns }: Exploration): unknown {
  return [invariants.map(steps), goals.map(steps), builtIns.map(steps)];
}

function culprit(each: Exploration["builtIns"][number]): string {
  return "violation" in each ? `${each.property} ${each.violation.span.start}` : each.property;
}
