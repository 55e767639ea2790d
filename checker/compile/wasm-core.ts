/**
 * The Core around an instance of the module that `wasm-runtime.ts` assembles.
 *
 * Here is what happens rarely: making room, limits, and steps outside of the search. Growing moves
 * nothing: each memory grows at its end, and the table is cleared and filled again from the arena.
 *
 * Limits: 4 GiB each of arena, table and parents. The engine may refuse to grow earlier; that
 * counts as the limit of memory too.
 */
import type { Code } from "./code.ts";
import type { CoreOptions, CoreStop, CreateCore, Edges, Successors } from "./core.ts";
import { createNumberList, type NumberList } from "./number-list.ts";
import { PAGE_BYTES, type Room, roomsWithin } from "./room.ts";
import { tellingOf } from "./sightings.ts";
import { compileModule, instantiate, type WasmMemory } from "./wasm-engine.ts";
import { layoutOf, type WasmLayout } from "./wasm-layout.ts";
import { assemble, type WasmExports, type WasmHost } from "./wasm-runtime.ts";

/** States that are expanded in one call, so that the engine can replace code in between. */
const STATES_PER_CALL = 4096;

interface Search {
  readonly code: Code;
  readonly options: CoreOptions;
  readonly layout: WasmLayout;
  readonly exports: WasmExports;
  readonly rooms: readonly Room[];
  /** Number of rooms that were taken. */
  taken: number;
  next: number;
  stopped: CoreStop | undefined;
  /** Takes the successors before an address that belong to no search. */
  drain: (end: number) => void;
}

/** Throws a RangeError when a Code is too large to be compiled. */
export const createWasmCore: CreateCore = (code, options) => {
  const search = begin(code, options);
  const { exports, layout } = search;
  return {
    code,
    add: (words) => add(search, words),
    expand: (end) => expand(search, end),
    get stopped() {
      return search.stopped;
    },
    get states() {
      return exports.count.value >>> 0;
    },
    get next() {
      return search.next;
    },
    get bytes() {
      return search.rooms[search.taken - 1]?.bytes ?? 0;
    },
    tallies() {
      const tallies = talliesOf(search);
      return {
        labels: Array.from(tallies.labels, Number),
        counters: Array.from(tallies.counters, Number),
      };
    },
    read(id, into) {
      into.set(new Uint32Array(exports.states.buffer, layout.arena + id * layout.size, code.words));
    },
    parent: (id) => new Int32Array(exports.parents.buffer, 4 * id, 1)[0] ?? -1,
    find: (words) => find(search, words),
    successors: (words) => successors(search, words),
    edges: (first, end) => edges(search, first, end),
  };
};

function begin(code: Code, options: CoreOptions): Search {
  const layout = layoutOf(code, 1);
  const host: WasmHost = {
    reserve: (count) => Number(reserve(search, count)),
    sight: (site, id) => Number(tell(site, id >>> 0)),
    drain: (end) => search.drain(end),
    send: () => {},
  };
  const tell = tellingOf(code, options);
  const search: Search = {
    code,
    options,
    layout,
    exports: instantiate(compileModule(assemble(code, layout)), host) as WasmExports,
    rooms: roomsWithin(code.words, options.bytes),
    taken: 0,
    next: 0,
    stopped: undefined,
    drain: () => {},
  };
  growTo(search.exports.states, layout.arena);
  return search;
}

// ---------------------------------------------------------------------------- the search

function add(search: Search, words: Uint32Array): number | undefined {
  const { exports, layout } = search;
  const known = find(search, words);
  if (known !== undefined) return known;
  if (!reserve(search, 1)) return undefined;
  const isFirst = exports.count.value === 0;
  if (isFirst)
    fillRecent(
      search,
      words.map((word, index) => (index === 0 ? ~word : word)),
    );
  const entry = new Uint32Array(exports.states.buffer, layout.buffer, layout.words + 1);
  entry.set(words.subarray(0, layout.words));
  entry[layout.words] = -1;
  exports.insert(layout.buffer + layout.stride);
  if (isFirst) fillRecent(search, words);
  return (exports.count.value >>> 0) - 1;
}

/**
 * Fills the recent states with one: with the first as soon as it is known, as none may be taken for
 * known that is not, and before that with any other.
 */
function fillRecent({ exports, layout }: Search, words: Uint32Array): void {
  const recent = new Uint32Array(
    exports.states.buffer,
    layout.recent,
    layout.recents * layout.words,
  );
  recent.set(words.subarray(0, layout.words));
  for (let filled = layout.words; filled < recent.length; filled *= 2) {
    recent.copyWithin(filled, 0, filled);
  }
}

function find({ exports, layout }: Search, words: Uint32Array): number | undefined {
  if (exports.slots.value === 0) return undefined;
  putOutside({ exports, layout }, words);
  const id = exports.find(layout.outside);
  return id === -1 ? undefined : id >>> 0;
}

function putOutside(
  { exports, layout }: Pick<Search, "exports" | "layout">,
  words: Uint32Array,
): void {
  const outside = new Uint32Array(exports.states.buffer, layout.outside, layout.words);
  outside.set(words.subarray(0, layout.words));
}

function expand(search: Search, end: number): number {
  const { exports } = search;
  while (search.stopped === undefined) {
    const last = Math.min(end, exports.count.value >>> 0, search.next + STATES_PER_CALL);
    if (search.next >= last) break;
    search.next = exports.expand(search.next, last) >>> 0;
    if (search.stopped !== undefined) takeBack(search);
  }
  return search.next;
}

