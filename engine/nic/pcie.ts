/**
 * Posted writes between a device and memory, and between a CPU and a device.
 *
 *     device ──post──► (kind, address, values) … oldest ──land──► IOMMU, memory, interrupts
 *
 *     cells   how many │ (kind, address or vector, length, values × words) × entries
 *
 * What is posted lands later, in order. A message-signalled interrupt is a posted write, so the
 * data that was posted before it lands before it. A read pushes everything that is ahead of it.
 * A write is translated when it lands: what was issued before an unmap or a reset still arrives.
 *
 * A full channel makes its sender wait for the oldest write to land, as flow control does; here
 * that happens within the post. Relaxed ordering is left out. Source: PCI Express base
 * specification, transaction ordering.
 */
import type { Dma } from "./dma.ts";

export interface PostedShape {
  /** Writes that can be on their way. */
  readonly entries: number;
  /** Words of the longest write. */
  readonly words: number;
}

/** Where posted writes arrive. */
export interface Sink {
  write(address: number, values: readonly number[]): void;
  interrupt(vector: number): void;
}

export interface Posted {
  readonly shape: PostedShape;
  /** The whole state. */
  readonly cells: Int32Array;
  /** Writes on their way. */
  readonly waiting: number;
  /** Throws a RangeError when there are more values than a write may have. */
  post(address: number, values: readonly number[]): void;
  postInterrupt(vector: number): void;
  /** The oldest write arrives; a RangeError when none is on its way. */
  land(): void;
  /** All arrive, in order: what a read does to the writes ahead of it. */
  flush(): void;
}

const WRITE = 0;
const INTERRUPT = 1;
const HEAD_CELLS = 3;

/** Cells that a channel of this shape takes. */
export function postedCells({ entries, words }: PostedShape): number {
  return 1 + entries * (HEAD_CELLS + words);
}

/** `cells` may be a part of a larger array that holds a whole machine. */
export function createPosted(
  shape: PostedShape,
  sink: Sink,
  cells: Int32Array = new Int32Array(postedCells(shape)),
): Posted {
  const stride = HEAD_CELLS + shape.words;
  const cell = (index: number): number => cells[index] ?? 0;
  const waiting = (): number => cell(0);

  const land = (): void => {
    const count = waiting();
    if (count === 0) throw new RangeError("No posted write is on its way");
    const kind = cell(1);
    const address = cell(2);
    const values = [...cells.subarray(1 + HEAD_CELLS, 1 + HEAD_CELLS + cell(3))];
    cells.copyWithin(1, 1 + stride, 1 + count * stride);
    // What is free is 0, so that equal states have equal cells.
    cells.fill(0, 1 + (count - 1) * stride, 1 + count * stride);
    cells[0] = count - 1;
    if (kind === WRITE) sink.write(address, values);
    else sink.interrupt(address);
  };
  const append = (kind: number, address: number, values: readonly number[]): void => {
    if (values.length > shape.words) {
      throw new RangeError(`A posted write has at most ${shape.words} words`);
    }
    if (waiting() === shape.entries) land();
    const at = 1 + waiting() * stride;
    cells[at] = kind;
    cells[at + 1] = address;
    cells[at + 2] = values.length;
    cells.set(values, at + HEAD_CELLS);
    cells[0] = waiting() + 1;
  };
  return {
    shape,
    cells,
    get waiting() {
      return waiting();
    },
    post: (address, values) => append(WRITE, address, values),
    postInterrupt: (vector) => append(INTERRUPT, vector, []),
    land,
    flush() {
      while (waiting() > 0) land();
    },
  };
}

/** A device's way to memory: posted writes, and reads that push them. */
export interface Bus {
  readonly posted: Posted;
  /** Words of memory; undefined when the access faults. */
  read(address: number, words: number): readonly number[] | undefined;
}

/** Throws a RangeError when there is no room for a single write. */
export function createBus(
  shape: PostedShape,
  requester: number,
  dma: Dma,
  interrupt: (vector: number) => void,
  cells?: Int32Array,
): Bus {
  if (shape.entries < 1) throw new RangeError("A channel has room for one write at least");
  const sink: Sink = {
    write: (address, values) => void dma.write(requester, address, values),
    interrupt,
  };
  const posted = createPosted(shape, sink, cells);
  return {
    posted,
    read(address, words) {
      posted.flush();
      return dma.read(requester, address, words);
    },
  };
}

/**
 * A CPU reads a register: what it wrote before reaches the device first, and the completion pushes
 * what the device posted before.
 */
export function readRegister(toDevice: Posted, bus: Bus, read: () => number): number {
  toDevice.flush();
  const value = read();
  bus.posted.flush();
  return value;
}
