/**
 * Where a core in WebAssembly keeps what: three memories, so that each grows at its end.
 *
 *     memory 0   tallies | closed sites | one state | successors | their hashes | arena ──►
 *     memory 1   table: slot → tag, id + 1                                             ──►
 *     memory 2   parents                                                               ──►
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

/** Address in memory 0 where sums are stored that nobody reads. */
export const TOUCHED = 8;

export interface WasmLayout {
  readonly words: number;
  /** Addresses in memory 0; tallies have 64 bits. */
  readonly labels: number;
  readonly counters: number;
  readonly closed: number;
  readonly outside: number;
  readonly buffer: number;
  /** From here on a batch is inserted before the next state is expanded. */
  readonly batchEnd: number;
  /** From here on an emit in a loop has the batch inserted. */
  readonly loopEnd: number;
  readonly hashes: number;
  readonly arena: number;
  /** Bytes of a state and of a successor. */
  readonly size: number;
  readonly stride: number;
  /** Most successors in the buffer. */
  readonly entries: number;
}

/** Throws a RangeError when the labels of a Code alone would fill the memory. */
export function layoutOf(code: Code): WasmLayout {
  const size = 4 * code.words;
  const stride = size + 8;
  const straight = code.expand.reduce((sum, { body }) => sum + emitsOutsideLoops(body), 0);
  const entries = 2 * BATCH + straight + 1;
  let used = 16;
  const take = (bytes: number): number => {
    const address = used;
    used = Math.ceil((used + bytes) / 16) * 16;
    return address;
  };
  const labels = take(8 * code.labels);
  const counters = take(8 * code.counters);
  const closed = take(code.sites);
  const outside = take(size);
  const buffer = take(entries * stride);
  const hashes = take(entries * 8);
  const arena = Math.ceil((used + size) / PAGE_BYTES) * PAGE_BYTES;
  if (arena > SCRATCH_BYTES_MAX) throw new RangeError("The code of this model is too large");
  return {
    words: code.words,
    labels,
    counters,
    closed,
    outside,
    buffer,
    batchEnd: buffer + BATCH * stride,
    loopEnd: buffer + 2 * BATCH * stride,
    hashes,
    arena,
    size,
    stride,
    entries,
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
