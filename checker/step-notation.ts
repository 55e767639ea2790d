/**
 * Walking through a small Model by the labels of its steps, for tests only.
 */
import type { Model, Value } from "../spec/model.ts";
import { printValue } from "../spec/values.ts";
import { beginnings } from "./reference/initial.ts";
import { createMeter } from "./reference/meter.ts";
import { successors } from "./reference/successors.ts";

/** The first state in which the Model can begin. */
export function initialState(model: Model): readonly Value[] {
  const [first] = beginnings(model, createMeter());
  if (first === undefined) throw new Error("this model cannot begin");
  return first.state;
}

/** The state after taking steps by their labels from the initial state. */
export function after(model: Model, ...labels: string[]): readonly Value[] {
  return labels.reduce((state, label) => {
    const found = successors(model, state, createMeter()).steps.find((s) => s.label === label);
    if (found === undefined)
      throw new Error(`no step ${label} among ${enabled(model, state).join()}`);
    return found.state;
  }, initialState(model));
}

export function enabled(
  model: Model,
  state: readonly Value[] = initialState(model),
): readonly string[] {
  return successors(model, state, createMeter()).steps.map((s) =>
    s.violation === undefined ? s.label : `${s.label} !${s.violation.property}`,
  );
}

export function obstacles(
  model: Model,
  state: readonly Value[] = initialState(model),
): readonly string[] {
  return successors(model, state, createMeter()).hindrances.map(({ obstacle }) => obstacle.why);
}

/** A slot of a state, printed. */
export function seen(model: Model, state: readonly Value[], name: string): string {
  const index = model.slots.findIndex((slot) => slot.name === name);
  const slot = model.slots[index];
  return slot === undefined ? "no such slot" : printValue(state[index] ?? null, slot.type);
}
