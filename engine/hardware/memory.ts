/**
 * Words that several cores share, under sequential consistency or x86-TSO.
 *
 * TSO is the abstract machine of Owens, Sarkar and Sewell ("A better x86 memory model: x86-TSO",
 * 2009): each core has a queue of stores; a load takes the newest of its own core's waiting stores
 * to that word, else memory; a drain of the oldest store is a step of its own; fences and locked
 * operations wait until the own queue is empty. LFENCE and SFENCE do nothing for write-back memory.
 *
 *     cells   words … │ core 0: waiting, (address, value) × entries │ core 1 …
 *
 * Under `sc` queues have no entries and a store is in memory at once. Devices read and write memory
 * itself: what waits in a queue is not there for them. Accesses are whole words; there are no
 * mixed sizes and no non-temporal stores.
 */

export interface MemoryShape {
  readonly words: number;
  readonly cores: number;
  /** Stores that a core can have waiting; 0 means sequential consistency. */
  readonly entries: number;
}

export interface Memory {
  readonly shape: MemoryShape;
  /** Value of a word as this core sees it. */
  load(core: number, address: number): number;
  /** Is there room for one more store of this core? */
  hasRoom(core: number): boolean;
  /** Throws a RangeError when there is no room. */
  store(core: number, address: number, value: number): void;
  /** Stores of this core that wait. */
  waiting(core: number): number;
  /** Moves the oldest waiting store to memory; throws a RangeError when none waits. */
  drain(core: number): void;
  /** Address and value of the oldest waiting store. */
  oldest(core: number): { readonly address: number; readonly value: number } | undefined;
  /**
   * A locked read-modify-write: `change` gives the new value from the old one, which is returned.
   * Throws a RangeError while stores of this core wait.
   */
  exchange(core: number, address: number, change: (old: number) => number): number;
  /** What a device sees. */
  read(address: number): number;
  /** What a device writes. */
  write(address: number, value: number): void;
  /** The whole state; the array is the Memory's own. */
  readonly cells: Int32Array;
}

/** All words are 0. `cells` may be a part of a larger array that holds a whole machine. */
export function createMemory(
  shape: MemoryShape,
  cells: Int32Array = new Int32Array(cellsOf(shape)),
): Memory {
  const { words, entries } = shape;
  const stride = 1 + 2 * entries;
  const queue = (core: number): number => words + core * stride;
  const cell = (index: number): number => cells[index] ?? 0;
  const waiting = (core: number): number => cell(queue(core));
  const hasRoom = (core: number): boolean => entries === 0 || waiting(core) < entries;
  return {
    shape,
    cells,
    waiting,
    hasRoom,
    load(core, address) {
      const from = queue(core) + 1;
      for (let index = waiting(core) - 1; index >= 0; index--) {
        if (cell(from + 2 * index) === address) return cell(from + 2 * index + 1);
      }
      return cell(address);
    },
    store(core, address, value) {
      if (entries === 0) {
        cells[address] = value;
        return;
      }
      if (!hasRoom(core)) throw new RangeError(`The store buffer of core ${core} is full`);
      const at = queue(core);
      const next = at + 1 + 2 * waiting(core);
      cells[next] = address;
      cells[next + 1] = value;
      cells[at] = cell(at) + 1;
    },
    drain(core) {
      const at = queue(core);
      const count = waiting(core);
      if (count === 0) throw new RangeError(`No store of core ${core} waits`);
      cells[cell(at + 1)] = cell(at + 2);
      cells.copyWithin(at + 1, at + 3, at + 1 + 2 * count);
      // What is free is 0, so that equal states have equal cells.
      cells.fill(0, at + 2 * count - 1, at + 2 * count + 1);
      cells[at] = count - 1;
    },
    oldest(core) {
      const at = queue(core);
      return waiting(core) === 0 ? undefined : { address: cell(at + 1), value: cell(at + 2) };
    },
    exchange(core, address, change) {
      if (waiting(core) > 0) throw new RangeError(`Stores of core ${core} wait`);
      const old = cell(address);
      cells[address] = change(old);
      return old;
    },
    read: cell,
    write(address, value) {
      cells[address] = value;
    },
  };
}

/** Cells that a Memory of this shape takes. */
export function cellsOf({ words, cores, entries }: MemoryShape): number {
  return words + cores * (1 + 2 * entries);
}
