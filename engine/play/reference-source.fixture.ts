/** The reference evaluator of the checker as a StepSource, for tests. */
import { frame, holds } from "../../checker/reference/evaluate.ts";
import { keyOf } from "../../checker/reference/identity.ts";
import { beginnings } from "../../checker/reference/initial.ts";
import { createMeter } from "../../checker/reference/meter.ts";
import { successors } from "../../checker/reference/successors.ts";
import type { Model, Value } from "../../spec/model.ts";
import type { StepSource } from "../../spec/step-source.ts";

export function referenceSource(model: Model): StepSource<readonly Value[]> {
  return {
    model,
    initial: () =>
      beginnings(model, createMeter()).flatMap(({ state, violation }) =>
        violation === undefined ? [state] : [],
      ),
    steps: (state) =>
      successors(model, state, createMeter()).steps.map((step) => ({
        transition: step.transition,
        way: step.label,
        state: step.violation === undefined ? step.state : undefined,
        violation: step.violation?.property,
      })),
    describe: (_state, step) => step.way,
    values: (state) => state,
    key: keyOf(model),
    holds: (state, { expr, locals }) =>
      holds(expr, { state, locals: frame(locals), meter: createMeter() }),
    broken: (state) =>
      model.invariants.flatMap(({ name, condition, locals }) =>
        holds(condition, { state, locals: frame(locals), meter: createMeter() }) ? [] : [name],
      ),
  };
}
