/**
 * What an export of a Model must count, by the reference evaluator; for tests only.
 *
 * States are those of the Model, ghosts aside. Steps are counted each time that one is enabled,
 * also where two lead to the same state. Errors are everything that is wrong somewhere: steps that
 * violate, false invariants, messages without a rule, being stuck, each once for each state.
 */
import type { Model, Value } from "../../spec/model.ts";
import { part } from "../../spec/values.ts";
import { isStuck } from "../reference/built-in.ts";
import { frame, holds } from "../reference/evaluate.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { unhandledMessages } from "../reference/messages.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";

export interface ExpectedCounts {
  readonly states: number;
  readonly transitions: number;
  readonly errors: number;
}

/** The counts, or undefined when there are more than `limit` states. */
export function expectedCounts(model: Model, limit: number): ExpectedCounts | undefined {
  const meter = createMeter();
  const key = keyOf(model);
  const states = new Map<string, readonly Value[]>();
  const add = (state: readonly Value[]): void => {
    if (!states.has(key(state))) states.set(key(state), state);
  };
  for (const begin of beginnings(model, meter)) {
    if (begin.violation === undefined) add(begin.state);
  }
  let transitions = 0;
  let errors = 0;
  for (const state of states.values()) {
    const { steps } = successors(model, state, meter);
    for (const step of steps) {
      if (step.violation !== undefined) continue;
      transitions++;
      add(step.state);
    }
    if (states.size > limit) return undefined;
    errors += errorsAt(model, state, steps, meter);
  }
  return { states: states.size, transitions, errors };
}

/** How many things are wrong in a state, given its steps. */
export function errorsAt(
  model: Model,
  state: readonly Value[],
  steps: readonly Step[],
  meter: Meter,
): number {
  const judged = model.invariants.filter(
    ({ name }) => model.only === undefined || model.only.includes(name),
  );
  const broken = judged.filter(
    ({ condition, locals }) => !holds(condition, { state, locals: frame(locals), meter }),
  );
  // Messages of one kind in one channel are one error.
  const unhandled = unhandledMessages(model, state, meter).map(
    ({ channel, message }) => `${channel} ${String(part(message, 0))}`,
  );
  const violating = steps.filter(({ violation }) => violation !== undefined);
  const stuck = !model.allowStuck && isStuck(model, state, steps);
  return violating.length + broken.length + new Set(unhandled).size + Number(stuck);
}
