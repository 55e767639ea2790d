/**
 * Fingerprint of a state graph: equal graphs have equal ones, whatever order they were found in.
 *
 *     states    sum of hash(state)                       over all states, ghosts included
 *     steps     sum of hash(source, transition, target)  over all steps
 *
 * A mutant whose graph has the fingerprint of the original changes nothing that any property could
 * see. Sums forget the order, so the graphs are compared as sets. Transitions count by name: a hole
 * may move their indices. Each sum has 64 bits, of two hashes of 32 bits with different factors;
 * nobody chooses states in order to deceive it, so two different graphs pass for one with a
 * probability of about 2^-64. The rejected alternative, to keep all states of both graphs and
 * compare them one by one, is exact and holds two graphs in memory; a cryptographic hash took
 * thirty times as long as the search.
 */
import type { StateGraph } from "../explore/state-graph.ts";

/** States between two turns of the event loop. */
const STATES_PER_TURN = 2048;
/** Factors of the two hashes: odd, with bits all over the word. */
const FACTORS = [0x9e3779b1, 0x85ebca77] as const;
/** Factors of the last mixing. */
const MIXERS = [0x2c1b3c6d, 0x297a2d39] as const;

type Hash = readonly [number, number];

/** The fingerprint, or undefined when the signal was aborted first. */
export async function fingerprintOf(
  graph: StateGraph,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const sums = new Uint32Array(4);
  const hashes = [new Uint32Array(graph.states), new Uint32Array(graph.states)] as const;
  for (let id = 0; id < graph.states; id++) {
    if (id % STATES_PER_TURN === 0 && (await isAborted(signal))) return undefined;
    const [left, right] = hashText(JSON.stringify(graph.state(id)));
    hashes[0][id] = left;
    hashes[1][id] = right;
    add(sums, 0, [left, right]);
  }
  const names = graph.labels.map((_, label) => hashText(nameOf(graph, label)));
  for (let id = 0; id < graph.expanded; id++) {
    if (id % STATES_PER_TURN === 0 && (await isAborted(signal))) return undefined;
    const { count, labels, targets } = graph.steps(id);
    for (let step = 0; step < count; step++) {
      const label = labels[step] ?? -1;
      // Labels may be found while walking, so the table may be too short.
      const name = names[label] ?? hashText(nameOf(graph, label));
      names[label] = name;
      const target = targets[step] ?? -1;
      const lane = (which: 0 | 1): number =>
        mixed([hashes[which][id] ?? 0, name[which], hashes[which][target] ?? 0], FACTORS[which]);
      add(sums, 2, [lane(0), lane(1)]);
    }
  }
  return [graph.states, ...sums].join(" ");
}

async function isAborted(signal: AbortSignal | undefined): Promise<boolean> {
  await new Promise((resume) => setImmediate(resume));
  return signal?.aborted === true;
}

function nameOf({ model, labels }: StateGraph, index: number): string {
  const label = labels[index];
  const taken = label === undefined ? [] : [label.transition, ...label.partners];
  return taken.map((transition) => model.transitions[transition]?.name ?? "?").join(" & ");
}

function hashText(text: string): Hash {
  let left = text.length;
  let right = ~text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    left = Math.imul(left ^ code, FACTORS[0]);
    left ^= left >>> 15;
    right = Math.imul(right ^ code, FACTORS[1]);
    right ^= right >>> 13;
  }
  return [finished(left), finished(right)];
}

/** One word from several, in their order. */
function mixed(words: readonly number[], factor: number): number {
  let hash = factor;
  for (const word of words) {
    hash = Math.imul(hash ^ word, factor);
    hash = Math.imul(hash ^ (hash >>> 15), MIXERS[0]);
    hash ^= hash >>> 13;
  }
  return finished(hash);
}

/** Spreads every bit over the word. */
function finished(hash: number): number {
  let spread = Math.imul(hash ^ (hash >>> 16), MIXERS[0]);
  spread = Math.imul(spread ^ (spread >>> 12), MIXERS[1]);
  return (spread ^ (spread >>> 15)) >>> 0;
}

function add(sums: Uint32Array, from: number, [left, right]: Hash): void {
  sums[from] = (sums[from] ?? 0) + left;
  sums[from + 1] = (sums[from + 1] ?? 0) + right;
}
