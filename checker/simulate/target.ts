/**
 * `Target`: one thing that a walk may come upon, and the question whether it has.
 *
 *     property   an invariant, false      culprit ""
 *                a goal, true                     ""
 *                assert, range                    the place in the text
 *                unhandled                        who receives what in which modes
 *                stuck                            ""
 *
 * Walks, their shrinking and the likelihood of a violation all ask the same question, so it is
 * asked here and nowhere else. The culprits are those of the search: one assertion that fails is
 * one target, wherever and however often it fails.
 */
import type { Invariant, Model, Value } from "../../spec/model.ts";
import { messageCulprit, violationCulprit } from "../explore/culprits.ts";
import { isStuck } from "../reference/built-in.ts";
import { frame, holds } from "../reference/evaluate.ts";
import { unhandledMessages } from "../reference/messages.ts";
import type { Meter } from "../reference/meter.ts";
import type { Move, Place, Stepper } from "./stepper.ts";

export interface Target {
  /** Name of an invariant or goal, or a built-in property. */
  readonly property: string;
  readonly culprit: string;
}

/** One text for each target. */
export function targetKey({ property, culprit }: Target): string {
  return `${property} ${culprit}`;
}

/** What a step runs into: the target of its violation, if it has one. */
export function targetOfMove({ violation }: Move<Place>): Target | undefined {
  if (violation === undefined) return undefined;
  return { property: violation.property, culprit: violationCulprit(violation) };
}

/** Whether taking this step hits the target, by the step alone. */
export function moveHits(target: Target, move: Move<Place>): boolean {
  const hit = targetOfMove(move);
  return hit !== undefined && targetKey(hit) === targetKey(target);
}

/** Whether being in this place hits the target. */
export function placeHits<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  place: P,
  meter: Meter,
): boolean {
  const { model } = stepper;
  const { property, culprit } = target;
  if (property === "assert" || property === "range") return false;
  const values = stepper.values(place);
  if (property === "unhandled") return unhandledIn(model, values, meter).has(culprit);
  if (property === "stuck") return isStuckAt(stepper, place);
  const invariant = model.invariants.find(({ name }) => name === property);
  if (invariant !== undefined) return !isTrue(invariant, values, meter);
  const goal = model.goals.find(({ name }) => name === property);
  return goal !== undefined && isTrue(goal, values, meter);
}

/** Whether no step but a fault is possible, and the run was not meant to end here. */
export function isStuckAt<P extends Place>(stepper: Stepper<P>, place: P): boolean {
  const { model } = stepper;
  if (model.allowStuck) return false;
  const steps = stepper
    .allSteps(place)
    .flatMap(({ transition }) => (transition === undefined ? [] : [{ transition }]));
  return isStuck(model, stepper.values(place), steps);
}

/** The culprits of messages that wait here and have no rule. */
export function unhandledIn(
  model: Model,
  values: readonly Value[],
  meter: Meter,
): ReadonlySet<string> {
  const messages = unhandledMessages(model, values, meter);
  return new Set(messages.map((candidate) => messageCulprit(model, values, candidate)));
}

function isTrue({ condition, locals }: Invariant, state: readonly Value[], meter: Meter): boolean {
  return holds(condition, { state, locals: frame(locals), meter });
}
