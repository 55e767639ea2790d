/**
 * The Core around one instance of the module of `wasm-runtime.ts`.
 */
import type { CoreOptions, CoreStop, CreateCore } from "./core.ts";
import { tellingOf } from "./sightings.ts";
import { locatedEdges, locateEdges } from "./wasm-edges.ts";
import { compileModule, instantiate } from "./wasm-engine.ts";
import { layoutOf } from "./wasm-layout.ts";
import { chunksOf, parentsOf, restoreStore, statesOf } from "./wasm-restore.ts";
import { assemble, type WasmExports, type WasmHost } from "./wasm-runtime.ts";
import { countingOrbits, orbitsOf, recount } from "./wasm-orbits.ts";
import {
  addressOf,
  addState,
  aside,
  bytesOf,
  countOf,
  createStore,
  findState,
  type Memories,
  parentOf,
  readState,
  reserve,
  STATES_PER_CALL,
  type Store,
  successorsOf,
  talliesOf,
} from "./wasm-store.ts";

interface Search {
  readonly store: Store;
  readonly options: CoreOptions;
  next: number;
  stopped: CoreStop | undefined;
}

/** Throws a RangeError when a Code is too large to be compiled. */
export const createWasmCore: CreateCore = (code, options) => {
  const counting = countingOrbits(code);
  const layout = layoutOf(counting, 1);
  const tell = tellingOf(code, options);
  const host: WasmHost = {
    reserve: (count) => Number(reserveOrStop(search, count)),
    sight: (site, id) => Number(tell(site, id >>> 0)),
    drain: (end) => store.drain(end),
  };
  const exports = instantiate(compileModule(assemble(counting, layout)), host) as WasmExports &
    Memories;
  const store = createStore({ code: counting, layout, exports, memories: exports }, options);
  const orbits = orbitsOf(store, code);
  const formOf = (words: Uint32Array): Uint32Array => orbits?.canonical(words) ?? words;
  const again = (id: number, cursor: number): number => follow(store, id, cursor);
  const search: Search = { store, options, next: 0, stopped: undefined };
  return {
    code,
    orbits,
    add(words) {
      const id = addState(store, formOf(words));
      if (id === undefined) stop(search);
      return id;
    },
    expand: (end) => expand(search, end),
    get stopped() {
      return search.stopped;
    },
    get states() {
      return countOf(store);
    },
    get next() {
      return search.next;
    },
    get bytes() {
      return bytesOf(store);
    },
    tallies() {
      const { labels, counters } = talliesOf(store);
      const own = counters.subarray(0, code.counters);
      return { labels: Array.from(labels, Number), counters: Array.from(own, Number) };
    },
    read: (id, into) => readState(store, id, into),
    parent: (id) => parentOf(store, id),
    chunks: () => chunksOf(store, 0, countOf(store)),
    readStates: (from, to) => statesOf(store, from, to),
    readParents: (from, to) => parentsOf(store, from, to),
    restore(saved) {
      if (!restoreStore(store, saved)) {
        stop(search);
        return;
      }
      search.next = saved.next;
      recount(store, code, saved.next);
    },
    find: (words) => findState(store, formOf(words)),
    successors: (words) => successorsOf(store, words),
    edges: (first, end) => locatedEdges(store, first, end, again),
    edgesInto: (room, first, end) => locateEdges(store, [first, end], again, room),
  };
};

function reserveOrStop(search: Search, count: number): boolean {
  const fits = reserve(search.store, count);
  if (!fits && count === 1) stop(search);
  return fits;
}

function stop(search: Search): void {
  search.stopped = countOf(search.store) >= search.options.states ? "states" : "memory";
}

function expand(search: Search, end: number): number {
  const { store } = search;
  while (search.stopped === undefined) {
    const last = Math.min(end, countOf(store), search.next + STATES_PER_CALL);
    if (search.next >= last) break;
    search.next = store.exports.expand(search.next, last) >>> 0;
    if (search.stopped !== undefined) takeBack(search);
  }
  return search.next;
}

/** Takes the steps of the state that met a limit out of the tallies, by taking them once more. */
function takeBack({ store, next }: Search): void {
  const { exports, layout } = store;
  const { labels, counters } = talliesOf(store);
  const before = [labels.slice(), counters.slice()];
  store.drain = () => {};
  aside(store, () => exports.follow(next, addressOf(store, next), layout.buffer));
  for (const [kind, tallies] of [labels, counters].entries()) {
    for (const [index, count] of tallies.entries()) {
      tallies[index] = 2n * (before[kind]?.[index] ?? 0n) - count;
    }
  }
}

/** Appends the successors of a state; gives where they end. */
function follow(store: Store, id: number, cursor: number): number {
  return store.exports.follow(id, addressOf(store, id), cursor) >>> 0;
}
