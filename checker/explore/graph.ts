/**
 * The states that a breadth-first search has found, in the order of finding.
 *
 *     id      0         1        2        3
 *     state   [0,0]     [1,0]    [0,1]    [1,1]
 *     parent  -1        0        0        1
 *
 * Ids grow with depth, so the first state with some property has a shortest path to it. Paths are
 * remade from parent links by asking for the parent's steps again, which costs nothing while
 * searching. The visited set is exact: it holds the whole key of every state.
 */
import type { Model, Value } from "../../spec/model.ts";
import { keyOf } from "../reference/identity.ts";
import { type Beginning, beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import type { PathStep } from "../verdict.ts";
import { bytesOf } from "./budget.ts";
import { NO_REDUCTION, type Reducer, type Representative } from "./reducer.ts";

export interface Graph {
  readonly model: Model;
  readonly states: (readonly Value[])[];
  readonly reducer: Reducer;
  /** Key of a stored state, and of what is stored for any state. */
  readonly keyOf: (state: readonly Value[]) => string;
  readonly key: (state: readonly Value[]) => string;
  readonly ids: Map<string, number>;
  /** Number of states that each one stands for. */
  readonly weights: number[];
  readonly parents: number[];
  readonly depths: number[];
  /** Accounted memory. */
  bytes: number;
}

export function createGraph(model: Model, reducer: Reducer = NO_REDUCTION): Graph {
  const ofStored = keyOf(model);
  return {
    model,
    states: [],
    reducer,
    keyOf: ofStored,
    key: (state) => ofStored(reducer.representative(state).state),
    ids: new Map(),
    weights: [],
    parents: [],
    depths: [],
    bytes: 0,
  };
}

/**
 * What is stored for a state: the key, the state that stands for it, and how many it stands for.
 */
export interface Stored extends Representative {
  readonly key: string;
}

export function storedFor(graph: Graph, state: readonly Value[]): Stored {
  const found = graph.reducer.representative(state);
  return { ...found, key: graph.keyOf(found.state) };
}

/** Adds a state that is new, and gives its id. The parent of an initial state is -1. */
export function addState(graph: Graph, { state, weight, key }: Stored, parent: number): number {
  const id = graph.states.push(state) - 1;
  graph.ids.set(key, id);
  graph.weights.push(weight);
  graph.parents.push(parent);
  graph.depths.push(parent < 0 ? 0 : (graph.depths[parent] ?? 0) + 1);
  graph.bytes += bytesOf(key, state.length);
  return id;
}

/** The shortest path to a state, or to one that it stands for; an initial state first. */
export function pathTo(graph: Graph, id: number): readonly PathStep[] {
  const stored: (readonly Value[])[] = [];
  for (let at = id; at >= 0; at = graph.parents[at] ?? -1) stored.push(graph.states[at] ?? []);
  return realPath(graph.model, stored.toReversed(), graph.key);
}

/**
 * A path of the Model through states of which the given ones are the representatives.
 *
 *     stored   A ───► B ───► C          each step leads from a representative to one that is
 *     real     a ───► b ───► c          renamed; here it is followed without the renaming
 *
 * At each position the first step is taken that leads to a state with the key of the next
 * representative. There is one, because states with one representative have steps that are alike.
 */
export function realPath(
  model: Model,
  representatives: readonly (readonly Value[])[],
  key: (state: readonly Value[]) => string,
): readonly PathStep[] {
  const [first, ...others] = representatives;
  const leadsTo =
    (wanted: readonly Value[]) =>
    ({ state, violation }: Beginning | Step): boolean =>
      violation === undefined && key(state) === key(wanted);
  const start = beginnings(model, createMeter()).find(leadsTo(first ?? []));
  if (start === undefined) return [];
  const steps = [firstStep(start)];
  let { state } = start;
  for (const wanted of others) {
    const step = successors(model, state, createMeter()).steps.find(leadsTo(wanted));
    if (step === undefined) return steps;
    steps.push(pathStep(step));
    state = step.state;
  }
  return steps;
}

export function firstStep({ label, choices, state, spans }: Beginning): PathStep {
  return { transition: undefined, label, choices, state, spans };
}

export function pathStep({ transition, label, choices, state, spans }: Step): PathStep {
  return { transition, label, choices, state, spans };
}
