/**
 * Replay: walks the steps of a path again, from the start, and judges its end anew.
 *
 * A counterexample is shown only after this. The walk shares the evaluator with the reference
 * search and nothing else: no visited set, no parent links, no compiled code. It demands that every
 * step is possible where it is taken, with the same label and choices, and leads to the very same
 * state; that no step before the last violates; and that the end violates what the path claims. A
 * disagreement is a defect of this program, and never the user's.
 *
 * A run that repeats itself must come back to where its loop begins, be fair by the count of this
 * evaluator, and make the formula false by its definition (`temporal/replay-run.ts`).
 */
import type { Model, Refinement, Value } from "../spec/model.ts";
import { equalValues } from "../spec/values.ts";
import { bothLevels } from "./refinement/both-levels.ts";
import { isStuck } from "./reference/built-in.ts";
import { frame, holds } from "./reference/evaluate.ts";
import { type Beginning, beginnings } from "./reference/initial.ts";
import { unhandledMessages } from "./reference/messages.ts";
import { createMeter } from "./reference/meter.ts";
import { type Step, successors } from "./reference/successors.ts";
import { contradictionOf } from "./temporal/replay-run.ts";
import type { Loop, PathStep } from "./verdict.ts";

export type Replay =
  | { readonly agrees: true }
  | {
      readonly agrees: false;
      /** Position in the path at which the evaluation differs. */
      readonly step: number;
      /** What differs, in one sentence. */
      readonly reason: string;
    };

/** Labels of possible steps that are listed beside the one that is not. */
const MAX_LISTED = 8;

/**
 * Does the Model allow these steps, and does their end show what is claimed: `property` violated
 * (an invariant, refinement or built-in property), or reached (a goal)? For a temporal property,
 * the whole run with its loop shows it. For the name of a scenario, and where no property is given,
 * only the steps are walked.
 */
export function replay(
  model: Model,
  property: string | undefined,
  steps: readonly PathStep[],
  loop?: Loop,
): Replay {
  if (steps.length === 0) return differs(0, "the path is empty");
  let last: Beginning | Step | undefined;
  for (const [index, wanted] of steps.entries()) {
    if (last?.violation !== undefined) {
      return differs(index - 1, `\`${last.label}\` violates \`${last.violation.property}\``);
    }
    const possible: readonly (Beginning | Step)[] =
      last === undefined
        ? beginnings(model, createMeter())
        : successors(model, last.state, createMeter()).steps;
    const found = possible.find((candidate) => isSame(candidate, wanted));
    if (found === undefined) return differs(index, impossible(wanted, possible));
    if (!equalValues(found.state, wanted.state)) {
      return differs(index, `\`${wanted.label}\` leads to another state`);
    }
    last = found;
  }
  const refinement = model.refinements.find(({ name }) => name === property);
  if (refinement !== undefined && last?.violation === undefined) {
    return judgeRefinement(refinement, steps);
  }
  const run = { steps, loop };
  const end = last === undefined ? undefined : judge(model, property, last, run);
  return end === undefined ? { agrees: true } : differs(steps.length - 1, end);
}

/** Is the last step the first that the abstract system cannot follow? */
function judgeRefinement(refinement: Refinement, steps: readonly PathStep[]): Replay {
  const levels = bothLevels(
    refinement,
    steps.map(({ state }) => state),
  );
  const { system } = refinement.abstract;
  if (levels.fault === undefined) {
    return differs(steps.length - 1, `\`${system}\` can follow every step`);
  }
  const at = levels.steps.length - 1;
  if (at === steps.length - 1) return { agrees: true };
  return differs(at, `\`${system}\` cannot follow this step already`);
}

function differs(step: number, reason: string): Replay {
  return { agrees: false, step, reason };
}

/** Is it the step that was named? Its state is compared afterwards, to say what differs. */
function isSame(candidate: Beginning | Step, wanted: PathStep): boolean {
  const transition = "transition" in candidate ? candidate.transition : undefined;
  return (
    transition === wanted.transition &&
    candidate.label === wanted.label &&
    equalValues(candidate.choices, wanted.choices)
  );
}

function impossible(wanted: PathStep, possible: readonly { readonly label: string }[]): string {
  const labels = [...new Set(possible.map(({ label }) => `\`${label}\``))];
  const listed = labels.slice(0, MAX_LISTED).join(", ");
  const more = labels.length > MAX_LISTED ? `, and ${labels.length - MAX_LISTED} more` : "";
  const instead = labels.length === 0 ? "nothing is" : `possible: ${listed}${more}`;
  return `\`${wanted.label}\` is not possible there; ${instead}`;
}

/** What contradicts the claim at the end of the path; undefined when nothing does. */
function judge(
  model: Model,
  property: string | undefined,
  end: Beginning | Step,
  run: { readonly steps: readonly PathStep[]; readonly loop: Loop | undefined },
): string | undefined {
  if (property === undefined) return undefined;
  if (model.kind === "scenario" && model.name === property) return undefined;
  const meter = createMeter();
  const value = (subject: Model["invariants"][number], state: readonly Value[]): boolean =>
    holds(subject.condition, { state, locals: frame(subject.locals), meter });
  if (property === "assert" || property === "range") {
    const violated = end.violation?.property;
    return violated === property ? undefined : `the last step does not violate \`${property}\``;
  }
  if (end.violation !== undefined) {
    return `the last step violates \`${end.violation.property}\` and ends in no state`;
  }
  if (property === "unhandled") {
    const messages = unhandledMessages(model, end.state, meter);
    return messages.length > 0 ? undefined : "every message has a rule in the last state";
  }
  if (property === "stuck") {
    const { steps } = successors(model, end.state, meter);
    return isStuck(model, end.state, steps) ? undefined : "the last state is not stuck";
  }
  const invariant = model.invariants.find(({ name }) => name === property);
  if (invariant !== undefined) {
    return value(invariant, end.state) ? `\`${property}\` is true in the last state` : undefined;
  }
  const goal = model.goals.find(({ name }) => name === property);
  if (goal !== undefined) {
    return value(goal, end.state) ? undefined : `\`${property}\` is false in the last state`;
  }
  const temporal = model.temporal.find(({ name }) => name === property);
  if (temporal !== undefined) return contradictionOf(model, temporal, run.steps, run.loop);
  return `the model has no property \`${property}\``;
}
