/**
 * An instance of the module of `compressed-module.ts` with the room that it has.
 *
 * Roots and nodes grow side by side within one limit of bytes; the account is what their memories
 * take. Room for a state is room for its root and for as many nodes as its tree can have, so that a
 * batch for which there was room is never cut short.
 *
 * Limits: 4 GiB of roots and of nodes, which is half a billion of each.
 */
import type { Saved } from "./core.ts";
import type { CompressedExports } from "./compressed-module.ts";
import type { CompressedLayout } from "./compressed-layout.ts";
import {
  bytesOf,
  capacityOf,
  isAddressable,
  NO_ROOM,
  type PairRoom,
  widened,
} from "./pair-room.ts";
import type { WasmGlobal, WasmMemory } from "./wasm-engine.ts";
import {
  countOf,
  fillRecent,
  growTo,
  putOutside,
  type Runnable,
  STATES_PER_CALL,
  talliesOf,
} from "./wasm-store.ts";

export interface CompressedMemories {
  readonly states: WasmMemory;
  readonly table: WasmMemory;
  readonly nodes: WasmMemory;
  readonly nodeTable: WasmMemory;
}

/** Roots or nodes: pairs in the order of their numbers, and a table. */
interface PairSet {
  readonly pairs: WasmMemory;
  /** Address of the first pair. */
  readonly from: number;
  readonly table: WasmMemory;
  readonly count: WasmGlobal;
  readonly capacity: WasmGlobal;
  readonly slots: WasmGlobal;
  readonly idMask: WasmGlobal;
  /** Most pairs. */
  readonly limit: number;
  rehash(first: number, end: number): void;
  room: PairRoom;
}

export interface CompressedStore extends Runnable {
  readonly exports: CompressedExports;
  readonly memories: CompressedMemories;
  readonly trees: CompressedLayout;
  readonly roots: PairSet;
  readonly nodes: PairSet;
  readonly limits: { readonly states: number; readonly bytes: number };
}

type Base = Pick<CompressedStore, "code" | "exports" | "memories" | "trees" | "limits">;

/** A store without room. */
export function createCompressedStore(base: Base): CompressedStore {
  const { exports, memories, trees, limits } = base;
  growTo(memories.states, trees.narrow.arena);
  return {
    ...base,
    layout: trees.wide,
    drain: () => {},
    roots: {
      pairs: memories.states,
      from: trees.narrow.arena,
      table: memories.table,
      count: exports.count,
      capacity: exports.capacity,
      slots: exports.slots,
      idMask: exports.idMask,
      limit: limits.states,
      rehash: (first, end) => exports.rehash(first, end),
      room: NO_ROOM,
    },
    nodes: {
      pairs: memories.nodes,
      from: 0,
      table: memories.nodeTable,
      count: exports.nodeCount,
      capacity: exports.nodeCapacity,
      slots: exports.nodeSlots,
      idMask: exports.nodeIdMask,
      limit: Infinity,
      rehash: (first, end) => exports.rehashNodes(first, end),
      room: NO_ROOM,
    },
  };
}

/** Accounted memory: roots, nodes and their tables. */
export function compressedBytes({ roots, nodes }: CompressedStore): number {
  return bytesOf(roots.room) + bytesOf(nodes.room);
}

// ---------------------------------------------------------------------------- room

/** Makes room for so many more states with all their nodes, unless a limit forbids it. */
export function reserveTrees(store: CompressedStore, count: number): boolean {
  const { roots, nodes, trees, limits } = store;
  const states = countOf(store) + count;
  const most = count * trees.inner;
  // The pair of zeroes is a node of every search that has any.
  const inner = most === 0 ? 0 : Math.max(1, nodes.count.value >>> 0) + most;
  if (states > limits.states) return false;
  for (const roomy of [true, false]) {
    const rooms = [widened(roots.room, states, roomy), widened(nodes.room, inner, roomy)] as const;
    const bytes = bytesOf(rooms[0]) + bytesOf(rooms[1]);
    if (bytes > limits.bytes || !rooms.every(isAddressable)) continue;
    return widen(roots, rooms[0]) && widen(nodes, rooms[1]) && hasZeroes(store);
  }
  return false;
}

