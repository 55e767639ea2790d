/**
 * A bounded breadth-first search over a Stepper, for questions about what is near.
 *
 *     starts ──► node ──► node        each with the move that led to it, its parent and its depth
 *                  └────► node ✗      a step that violates: seen, and not gone on from
 *
 * Nodes are told to `see` in the order of their depth, each state once. The search ends when `see`
 * says so, when `states` places were expanded, or beyond `depth` steps. What it can then promise is
 * `exhausted`: every path of at most that many steps has been seen to its end.
 */
import type { Move, Place, Stepper } from "./stepper.ts";

export interface Node<P extends Place> {
  readonly move: Move<P>;
  readonly parent: Node<P> | undefined;
  /** Steps from the start; 0 for a start. */
  readonly depth: number;
}

export interface Bounds {
  /** Places that are expanded at most. */
  readonly states: number;
  /** Longest path that is of interest, in steps. */
  readonly depth: number;
}

export interface Searched {
  /**
   * The ends of all paths of up to this many steps have been seen; infinite when nothing is left.
   */
  readonly exhausted: number;
  /** Places that were expanded. */
  readonly states: number;
}

/** Searches from `starts`. `see` gives true to end the search. */
export function breadthFirst<P extends Place>(
  stepper: Stepper<P>,
  starts: readonly Move<P>[],
  bounds: Bounds,
  see: (node: Node<P>) => boolean,
): Searched {
  const seen = new Set<string>();
  const queue: Node<P>[] = [];
  /** True when the search is to end. */
  const meet = (move: Move<P>, parent: Node<P> | undefined): boolean => {
    const node = { move, parent, depth: parent === undefined ? 0 : parent.depth + 1 };
    if (move.violation !== undefined) return see(node);
    if (seen.has(move.place.key)) return false;
    seen.add(move.place.key);
    queue.push(node);
    return see(node);
  };
  for (const start of starts) if (meet(start, undefined)) return { exhausted: 0, states: 0 };
  for (let next = 0; next < queue.length; next++) {
    const node = queue[next];
    if (node === undefined) break;
    // A node of this depth is about to be expanded: all nodes of this depth have been seen.
    const reached = { exhausted: node.depth, states: next };
    if (node.depth >= bounds.depth || next >= bounds.states) return reached;
    for (const move of stepper.steps(node.move.place)) if (meet(move, node)) return reached;
  }
  return { exhausted: Infinity, states: queue.length };
}

/** The moves from a start to a node. */
export function trailTo<P extends Place>(node: Node<P>): readonly Move<P>[] {
  const moves: Move<P>[] = [];
  for (let at: Node<P> | undefined = node; at !== undefined; at = at.parent) moves.push(at.move);
  return moves.toReversed();
}
