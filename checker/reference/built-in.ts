/**
 * Built-in violations of a state: a message without a rule, and being stuck.
 *
 * A state is stuck when no step but a fault is enabled, unless the run was meant to end there:
 * every instance has all its active regions in final modes. Steps that violate count as enabled, so
 * one defect is not reported twice.
 */
import type { Instance, Model, TransitionKind, Value } from "../../spec/model.ts";
import { part } from "../../spec/values.ts";
import type { Step } from "./successors.ts";

/** Steps that nobody in the system takes: they strike, and may as well never strike. */
const FAULTS: ReadonlySet<TransitionKind> = new Set([
  "fault",
  "lossy",
  "duplicating",
  "reordering",
]);

export function isFault(kind: TransitionKind): boolean {
  return FAULTS.has(kind);
}

export function isStuck(
  model: Model,
  state: readonly Value[],
  steps: readonly Pick<Step, "transition">[],
): boolean {
  const moves = steps.some(({ transition }) => {
    const kind = model.transitions[transition]?.kind;
    return kind !== undefined && !isFault(kind);
  });
  return !moves && !model.instances.every((instance) => isFinal(instance, state));
}

/** Are all active regions of the instance in final modes? */
export function isFinal(instance: Instance, state: readonly Value[]): boolean {
  return instance.regions.every((slot, region) => {
    const leaf = part(state, slot);
    return leaf === null || (instance.finals[region]?.includes(Number(leaf)) ?? false);
  });
}
