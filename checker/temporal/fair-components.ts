/**
 * Components in which a run can stay for ever and be fair.
 *
 *     required   every bit must be given by an edge inside, or be disabled in some node
 *     strong     every bit must be given by an edge inside, or be disabled in all nodes
 *
 * Weak fairness and the acceptance of a Büchi automaton are *required* bits (an acceptance is
 * never disabled). A component that misses one contains no fair loop at all. One that enables a
 * strong bit without giving it may still contain a smaller one: the nodes that enable it are taken
 * out and the rest is searched again (Lichtenstein and Pnueli, Checking that finite state
 * concurrent programs satisfy their linear specification, 1985; the same as emptiness of Streett
 * automata). Each round takes at least one bit for good, so there are at most as many rounds as
 * strong bits.
 *
 * A node may have an edge to itself that is not written down and gives nothing (`stutters`): the
 * run stays there for ever and nothing happens.
 */
import { createComponentFinder, type Digraph, type Scratch } from "./components.ts";

/** A graph whose edges give bits and whose nodes enable them. */
export interface FairGraph extends Digraph {
  /** For each edge, an index into `given`. */
  readonly marks: Uint32Array;
  /** `words` words for each mark. */
  readonly given: Uint32Array;
  /** Words of all bits; the first `enabledWords` of them can be disabled. */
  readonly words: number;
  readonly enabledWords: number;
  /** `enabledWords` words for each state. */
  readonly enabled: Uint32Array;
  /** The state of a node; undefined when nodes are states. */
  readonly stateOf: Uint32Array | undefined;
  readonly required: Uint32Array;
  readonly strong: Uint32Array;
  /** Nodes below this number have an edge to themselves that gives nothing. */
  readonly stutters: number;
}

export interface FairComponents {
  /** For each node the number of its fair component, or -1; empty when there are none. */
  readonly of: Int32Array;
  readonly count: number;
  /** Components with an edge inside that were looked at. */
  readonly loops: number;
}

/**
 * All fair components that are reached from the roots over nodes that `avoid` does not rule out.
 * Disjoint and, within their surroundings, as large as possible.
 */
export function fairComponents(
  graph: FairGraph,
  scratch: Scratch,
  roots: ArrayLike<number>,
  avoid: (node: number) => boolean,
): FairComponents {
  const finder = createComponentFinder(graph, scratch, avoid);
  const fair: Int32Array[] = [];
  const sums = createSums(graph);
  const parts: Int32Array[] = [];
  let loops = 0;
  const report = (members: Int32Array, begin: number, end: number): void => {
    if (end - begin === 1 && sums.isHopeless(members[begin] ?? 0)) return;
    const edges = sums.add(finder.component, members, begin, end);
    if (edges > 0) loops++;
    else if ((members[begin] ?? 0) >= graph.stutters) return;
    if (!sums.hasRequired()) return;
    if (sums.findMissing()) {
      const rest = members.slice(begin, end).filter((node) => !sums.enablesMissing(node));
      if (rest.length > 0) parts.push(rest);
      return;
    }
    fair.push(members.slice(begin, end));
  };
  finder.find(roots, report);
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    for (const node of part) finder.reopen(node);
    finder.find(part, report);
  }
  // Most searches find none, and need no table of all nodes.
  const of = new Int32Array(fair.length === 0 ? 0 : graph.nodes).fill(-1);
  for (const [number, members] of fair.entries()) for (const node of members) of[node] = number;
  return { of, count: fair.length, loops };
}

/** What one component gives, enables and disables. */
interface Sums {
  /** Sums up a component, and gives the number of edges inside. */
  readonly add: (component: Int32Array, members: Int32Array, begin: number, end: number) => number;
  /** Is this node alone no fair component, because a bit that it enables would need an edge? */
  readonly isHopeless: (node: number) => boolean;
  readonly hasRequired: () => boolean;
  /** Is a strong bit enabled and not given? Remembers which. */
  readonly findMissing: () => boolean;
  readonly enablesMissing: (node: number) => boolean;
}

function createSums(graph: FairGraph): Sums {
  const { words, enabledWords, enabled, given, marks, offsets, targets, stateOf } = graph;
  const gives = new Uint32Array(words);
  const enables = new Uint32Array(words);
  const disables = new Uint32Array(words);
  const missing = new Uint32Array(words);
  const add: Sums["add"] = (component, members, begin, end) => {
    gives.fill(0);
    enables.fill(0);
    disables.fill(0);
    let inside = 0;
    for (let at = begin; at < end; at++) {
      const node = members[at] ?? 0;
      const base = (stateOf === undefined ? node : (stateOf[node] ?? 0)) * enabledWords;
      for (let word = 0; word < enabledWords; word++) {
        const bits = enabled[base + word] ?? 0;
        enables[word] = (enables[word] ?? 0) | bits;
        disables[word] = (disables[word] ?? 0) | ~bits;
      }
      const number = component[node];
      const last = offsets[node + 1] ?? 0;
      for (let edge = offsets[node] ?? 0; edge < last; edge++) {
        if (component[targets[edge] ?? 0] !== number) continue;
        inside++;
        const from = (marks[edge] ?? 0) * words;
        for (let word = 0; word < words; word++) {
          gives[word] = (gives[word] ?? 0) | (given[from + word] ?? 0);
        }
      }
    }
    return inside;
  };
  const asked = graph.required.map((bits, word) => bits | (graph.strong[word] ?? 0));
  const isHopeless: Sums["isHopeless"] = (node) => {
    const base = (stateOf === undefined ? node : (stateOf[node] ?? 0)) * enabledWords;
    let open = 0;
    for (let word = 0; word < enabledWords; word++) {
      open |= (asked[word] ?? 0) & (enabled[base + word] ?? 0);
    }
    if (open === 0) return false;
    const last = offsets[node + 1] ?? 0;
    for (let edge = offsets[node] ?? 0; edge < last; edge++) {
      if (targets[edge] === node) return false;
    }
    return true;
  };
  const hasRequired = (): boolean =>
    graph.required.every(
      (bits, word) => (bits & ~((gives[word] ?? 0) | (disables[word] ?? 0))) === 0,
    );
  const findMissing = (): boolean => {
    let any = 0;
    for (let word = 0; word < words; word++) {
      const bits = (graph.strong[word] ?? 0) & (enables[word] ?? 0) & ~(gives[word] ?? 0);
      missing[word] = bits;
      any |= bits;
    }
    return any !== 0;
  };
  const enablesMissing = (node: number): boolean => {
    const base = (stateOf === undefined ? node : (stateOf[node] ?? 0)) * enabledWords;
    for (let word = 0; word < enabledWords; word++) {
      if (((enabled[base + word] ?? 0) & (missing[word] ?? 0)) !== 0) return true;
    }
    return false;
  };
  return { add, isHopeless, hasRequired, findMissing, enablesMissing };
}
