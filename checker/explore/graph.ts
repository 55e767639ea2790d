/**
 * The states that a breadth-first search has found, in the order of finding.
 *
 *     id      0         1        2        3
 *     state   [0,0]     [1,0]    [0,1]    [1,1]
 *     parent  -1        0        0        1           and where the step stands there
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

export interface Graph {
  readonly model: Model;
  readonly states: (readonly Value[])[];
  readonly key: (state: readonly Value[]) => string;
  readonly ids: Map<string, number>;
  readonly parents: number[];
  readonly positions: number[];
  readonly depths: number[];
  /** Accounted memory. */
  bytes: number;
}

export function createGraph(model: Model): Graph {
  return {
    model,
    states: [],
    key: keyOf(model),
    ids: new Map(),
    parents: [],
    positions: [],
    depths: [],
    bytes: 0,
  };
}

/**
 * Adds a state that is new, and gives its id. The parent of an initial state is -1, and its
 * position is that among the beginnings of the Model.
 */
export function addState(
  graph: Graph,
  state: readonly Value[],
  key: string,
  parent: number,
  position: number,
): number {
  const id = graph.states.push(state) - 1;
  graph.ids.set(key, id);
  graph.parents.push(parent);
  graph.positions.push(position);
  graph.depths.push(parent < 0 ? 0 : (graph.depths[parent] ?? 0) + 1);
  graph.bytes += bytesOf(key, state.length);
  return id;
}

/** The shortest path to a state, an initial state first. */
export function pathTo(graph: Graph, id: number): readonly PathStep[] {
  const steps: PathStep[] = [];
  let at = id;
  for (let parent = parentOf(graph, at); parent >= 0; parent = parentOf(graph, at)) {
    const meter = createMeter();
    const taken = successors(graph.model, graph.states[parent] ?? [], meter).steps;
    const step = taken[graph.positions[at] ?? -1];
    if (step !== undefined) steps.push(pathStep(step));
    at = parent;
  }
  const start = beginnings(graph.model, createMeter())[graph.positions[at] ?? -1];
  if (start !== undefined) steps.push(firstStep(start));
  return steps.toReversed();
}

function parentOf(graph: Graph, id: number): number {
  return graph.parents[id] ?? -1;
}

export function firstStep({ label, choices, state, spans }: Beginning): PathStep {
  return { transition: undefined, label, choices, state, spans };
}

export function pathStep({ transition, label, choices, state, spans }: Step): PathStep {
  return { transition, label, choices, state, spans };
}
