/**
 * Fifteen machines that are wrong in one way each, for tests of the tests: a suite that does not
 * tell them from x86 proves nothing about the machine that passes it.
 */
import { createMemory, type Memory, type MemoryShape } from "../hardware/memory.ts";
import type { LitmusRules } from "./machine.ts";
import { X86_RULES } from "./machine.ts";
import type { Program } from "./program.ts";

export interface WrongMachine {
  /** Tests of the suite whose sets of final states it changes. */
  readonly caught: number;
  readonly rules: LitmusRules;
  /** Entries of the store buffers; that of the right machine if it is undefined. */
  readonly entries?: number;
  /** Changes the program: operations that are split, or drains that come in another way. */
  readonly program?: (program: Program) => Program;
}

/** A Memory with some operations replaced, given the right one and its cells. */
function altered(change: (memory: Memory, queue: Queue) => Partial<Memory>): LitmusRules {
  const memoryOf = (shape: MemoryShape, cells: Int32Array): Memory => {
    const memory = createMemory(shape, cells);
    return { ...memory, ...change(memory, queueOf(memory)) };
  };
  return { ...X86_RULES, memoryOf };
}

/** Direct access to the stores that wait. */
interface Queue {
  address(core: number, index: number): number;
  value(core: number, index: number): number;
  /** Takes one out and puts it into memory. */
  apply(core: number, index: number): void;
}

function queueOf(memory: Memory): Queue {
  const { cells, shape } = memory;
  const at = (core: number, index: number): number =>
    shape.words + core * (1 + 2 * shape.entries) + 1 + 2 * index;
  return {
    address: (core, index) => cells[at(core, index)] ?? 0,
    value: (core, index) => cells[at(core, index) + 1] ?? 0,
    apply(core, index) {
      const first = at(core, 0);
      const count = memory.waiting(core);
      cells[cells[at(core, index)] ?? 0] = cells[at(core, index) + 1] ?? 0;
      cells.copyWithin(at(core, index), at(core, index + 1), at(core, count));
      cells.fill(0, at(core, count - 1), at(core, count));
      cells[first - 1] = count - 1;
    },
  };
}

/** The newest store to this address among the first `count` of a core, or undefined. */
function newest(queue: Queue, core: number, count: number, address: number): number | undefined {
  for (let index = count - 1; index >= 0; index--) {
    if (queue.address(core, index) === address) return queue.value(core, index);
  }
  return undefined;
}

const without = (...kinds: readonly ("mfence" | "exchange" | "compare" | "lockedIncrement")[]) =>
  new Set([...X86_RULES.waits].filter((kind) => !kinds.some((one) => one === kind)));

export const WRONG_MACHINES: Readonly<Record<string, WrongMachine>> = {
  "no forwarding": {
    caught: 10,
    rules: altered((memory) => ({ load: (_core, at) => memory.read(at) })),
  },
  "forwards the oldest own entry": {
    caught: 1,
    rules: altered((memory, queue) => ({
      load(core, address) {
        for (let index = 0; index < memory.waiting(core); index++) {
          if (queue.address(core, index) === address) return queue.value(core, index);
        }
        return memory.read(address);
      },
    })),
  },
  "a load waits until the own buffer is empty": {
    caught: 29,
    rules: { ...X86_RULES, waits: new Set([...X86_RULES.waits, "load"]) },
  },
  "cores of a pair share forwarding": {
    caught: 31,
    rules: altered((memory, queue) => ({
      load(core, address) {
        const sibling = core ^ 1;
        const own = newest(queue, core, memory.waiting(core), address);
        if (own !== undefined || sibling >= memory.shape.cores) return own ?? memory.read(address);
        return newest(queue, sibling, memory.waiting(sibling), address) ?? memory.read(address);
      },
    })),
  },
  "the whole buffer drains in one step": {
    caught: 1,
    rules: altered((memory) => ({
      drain(core) {
        while (memory.waiting(core) > 0) memory.drain(core);
      },
    })),
  },
  "MFENCE does not wait": { caught: 10, rules: { ...X86_RULES, waits: without("mfence") } },
  "SFENCE drains": {
    caught: 1,
    rules: { ...X86_RULES, waits: new Set([...X86_RULES.waits, "sfence"]) },
  },
  "LFENCE drains": {
    caught: 1,
    rules: { ...X86_RULES, waits: new Set([...X86_RULES.waits, "lfence"]) },
  },
  "locked operations run with the own buffer not empty": {
    caught: 1,
    rules: {
      ...altered((memory) => ({
        exchange(core, address, change) {
          const old = memory.load(core, address);
          memory.write(address, change(old));
          return old;
        },
      })),
      waits: without("exchange", "compare", "lockedIncrement"),
    },
  },
  "the result of a locked operation goes through the buffer": {
    caught: 11,
    rules: altered((memory) => ({
      exchange(core, address, change) {
        const old = memory.load(core, address);
        memory.store(core, address, change(old));
        return old;
      },
    })),
  },
  "locked operations are not atomic": { caught: 2, rules: X86_RULES, program: split },
  "locked operations wait for every buffer": {
    caught: 2,
    rules: { ...X86_RULES, waitsForAll: true },
  },
  "sequential consistency": { caught: 29, rules: X86_RULES, entries: 0 },
  "room for one store": { caught: 2, rules: X86_RULES, entries: 1 },
  "drains out of order": { caught: 21, rules: outOfOrder() },
};

/** Locked increments and exchanges as a load and a store, with a fence on each side. */
function split(program: Program): Program {
  const cores = program.cores.map((operations, core) => {
    const hidden = program.registers[core]?.length ?? 0;
    return operations.flatMap((operation): typeof operations => {
      if (operation.kind === "exchange") {
        const { address, register, value } = operation;
        return [
          { kind: "mfence" },
          { kind: "load", address, register },
          { kind: "store", address, value },
          { kind: "mfence" },
        ];
      }
      if (operation.kind !== "lockedIncrement") return [operation];
      const { address } = operation;
      return [
        { kind: "mfence" },
        { kind: "load", address, register: hidden },
        { kind: "storeNext", address, register: hidden },
        { kind: "mfence" },
      ];
    });
  });
  return { ...program, cores };
}

/** Stores to different words drain in any order: the youngest of them first. */
function outOfOrder(): LitmusRules {
  return altered((memory, queue) => ({
    drain(core) {
      // The last entry whose word no earlier entry has, so that each word keeps its order.
      let index = memory.waiting(core) - 1;
      const hasEarlier = (at: number): boolean =>
        Array.from({ length: at }, (_, one) => one).some(
          (one) => queue.address(core, one) === queue.address(core, at),
        );
      while (hasEarlier(index)) index--;
      queue.apply(core, index);
    },
  }));
}