/** Makes the pair of zeroes node 0, as the memo of the folded states says at first. */
function hasZeroes({ exports, trees }: CompressedStore): boolean {
  return trees.inner === 0 || exports.intern(0n, 1) === 0;
}

function widen(set: PairSet, room: PairRoom): boolean {
  if (room === set.room) return true;
  if (!growTo(set.pairs, set.from + 8 * room.pairs)) return false;
  if (!growTo(set.table, 4 * room.slots)) return false;
  if (room.slots !== set.room.slots) {
    new Uint8Array(set.table.buffer).fill(0);
    set.slots.value = room.slots;
    set.idMask.value = 2 ** Math.ceil(Math.log2(room.slots)) - 1;
    const count = set.count.value >>> 0;
    for (let first = 0; first < count; first += STATES_PER_CALL) {
      set.rehash(first, Math.min(count, first + STATES_PER_CALL));
    }
  }
  set.capacity.value = Math.min(capacityOf(room), set.limit);
  set.room = room;
  return true;
}

// ---------------------------------------------------------------------------- states

export function findTree(store: CompressedStore, words: Uint32Array): number | undefined {
  const { exports, layout } = store;
  if (exports.slots.value === 0) return undefined;
  putOutside(store, words);
  const id = exports.find(layout.outside);
  return id === -1 ? undefined : id >>> 0;
}

/** Adds an initial state; gives its id, also when it was there, or undefined at a limit. */
export function addTree(store: CompressedStore, words: Uint32Array): number | undefined {
  const { exports, layout, memories } = store;
  const known = findTree(store, words);
  if (known !== undefined) return known;
  if (!reserveTrees(store, 1)) return undefined;
  const isFirst = countOf(store) === 0;
  if (isFirst) fillRecentRoots(store, words, true);
  const entry = new Uint32Array(memories.states.buffer, layout.buffer, layout.words);
  entry.set(words.subarray(0, layout.words));
  exports.insert(layout.buffer + layout.stride);
  if (isFirst) fillRecentRoots(store, words, false);
  return countOf(store) - 1;
}

/** Fills the recent roots with that of a state, or with `another`, when that is not known yet. */
function fillRecentRoots(store: CompressedStore, words: Uint32Array, another: boolean): void {
  const { exports, layout, memories, trees } = store;
  putOutside(store, words);
  exports.fold(layout.outside, trees.narrow.outside, 1);
  const root = new Uint32Array(memories.states.buffer, trees.narrow.outside, 2);
  const recent = root.map((word, index) => (another && index === 0 ? ~word : word));
  fillRecent({ layout: trees.narrow, memories }, recent);
}

export function readTree(store: CompressedStore, id: number, into: Uint32Array): void {
  const { exports, layout, memories } = store;
  exports.unfold(id, layout.outside);
  into.set(new Uint32Array(memories.states.buffer, layout.outside, layout.words));
}

/** Words of the states `from` up to `to`, not included. */
export function readTrees(store: CompressedStore, from: number, to: number): Uint32Array {
  const { words } = store.layout;
  const states = new Uint32Array((to - from) * words);
  for (let id = from; id < to; id++) {
    readTree(store, id, states.subarray((id - from) * words, (id - from + 1) * words));
  }
  return states;
}

/** Puts saved states into a store without any; false when a limit forbids it. */
export function restoreTrees(store: CompressedStore, saved: Saved): boolean {
  const { exports, layout, trees } = store;
  for (let from = 0; from < saved.states; from += STATES_PER_CALL) {
    const to = Math.min(saved.states, from + STATES_PER_CALL);
    if (!reserveTrees(store, to - from)) return false;
    const states = saved.readStates(from, to);
    for (let id = from; id < to; id++) {
      putOutside(store, states.subarray((id - from) * layout.words));
      exports.fold(layout.outside, trees.narrow.arena + 8 * id, 1);
    }
    exports.count.value = to;
    exports.rehash(from, to);
  }
  const { labels, counters } = talliesOf(store);
  labels.set(saved.labels.map(BigInt));
  counters.set(saved.counters.map(BigInt));
  if (saved.states > 0) fillRecentRoots(store, saved.readStates(0, 1), false);
  return true;
}
