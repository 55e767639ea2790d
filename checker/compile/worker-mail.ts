/**
 * Mail between workers: a ring of shared memory for each ordered pair of them.
 *
 *     written ─────────────────┐          read ──┐
 *     … │ taken │ message │ message │ free …     both count words, modulo 2^32
 *
 * One worker writes and one reads, so that no lock is needed: what was written is published by
 * storing the count. Messages have a fixed number of words, and neither end is ever within one.
 */

/** Words of a ring, a power of 2. */
const RING_WORDS = 65_536;
/** Words before the ring: the two counts lie in different cache lines. */
const HEADER_WORDS = 32;
const WRITTEN = 0;
const READ = 16;

export interface Mail {
  /** To be given to other threads. */
  readonly shared: SharedMail;
  /** Writes as many messages as fit; gives the number of words. */
  send(from: number, to: number, messages: Uint32Array): number;
  /** Takes as many messages as fit; gives the number of words. */
  take(from: number, to: number, into: Uint32Array): number;
}

export interface SharedMail {
  readonly workers: number;
  /** Words of a message. */
  readonly message: number;
  /** Ring from a worker to another: `from * workers + to`. */
  readonly rings: readonly SharedArrayBuffer[];
}

export function createMail(workers: number, message: number): Mail {
  const bytes = 4 * (HEADER_WORDS + RING_WORDS);
  const rings = Array.from({ length: workers * workers }, (_, ring) =>
    // Nobody writes to oneself.
    Math.floor(ring / workers) === ring % workers
      ? new SharedArrayBuffer(0)
      : new SharedArrayBuffer(bytes),
  );
  return mailOf({ workers, message, rings });
}

export function mailOf(shared: SharedMail): Mail {
  const { workers, message } = shared;
  const rings = shared.rings.map((buffer) => new Uint32Array(buffer));
  const ringOf = (from: number, to: number): Uint32Array =>
    rings[from * workers + to] ?? new Uint32Array(0);
  const whole = (words: number): number => words - (words % message);
  return {
    shared,
    send(from, to, messages) {
      const ring = ringOf(from, to);
      const written = Atomics.load(ring, WRITTEN);
      const free = RING_WORDS - ((written - Atomics.load(ring, READ)) >>> 0);
      const words = whole(Math.min(free, messages.length));
      const start = written % RING_WORDS;
      const first = Math.min(words, RING_WORDS - start);
      ring.set(messages.subarray(0, first), HEADER_WORDS + start);
      ring.set(messages.subarray(first, words), HEADER_WORDS);
      Atomics.store(ring, WRITTEN, written + words);
      return words;
    },
    take(from, to, into) {
      const ring = ringOf(from, to);
      const read = Atomics.load(ring, READ);
      const there = (Atomics.load(ring, WRITTEN) - read) >>> 0;
      const words = whole(Math.min(there, into.length));
      if (words === 0) return 0;
      const start = read % RING_WORDS;
      const first = Math.min(words, RING_WORDS - start);
      into.set(ring.subarray(HEADER_WORDS + start, HEADER_WORDS + start + first));
      into.set(ring.subarray(HEADER_WORDS, HEADER_WORDS + words - first), first);
      Atomics.store(ring, READ, read + words);
      return words;
    },
  };
}
