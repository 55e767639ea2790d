/**
 * `expect` lines of a check: whether each came true, and what that means for the check.
 *
 * An expected violation must occur, and an expected number of states must be exact. What a limit or
 * a property that cannot be judged leaves open is neither met nor failed.
 */
import type { Model } from "../spec/model.ts";
import type { Exploration } from "./explore/explorer.ts";
import { counted } from "./findings.ts";
import { countsWhole } from "./reduce/worth.ts";
import type { ExpectationResult, PropertyVerdict, UnknownReason } from "./verdict.ts";

export interface Expectation {
  readonly result: ExpectationResult;
  /** True when it can not be said whether it comes true. */
  readonly open: boolean;
}

export function judgeExpectations(
  model: Model,
  found: Pick<Exploration, "stopped" | "states" | "reductions">,
  properties: readonly PropertyVerdict[],
): readonly Expectation[] {
  const { states, violations } = model.expect;
  const count = states === undefined ? [] : [judgeCount(states, found)];
  return [...count, ...violations.map((violation) => judgeViolation(violation, found, properties))];
}

function judgeCount(
  { count, span }: NonNullable<Model["expect"]["states"]>,
  found: Pick<Exploration, "stopped" | "states" | "reductions">,
): Expectation {
  const text = `expect ${counted(count, "state")}`;
  if (!countsWhole(found.reductions)) {
    const detail = `found ${found.states} in a reduced graph, which says nothing about all`;
    return { result: { text, met: false, detail, span }, open: true };
  }
  const met = found.stopped === undefined && found.states === count;
  // With more states than expected, a search that ended early has seen enough.
  const open = found.stopped !== undefined && found.states <= count;
  const detail = open ? `the search ended early after ${found.states}` : `found ${found.states}`;
  return { result: { text, met, detail, span }, open };
}

function judgeViolation(
  { name, span }: Model["expect"]["violations"][number],
  found: Pick<Exploration, "stopped" | "states" | "reductions">,
  properties: readonly PropertyVerdict[],
): Expectation {
  const text = `expect violation of ${name}`;
  const verdict = properties.find((property) => property.name === name);
  const result = (met: boolean, detail: string, open = false): Expectation => ({
    result: { text, met, detail, span },
    open,
  });
  if (verdict === undefined) {
    // A built-in property with nothing to examine, or a property that `only` leaves out.
    return found.stopped === undefined
      ? result(false, `there was nothing to examine for ${name}`)
      : result(false, "the search ended early", true);
  }
  switch (verdict.outcome) {
    case "violated": {
      const steps = (verdict.counterexample?.steps.length ?? 1) - 1;
      return result(
        true,
        verdict.counterexample === undefined ? "" : `after ${counted(steps, "step")}`,
      );
    }
    case "holds":
      return result(false, `${name} holds`);
    case "unknown":
      return result(false, openBecause(verdict.unknown), true);
  }
}

function openBecause(unknown: UnknownReason | undefined): string {
  return unknown === undefined ? "unknown" : `unknown: ${unknown.reason}`;
}
