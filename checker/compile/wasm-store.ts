/**
 * An instance of the module of `wasm-runtime.ts` with the room that it has: what a core alone and a
 * worker among others have in common.
 *
 * Growing moves nothing: each memory grows at its end, and the table is cleared and filled again
 * from the arena. Limits: 4 GiB each of arena, table and parents. The engine may refuse to grow
 * earlier; that counts as the limit of memory too.
 */
import type { CodeShape } from "./code.ts";
import type { CoreOptions, Successors } from "./core.ts";
import { createNumberList } from "./number-list.ts";
import { PAGE_BYTES, type Room, roomsWithin } from "./room.ts";
import type { WasmMemory } from "./wasm-engine.ts";
import type { WasmLayout } from "./wasm-layout.ts";
import type { WasmExports } from "./wasm-runtime.ts";

/**
 * States that are worked on in one call, so that the engine can replace code by its optimised form
 * in between: within a call it does not.
 */
export const STATES_PER_CALL = 4096;

/** The memories of an instance. */
export interface Memories {
  readonly states: WasmMemory;
  readonly table: WasmMemory;
  readonly parents: WasmMemory;
}

/** An instance whose routines can be run outside of the search. */
export interface Runnable {
  readonly code: CodeShape;
  readonly layout: WasmLayout;
  readonly exports: WasmExports;
  readonly memories: Pick<Memories, "states">;
  /** Takes the successors before an address that belong to no search. */
  drain: (end: number) => void;
}

export interface Store extends Runnable {
  readonly memories: Memories;
  readonly rooms: readonly Room[];
  /** Most states. */
  readonly states: number;
  /** Number of rooms that were taken. */
  taken: number;
}

/** A store without room, for at most so many states and bytes. */
export function createStore(
  base: Pick<Store, "code" | "layout" | "exports" | "memories">,
  limits: Pick<CoreOptions, "states" | "bytes" | "expected">,
): Store {
  growTo(base.memories.states, base.layout.arena);
  return {
    ...base,
    rooms: roomsWithin(base.code.words, limits.bytes, limits.expected, base.layout.arena),
    states: limits.states,
    taken: 0,
    drain: () => {},
  };
}

export function countOf({ exports }: Pick<Store, "exports">): number {
  return exports.count.value >>> 0;
}

export function bytesOf({ rooms, taken }: Store): number {
  return rooms[taken - 1]?.bytes ?? 0;
}

/** Address of a state of the arena. */
export function addressOf({ layout }: Store, id: number): number {
  return layout.arena + id * layout.size;
}

// ---------------------------------------------------------------------------- room

/** Makes room for so many more states, unless a limit forbids it. */
export function reserve(store: Store, count: number): boolean {
  const { exports, rooms } = store;
  const needed = countOf(store) + count;
  if (needed <= exports.capacity.value >>> 0) return true;
  let taken = store.taken;
  while ((rooms[taken]?.capacity ?? Infinity) < needed) taken++;
  const room = rooms[taken];
  if (needed > store.states || room === undefined || !widen(store, room)) return false;
  store.taken = taken + 1;
  exports.capacity.value = Math.min(room.capacity, store.states);
  if (exports.slots.value !== room.slots) {
    clearTable(store, room.slots);
    const states = countOf(store);
    for (let first = 0; first < states; first += STATES_PER_CALL) {
      exports.rehash(first, Math.min(states, first + STATES_PER_CALL));
    }
  }
  return true;
}

/** Makes the memories as large as a room; false where the engine has no more. */
export function widen({ layout, memories }: Store, room: Room): boolean {
  return (
    growTo(memories.states, layout.arena + room.states * layout.size) &&
    growTo(memories.parents, room.states * 4) &&
    growTo(memories.table, room.slots * 4)
  );
}

/** Makes the table empty, with so many slots: there is room for them. */
export function clearTable({ exports, memories }: Store, slots: number): void {
  new Uint8Array(memories.table.buffer, 0, 4 * exports.slots.value).fill(0);
  exports.slots.value = slots;
  exports.idMask.value = 2 ** Math.ceil(Math.log2(slots)) - 1;
}

