/**
 * The Core that keeps states as trees of interned pairs: some 13 bytes for each, however wide.
 *
 * What it finds is what every core finds, in the same order; it stops elsewhere for want of memory,
 * as it needs less. Exact: states are compared and never told apart by hashes alone. It pays with
 * time: a state is unfolded before it is expanded, and successors are folded.
 *
 * No parents are kept. A parent is found again by expanding the layer before (`layers.ts`), and in
 * a checkpoint the first state of that layer stands for it.
 */
import type { Code } from "./code.ts";
import { compressedLayoutOf } from "./compressed-layout.ts";
import { assembleCompressed, type CompressedExports } from "./compressed-module.ts";
import {
  addTree,
  compressedBytes,
  type CompressedMemories,
  type CompressedStore,
  createCompressedStore,
  findTree,
  readTree,
  readTrees,
  reserveTrees,
  restoreTrees,
} from "./compressed-store.ts";
import { follow, predecessorOf } from "./compressed-steps.ts";
import { locatedEdges, locateEdges } from "./wasm-edges.ts";
import type { CoreOptions, CoreStop, CreateCore, Saved } from "./core.ts";
import { createLayers, type Layers } from "./layers.ts";
import { balancedTree, sampleOf, sampleSize, type StateTree, treeFor } from "./state-tree.ts";
import { tellingOf } from "./sightings.ts";
import { compileModule, instantiate } from "./wasm-engine.ts";
import type { WasmHost } from "./wasm-runtime.ts";
import { aside, countOf, STATES_PER_CALL, successorsOf, talliesOf } from "./wasm-store.ts";

interface Search {
  readonly code: Code;
  readonly host: WasmHost;
  readonly options: CoreOptions;
  readonly layers: Layers;
  /** Parents that were found again. */
  readonly parents: Map<number, number>;
  store: CompressedStore;
  /** How often the tree was looked at. */
  treeLooks: number;
  next: number;
  stopped: CoreStop | undefined;
}

/** States at which the tree is looked at; beyond, making it anew would take more than it gives. */
const TREE_LOOKS = [2 ** 14, 2 ** 16, 2 ** 18, 2 ** 20];
/** Nodes for each state that are no reason to look for a better tree. */
const NODES_FEW = 1 / 16;

/** Throws a RangeError when a Code is too large to be compiled, or stores one of each orbit. */
export const createCompressedCore: CreateCore = (code, options) => {
  if (code.group !== undefined) throw new RangeError("Compressed states stand for themselves only");
  const tell = tellingOf(code, options);
  const host: WasmHost = {
    reserve: (count) => Number(reserveOrStop(search, count)),
    sight: (site, id) => Number(tell(site, id >>> 0)),
    drain: (end) => search.store.drain(end),
  };
  const layers = createLayers();
  const search: Search = {
    code,
    host,
    options,
    layers,
    parents: new Map(),
    store: storeWith(code, options, host, balancedTree(0, code.words)),
    treeLooks: 0,
    next: 0,
    stopped: undefined,
  };
  const again = (id: number, cursor: number): number => follow(search.store, id, cursor);
  return {
    code,
    add(words) {
      const before = countOf(search.store);
      const id = addTree(search.store, words);
      if (id === undefined) stop(search);
      if (id === before) layers.addInitial(id);
      return id;
    },
    expand: (end) => expand(search, end),
    get stopped() {
      return search.stopped;
    },
    get states() {
      return countOf(search.store);
    },
    get next() {
      return search.next;
    },
    get bytes() {
      return compressedBytes(search.store);
    },
    tallies() {
      const { labels, counters } = talliesOf(search.store);
      return { labels: Array.from(labels, Number), counters: Array.from(counters, Number) };
    },
    read: (id, into) => readTree(search.store, id, into),
    parent: (id) => parentOf(search, id),
    *chunks() {
      const count = countOf(search.store);
      for (let from = 0; from < count; from += STATES_PER_CALL) {
        yield readTrees(search.store, from, Math.min(count, from + STATES_PER_CALL));
      }
    },
    readStates: (from, to) => readTrees(search.store, from, to),
    readParents: (from, to) =>
      Uint32Array.from({ length: to - from }, (_, index) => layers.placeholder(from + index)),
    restore: (saved) => restore(search, saved),
    find: (words) => findTree(search.store, words),
    successors: (words) => successorsOf(search.store, words),
    edges: (first, end) => locatedEdges(search.store, first, end, again),
    edgesInto: (room, first, end) => locateEdges(search.store, [first, end], again, room),
  };
};

