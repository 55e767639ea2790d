/**
 * `always p`: the nearest state without p, if there is one.
 *
 * Every run to it can be continued fairly (no run comes to a point from which all continuations are
 * unfair, since a fair transition that is enabled can be taken), so the way there is the whole
 * counterexample and needs no loop.
 */
import type { StateGraph } from "../explore/state-graph.ts";
import type { Edges } from "./edges.ts";
import type { Lasso, Move } from "./lasso.ts";

/** A shortest way to a state of this kind. */
export function wayTo(
  graph: StateGraph,
  edges: Edges,
  isWanted: (id: number) => boolean,
): Lasso | undefined {
  const { offsets, targets, labels } = edges;
  const parents = new Int32Array(graph.states).fill(-1);
  const parentEdges = new Uint32Array(graph.states);
  const seen = new Uint8Array(graph.states);
  const queue = new Uint32Array(graph.states);
  let tail = 0;
  const visit = (id: number, parent: number, edge: number): void => {
    if (seen[id] === 1) return;
    seen[id] = 1;
    parents[id] = parent;
    parentEdges[id] = edge;
    queue[tail++] = id;
  };
  for (const id of graph.initial) visit(id, -1, 0);
  for (let head = 0; head < tail; head++) {
    const id = queue[head] ?? 0;
    if (isWanted(id)) {
      const prefix: Move[] = [];
      let at = id;
      for (; (parents[at] ?? -1) >= 0; at = parents[at] ?? -1) {
        const edge = parentEdges[at] ?? 0;
        prefix.push({ label: labels[edge] ?? 0, target: targets[edge] ?? 0 });
      }
      return { first: at, prefix: prefix.toReversed(), loop: undefined, shortest: true };
    }
    for (let edge = offsets[id] ?? 0; edge < (offsets[id + 1] ?? 0); edge++) {
      visit(targets[edge] ?? 0, id, edge);
    }
  }
  return undefined;
}
