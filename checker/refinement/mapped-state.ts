/**
 * The abstract state of one state of the implementation, computed as plainly as it is meant.
 *
 * Each value is stored as an assignment stores it: a range wraps or saturates, a plain range or a
 * list that would be left makes a misfit. `images.ts` computes the same faster, for the judge; this
 * form serves what is shown and what is replayed, and keeps the value that does not fit.
 */
import type { Model, Refinement, Slot, Value } from "../../spec/model.ts";
import { parts } from "../../spec/values.ts";
import { arrange } from "../reference/effects.ts";
import { evaluate, frame } from "../reference/evaluate.ts";
import { fit, type Misfit } from "../reference/fit.ts";
import type { Meter } from "../reference/meter.ts";

export interface MappedState {
  /** The whole vector of the abstract Model; ghosts, which no mapping knows, as they begin. */
  readonly state: readonly Value[];
  /** The first value that its variable cannot hold; the state has it as it is. */
  readonly misfit: { readonly slot: number; readonly why: Misfit } | undefined;
}

/** Maps a state of the implementation. */
export function mappedState(
  { abstract, mapping }: Refinement,
  state: readonly Value[],
  meter: Meter,
): MappedState {
  const values = abstract.slots.map((slot) => slot.initial);
  let misfit: MappedState["misfit"];
  for (const { slot: index, value: expr, locals } of mapping) {
    const slot = abstract.slots[index];
    if (slot === undefined) continue;
    const value = evaluate(expr, { state, locals: frame(locals), meter });
    const fitted = fit(value, slot.type);
    if (fitted.misfit !== undefined) misfit ??= { slot: index, why: fitted.misfit };
    values[index] = fitted.misfit === undefined ? stored(abstract, slot, fitted.value) : value;
  }
  return { state: values, misfit };
}

/** A value as the slot keeps it: the messages of a bag in the order of values. */
export function stored(abstract: Model, { role }: Slot, value: Value): Value {
  if (role.role !== "channel") return value;
  return arrange(parts(value), abstract.channels[role.channel]?.discipline ?? "fifo");
}
