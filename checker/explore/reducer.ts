/**
 * `Reducer`: what a search may leave out, as two questions that it asks.
 *
 *     new state ──representative──► the state that is stored for it, and how many it stands for
 *     steps     ──follow──────────► the steps that are taken
 *
 * The search itself stays one: without reductions every state stands for itself and every step is
 * followed. What makes the answers sound is the business of `checker/reduce`.
 */
import type { Value } from "../../spec/model.ts";
import type { Step, Successors } from "../reference/successors.ts";

export interface Representative {
  readonly state: readonly Value[];
  /** Number of states of the whole graph that it stands for. */
  readonly weight: number;
}

export interface Reducer {
  /** The same for all states that are alike. */
  readonly representative: (state: readonly Value[]) => Representative;
  /**
   * The steps to take from a stored state. `leadsOn` tells whether a step leads to a state whose
   * own steps are still to be taken.
   */
  readonly follow: (
    state: readonly Value[],
    found: Successors,
    leadsOn: (step: Step) => boolean,
  ) => readonly Step[];
  /** Slots that stand for each other: what is counted by slot is spread over them. */
  readonly alike: readonly (readonly number[])[];
}

export const NO_REDUCTION: Reducer = {
  representative: (state) => ({ state, weight: 1 }),
  follow: (_, { steps }) => steps,
  alike: [],
};
