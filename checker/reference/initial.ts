/**
 * How a run can begin: the initial values of the slots, after the Model's `start` effects.
 *
 * Mostly there is one way. A `choose` in the `entry` block of an initial mode gives several, and an
 * `assert` there can fail before the first step.
 */
import type { Model, Value } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";
import { performAll } from "./effects.ts";
import { frame } from "./evaluate.ts";
import type { Meter } from "./meter.ts";
import type { Run, Violation } from "./outcome.ts";

/** Label of the first entry of every path. */
export const INITIAL_LABEL = "(initial)";

/** One way to begin. With a violation, the state is as far as it was computed and is no state. */
export interface Beginning {
  readonly label: string;
  readonly choices: readonly Value[];
  readonly state: readonly Value[];
  readonly violation: Violation | undefined;
  readonly spans: readonly Span[];
}

/** Every way to begin, in the order of the choices. None when an effect of `start` is blocked. */
export function beginnings(model: Model, meter: Meter): readonly Beginning[] {
  const run: Run = {
    state: model.slots.map((slot) => slot.initial),
    locals: frame(model.startLocals),
    choices: [],
    remarks: [INITIAL_LABEL],
    partners: [],
    spans: [],
  };
  return performAll(model.start, run, { model, meter, busy: [] }).flatMap((outcome) => {
    if (outcome.end === "blocked") return [];
    const { choices, state, remarks, spans } = outcome.run;
    const violation = outcome.end === "violated" ? outcome.violation : undefined;
    return [{ label: remarks.join(""), choices, state, violation, spans }];
  });
}
