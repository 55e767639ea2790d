/**
 * Events in the order of their time; of equal times, in the order in which they were added.
 *
 * A 4-ary heap over typed arrays: with the tens of events that a machine of a few cores has pending
 * it is faster than binary heaps and timing wheels (D. B. Johnson, "Priority queues with update and
 * finding minimum spanning trees", 1975, for heaps of more than two children).
 *
 *     index        0
 *               1 2 3 4            children of i: 4i + 1 … 4i + 4
 *
 * Times are nanoseconds since the start, whole numbers up to 2^53: 104 days.
 */

export interface EventQueue {
  readonly size: number;
  /** Time of the first event; infinite when there is none. */
  readonly first: number;
  /** Adds an event; `subject` is a whole number from 0 to 2^31 - 1 that means it. */
  add(time: number, subject: number): void;
  /** Takes the first event out and gives its subject; -1 when there is none. */
  take(): number;
  clear(): void;
}

const CAPACITY_FIRST = 64;
const WIDTH = 4;

export function createEventQueue(): EventQueue {
  let times = new Float64Array(CAPACITY_FIRST);
  let orders = new Float64Array(CAPACITY_FIRST);
  let subjects = new Int32Array(CAPACITY_FIRST);
  let size = 0;
  let added = 0;

  const grow = (): void => {
    times = Float64Array.from({ length: size * 2 }, (_, index) => times[index] ?? 0);
    orders = Float64Array.from({ length: size * 2 }, (_, index) => orders[index] ?? 0);
    subjects = Int32Array.from({ length: size * 2 }, (_, index) => subjects[index] ?? 0);
  };
  const at = (index: number): number => times[index] ?? Number.POSITIVE_INFINITY;
  const isBefore = (time: number, order: number, index: number): boolean =>
    time < at(index) || (time === at(index) && order < (orders[index] ?? 0));
  const put = (index: number, time: number, order: number, subject: number): void => {
    times[index] = time;
    orders[index] = order;
    subjects[index] = subject;
  };
  const move = (from: number, to: number): void =>
    put(to, at(from), orders[from] ?? 0, subjects[from] ?? 0);

  return {
    get size() {
      return size;
    },
    get first() {
      return size === 0 ? Number.POSITIVE_INFINITY : at(0);
    },
    add(time, subject) {
      if (size === times.length) grow();
      const order = added++;
      let hole = size++;
      while (hole > 0) {
        const parent = (hole - 1) >> 2;
        if (!isBefore(time, order, parent)) break;
        move(parent, hole);
        hole = parent;
      }
      put(hole, time, order, subject);
    },
    take() {
      if (size === 0) return -1;
      const subject = subjects[0] ?? -1;
      size--;
      const time = at(size);
      const order = orders[size] ?? 0;
      const last = subjects[size] ?? 0;
      let hole = 0;
      for (;;) {
        const from = hole * WIDTH + 1;
        if (from >= size) break;
        let least = from;
        for (let child = from + 1; child < Math.min(from + WIDTH, size); child++) {
          if (isBefore(at(child), orders[child] ?? 0, least)) least = child;
        }
        if (!isBefore(at(least), orders[least] ?? 0, size)) break;
        move(least, hole);
        hole = least;
      }
      put(hole, time, order, last);
      return subject;
    },
    clear() {
      size = 0;
      added = 0;
    },
  };
}
