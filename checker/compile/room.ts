/**
 * `Room`: how the memory of a core grows, the same for every back end.
 *
 *     rooms[0] ⊂ rooms[1] ⊂ … ⊂ the last that the limit allows
 *
 * A room says how many states arena and parents hold, and how many slots the table has. The arena
 * grows in small steps, which cost nothing where memory grows in place; the table grows by a
 * factor, since its entries must be placed anew. The steps keep table and parents below 12 bytes
 * per state once there are some hundred thousands. Where the next step would pass the limit of
 * bytes, the last room takes what is left, so that a limit is met by what is needed and not by what
 * is convenient.
 *
 * Where it is known how many states there should be, the first room is for them: then nothing
 * grows, and no state is placed twice. Every other room is a factor away from it.
 *
 * The ladder is a function of the limit and that number, so that all cores stop at the same state.
 */

/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES: number = 65_536;
/** Bytes that a 32-bit memory can have. */
export const MEMORY_BYTES_MAX: number = 2 ** 32;
/** Bytes before the arena that a core may use for itself; they are not part of the account. */
export const SCRATCH_BYTES_MAX: number = 64 * 2 ** 20;
/** States of the first room, and slots by which tables differ: 4 bytes of each fill a page. */
const BLOCK = PAGE_BYTES / 4;
/** Bytes for each state by which arena and parents grow, and the least by which they do. */
const SLACK_BYTES = 0.2;
const STEP_BYTES = 2 ** 19;
const TABLE_FACTOR = 1.5;
/** The factor of a small table, and from where on it is small no more. */
const FIRST_FACTOR = 4;
const FEW_SLOTS = 2 ** 17;
/** Part of the table that may be taken. */
export const LOAD_MAX: number = 0.8;
/** The same where it is known how many states there should be: shorter searches. */
const EXPECTED_LOAD = 0.6;
/** States beyond those that are expected: a batch begins where there is room for a whole one. */
const SPARE_STATES = 4096;
/** States of one core: their parents fill a memory. */
export const STATES_MAX: number = MEMORY_BYTES_MAX / 4;

export interface Room {
  /** States for which arena and parents have room. */
  readonly states: number;
  readonly slots: number;
  /** States for which arena, parents and table have room. */
  readonly capacity: number;
  readonly bytes: number;
}

/**
 * The rooms within a limit of bytes for states of so many words, each larger than the last;
 * `expected` is how many states there should be, or 0. `before` are bytes before the arena, which
 * count where they are more than a core alone may use.
 */
export function roomsWithin(
  words: number,
  bytes: number,
  expected = 0,
  before = 0,
): readonly Room[] {
  const rooms: Room[] = [];
  const scratch = Math.max(before, SCRATCH_BYTES_MAX);
  const fits = (room: Room): boolean => room.bytes <= bytes && isAddressable(words, room, scratch);
  const wanted = Math.max(BLOCK, expected + SPARE_STATES);
  const right = roomOf(words, wanted, Math.max(2 * BLOCK, blocks(wanted / EXPECTED_LOAD)));
  let room = fits(right) ? right : roomOf(words, BLOCK, 2 * BLOCK);
  while (fits(room)) {
    rooms.push(room);
    room = nextRoom(words, room);
  }
  for (let last = rooms.at(-1); last !== undefined; last = rooms.at(-1)) {
    const states = last.states + BLOCK;
    const wider = roomOf(words, states, Math.max(last.slots, blocks(states / LOAD_MAX)));
    if (!fits(wider)) break;
    rooms.push(wider);
  }
  return rooms;
}

function nextRoom(words: number, { states, slots, capacity }: Room): Room {
  if (capacity < states) {
    const factor = slots < FEW_SLOTS ? FIRST_FACTOR : TABLE_FACTOR;
    return roomOf(words, states, blocks(slots * factor));
  }
  const bytes = Math.max(STEP_BYTES, states * SLACK_BYTES);
  return roomOf(words, states + Math.ceil(bytes / (4 * (words + 1))), slots);
}

function roomOf(words: number, states: number, slots: number): Room {
  const capacity = Math.min(states, Math.floor(slots * LOAD_MAX));
  return { states, slots, capacity, bytes: 4 * (states * (words + 1) + slots) };
}

function isAddressable(words: number, { states, slots }: Room, scratch: number): boolean {
  const arena = states * words * 4 + scratch;
  return arena <= MEMORY_BYTES_MAX && states <= STATES_MAX && slots * 4 <= MEMORY_BYTES_MAX;
}

function blocks(count: number): number {
  return Math.ceil(count / BLOCK) * BLOCK;
}
