/**
 * The steps of a path as lines: number, label, and what each step changed.
 *
 * Whole states are never shown unless asked for; a step is told by its differences. Every reporter
 * that prints steps starts from here, so a step reads the same everywhere.
 */
import { differences, printSlot } from "../checker/differences.ts";
import type { Counterexample, PathStep } from "../checker/verdict.ts";
import type { Model, TransitionKind } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";

/** One variable that a step changed, printed. */
export interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface Step {
  /** 0 for the initial state. */
  readonly number: number;
  readonly label: string;
  /** A fault, or a channel that loses, duplicates or reorders. */
  readonly fault: boolean;
  readonly changes: readonly Change[];
  readonly spans: readonly Span[];
}

const FAULTS: readonly TransitionKind[] = ["fault", "lossy", "duplicating", "reordering"];

/** The steps of `path`, initial state first. */
export function stepsOf(model: Model, path: Counterexample): readonly Step[] {
  return path.steps.map((step, number) => {
    const kind =
      step.transition === undefined ? undefined : model.transitions[step.transition]?.kind;
    const before = path.steps[number - 1]?.state;
    return {
      number,
      label: step.label,
      fault: kind !== undefined && FAULTS.includes(kind),
      changes:
        before === undefined
          ? []
          : differences(model, before, step.state).map((one) => ({
              name: one.path,
              before: one.before,
              after: one.after,
            })),
      spans: step.spans,
    };
  });
}

/** Every variable of the state after a step, printed. */
export function stateOf(
  model: Model,
  step: PathStep | undefined,
): readonly { readonly name: string; readonly value: string }[] {
  if (step === undefined) return [];
  return model.slots.map((slot, index) => ({
    name: slot.name,
    value: printSlot(model, slot, step.state[index] ?? null),
  }));
}
