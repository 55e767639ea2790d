/**
 * `StateTree`: which words of a state are paired, and which pairs of pairs.
 *
 *     cold words that go together ─┐
 *                                  ├─┐
 *     a word that changes more  ───┘ ├── root
 *     a word that changes most  ─────┘
 *
 * Every inner node is stored once for each value that its words have together, so a good tree keeps
 * what varies much apart until the root. Small fields share words, which then vary with everything,
 * while the pages and logs of a wide state take few values; halving a state by position would store
 * nearly every state below its root. Therefore the tree is made from states that were found, as
 * Huffman's: the two parts that have the fewest values together become one, until two are left.
 *
 * Any tree is right; a bad one takes memory only.
 */

/** A word, or two parts. */
export type StateTree = number | readonly [StateTree, StateTree];

/** States times pairs of words that are looked at: some tenths of a second. */
const LOOKS_MAX = 2 ** 27;
const SAMPLE_MAX = 2 ** 14;
/** States below which nothing is known about them. */
const SAMPLE_MIN = 2 ** 8;

/** How many states should be looked at to make a tree; 0 where there are too many words. */
export function sampleSize(words: number): number {
  const states = Math.min(SAMPLE_MAX, Math.floor(LOOKS_MAX / words ** 2));
  return states < SAMPLE_MIN ? 0 : states;
}

/** Consecutive states of a sample. */
const RUN = 64;

/** At most so many states out of all, in runs that are spread evenly. */
export function sampleOf(
  read: (from: number, to: number) => Uint32Array,
  states: number,
  size: number,
): Uint32Array {
  const runs = Math.ceil(size / RUN);
  const parts = Array.from({ length: runs }, (_, run) => {
    const from = Math.floor((run * states) / runs);
    return read(from, Math.min(states, from + Math.floor(size / runs)));
  });
  const words = parts.reduce((sum, { length }) => sum + length, 0);
  const sample = new Uint32Array(words);
  let at = 0;
  for (const part of parts) {
    sample.set(part, at);
    at += part.length;
  }
  return sample;
}

/** Halves by position: what is taken when nothing is known. */
export function balancedTree(first: number, words: number): StateTree {
  if (words === 1) return first;
  const left = Math.ceil(words / 2);
  return [balancedTree(first, left), balancedTree(first + left, words - left)];
}

/** A part of the states of a sample. */
interface Cluster {
  readonly tree: StateTree;
  /** For each state, which of its values the part has. */
  readonly values: Uint32Array;
  /** Number of values. */
  readonly count: number;
}

/** The tree for states like those of a sample: `words` words each, one after the other. */
export function treeFor(sample: Uint32Array, words: number): StateTree {
  const states = sample.length / words;
  let clusters = Array.from({ length: words }, (_, word): Cluster => {
    const values = new Uint32Array(states);
    for (let state = 0; state < states; state++) values[state] = sample[state * words + word] ?? 0;
    return { tree: word, ...numbered(values) };
  });
  const costs = new Map<Cluster, Map<Cluster, number>>();
  const note = (one: Cluster, others: readonly Cluster[]): void => {
    costs.set(one, new Map(others.map((other) => [other, together(one, other)])));
  };
  for (const [index, one] of clusters.entries()) note(one, clusters.slice(0, index));
  while (clusters.length > 2) {
    const [one, other] = cheapest(clusters, costs);
    const values = Uint32Array.from(one.values, (value, state) => {
      return value * other.count + (other.values[state] ?? 0);
    });
    const merged = { tree: [one.tree, other.tree] as const, ...numbered(values) };
    clusters = clusters.filter((each) => each !== one && each !== other);
    note(merged, clusters);
    clusters.push(merged);
  }
  const [left, right] = clusters;
  return right === undefined ? (left?.tree ?? 0) : [left?.tree ?? 0, right.tree];
}

/** Numbers values from 0 in the order in which they occur. */
function numbered(values: Uint32Array): { readonly values: Uint32Array; readonly count: number } {
  const numbers = new Map<number, number>();
  const renamed = values.map((value) => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    return number;
  });
  return { values: renamed, count: numbers.size };
}

/** Slots of a table for the values of a sample, at most half of them taken. */
const SLOTS = 2 * SAMPLE_MAX;

/** How many values two parts have together. */
function together(one: Cluster, other: Cluster): number {
  if (one.count === 1 || other.count === 1) return Math.max(one.count, other.count);
  const { values, count } = other;
  const seen = new Uint32Array(SLOTS);
  let found = 0;
  for (const [state, value] of one.values.entries()) {
    // Below 2^28, as each part has at most as many values as the sample has states.
    const key = 1 + value * count + (values[state] ?? 0);
    let slot = (Math.imul(key, 0x9e3779b1) >>> 8) % SLOTS;
    while (seen[slot] !== 0 && seen[slot] !== key) slot = (slot + 1) % SLOTS;
    if (seen[slot] === 0) found++;
    seen[slot] = key;
  }
  return found;
}

/** The two parts with the fewest values together; of equals, those with fewer alone. */
function cheapest(
  clusters: readonly Cluster[],
  costs: ReadonlyMap<Cluster, ReadonlyMap<Cluster, number>>,
): readonly [Cluster, Cluster] {
  const [first, second] = clusters;
  if (first === undefined || second === undefined) throw new Error("Two parts are merged");
  let best: readonly [Cluster, Cluster] = [first, second];
  let [least, alone] = [Infinity, Infinity];
  for (const [index, one] of clusters.entries()) {
    for (const other of clusters.slice(0, index)) {
      const cost = costs.get(one)?.get(other) ?? Infinity;
      const product = one.count * other.count;
      if (cost > least || (cost === least && product >= alone)) continue;
      best = [other, one];
      [least, alone] = [cost, product];
    }
  }
  return best;
}
