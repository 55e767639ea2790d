/**
 * Moments to come, the earliest first: a binary heap.
 *
 * Moments of one time come in the order in which they were awaited, so that a verdict never depends
 * on the shape of the heap.
 */

interface Timer<T> {
  readonly time: bigint;
  readonly order: number;
  readonly what: T;
}

export interface Timers<T> {
  readonly heap: Timer<T>[];
  order: number;
}

export function createTimers<T>(): Timers<T> {
  return { heap: [], order: 0 };
}

/** Awaits `time`. */
export function startTimer<T>(timers: Timers<T>, time: bigint, what: T): void {
  const { heap } = timers;
  const timer: Timer<T> = { time, order: timers.order++, what };
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(timer, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = timer;
}

/** Takes the earliest moment that is not after `time`. */
export function nextDue<T>(timers: Timers<T>, time: bigint): Timer<T> | undefined {
  const { heap } = timers;
  const [first] = heap;
  if (first === undefined || first.time > time) return undefined;
  const last = heap.pop();
  if (last !== undefined && heap.length > 0) sink(heap, last);
  return first;
}

function sink<T>(heap: Timer<T>[], timer: Timer<T>): void {
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (left === undefined) break;
    const goesRight = right !== undefined && isBefore(right, left);
    const child = goesRight ? right : left;
    if (!isBefore(child, timer)) break;
    heap[at] = child;
    at = 2 * at + (goesRight ? 2 : 1);
  }
  heap[at] = timer;
}

function isBefore<T>(left: Timer<T>, right: Timer<T>): boolean {
  return left.time < right.time || (left.time === right.time && left.order < right.order);
}
