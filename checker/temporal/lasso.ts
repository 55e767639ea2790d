/**
 * A run that repeats itself: steps to a state, then steps that come back to it.
 *
 *     first ──move──► … ──move──► entry ──move──► … ──move──► entry
 *                                  └──────── loop ────────────┘
 *
 * Searches give labels and ids of states; here the reference evaluator takes the steps, so the path
 * of a counterexample consists of states that it computed.
 */
import type { Model, Value } from "../../spec/model.ts";
import { firstStep, pathStep } from "../explore/graph.ts";
import type { StateGraph, StepLabel } from "../explore/state-graph.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import type { PathStep } from "../verdict.ts";

/** A step: its label and the state it leads to, as the graph numbers them. */
export interface Move {
  readonly label: number;
  readonly target: number;
}

export interface Lasso {
  /** Id of an initial state. */
  readonly first: number;
  readonly prefix: readonly Move[];
  /** Undefined: the run may go on in any way. Without moves: it stays for ever. */
  readonly loop: readonly Move[] | undefined;
  /** Is it known that no counterexample has fewer steps? */
  readonly shortest: boolean;
}

/**
 * The steps of a lasso, as far as the reference evaluator finds them: all, or there is a defect.
 */
export function pathOf(graph: StateGraph, lasso: Lasso): readonly PathStep[] {
  const { model } = graph;
  const key = keyOf(model);
  const wanted = key(graph.state(lasso.first));
  const beginning = beginnings(model, createMeter()).find(
    ({ state, violation }) => violation === undefined && key(state) === wanted,
  );
  if (beginning === undefined) return [];
  const path: PathStep[] = [firstStep(beginning)];
  let state = beginning.state;
  for (const move of [...lasso.prefix, ...(lasso.loop ?? [])]) {
    const step = stepOf(model, state, graph.labels[move.label], key, key(graph.state(move.target)));
    if (step === undefined) break;
    path.push(pathStep(step));
    state = step.state;
  }
  return path;
}

function stepOf(
  model: Model,
  from: readonly Value[],
  label: StepLabel | undefined,
  key: (state: readonly Value[]) => string,
  wanted: string,
): Step | undefined {
  return successors(model, from, createMeter()).steps.find(
    ({ transition, partners, violation, state }) =>
      violation === undefined &&
      transition === label?.transition &&
      partners.join() === label.partners.join() &&
      key(state) === wanted,
  );
}
