/**
 * Is there a fair run that, from some place where a goal is due, never comes to it?
 *
 *     any states            states without the goal
 *     ○──►○──►○ ─ due ─►    ○──►○──►○⟲ fair component
 *
 * No automaton and no product: the nodes are the states themselves, the search for components
 * starts where the goal is due and keeps out of states that have it. One pass over flat arrays,
 * linear in states and steps unless strong fairness takes parts out. Only when there is a
 * counterexample, a breadth-first search finds the shortest way to it, over two copies of the graph
 * (before and after the goal was due).
 */
import type { StateGraph } from "../explore/state-graph.ts";
import type { Scratch } from "./components.ts";
import type { Edges } from "./edges.ts";
import { type FairGraph, fairComponents } from "./fair-components.ts";
import type { FairBits } from "./fairness.ts";
import type { Lasso, Move } from "./lasso.ts";
import { shortLasso } from "./shortest-lasso.ts";

/** Marks of a state that has the goal, and of one in which it is due, were it not there. */
export const GOAL = 1;
export const DUE = 2;

export interface Answer {
  readonly lasso: Lasso | undefined;
  /** Components with an edge inside that were looked at. */
  readonly loops: number;
}

/** The states are marked with `GOAL` and `DUE` in the scratch. */
export function avoiding(
  graph: StateGraph,
  edges: Edges,
  fair: FairBits,
  scratch: Scratch,
): Answer {
  const { states, expanded } = graph;
  const fairGraph: FairGraph = {
    nodes: states,
    offsets: edges.offsets,
    targets: edges.targets,
    marks: edges.labels,
    given: edges.taken,
    words: fair.words,
    enabledWords: fair.words,
    enabled: edges.enabled,
    stateOf: undefined,
    required: fair.weak,
    strong: fair.strong,
    stutters: states,
  };
  // What a state enables that was not expanded is not known; without fairness it does not matter.
  const known = fair.words === 0 ? states : expanded;
  const { marks } = scratch;
  const avoid = (id: number): boolean => id >= known || ((marks[id] ?? 0) & GOAL) !== 0;
  const components = fairComponents(fairGraph, scratch, dueStates(scratch), avoid);
  if (components.count === 0) return { lasso: undefined, loops: components.loops };
  const approach = approachTo(graph, edges, marks, components.of);
  return { lasso: shortLasso(fairGraph, components, approach), loops: components.loops };
}

/** States in which the goal is due, and is not there. */
function dueStates({ marks, roots }: Scratch): Uint32Array {
  let count = 0;
  for (let id = 0; id < marks.length; id++) {
    roots[count] = id;
    if (marks[id] === DUE) count++;
  }
  return roots.subarray(0, count);
}

/** A step of the search on two copies: state `id` before (2 id) and after (2 id + 1) it was due. */
function approachTo(
  graph: StateGraph,
  edges: Edges,
  marks: Uint8Array,
  component: Int32Array,
): Parameters<typeof shortLasso>[2] {
  const { offsets, targets, labels } = edges;
  const parents = new Int32Array(2 * graph.states).fill(-1);
  const parentEdges = new Uint32Array(2 * graph.states);
  const seen = new Uint8Array(2 * graph.states);
  const queue = new Uint32Array(2 * graph.states);
  let tail = 0;
  const visit = (node: number, parent: number, edge: number): void => {
    if (seen[node] === 1) return;
    seen[node] = 1;
    parents[node] = parent;
    parentEdges[node] = edge;
    queue[tail++] = node;
  };
  /** Comes to a state; where the goal becomes due, on both copies at the same depth. */
  const come = (id: number, wasDue: boolean, parent: number, edge: number): void => {
    const own = marks[id] ?? 0;
    if ((own & GOAL) === 0 && (wasDue || (own & DUE) !== 0)) visit(2 * id + 1, parent, edge);
    if (!wasDue) visit(2 * id, parent, edge);
  };
  const entries: number[] = [];
  for (const id of graph.initial) come(id, false, -1, 0);
  for (let head = 0; head < tail; head++) {
    const node = queue[head] ?? 0;
    const id = node >> 1;
    const wasDue = (node & 1) === 1;
    if (wasDue && (component[id] ?? -1) >= 0) entries.push(id);
    for (let edge = offsets[id] ?? 0; edge < (offsets[id + 1] ?? 0); edge++) {
      come(targets[edge] ?? 0, wasDue, node, edge);
    }
  }
  const move = (edge: number): Move => ({
    label: labels[edge] ?? 0,
    target: targets[edge] ?? 0,
  });
  const to = (id: number): Pick<Lasso, "first" | "prefix"> => {
    const prefix: Move[] = [];
    let node = 2 * id + 1;
    for (; (parents[node] ?? -1) >= 0; node = parents[node] ?? -1) {
      prefix.push(move(parentEdges[node] ?? 0));
    }
    return { first: node >> 1, prefix: prefix.toReversed() };
  };
  return { entries, to, move, counted: true };
}
