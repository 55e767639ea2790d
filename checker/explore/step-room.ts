/**
 * Room for the steps of many states, one after the other, in flat arrays that grow by copying.
 *
 * Whoever takes steps writes them here at once. Arrays for some states at a time, to be joined
 * later, are what collections of garbage are then about.
 */

export interface StepRoom {
  labels: Uint32Array<ArrayBuffer>;
  /** Ids; 2^32 - 1 for a state that is not there. */
  targets: Uint32Array<ArrayBuffer>;
  /** Steps so far. */
  count: number;
  /** Called before the arrays grow, with the bytes that they will have. */
  readonly allow: (bytes: number) => void;
}

/** Bytes of one step. */
export const STEP_BYTES = 8;
const STEPS_LEAST = 64;
const GROWTH = 1.5;

export function createStepRoom(steps: number, allow: (bytes: number) => void): StepRoom {
  const length = Math.max(STEPS_LEAST, steps);
  allow(length * STEP_BYTES);
  return { labels: new Uint32Array(length), targets: new Uint32Array(length), count: 0, allow };
}

/** Makes the arrays long enough for so many steps more. */
export function makeRoom(room: StepRoom, more: number): void {
  const needed = room.count + more;
  if (needed <= room.labels.length) return;
  const length = Math.max(needed, Math.ceil(room.labels.length * GROWTH));
  room.allow(length * STEP_BYTES);
  room.labels = grown(room.labels, room.count, length);
  room.targets = grown(room.targets, room.count, length);
}

function grown(
  words: Uint32Array<ArrayBuffer>,
  count: number,
  length: number,
): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(length);
  longer.set(words.subarray(0, count));
  return longer;
}
