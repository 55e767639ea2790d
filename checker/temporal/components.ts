/**
 * Strongly connected components of part of a graph in flat arrays, without recursion.
 *
 *     region    0  0  7  0 -1       which part a node belongs to; steps between parts do not count
 *     members   ……[ 4 9 2 ]……       a component, as it is reported
 *
 * Tarjan's algorithm (Depth-first search and linear graph algorithms, 1972), with the call stack
 * written out: a node and the next of its edges. Every node and edge of the part is visited once.
 * The arrays are kept between calls, because the search for fair loops calls again for smaller and
 * smaller parts.
 */
export interface Digraph {
  readonly nodes: number;
  /** `nodes + 1` entries: the edges of node `n` are `offsets[n]` up to `offsets[n + 1]`. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
}

export interface ComponentFinder {
  /** The part of each node, -1 for none; the caller's to change between calls. */
  readonly region: Int32Array;
  /** For each node that was reported, the number of its component: a new one for every report. */
  readonly component: Int32Array;
  /**
   * Reports the components that are reached from the roots within their own parts: the members are
   * `members[begin]` up to `members[end]`, valid during the report. Nodes seen by an earlier call
   * since the last `forget` are not visited again.
   */
  readonly find: (
    roots: Iterable<number>,
    report: (members: Int32Array, begin: number, end: number) => void,
  ) => void;
  /** Lets a node be visited by the next call. */
  readonly forget: (node: number) => void;
}

export function createComponentFinder(graph: Digraph): ComponentFinder {
  const { nodes, offsets, targets } = graph;
  const region = new Int32Array(nodes).fill(-1);
  const component = new Int32Array(nodes).fill(-1);
  /** Order of discovery from 1 on; 0 for a node that was not visited. */
  const order = new Uint32Array(nodes);
  const low = new Uint32Array(nodes);
  const open = new Int32Array(nodes);
  const calls = new Int32Array(nodes);
  const next = new Uint32Array(nodes);
  let discovered = 0;
  let reported = 0;

  const find: ComponentFinder["find"] = (roots, report) => {
    let opened = 0;
    for (const root of roots) {
      if (order[root] !== 0 || (region[root] ?? -1) < 0) continue;
      let depth = 0;
      calls[0] = root;
      order[root] = low[root] = ++discovered;
      next[root] = offsets[root] ?? 0;
      open[opened++] = root;
      while (depth >= 0) {
        const node = calls[depth] ?? 0;
        const edge = next[node] ?? 0;
        if (edge < (offsets[node + 1] ?? 0)) {
          next[node] = edge + 1;
          const target = targets[edge] ?? 0;
          if (region[target] !== region[node]) continue;
          if (order[target] === 0) {
            order[target] = low[target] = ++discovered;
            next[target] = offsets[target] ?? 0;
            open[opened++] = target;
            calls[++depth] = target;
          } else if (component[target] === -1) {
            // Still open, so it lies on a way back.
            const back = order[target] ?? 0;
            if (back < (low[node] ?? 0)) low[node] = back;
          }
          continue;
        }
        depth--;
        const lowest = low[node] ?? 0;
        if (depth >= 0) {
          const parent = calls[depth] ?? 0;
          if (lowest < (low[parent] ?? 0)) low[parent] = lowest;
        }
        if (lowest !== order[node]) continue;
        const end = opened;
        do {
          opened--;
          component[open[opened] ?? 0] = reported;
        } while (open[opened] !== node);
        reported++;
        report(open, opened, end);
      }
    }
  };
  const forget = (node: number): void => {
    order[node] = 0;
    component[node] = -1;
  };
  return { region, component, find, forget };
}
