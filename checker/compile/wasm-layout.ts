/**
 * Where a core in WebAssembly keeps what: three memories, so that each grows at its end.
 *
 *     memory 0   tallies | closed sites | states | successors | recent | mail | arena ──►
 *     memory 1   table: slot → tag, id + 1                                              ──►
 *     memory 2   parents                                                                ──►
 *
 * A successor is the words of its state, the id of the state that it comes from, and its label.
 * Successors are gathered until there are `BATCH` of them. A state then goes on to its end, which
 * may add as many as its routines can emit outside of loops; emits in loops look whether `loopEnd`
 * is reached.
 */
import type { Code, Command } from "./code.ts";
import type { Home } from "./home.ts";
import { PAGE_BYTES, SCRATCH_BYTES_MAX } from "./room.ts";

export const STATES_MEMORY = 0;
export const TABLE_MEMORY = 1;
export const PARENTS_MEMORY = 2;

/** Successors that are inserted together: their table entries fit into the nearest caches. */
export const BATCH = 1024;

/** Bytes that are kept of each state during an insertion. */
export const KEPT_BYTES = 24;
const KEPT_SPARE = 8;
/** Bytes that are kept of each state while the table is filled anew. */
export const REHASH_BYTES = 16;
/** Address in memory 0 where sums are stored that nobody reads. */
export const TOUCHED = 8;
/** Most states that are remembered as recent, and most bytes of them: they stay in the caches. */
const RECENTS_MAX = 16_384;
const RECENT_BYTES_MAX = 262_144;
/** Successors that emits in loops may add to a batch. */
const LOOP_ENTRIES = 1024;

export interface WasmLayout {
  readonly words: number;
  readonly workers: number;
  /** Whether the parent of each state is kept. */
  readonly linked: boolean;
  /** Of several workers: the bits by which states are divided. */
  readonly home: Home;
  /** Addresses in memory 0; tallies have 64 bits. */
  readonly labels: number;
  readonly counters: number;
  readonly closed: number;
  readonly outside: number;
  /** Where what is stored for a state is put when only its weight is wanted. */
  readonly form: number;
  readonly buffer: number;
  /** From here on a batch is inserted before the next state is expanded. */
  readonly batchEnd: number;
  /** From here on an emit in a loop has the batch inserted. */
  readonly loopEnd: number;
  /** What is kept of each successor between the passes of an insertion. */
  readonly kept: number;
  /** Hashes while the table is filled anew, which may happen in the midst of an insertion. */
  readonly hashes: number;
  /** States that were seen lately; their number is a power of 2. */
  readonly recent: number;
  readonly recents: number;
  /** Of steps that are taken again: the targets that were found lately, and their id + 1, or 0. */
  readonly located: number;
  readonly locatedIds: number;
  /**
   * Of several workers: for each of them, where the next message to it goes; the messages, room for
   * `outgoing` bytes to each; messages from others, `entries` of them.
   */
  readonly cursors: number;
  readonly outboxes: number;
  readonly outgoing: number;
  readonly inbox: number;
  readonly arena: number;
  /** Bytes of a state, of a successor, and of a message: a state and the id where it comes from. */
  readonly size: number;
  readonly stride: number;
  readonly message: number;
  /** Most successors in the buffer. */
  readonly entries: number;
}

/** Throws a RangeError when the labels of a Code alone would fill the memory. */
export function layoutOf(code: Code, workers: number, home: Home): WasmLayout {
  const size = 4 * code.words;
  const [stride, message] = [size + 8, size + 4];
  const straight = code.expand.reduce((sum, { body }) => sum + emitsOutsideLoops(body), 0);
  const entries = BATCH + LOOP_ENTRIES + straight + 1;
  const recents = 2 ** Math.floor(Math.log2(Math.min(RECENTS_MAX, RECENT_BYTES_MAX / size)));
  const outgoing = workers === 1 ? 0 : 2 * entries * message;
  let used = 16;
  const take = (bytes: number): number => {
    const address = used;
    used = Math.ceil((used + bytes) / 16) * 16;
    return address;
  };
  const places = {
    labels: take(8 * code.labels),
    counters: take(8 * code.counters),
    closed: take(code.sites),
    outside: take(size),
    form: take(size),
    buffer: take(entries * stride),
    // Loops over what is kept go on for some entries behind the end.
    kept: take((entries + KEPT_SPARE) * KEPT_BYTES),
    hashes: take((BATCH + KEPT_SPARE) * REHASH_BYTES),
    recent: take(recents * size),
    located: take(recents * size),
    locatedIds: take(recents * 4),
    cursors: take(4 * workers),
    outboxes: take(workers * outgoing),
    inbox: take(workers === 1 ? 0 : entries * message),
  };
  const arena = Math.ceil((used + size) / PAGE_BYTES) * PAGE_BYTES;
  if (arena > SCRATCH_BYTES_MAX) throw new RangeError("The code of this model is too large");
  const batchEnd = places.buffer + BATCH * stride;
  const loopEnd = batchEnd + LOOP_ENTRIES * stride;
  return {
    ...places,
    words: code.words,
    workers,
    linked: true,
    home,
    size,
    stride,
    message,
    entries,
    recents,
    outgoing,
    batchEnd,
    loopEnd,
    arena,
  };
}

function emitsOutsideLoops(commands: readonly Command[]): number {
  return commands.reduce((sum, command) => {
    if (command.do === "emit") return sum + 1;
    if (command.do === "block") return sum + emitsOutsideLoops(command.body);
    if (command.do !== "if") return sum;
    return sum + Math.max(emitsOutsideLoops(command.then), emitsOutsideLoops(command.else));
  }, 0);
}
