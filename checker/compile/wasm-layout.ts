/**
 * Where a core in WebAssembly keeps what: three memories, so that each grows at its end.
 *
 *     memory 0   tallies | closed sites | states | successors | recent | arena ──►
 *     memory 1   table: slot → tag, id + 1                                       ──►
 *     memory 2   parents                                                         ──►
 *
 * Where several workers share the memories, all that stands before the arena is there once for each
 * of them. The module has the addresses of the first; a worker adds its `base`.
 *
 * A successor is the words of its state, the id of the state that it comes from, and its label.
 * Successors are gathered until there are `BATCH` of them. A state then goes on to its end, which
 * may add as many as its routines can emit outside of loops; emits in loops look whether `loopEnd`
 * is reached.
 */
import type { Code, Command } from "./code.ts";
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
/** Answer of a host that is asked for room: `expand` is to return before its next batch. */
export const LEAVE = 2;
/** Most states that are remembered as recent, and most bytes of them: they stay in the caches. */
const RECENTS_MAX = 16_384;
const RECENT_BYTES_MAX = 262_144;
/** Successors that emits in loops may add to a batch. */
const LOOP_ENTRIES = 1024;

export interface WasmLayout {
  readonly words: number;
  /** Workers that share the memories. */
  readonly workers: number;
  /** Whether the parent of each state is kept. */
  readonly linked: boolean;
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
  /** Bytes of all this, for one worker. */
  readonly share: number;
  readonly arena: number;
  /** Bytes of a state, and of a successor. */
  readonly size: number;
  readonly stride: number;
  /** Most successors in the buffer. */
  readonly entries: number;
}

/** Throws a RangeError when the labels of a Code alone would fill the memory. */
export function layoutOf(code: Code, workers: number): WasmLayout {
  const size = 4 * code.words;
  const stride = size + 8;
  const straight = code.expand.reduce((sum, { body }) => sum + emitsOutsideLoops(body), 0);
  const entries = BATCH + LOOP_ENTRIES + straight + 1;
  const recents = 2 ** Math.floor(Math.log2(Math.min(RECENTS_MAX, RECENT_BYTES_MAX / size)));
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
  };
  const share = Math.ceil((used + size) / PAGE_BYTES) * PAGE_BYTES;
  const arena = workers * share;
  if (share > SCRATCH_BYTES_MAX) throw new RangeError("The code of this model is too large");
  const batchEnd = places.buffer + BATCH * stride;
  const loopEnd = batchEnd + LOOP_ENTRIES * stride;
  return {
    ...places,
    words: code.words,
    workers,
    linked: true,
    share,
    size,
    stride,
    entries,
    recents,
    batchEnd,
    loopEnd,
    arena,
  };
}

/** All addresses but that of the arena. */
const ADDRESSES = [
  "labels",
  "counters",
  "closed",
  "outside",
  "form",
  "buffer",
  "batchEnd",
  "loopEnd",
  "kept",
  "hashes",
  "recent",
  "located",
  "locatedIds",
] as const satisfies readonly (keyof WasmLayout)[];

/** The same layout with all that is not the arena so many bytes further. */
export function movedBy(bytes: number, layout: WasmLayout): WasmLayout {
  const moved = ADDRESSES.map((name) => [name, layout[name] + bytes]);
  return { ...layout, ...Object.fromEntries(moved) };
}

function emitsOutsideLoops(commands: readonly Command[]): number {
  return commands.reduce((sum, command) => {
    if (command.do === "emit") return sum + 1;
    if (command.do === "block") return sum + emitsOutsideLoops(command.body);
    if (command.do !== "if") return sum;
    return sum + Math.max(emitsOutsideLoops(command.then), emitsOutsideLoops(command.else));
  }, 0);
}