function storeWith(
  code: Code,
  options: CoreOptions,
  host: WasmHost,
  tree: StateTree,
): CompressedStore {
  const trees = compressedLayoutOf(code, tree);
  const module = compileModule(assembleCompressed(code, trees));
  const exports = instantiate(module, host) as CompressedExports & CompressedMemories;
  return createCompressedStore({ code, trees, exports, memories: exports, limits: options });
}

function reserveOrStop(search: Search, count: number): boolean {
  const fits = reserveTrees(search.store, count);
  if (!fits && count === 1) stop(search);
  return fits;
}

function stop(search: Search): void {
  search.stopped = countOf(search.store) >= search.options.states ? "states" : "memory";
}

function restore(search: Search, saved: Saved): void {
  const { code, host, options } = search;
  const size = Math.min(saved.states, sampleSize(code.words));
  if (saved.states >= (TREE_LOOKS[0] ?? 0) && size > 0) {
    const sample = sampleOf((from, to) => saved.readStates(from, to), saved.states, size);
    search.store = storeWith(code, options, host, treeFor(sample, code.words));
    search.treeLooks = TREE_LOOKS.filter((states) => states <= saved.states).length;
  }
  if (!restoreTrees(search.store, saved)) return stop(search);
  search.next = saved.next;
  let [from, parents] = [0, new Uint32Array(0)];
  search.layers.restore(saved.states, saved.next, (id) => {
    if (id >= from + parents.length) {
      from = id;
      parents = Uint32Array.from(
        saved.readParents(id, Math.min(saved.states, id + STATES_PER_CALL)),
      );
    }
    return parents[id - from] ?? 0;
  });
}

// ---------------------------------------------------------------------------- the search

/** When it is time to, keeps all states in a better tree, if there is one. */
function improveTree(search: Search): void {
  const { code, host, options, store, treeLooks } = search;
  const states = countOf(store);
  if (states < (TREE_LOOKS[treeLooks] ?? Infinity)) return;
  search.treeLooks++;
  const size = Math.min(states, sampleSize(code.words));
  if (store.nodes.count.value < states * NODES_FEW || size === 0) return;
  const readStates = (from: number, to: number): Uint32Array => readTrees(store, from, to);
  const better = storeWith(
    code,
    options,
    host,
    treeFor(sampleOf(readStates, states, size), code.words),
  );
  const { labels, counters } = talliesOf(store);
  const moved = restoreTrees(better, {
    states,
    next: search.next,
    labels: Array.from(labels, Number),
    counters: Array.from(counters, Number),
    readStates,
    readParents: () => new Uint32Array(0),
  });
  if (!moved || compressedBytes(better) > compressedBytes(store)) return;
  copyClosed(store, better);
  search.store = better;
}

/** Closes the sites that are closed, so that the host is not asked about them again. */
function copyClosed(from: CompressedStore, to: CompressedStore): void {
  const closedOf = ({ code, layout, memories }: CompressedStore): Uint8Array =>
    new Uint8Array(memories.states.buffer, layout.closed, code.sites);
  closedOf(to).set(closedOf(from));
}

function expand(search: Search, end: number): number {
  const { layers } = search;
  while (search.stopped === undefined && search.next < Math.min(end, countOf(search.store))) {
    improveTree(search);
    const { store } = search;
    const layerEnd = layers.endFor(search.next, countOf(store));
    const last = Math.min(end, layerEnd, search.next + STATES_PER_CALL);
    search.next = store.exports.expand(search.next, last) >>> 0;
    if (search.stopped !== undefined) takeBack(search);
  }
  return search.next;
}

/** Takes the steps of the state that met a limit out of the tallies, by taking them once more. */
function takeBack({ store, next }: Search): void {
  const { labels, counters } = talliesOf(store);
  const before = [labels.slice(), counters.slice()];
  store.drain = () => {};
  aside(store, () => follow(store, next, store.layout.buffer));
  for (const [kind, tallies] of [labels, counters].entries()) {
    for (const [index, count] of tallies.entries()) {
      tallies[index] = 2n * (before[kind]?.[index] ?? 0n) - count;
    }
  }
}

/** The first state that has another as a successor; -1 for an initial state. */
function parentOf({ layers, parents, store }: Search, id: number): number {
  if (layers.isInitial(id)) return -1;
  const parent = parents.get(id) ?? predecessorOf(store, id, layers.before(id));
  parents.set(id, parent);
  return parent;
}
