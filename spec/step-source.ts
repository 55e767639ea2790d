/**
 * `StepSource`: what a Model allows in a state, for whoever plays it.
 *
 * The engine never decides what a step does, and has no evaluator of its own: it picks among the
 * steps that a StepSource gives. Whoever calls hands one in: compiled code for speed, the reference
 * evaluator to be sure. So each run is a path of the Model's graph by construction, and there is
 * one meaning of a specification, not two.
 *
 * `State` is whatever the source works on; only the source looks into it.
 */
import type { Condition } from "./deployment.ts";
import type { Model, Value } from "./model.ts";

export interface PlayedStep<State> {
  /** Index into `Model.transitions`. */
  readonly transition: number;
  /** Tells the ways of one transition apart; the same whenever the way is the same. */
  readonly way: string;
  /** Undefined when the step violates `assert` or a range: then it leads nowhere. */
  readonly state: State | undefined;
  /** The built-in property that is violated. */
  readonly violation: string | undefined;
}

export interface StepSource<State> {
  readonly model: Model;
  /** Every state in which a behaviour can begin. */
  initial(): readonly State[];
  /** Every step of a state; always the same ones, in the same order. */
  steps(state: State): readonly PlayedStep<State>[];
  /** What is wrong in a state: false invariants, `unhandled`, `stuck`. */
  broken(state: State): readonly string[];
  /** Is a condition of the deployment true in the state? */
  holds(state: State, condition: Condition): boolean;
  /** What a step of the state is, for people: `app[Client1].Opened(0)`. */
  describe(state: State, step: PlayedStep<State>): string;
  /** The values of `Model.slots`, in their order. */
  values(state: State): readonly Value[];
  /** Equal for equal states, and for no others. */
  key(state: State): string;
}
