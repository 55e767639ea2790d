/**
 * What a stack has to do for each byte: it does one frame after the other.
 *
 * The two costs were chosen once, so that a message of 256 KB takes as long as the paper says of
 * each mode (`docs/calibration.md`); everything that has traffic uses them. They are what a core of
 * some 2 GHz can do: two cycles for a byte in a TCP stack with checksum and copy, and memcpy at 6
 * GB/s.
 */

/** Nanoseconds for each byte that a stack sends or receives. */
export const STACK = 1;
/** Nanoseconds for each byte that is copied into a ring or out of it. */
export const RING_COPY: number = 1 / 6;

export interface StackWork {
  /** When a frame is done that comes at a time; frames come in the order of calls. */
  take(time: number, bytes: number): number;
}

export function createStackWork(cost: number): StackWork {
  let free = 0;
  return {
    take(time, bytes) {
      free = Math.max(free, time) + Math.ceil(bytes * cost);
      return free;
    },
  };
}