/** Makes a memory at least so large; false where the engine has no more. */
export function growTo(memory: WasmMemory, bytes: number): boolean {
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

// ---------------------------------------------------------------------------- states

/** Adds an initial state; gives its id, also when it was there, or undefined at a limit. */
export function addState(
  store: Store,
  words: Uint32Array,
  makeRoom: () => boolean = () => reserve(store, 1),
): number | undefined {
  const { exports, layout, memories } = store;
  const known = findState(store, words);
  if (known !== undefined) return known;
  if (!makeRoom()) return undefined;
  const isFirst = countOf(store) === 0;
  if (isFirst)
    fillRecent(
      store,
      words.map((word, index) => (index === 0 ? ~word : word)),
    );
  const entry = new Uint32Array(memories.states.buffer, layout.buffer, layout.words + 1);
  entry.set(words.subarray(0, layout.words));
  entry[layout.words] = -1;
  exports.insert(layout.buffer + layout.stride);
  if (isFirst) fillRecent(store, words);
  return countOf(store) - 1;
}

/**
 * Fills the recent states with one: with the first as soon as it is known, as none may be taken for
 * known that is not, and before that with any other.
 */
export function fillRecent(
  { layout, memories }: Pick<Runnable, "layout" | "memories">,
  words: Uint32Array,
): void {
  const length = layout.recents * layout.words;
  const recent = new Uint32Array(memories.states.buffer, layout.recent, length);
  recent.set(words.subarray(0, layout.words));
  for (let filled = layout.words; filled < length; filled *= 2) {
    recent.copyWithin(filled, 0, Math.min(filled, length - filled));
  }
}

export function findState(store: Store, words: Uint32Array): number | undefined {
  const { exports, layout } = store;
  if (exports.slots.value === 0) return undefined;
  putOutside(store, words);
  const id = exports.find(layout.outside);
  return id === -1 ? undefined : id >>> 0;
}

export function readState(store: Store, id: number, into: Uint32Array): void {
  const { code, memories } = store;
  into.set(new Uint32Array(memories.states.buffer, addressOf(store, id), code.words));
}

/** What was noted as the parent of a state, or -1. */
export function parentOf({ memories }: Store, id: number): number {
  const parent = new Uint32Array(memories.parents.buffer, 4 * id, 1)[0] ?? -1;
  return parent === NO_PARENT ? -1 : parent;
}

const NO_PARENT = 2 ** 32 - 1;

/** Puts a state where it can be found or followed. */
export function putOutside({ layout, memories }: Runnable, words: Uint32Array): void {
  const outside = new Uint32Array(memories.states.buffer, layout.outside, layout.words);
  outside.set(words.subarray(0, layout.words));
}

// ---------------------------------------------------------------------------- outside of the
// search

/** Tallies as views, until a memory grows. */
export function talliesOf({ code, layout, memories }: Runnable): {
  readonly labels: BigUint64Array;
  readonly counters: BigUint64Array;
} {
  const { buffer } = memories.states;
  return {
    labels: new BigUint64Array(buffer, layout.labels, code.labels),
    counters: new BigUint64Array(buffer, layout.counters, code.counters),
  };
}

/** Runs something with all sites closed and successors drained; they are counted. */
export function aside<T>({ code, exports, layout, memories }: Runnable, run: () => T): T {
  const closed = new Uint8Array(memories.states.buffer, layout.closed, code.sites);
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
export function uncounted<T>(store: Runnable, run: () => T): T {
  const { labels, counters } = talliesOf(store);
  const before = [labels.slice(), counters.slice()] as const;
  try {
    return aside(store, run);
  } finally {
    labels.set(before[0]);
    counters.set(before[1]);
  }
}

/** The steps of any state. */
export function successorsOf(store: Runnable, words: Uint32Array): Successors {
  const { exports, layout } = store;
  const labels = createNumberList();
  const states = createNumberList();
  store.drain = (end) => {
    const entries = entriesUpTo(store, end);
    for (let at = 0; at < entries.length; at += layout.words + 2) {
      labels.push(entries[at + layout.words + 1] ?? 0);
      for (let word = 0; word < layout.words; word++) states.push(entries[at + word] ?? 0);
    }
  };
  putOutside(store, words);
  uncounted(store, () => store.drain(exports.follow(-1, layout.outside, layout.buffer) >>> 0));
  return { count: labels.length, labels: labels.numbers(), words: states.numbers() };
}

/** The successors in the buffer up to an address. */
export function entriesUpTo({ layout, memories }: Runnable, end: number): Uint32Array {
  return new Uint32Array(memories.states.buffer, layout.buffer, (end - layout.buffer) / 4);
}
