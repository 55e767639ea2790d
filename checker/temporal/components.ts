/**
 * Strongly connected components of part of a graph in flat arrays, without recursion.
 *
 *     order     0  3  1  CLOSED        0: to be visited; CLOSED: reported, or not in the part
 *     open      …[ 4 9 2 ]…            visited and not yet reported; a component is its end
 *     calls     node, next edge, lowest order that was seen, by depth
 *
 * Tarjan's algorithm (Depth-first search and linear graph algorithms, 1972), with the call stack
 * written out. Every node and edge of the part is visited once, and an edge costs one access to
 * memory that is not near by, the order of its target: a closed node has the highest order there
 * is, so it neither is visited nor lowers anything. What recursion would keep for each node is kept
 * by depth instead.
 */
export interface Digraph {
  readonly nodes: number;
  /** `nodes + 1` entries: the edges of node `n` are `offsets[n]` up to `offsets[n + 1]`. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
}

export interface ComponentFinder {
  /** For each node that was reported, the number of its component: a new one for every report. */
  readonly component: Int32Array;
  /**
   * Reports the components of nodes to be visited that are reached from the roots over such nodes:
   * the members are `members[begin]` up to `members[end]`, valid during the report.
   */
  readonly find: (
    roots: ArrayLike<number>,
    report: (members: Int32Array, begin: number, end: number) => void,
  ) => void;
  /** Lets a node be visited by the next call. */
  readonly reopen: (node: number) => void;
}

/** Higher than every order of discovery. */
const CLOSED = 0xff_ff_ff_ff;

/** The arrays of a search, to be used again: most of the time of a small search is to make them. */
export interface Scratch {
  readonly component: Int32Array;
  readonly order: Uint32Array;
  readonly open: Int32Array;
  readonly calls: Int32Array;
  readonly edges: Uint32Array;
  readonly lows: Uint32Array;
  /** For whoever asks: where the search begins, and what is known of each node. */
  readonly roots: Uint32Array;
  readonly marks: Uint8Array;
}

/** Bytes of the arrays for one node. */
export const SCRATCH_BYTES = 29;

export function createScratch(nodes: number): Scratch {
  return {
    component: new Int32Array(nodes),
    order: new Uint32Array(nodes),
    open: new Int32Array(nodes),
    calls: new Int32Array(nodes),
    edges: new Uint32Array(nodes),
    lows: new Uint32Array(nodes),
    roots: new Uint32Array(nodes),
    marks: new Uint8Array(nodes),
  };
}

/**
 * Nodes that `isOut` are never visited, unless they are reopened. Uses the arrays until the next.
 */
export function createComponentFinder(
  { nodes, offsets, targets }: Digraph,
  { component, order, open, calls, edges, lows }: Scratch,
  isOut: (node: number) => boolean,
): ComponentFinder {
  component.fill(-1);
  for (let node = 0; node < nodes; node++) order[node] = isOut(node) ? CLOSED : 0;
  let reported = 0;

  const find: ComponentFinder["find"] = (roots, report) => {
    let opened = 0;
    let discovered = 0;
    for (let at = 0; at < roots.length; at++) {
      const root = roots[at] ?? 0;
      if (order[root] !== 0) continue;
      let depth = 0;
      let node = root;
      let edge = offsets[root] ?? 0;
      let end = offsets[root + 1] ?? 0;
      let low = ++discovered;
      order[root] = low;
      open[opened++] = root;
      for (;;) {
        if (edge < end) {
          const target = targets[edge++] ?? 0;
          const seen = order[target] ?? 0;
          if (seen !== 0) {
            if (seen < low) low = seen;
            continue;
          }
          calls[depth] = node;
          edges[depth] = edge;
          lows[depth++] = low;
          node = target;
          edge = offsets[node] ?? 0;
          end = offsets[node + 1] ?? 0;
          low = ++discovered;
          order[node] = low;
          open[opened++] = node;
          continue;
        }
        if (low === order[node]) {
          const last = opened;
          do {
            const member = open[--opened] ?? 0;
            component[member] = reported;
            order[member] = CLOSED;
          } while (open[opened] !== node);
          reported++;
          report(open, opened, last);
        }
        if (depth === 0) break;
        node = calls[--depth] ?? 0;
        edge = edges[depth] ?? 0;
        end = offsets[node + 1] ?? 0;
        // A closed child keeps its order, which is higher than that of its parent.
        low = Math.min(low, lows[depth] ?? 0);
      }
    }
  };
  return {
    component,
    find,
    reopen(node) {
      order[node] = 0;
      component[node] = -1;
    },
  };
}
