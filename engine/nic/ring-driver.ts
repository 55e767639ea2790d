/**
 * The driver's side of descriptor rings: which slots it fills, and which it finds done.
 *
 *     oldest ──device has it, or has done it──► tail ──free──► one that stays free ──► oldest
 *
 * Slots are words of memory; the tail register is the caller's to write, as a posted write that
 * comes after the words. One slot stays free, since a full ring would look like an empty one.
 *
 *     cells   oldest, tail
 */
import {
  DD,
  DESCRIPTOR_WORDS,
  type Frame,
  frameOfWords,
  frameWords,
  FRAME_WORDS,
  RS,
} from "./rings.ts";

/** Where a ring and its buffers are: buffer of slot n is `buffers` + n × `FRAME_WORDS`. */
export interface RingPlace {
  readonly base: number;
  readonly buffers: number;
  readonly length: number;
}

/** How software reaches memory. */
export interface Words {
  load(address: number): number;
  store(address: number, value: number): void;
}

export interface RingDriver {
  /** The whole state. */
  readonly cells: Int32Array;
  /** Slots that can be filled. */
  readonly free: number;
  /** Puts a frame in the next slot and gives the new tail; undefined when none is free. */
  send(frame: Frame): number | undefined;
  /** Offers the next slot for receiving and gives the new tail; undefined when none is free. */
  offer(): number | undefined;
  /** Is the oldest slot done? */
  isDone(): boolean;
  /** Takes the oldest slot back and gives its frame; undefined when it is not done. */
  take(): Frame | undefined;
}

export function createRingDriver(
  place: RingPlace,
  words: Words,
  cells: Int32Array = new Int32Array(2),
): RingDriver {
  const { base, buffers, length } = place;
  const oldest = (): number => cells[0] ?? 0;
  const tail = (): number => cells[1] ?? 0;
  const used = (): number => (tail() - oldest() + length) % length;
  const free = (): number => length - 1 - used();
  const slotAt = (slot: number): number => base + DESCRIPTOR_WORDS * slot;
  const bufferAt = (slot: number): number => buffers + FRAME_WORDS * slot;
  const fill = (bytes: number): number | undefined => {
    const at = slotAt(tail());
    words.store(at, bufferAt(tail()));
    words.store(at + 1, bytes);
    words.store(at + 2, RS);
    words.store(at + 3, 0);
    cells[1] = (tail() + 1) % length;
    return tail();
  };
  const isDone = (): boolean => used() > 0 && (words.load(slotAt(oldest()) + 3) & DD) !== 0;
  return {
    cells,
    get free() {
      return free();
    },
    send(frame) {
      if (free() === 0) return undefined;
      const buffer = bufferAt(tail());
      frameWords(frame).forEach((word, index) => words.store(buffer + index, word));
      return fill(frame.bytes);
    },
    offer: () => (free() === 0 ? undefined : fill(0)),
    isDone,
    take() {
      if (!isDone()) return undefined;
      const buffer = bufferAt(oldest());
      const bytes = Array.from({ length: FRAME_WORDS }, (_, index) => words.load(buffer + index));
      cells[0] = (oldest() + 1) % length;
      return frameOfWords(bytes);
    },
  };
}
