/**
 * How a way of a step ends before its time: blocked, hindered by a bound, or with a violation.
 *
 * Every way is a block of the routine, and ends by leaving it.
 */
import type { Type } from "../../spec/model.ts";
import type { Node } from "../reference/effects.ts";
import type { Context } from "./access.ts";
import type { Term } from "./code.ts";
import { coerce } from "./coerce.ts";
import { branch, emit, hold } from "./emitter.ts";
import { fieldsOf, type Packed } from "./packed.ts";
import type { Plan } from "./plan.ts";
import { both } from "./terms.ts";
import { canMisfit } from "../reference/fit.ts";

/** A step that is being written. */
export interface StepContext extends Context {
  readonly plan: Plan;
  readonly transition: number;
  /** Receiving transitions that took part so far. */
  readonly partners: readonly number[];
  /** Instances in the middle of their step. */
  readonly busy: readonly number[];
  /** The block that a blocked or violating outcome leaves. */
  readonly way: number;
}

/** The value in locals of the routine, so that later writes do not change it. */
export function captive(context: Context, value: Packed): Packed {
  const whole = value.made === undefined ? value : coerce(context.emitter, value, value.type).value;
  return { ...whole, lanes: whole.lanes.map((term) => hold(context.emitter, term)) };
}

export function leave(context: StepContext): void {
  emit(context.emitter, { do: "leave", block: context.way });
}

/** Ends the way with a violation, which counts as a step that was enabled. */
export function violate(
  context: StepContext,
  property: "assert" | "range",
  span: Node<"assert">["span"],
): void {
  const { plan, emitter } = context;
  const label = plan.labelOf(context.transition, context.partners);
  emit(emitter, { do: "count", counter: plan.violationOf(label) });
  plan.noteMove(emitter, context.transition);
  emit(emitter, { do: "sight", site: plan.siteOf({ property, span }) });
  leave(context);
}

/** The value as a place takes it, if there is one; one that does not fit is a violation. */
export function fitted(
  context: StepContext,
  value: Packed,
  type: Type,
  exists: Term,
  span: Node<"assign">["span"],
): Packed {
  const { emitter, plan } = context;
  if (canMisfit(type)) {
    branch(emitter, exists, () => emit(emitter, { do: "count", counter: plan.ranges }));
  }
  const stored = coerce(emitter, value, type);
  const kept = captive(context, stored.value);
  branch(emitter, both(exists, stored.misfit), () => violate(context, "range", span));
  return kept;
}

/** Something full keeps the outcome from happening: noted as a bound, and left. */
export function hinder(context: StepContext, slot: number): void {
  context.plan.noteBound(context.emitter, slot);
  leave(context);
}

/** The fields of a message as locals 0, 1, … of whoever takes it. */
export function fieldLocals(
  context: Context,
  message: Packed,
  kind: number,
): ReadonlyMap<number, Packed> {
  return new Map(fieldsOf(message, kind).map((field, at) => [at, captive(context, field)]));
}
