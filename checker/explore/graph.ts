/**
 * The states that a breadth-first search has found, in the order of finding.
 *
 *     id      0         1        2        3
 *     state   [0,0]     [1,0]    [0,1]    [1,1]
 *     parent  -         0        0        1           and the position of the step in the parent's steps
 *
 * Ids grow with depth, so the first state with some property has a shortest path to it. Paths are
 * remade from parent links by asking for the parent's steps again, which costs nothing while searching.
 * The visited set is exact: it holds the whole key of every state.
 */
import type { Model, Value } from "../../spec/model.ts";
import { initialState, keyOf } from "../reference/identity.ts";
import { createMeter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import type { PathStep } from "../verdict.ts";
import { bytesOf } from "./budget.ts";

/** Label of the first entry of every path. */
export const INITIAL_LABEL = "(initial)";

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
  const graph: Graph = {
    model,
    states: [],
    key: keyOf(model),
    ids: new Map(),
    parents: [],
    positions: [],
    depths: [],
    bytes: 0,
  };
  const state = initialState(model);
  addState(graph, state, graph.key(state), -1, -1);
  return graph;
}

/** Adds a state that is new, and gives its id. */
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

/** The shortest path to a state, the initial state first. */
export function pathTo(graph: Graph, id: number): readonly PathStep[] {
  const links: { readonly parent: number; readonly position: number }[] = [];
  for (let at = id; (graph.parents[at] ?? -1) >= 0; at = graph.parents[at] ?? -1) {
    links.push({ parent: graph.parents[at] ?? -1, position: graph.positions[at] ?? -1 });
  }
  const steps = links.toReversed().flatMap(({ parent, position }) => {
    const step = stepsOf(graph, parent)[position];
    return step === undefined ? [] : [pathStep(step)];
  });
  return [initialPathStep(graph.states[0] ?? []), ...steps];
}

function stepsOf(graph: Graph, id: number): readonly Step[] {
  return successors(graph.model, graph.states[id] ?? [], createMeter()).steps;
}

export function initialPathStep(state: readonly Value[]): PathStep {
  return { transition: undefined, label: INITIAL_LABEL, choices: [], state, spans: [] };
}

export function pathStep(step: Step): PathStep {
  const { transition, label, choices, state, spans } = step;
  return { transition, label, choices, state, spans };
}
