/**
 * Descriptor rings of a function, as the device sees them: one to send, one to receive.
 *
 *     memory, at base + 4 × slot    buffer │ bytes │ command │ status
 *     a buffer                      to MAC × 2 │ from MAC × 2 │ bytes │ content
 *
 *            head ──device owns──► tail ──driver owns──► head
 *
 *     cells   base, length, head, tail, is it enabled?, does it drop?, write-back × 1, dropped
 *
 * The device has no descriptor when head and tail are equal, so a driver keeps one slot free. What
 * the device has done it writes back: DD in the status, behind the payload and before the
 * interrupt. Software looks for DD in memory, never at the head.
 *
 * A frame stands for its payload by the number `content`; its bytes are only counted. Left out:
 * prefetched descriptors, frames over several buffers, checksum offload, more than one queue.
 * Source: Intel 82599 datasheet, receive and transmit descriptor rings.
 */
import type { Mac } from "../network/frames.ts";
import type { Bus } from "./pcie.ts";
import { setWide, wide } from "./wide.ts";

export interface Frame {
  readonly to: Mac;
  readonly from: Mac;
  /** Length without check sequence. */
  readonly bytes: number;
  /** Stands for the payload. */
  readonly content: number;
}

export const DESCRIPTOR_WORDS = 4;
export const FRAME_WORDS = 6;

/** Bit of a command: write back when it is done. */
export const RS = 8;
/** Bits of a status: done, and last descriptor of its frame. */
export const DD = 1;
export const EOP = 2;

/** Where registers of a ring are among its cells. */
export const BASE = 0;
export const LENGTH = 1;
export const HEAD = 2;
export const TAIL = 3;
export const ENABLED = 4;
export const DROPS = 5;
/** TDWBAL: address at which the head is written instead of DD; 0 for none. */
export const WRITE_BACK = 6;
const DROPPED = 7;
export const RING_CELLS = 8;

/** What became of a frame: without descriptor it is dropped, or blocks those behind it. */
export type Reception = "received" | "dropped" | "blocked" | "deaf";

export interface Ring {
  /** The whole state. */
  readonly cells: Int32Array;
  /** Writes a register. A tail outside the ring is ignored. */
  readonly set: (register: number, value: number) => void;
  readonly get: (register: number) => number;
  /** Descriptors that the device owns. */
  readonly owned: number;
  /** Frames dropped for want of a descriptor. */
  readonly dropped: number;
  /** The function is reset; a function level reset leaves the write-back address. */
  clear(): void;
}

export interface TxRing extends Ring {
  /** The device sends the frame of its next descriptor; undefined when it has none. */
  fetch(): Frame | undefined;
}

export interface RxRing extends Ring {
  receive(frame: Frame): Reception;
}

export function frameWords({ to, from, bytes, content }: Frame): readonly number[] {
  const words = new Int32Array(FRAME_WORDS);
  setWide(words, 0, to);
  setWide(words, 2, from);
  words[4] = bytes;
  words[5] = content;
  return [...words];
}

export function frameOfWords(words: readonly number[]): Frame {
  const cells = Int32Array.from(words);
  const [bytes = 0, content = 0] = words.slice(4);
  return { to: wide(cells, 0), from: wide(cells, 2), bytes, content };
}

export function createTxRing(bus: Bus, cells?: Int32Array): TxRing {
  const ring = createRing(cells);
  const { get, set } = ring;
  return Object.assign(ring, {
    fetch(): Frame | undefined {
      if (get(ENABLED) === 0 || ring.owned === 0) return undefined;
      const at = get(BASE) + DESCRIPTOR_WORDS * get(HEAD);
      const descriptor = bus.read(at, DESCRIPTOR_WORDS);
      const [buffer = 0, bytes = 0, command = 0] = descriptor ?? [];
      const words = descriptor === undefined ? undefined : bus.read(buffer, FRAME_WORDS);
      if (words === undefined) {
        // What the device may not read stops the queue.
        set(ENABLED, 0);
        return undefined;
      }
      set(HEAD, (get(HEAD) + 1) % get(LENGTH));
      if (get(WRITE_BACK) !== 0) bus.posted.post(get(WRITE_BACK), [get(HEAD)]);
      else if ((command & RS) !== 0) bus.posted.post(at + 3, [DD]);
      return { ...frameOfWords(words), bytes };
    },
  });
}

export function createRxRing(bus: Bus, cells?: Int32Array): RxRing {
  const ring = createRing(cells);
  const { get, set } = ring;
  return Object.assign(ring, {
    receive(frame: Frame): Reception {
      if (get(ENABLED) === 0) return "deaf";
      if (ring.owned === 0) {
        if (get(DROPS) === 0) return "blocked";
        set(DROPPED, get(DROPPED) + 1);
        return "dropped";
      }
      const at = get(BASE) + DESCRIPTOR_WORDS * get(HEAD);
      const descriptor = bus.read(at, DESCRIPTOR_WORDS);
      if (descriptor === undefined) {
        set(ENABLED, 0);
        return "deaf";
      }
      bus.posted.post(descriptor[0] ?? 0, frameWords(frame));
      bus.posted.post(at + 1, [frame.bytes, 0, DD | EOP]);
      set(HEAD, (get(HEAD) + 1) % get(LENGTH));
      return "received";
    },
  });
}

function createRing(cells: Int32Array = new Int32Array(RING_CELLS)): Ring {
  const get = (register: number): number => cells[register] ?? 0;
  return {
    cells,
    get,
    set(register, value) {
      // Such as a doorbell that was on its way when the function was reset.
      if (register === TAIL && (value < 0 || value >= get(LENGTH))) return;
      cells[register] = value;
    },
    get owned() {
      const length = get(LENGTH);
      return length === 0 ? 0 : (get(TAIL) - get(HEAD) + length) % length;
    },
    get dropped() {
      return get(DROPPED);
    },
    clear() {
      const writeBack = get(WRITE_BACK);
      cells.fill(0);
      cells[WRITE_BACK] = writeBack;
    },
  };
}
