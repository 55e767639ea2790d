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
import { successors } from "../reference/successors.ts";

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
      if (step.violation === undefined) {
        transitions++;
        add(step.state);
      } else errors++;
    }
    if (states.size > limit) return undefined;
    errors += wrongWith(model, state, meter);
    if (!model.allowStuck && isStuck(model, state, steps)) errors++;
  }
  return { states: states.size, transitions, errors };
}

/** False invariants and messages without a rule; messages of one kind in one channel are one. */
function wrongWith(model: Model, state: readonly Value[], meter: Meter): number {
  const broken = model.invariants.filter(
    ({ condition, locals }) => !holds(condition, { state, locals: frame(locals), meter }),
  );
  const unhandled = unhandledMessages(model, state, meter).map(
    ({ channel, message }) => `${channel} ${String(part(message, 0))}`,
  );
  return broken.length + new Set(unhandled).size;
}
