/**
 * Replay of a recording: does the Model allow a run of which only the labels of its steps are
 * known?
 *
 *     labels   a, b, …     all states in which a run with the labels so far can be
 *
 * A label need not say everything that a step chose, so there may be several such states; a run is
 * possible as long as there is one. Only the reference evaluator takes part.
 */
import type { Model, Value } from "../spec/model.ts";
import { isStuck } from "./reference/built-in.ts";
import { frame, holds } from "./reference/evaluate.ts";
import { keyOf } from "./reference/identity.ts";
import { beginnings } from "./reference/initial.ts";
import { unhandledMessages } from "./reference/messages.ts";
import { createMeter } from "./reference/meter.ts";
import { successors } from "./reference/successors.ts";

export type LabelReplay =
  /** `wrong`: what is violated at the end, whichever of the possible runs it was. */
  | { readonly agrees: true; readonly wrong: readonly string[] }
  /** No run goes on with the label at this position; `possible` are those with which one does. */
  | { readonly agrees: false; readonly step: number; readonly possible: readonly string[] }
  /** The labels leave more states open than are followed. */
  | { readonly agrees: undefined; readonly step: number };

/** Possible states that are followed at a time, at most. */
export const POSSIBLE_MAX = 10_000;

type State = readonly Value[];

/** Walks the labels from every initial state. */
export function replayLabels(model: Model, labels: readonly string[]): LabelReplay {
  const meter = createMeter();
  const keyIn = keyOf(model);
  const unique = (states: readonly State[]): readonly State[] => [
    ...new Map(states.map((state) => [keyIn(state), state])).values(),
  ];
  let states = unique(
    beginnings(model, meter).flatMap(({ state, violation }) =>
      violation === undefined ? [state] : [],
    ),
  );
  for (const [index, label] of labels.entries()) {
    const steps = states.flatMap((state) => successors(model, state, meter).steps);
    const taken = steps.filter((step) => step.label === label);
    if (taken.length === 0) {
      const possible = [...new Set(steps.map((step) => step.label))];
      return { agrees: false, step: index, possible };
    }
    const [violating] = taken.filter(({ violation }) => violation !== undefined);
    const isLast = index === labels.length - 1;
    if (isLast && violating?.violation !== undefined) {
      return { agrees: true, wrong: [violating.violation.property] };
    }
    states = unique(
      taken.flatMap(({ state, violation }) => (violation === undefined ? [state] : [])),
    );
    // A step that violates leads nowhere.
    if (states.length === 0) return { agrees: false, step: index + 1, possible: [] };
    if (states.length > POSSIBLE_MAX) return { agrees: undefined, step: index };
  }
  const [first = [], ...others] = states.map((state) => wrongIn(model, state));
  return { agrees: true, wrong: first.filter((name) => others.every((one) => one.includes(name))) };
}

/** Invariants that are false, and the built-in properties that are violated in the state. */
function wrongIn(model: Model, state: State): readonly string[] {
  const meter = createMeter();
  const invariants = model.invariants.flatMap(({ name, condition, locals }) =>
    holds(condition, { state, locals: frame(locals), meter }) ? [] : [name],
  );
  const unhandled = unhandledMessages(model, state, meter).length > 0 ? ["unhandled"] : [];
  const stuck = isStuck(model, state, successors(model, state, meter).steps) ? ["stuck"] : [];
  return [...invariants, ...unhandled, ...stuck];
}
