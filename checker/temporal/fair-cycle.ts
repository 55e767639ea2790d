/**
 * A short fair way round inside a fair component.
 *
 *     entry ──► … an edge that gives a missing bit, or a node that disables it … ──► entry
 *
 * From the entry the walk goes to the nearest place that gives something still missing, and so on,
 * and then back. A strong bit is missing only once the walk has passed a node that enables it, so a
 * walk that keeps clear of such nodes stays short. Greedy: the loop is short, not shortest. It ends
 * because each leg gives a bit for good, and a fair component gives all that it can be asked for.
 */
import type { FairGraph } from "./fair-components.ts";

/** A search for fair cycles, with its arrays. */
export interface CycleFinder {
  /**
   * Edges of a fair cycle through `entry` within its component; none when it can stay there.
   * Undefined when the component is not fair.
   */
  readonly from: (entry: number, component: Int32Array) => readonly number[] | undefined;
}

export function createCycleFinder(graph: FairGraph): CycleFinder {
  const seen = new Uint32Array(graph.nodes);
  /** The edge over which a node was found, and where that begins. */
  const by = new Uint32Array(graph.nodes);
  const source = new Uint32Array(graph.nodes);
  const queue = new Uint32Array(graph.nodes);
  let round = 0;

  /** Edges of a shortest way from a node to an edge that is wanted, that one included. */
  const nearest = (
    from: number,
    component: Int32Array,
    isWanted: (edge: number, target: number) => boolean,
  ): readonly number[] | undefined => {
    round++;
    let head = 0;
    let tail = 0;
    queue[tail++] = from;
    seen[from] = round;
    while (head < tail) {
      const node = queue[head++] ?? 0;
      const end = graph.offsets[node + 1] ?? 0;
      for (let edge = graph.offsets[node] ?? 0; edge < end; edge++) {
        const target = graph.targets[edge] ?? 0;
        if (component[target] !== component[from]) continue;
        if (isWanted(edge, target)) return [...wayTo(node, from), edge];
        if (seen[target] === round) continue;
        seen[target] = round;
        by[target] = edge;
        source[target] = node;
        queue[tail++] = target;
      }
    }
    return undefined;
  };
  const wayTo = (node: number, from: number): number[] => {
    const edges: number[] = [];
    for (let at = node; at !== from; ) {
      edges.push(by[at] ?? 0);
      at = source[at] ?? from;
    }
    return edges.toReversed();
  };

  const from = (entry: number, component: Int32Array): readonly number[] | undefined => {
    const needs = createNeeds(graph);
    needs.visit(entry);
    const walk: number[] = [];
    let at = entry;
    const isBack = (): boolean => at === entry && (walk.length > 0 || entry < graph.stutters);
    while (needs.any() || !isBack()) {
      const leg = needs.any()
        ? nearest(at, component, (edge, target) => needs.isMetBy(edge, target))
        : nearest(at, component, (_, target) => target === entry);
      if (leg === undefined) return undefined;
      for (const edge of leg) {
        walk.push(edge);
        at = graph.targets[edge] ?? 0;
        needs.take(edge);
        needs.visit(at);
      }
    }
    return walk;
  };
  return { from };
}

/** What a walk still has to do to be fair. */
interface Needs {
  readonly visit: (node: number) => void;
  readonly take: (edge: number) => void;
  readonly any: () => boolean;
  readonly isMetBy: (edge: number, target: number) => boolean;
}

function createNeeds(graph: FairGraph): Needs {
  const { words, enabledWords, enabled, given, marks, stateOf, required, strong } = graph;
  const gives = new Uint32Array(words);
  const enables = new Uint32Array(words);
  const disables = new Uint32Array(words);
  const baseOf = (node: number): number =>
    (stateOf === undefined ? node : (stateOf[node] ?? 0)) * enabledWords;
  const missing = (word: number): number => {
    const given = gives[word] ?? 0;
    const weak = (required[word] ?? 0) & ~(given | (disables[word] ?? 0));
    return weak | ((strong[word] ?? 0) & (enables[word] ?? 0) & ~given);
  };
  return {
    visit(node) {
      for (let word = 0; word < enabledWords; word++) {
        const bits = enabled[baseOf(node) + word] ?? 0;
        enables[word] = (enables[word] ?? 0) | bits;
        disables[word] = (disables[word] ?? 0) | ~bits;
      }
    },
    take(edge) {
      const base = (marks[edge] ?? 0) * words;
      for (let word = 0; word < words; word++) {
        gives[word] = (gives[word] ?? 0) | (given[base + word] ?? 0);
      }
    },
    any() {
      for (let word = 0; word < words; word++) if (missing(word) !== 0) return true;
      return false;
    },
    isMetBy(edge, target) {
      const base = (marks[edge] ?? 0) * words;
      for (let word = 0; word < words; word++) {
        const open = missing(word);
        if ((open & (given[base + word] ?? 0)) !== 0) return true;
        if (word >= enabledWords) continue;
        const disabled = ~(enabled[baseOf(target) + word] ?? 0);
        if ((open & (required[word] ?? 0) & disabled) !== 0) return true;
      }
      return false;
    },
  };
}