/** Takes the steps of the state that met a limit out of the tallies, by taking them once more. */
function takeBack(search: Search): void {
  const { labels, counters } = talliesOf(search);
  const before = [labels.slice(), counters.slice()];
  aside(search, () => follow(search, search.next));
  const after = talliesOf(search);
  for (const [kind, tallies] of [after.labels, after.counters].entries()) {
    for (const [index, count] of tallies.entries()) {
      tallies[index] = 2n * (before[kind]?.[index] ?? 0n) - count;
    }
  }
}

/** Tallies as views, until a memory grows. */
function talliesOf({ code, exports, layout }: Search): {
  readonly labels: BigUint64Array;
  readonly counters: BigUint64Array;
} {
  const { buffer } = exports.states;
  return {
    labels: new BigUint64Array(buffer, layout.labels, code.labels),
    counters: new BigUint64Array(buffer, layout.counters, code.counters),
  };
}

// ---------------------------------------------------------------------------- room

/**
 * Makes room for so many more states; false, and for one state stopped, when a limit forbids it.
 */
function reserve(search: Search, count: number): boolean {
  const { exports, options, rooms } = search;
  const states = exports.count.value >>> 0;
  const needed = states + count;
  if (needed <= exports.capacity.value >>> 0) return true;
  let taken = search.taken;
  while ((rooms[taken]?.capacity ?? Infinity) < needed) taken++;
  const room = rooms[taken];
  const fits = needed <= options.states && room !== undefined && widen(search, room);
  if (fits) search.taken = taken + 1;
  else if (count === 1) search.stopped = states >= options.states ? "states" : "memory";
  return fits;
}

function widen({ exports, layout, options }: Search, room: Room): boolean {
  const { states, parents, table, slots, idMask } = exports;
  if (!growTo(states, layout.arena + room.states * layout.size)) return false;
  if (!growTo(parents, room.states * 4)) return false;
  if (!growTo(table, room.slots * 4)) return false;
  exports.capacity.value = Math.min(room.capacity, options.states);
  if (slots.value !== room.slots) {
    new Uint8Array(table.buffer).fill(0);
    slots.value = room.slots;
    idMask.value = 2 ** Math.ceil(Math.log2(room.slots)) - 1;
    exports.rehash();
  }
  return true;
}

function growTo(memory: WasmMemory, bytes: number): boolean {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return true;
  try {
    memory.grow(Math.ceil(missing / PAGE_BYTES));
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

// ---------------------------------------------------------------------------- outside of the
// search

/** Runs something with all sites closed and successors drained. */
function aside<T>({ code, exports, layout }: Search, run: () => T): T {
  const closed = new Uint8Array(exports.states.buffer, layout.closed, code.sites);
  const before = closed.slice();
  closed.fill(1);
  exports.aside.value = 1;
  try {
    return run();
  } finally {
    exports.aside.value = 0;
    closed.set(before);
  }
}

/** As `aside`, without counting. */
function uncounted<T>(search: Search, run: () => T): T {
  const { labels, counters } = talliesOf(search);
  const before = [labels.slice(), counters.slice()] as const;
  try {
    return aside(search, run);
  } finally {
    labels.set(before[0]);
    counters.set(before[1]);
  }
}

/** Follows the steps of a state of the arena; gives where the successors end. */
function follow({ exports, layout }: Search, id: number): number {
  return exports.follow(id, layout.arena + id * layout.size, layout.buffer) >>> 0;
}

function successors(search: Search, words: Uint32Array): Successors {
  const { exports, layout } = search;
  const labels = createNumberList();
  const states = createNumberList();
  search.drain = (end) => {
    const entries = entriesUpTo(search, end);
    for (let at = 0; at < entries.length; at += layout.words + 2) {
      labels.push(entries[at + layout.words + 1] ?? 0);
      for (let word = 0; word < layout.words; word++) states.push(entries[at + word] ?? 0);
    }
  };
  putOutside(search, words);
  uncounted(search, () => search.drain(exports.follow(-1, layout.outside, layout.buffer) >>> 0));
  return { count: labels.length, labels: labels.numbers(), words: states.numbers() };
}

function entriesUpTo({ exports, layout }: Search, end: number): Uint32Array {
  return new Uint32Array(exports.states.buffer, layout.buffer, (end - layout.buffer) / 4);
}

function edges(search: Search, first: number, end: number): Edges {
  const { exports, layout } = search;
  const starts = createNumberList();
  const labels = createNumberList();
  const targets = createNumberList();
  let cursor = layout.buffer;
  search.drain = (drained) => {
    exports.locate(drained);
    takeEdges(search, drained, labels, targets);
    cursor = layout.buffer;
  };
  uncounted(search, () => {
    for (let id = first; id < end; id++) {
      starts.push(labels.length + (cursor - layout.buffer) / layout.stride);
      cursor = exports.follow(id, layout.arena + id * layout.size, cursor) >>> 0;
      if (cursor >= layout.batchEnd) search.drain(cursor);
    }
    search.drain(cursor);
  });
  starts.push(labels.length);
  return {
    starts: starts.numbers(),
    labels: labels.numbers(),
    targets: new Int32Array(targets.numbers().buffer),
  };
}

function takeEdges(search: Search, end: number, labels: NumberList, targets: NumberList): void {
  const { words } = search.layout;
  const entries = entriesUpTo(search, end);
  for (let at = words; at < entries.length; at += words + 2) {
    targets.push(entries[at] ?? 0);
    labels.push(entries[at + 1] ?? 0);
  }
}
