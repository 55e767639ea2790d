/**
 * How the memory of a set of pairs grows: `PairRoom`, for the compressed core.
 *
 *     pairs    8 bytes each, in the order of their numbers, ──► at the end of a memory
 *     slots    4 bytes each, of which at most `LOAD_MAX` are taken
 *
 * Rooms of whole states (`room.ts`) trade memory for speed, with parents and a table that is half
 * empty; here memory is the point. The table grows by a small factor, so that a pair takes between
 * 12.5 and 13.5 bytes once there are some ten thousands. A room is made from the one before and
 * what is wanted: two sets grow side by side and share one limit, so that no ladder can be made
 * beforehand.
 */
import { MEMORY_BYTES_MAX, PAGE_BYTES, SCRATCH_BYTES_MAX } from "./room.ts";

/** Numbers by which rooms differ: 4 bytes for each of so many fill a page. */
const BLOCK = PAGE_BYTES / 4;
const PAIR_BYTES = 8;
const SLOT_BYTES = 4;
/** Part by which the pairs grow, which costs nothing as they grow in place. */
const PAIRS_STEP = 1 / 128;
const TABLE_FACTOR = 1.2;
/** Part of the table that may be taken. */
const LOAD_MAX = 0.88;

export interface PairRoom {
  readonly pairs: number;
  readonly slots: number;
}

export const NO_ROOM: PairRoom = { pairs: 0, slots: 0 };

/** Pairs for which there is room. */
export function capacityOf({ pairs, slots }: PairRoom): number {
  return Math.min(pairs, Math.floor(slots * LOAD_MAX));
}

export function bytesOf({ pairs, slots }: PairRoom): number {
  return PAIR_BYTES * pairs + SLOT_BYTES * slots;
}

/** Whether 32-bit memories can hold it. */
export function isAddressable({ pairs, slots }: PairRoom): boolean {
  const bytes = PAIR_BYTES * pairs + 2 * SCRATCH_BYTES_MAX;
  return bytes <= MEMORY_BYTES_MAX && SLOT_BYTES * slots <= MEMORY_BYTES_MAX;
}

/**
 * A room for so many pairs that contains another. A `roomy` one spares growing soon again; one that
 * is not takes what is needed, for what a limit leaves at last.
 */
export function widened(room: PairRoom, wanted: number, roomy: boolean): PairRoom {
  if (wanted <= capacityOf(room)) return room;
  const pairs = Math.max(wanted, roomy ? room.pairs * (1 + PAIRS_STEP) : 0);
  const fits = wanted <= Math.floor(room.slots * LOAD_MAX);
  const slots = Math.max((wanted + 1) / LOAD_MAX, roomy ? room.slots * TABLE_FACTOR : 0);
  return {
    pairs: wanted <= room.pairs ? room.pairs : blocks(pairs),
    slots: fits ? room.slots : blocks(slots),
  };
}

function blocks(count: number): number {
  return Math.ceil(count / BLOCK) * BLOCK;
}
