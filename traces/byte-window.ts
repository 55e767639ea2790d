/**
 * A sliding window over a file that is read once, from front to back.
 *
 *     file   ────────[ consumed | start … unread … end ]──────── not read yet
 *                     bytes[0]                 bytes.length
 *
 * Readers look at `bytes[start, end)` and advance `start`; `fill` makes more bytes available. Every
 * refill is a fresh chunk, because packets are views into it and may outlive the window. The
 * rejected alternative, a ring buffer with copies, costs a copy per packet and gains nothing: a
 * chunk is freed as soon as nobody holds a packet of it.
 *
 * Limits: a chunk is `CHUNK_BYTES`, or what a caller asks `fill` for; callers must bound that by a
 * named limit of their own, so that no field of a file drives an allocation.
 */
import type { FileHandle } from "node:fs/promises";

/** Bytes read at once. */
export const CHUNK_BYTES: number = 1 << 20;

/** Fills `target` from the front and returns how many bytes it got; 0 is the end of the file. */
export type ReadBytes = (target: Uint8Array) => Promise<number>;

export interface ByteWindow {
  bytes: Uint8Array;
  /** Reads `bytes`; offsets are the same. */
  view: DataView;
  /** Unread bytes are `bytes[start, end)`. */
  start: number;
  end: number;
  /** Offset in the file of `bytes[0]`. */
  base: number;
  readonly read: ReadBytes;
}

export function createByteWindow(read: ReadBytes): ByteWindow {
  const bytes = new Uint8Array(0);
  return { bytes, view: new DataView(bytes.buffer), start: 0, end: 0, base: 0, read };
}

/** Offset in the file of the next unread byte. */
export function positionIn(window: ByteWindow): number {
  return window.base + window.start;
}

/**
 * Tries to have at least `need` unread bytes in the window; false when the file ends before. Either
 * way as much as fits into one chunk is there.
 */
export async function fill(window: ByteWindow, need: number): Promise<boolean> {
  if (window.end - window.start >= need) {
    return true;
  }
  const unread = window.end - window.start;
  const bytes = new Uint8Array(Math.max(CHUNK_BYTES, need));
  bytes.set(window.bytes.subarray(window.start, window.end));
  let end = unread;
  while (end < bytes.length) {
    const count = await window.read(bytes.subarray(end));
    end += count;
    if (count === 0 || end >= need) {
      break;
    }
  }
  window.base += window.start;
  window.bytes = bytes;
  window.view = new DataView(bytes.buffer);
  window.start = 0;
  window.end = end;
  return end >= need;
}

/** Passes over `count` bytes without holding them; false when the file ends before. */
export async function skip(window: ByteWindow, count: number): Promise<boolean> {
  let left = count;
  while (left > 0) {
    if (window.start === window.end && !(await fill(window, 1))) {
      return false;
    }
    const step = Math.min(left, window.end - window.start);
    window.start += step;
    left -= step;
  }
  return true;
}

/** Reads a file handle from its current position on. */
export function readFromHandle(handle: FileHandle): ReadBytes {
  return async (target) => {
    const { bytesRead } = await handle.read(target, 0, target.length, null);
    return bytesRead;
  };
}

/** Reads bytes in memory, at most `chunk` at a time, as a slow file would give them. */
export function readFromBytes(bytes: Uint8Array, chunk: number = CHUNK_BYTES): ReadBytes {
  let position = 0;
  return (target) => {
    const count = Math.min(target.length, chunk, bytes.length - position);
    target.set(bytes.subarray(position, position + count));
    position += count;
    return Promise.resolve(count);
  };
}
