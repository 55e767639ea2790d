/**
 * `StepSource`: what a Model allows in a state, for whoever plays it.
 *
 * The engine never decides what a step does. It picks among the steps that a StepSource gives: the
 * engine's own evaluator (`evaluator.ts`), or in debug runs the reference evaluator of the checker,
 * which whoever calls hands in. So each run is a path of the Model by construction.
 */
import type { Model, Value } from "../../spec/model.ts";

/** The values of `Model.slots`, in their order. Nobody changes one. */
export type State = readonly Value[];

export interface PlayedStep {
  /** Index into `Model.transitions`. */
  readonly transition: number;
  /** `app[Client1].Opened(0)`: the transition and what was chosen or received. */
  readonly label: string;
  /** Values chosen and received, and positions of channel faults: tells ways of a step apart. */
  readonly choices: readonly Value[];
  /** Undefined when the step violates `assert` or a range: then it leads nowhere. */
  readonly state: State | undefined;
  /** What is violated, in words. */
  readonly violation: string | undefined;
}

export interface StepSource {
  readonly model: Model;
  /** Every state in which a behaviour can begin. */
  initial(): readonly State[];
  /** Every step of a state, in the order of the transitions. */
  steps(state: State): readonly PlayedStep[];
  /** Names of the invariants that are false in a state. */
  broken(state: State): readonly string[];
}
