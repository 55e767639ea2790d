/**
 * Successors of a layer that are in memory: each once, until there is no room.
 *
 *     arena    records: words of a state, then its parent
 *     table    slot → index + 1, 0 = empty; probed linearly from the hash
 *     sorted   hash × 2^21 + index, as numbers: one array that is sorted without a comparator
 *
 * Of several parents the first stays. Arrays begin small and double, so that a small search takes
 * little memory, whatever it might take.
 */
import { compareStates, compareWords, hashOf } from "./spill-order.ts";
import type { Source } from "./spill-records.ts";

/**
 * States that are gathered at most: hash and index fit one number, and sorting them keeps an
 * interruption waiting for half a second.
 */
export const GATHERED_MAX: number = 2 ** 21;
/** States for which there is room at first. */
const FIRST_ROOM = 1024;
const SLOTS_PER_STATE = 2;

export interface Gather {
  readonly count: number;
  readonly bytes: number;
  /** Adds a state unless it is there; false when there is no room for it. */
  add(state: Int32Array, parent: number): boolean;
  /** The states in their order, as long as none is added. */
  sorted(): Source;
  clear(): void;
}

/** Bytes that one gathered state takes at most, when all arrays are full. */
export function gatheredBytes(words: number): number {
  return 4 * (words + 1) + 4 * SLOTS_PER_STATE + 8;
}

/** Gathers up to `most` states. */
export function createGather(words: number, most: number): Gather {
  const stride = words + 1;
  let room = Math.min(most, FIRST_ROOM);
  let arena = new Int32Array(room * stride);
  let table = new Uint32Array(room * SLOTS_PER_STATE);
  let keys = new Float64Array(0);
  let count = 0;
  const enter = (index: number): void => {
    let slot = slotOf(hashOf(arena, index * stride, words), table);
    while (table[slot] !== 0) slot = slot + 1 === table.length ? 0 : slot + 1;
    table[slot] = index + 1;
  };
  const grow = (): void => {
    room = Math.min(most, room * 2);
    const larger = new Int32Array(room * stride);
    larger.set(arena);
    arena = larger;
    table = new Uint32Array(room * SLOTS_PER_STATE);
    for (let index = 0; index < count; index++) enter(index);
  };
  return {
    get count() {
      return count;
    },
    get bytes() {
      return arena.byteLength + table.byteLength + keys.byteLength;
    },
    add(state, parent) {
      let slot = slotOf(hashOf(state, 0, words), table);
      for (let entry = table[slot] ?? 0; entry !== 0; entry = table[slot] ?? 0) {
        if (compareWords(arena, (entry - 1) * stride, state, 0, words) === 0) return true;
        slot = slot + 1 === table.length ? 0 : slot + 1;
      }
      if (count === most) return false;
      if (count === room) grow();
      arena.set(state, count * stride);
      arena[count * stride + words] = parent;
      enter(count++);
      return true;
    },
    sorted() {
      if (keys.length < count) keys = new Float64Array(room);
      const order = keys.subarray(0, count);
      for (let index = 0; index < count; index++) {
        order[index] = hashOf(arena, index * stride, words) * GATHERED_MAX + index;
      }
      order.sort();
      sortWithinHashes(order, arena, words);
      return sourceOf(order, arena, words);
    },
    clear() {
      table.fill(0);
      count = 0;
    },
  };
}

/** The slot at which the search for a hash begins. */
function slotOf(hash: number, table: Uint32Array): number {
  return Math.floor((hash / 2 ** 32) * table.length);
}

/** Sorts states of the same hash by their words. */
function sortWithinHashes(order: Float64Array, arena: Int32Array, words: number): void {
  const hashAt = (at: number): number => Math.floor((order[at] ?? 0) / GATHERED_MAX);
  const placed = (key: number) => ({
    records: arena,
    offset: (key % GATHERED_MAX) * (words + 1),
    hash: 0,
  });
  let from = 0;
  while (from < order.length) {
    const hash = hashAt(from);
    let to = from + 1;
    while (to < order.length && hashAt(to) === hash) to++;
    if (to > from + 1) {
      order.subarray(from, to).sort((a, b) => compareStates(placed(a), placed(b), words));
    }
    from = to;
  }
}

function sourceOf(order: Float64Array, arena: Int32Array, words: number): Source {
  let at = -1;
  const source = { records: arena, offset: 0, hash: 0, done: false, advance };
  function advance(): void {
    at++;
    source.done = at >= order.length;
    if (source.done) return;
    const key = order[at] ?? 0;
    source.offset = (key % GATHERED_MAX) * (words + 1);
    source.hash = Math.floor(key / GATHERED_MAX);
  }
  advance();
  return source;
}
