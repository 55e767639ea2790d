/**
 * From a path of a slice to a path of the whole Model.
 *
 * A slice keeps transitions at their numbers and leaves out effects, so the steps are found again
 * by transition and choices, and the states are made anew. That every path can be completed is
 * proved in `slice.ts`; here it is tried, and a path that cannot be makes the search start over
 * without the slice.
 */
import type { Model } from "../../spec/model.ts";
import { equalValues } from "../../spec/values.ts";
import type { BuiltInViolation, ConditionTally, Exploration } from "../explore/explorer.ts";
import { firstStep, pathStep } from "../explore/graph.ts";
import { isStuck } from "../reference/built-in.ts";
import { type Beginning, beginnings } from "../reference/initial.ts";
import { unhandledMessages } from "../reference/messages.ts";
import { createMeter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import type { PathStep } from "../verdict.ts";

/** What was found in a slice, told of the whole Model; undefined when a path has no counterpart. */
export function completed(model: Model, found: Exploration): Exploration | undefined {
  const tallies = (sliced: readonly ConditionTally[]): readonly ConditionTally[] | undefined =>
    allOrNone(
      sliced.map((tally) => {
        if (tally.path === undefined) return tally;
        const path = completePath(model, tally.path)?.map(shown);
        return path === undefined ? undefined : { ...tally, path };
      }),
    );
  const invariants = tallies(found.invariants);
  const goals = tallies(found.goals);
  const builtIns = allOrNone(found.builtIns.map((each) => completeViolation(model, each)));
  if (invariants === undefined || goals === undefined || builtIns === undefined) return undefined;
  return { ...found, invariants, goals, builtIns };
}

function allOrNone<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

type Taken = Beginning | Step;

function shown(taken: Taken): PathStep {
  return "transition" in taken ? pathStep(taken) : firstStep(taken);
}

/** The same steps in the Model; undefined when one of them is not possible there. */
function completePath(model: Model, path: readonly PathStep[]): readonly Taken[] | undefined {
  const steps: Taken[] = [];
  for (const wanted of path) {
    const last = steps.at(-1);
    const possible: readonly Taken[] =
      last === undefined
        ? beginnings(model, createMeter())
        : successors(model, last.state, createMeter()).steps;
    const step = possible.find(
      (each) =>
        ("transition" in each ? each.transition : undefined) === wanted.transition &&
        equalValues(each.choices, wanted.choices),
    );
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

function completeViolation(model: Model, sliced: BuiltInViolation): BuiltInViolation | undefined {
  const steps = completePath(model, sliced.path);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) return undefined;
  const path = steps.map(shown);
  switch (sliced.property) {
    case "unhandled": {
      const candidate = unhandledMessages(model, last.state, createMeter()).find(
        ({ channel, message }) =>
          channel === sliced.candidate.channel && equalValues(message, sliced.candidate.message),
      );
      return candidate === undefined ? undefined : { ...sliced, candidate, path };
    }
    case "stuck": {
      const found = successors(model, last.state, createMeter());
      if (!isStuck(model, last.state, found.steps)) return undefined;
      return { ...sliced, hindrances: found.hindrances, path };
    }
    default: {
      const { violation } = last;
      return violation?.property === sliced.property ? { ...sliced, violation, path } : undefined;
    }
  }
}
