/**
 * Puts items of one source into order of time, as far as a bounded window allows.
 *
 *     in ─► [ held, sorted: one to two times REORDER_ITEMS ] ─► out, never back in time
 *
 * Capture tools with several interfaces and processes that share a log write neighbours in the
 * wrong order; that is repaired. An item that is older than what has left the window gets the time
 * of the newest that left, and is counted: the clock went backwards, or the file is not a stream.
 *
 * Limit: `REORDER_ITEMS`. The order of equal times is the order of arrival.
 */

/** Items held back at least to wait for older ones; at most twice as many are held. */
export const REORDER_ITEMS = 512;

export interface Timed {
  time: bigint;
}

export interface Reorder<T extends Timed> {
  held: T[];
  /** Time of the last item that left. */
  released: bigint | undefined;
  /** Items whose time had to be changed, and the time that they cover. */
  late: number;
  lateFrom: bigint | undefined;
  lateUntil: bigint | undefined;
  /** The largest step back. */
  lateBy: bigint;
}

export function createReorder<T extends Timed>(): Reorder<T> {
  return {
    held: [],
    released: undefined,
    late: 0,
    lateFrom: undefined,
    lateUntil: undefined,
    lateBy: 0n,
  };
}

/**
 * Adds items; what can leave, in order. Items leave in blocks whose ends depend only on how many
 * came, so that the result does not depend on the size of the batches.
 */
export function reorder<T extends Timed>(window: Reorder<T>, items: readonly T[]): readonly T[] {
  const out: T[] = [];
  for (const item of items) {
    insert(window, item);
    if (window.held.length === 2 * REORDER_ITEMS) {
      out.push(...release(window, REORDER_ITEMS));
    }
  }
  return out;
}

/** Everything that is left, in order. */
export function drain<T extends Timed>(window: Reorder<T>): readonly T[] {
  return release(window, window.held.length);
}

function insert<T extends Timed>(window: Reorder<T>, item: T): void {
  const { held, released } = window;
  if (released !== undefined && item.time < released) {
    window.late++;
    window.lateFrom ??= released;
    window.lateUntil = released;
    window.lateBy = released - item.time > window.lateBy ? released - item.time : window.lateBy;
    item.time = released;
  }
  let at = held.length;
  while (at > 0 && (held[at - 1]?.time ?? item.time) > item.time) {
    at--;
  }
  if (at === held.length) {
    held.push(item);
  } else {
    held.splice(at, 0, item);
  }
}

function release<T extends Timed>(window: Reorder<T>, count: number): readonly T[] {
  const out = window.held.slice(0, count);
  window.held = window.held.slice(count);
  window.released = out.at(-1)?.time ?? window.released;
  return out;
}
