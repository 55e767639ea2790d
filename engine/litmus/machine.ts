/**
 * A program on cores that share memory, as a System: a step is one operation of a core, or one
 * drain of its store buffer.
 *
 *     cells   program counters │ registers of each core │ Memory
 */
import { cellsOf, createMemory, type Memory, type MemoryShape } from "../hardware/memory.ts";
import type { Actor, Choice, System } from "../system.ts";
import type { Operation, Program } from "./program.ts";

/** Steps of an actor have no alternatives here. */
const ONLY = 0;

export interface LitmusMachine extends System<Int32Array> {
  /** `0:r0=1; [x]=1`: every named register and every location, in this order. */
  outcome(): string;
}

/** What a machine may be wrong about; the defaults are x86. */
export interface LitmusRules {
  /** Memory of this shape over these cells. */
  readonly memoryOf: (shape: MemoryShape, cells: Int32Array) => Memory;
  /** Kinds of operations that wait until the own store buffer is empty. */
  readonly waits: ReadonlySet<Operation["kind"]>;
  /** Locked operations wait for the buffers of all cores. */
  readonly waitsForAll: boolean;
}

export const X86_RULES: LitmusRules = {
  memoryOf: createMemory,
  waits: new Set(["mfence", "exchange", "compare", "lockedIncrement"]),
  waitsForAll: false,
};

/** `entries` of each core's store buffer; 0 means sequential consistency. */
export function createLitmusMachine(
  program: Program,
  entries: number,
  rules: LitmusRules = X86_RULES,
): LitmusMachine {
  const cores = program.cores.length;
  // One more than is named, for what an increment has read.
  const registers = Math.max(...program.registers.map((names) => names.length)) + 1;
  const shape = { words: program.locations.length, cores, entries };
  const before = cores * (1 + registers);
  const cells = new Int32Array(before + cellsOf(shape));
  const memory = rules.memoryOf(shape, cells.subarray(before));
  for (const [address, value] of program.initial.entries()) memory.write(address, value);
  const actors: readonly Actor[] = [
    ...program.cores.map((_, core): Actor => ({ name: `core ${core}`, kind: "core" })),
    ...program.cores.map((_, core): Actor => ({ name: `drain ${core}`, kind: "drain" })),
  ];
  const operationOf = (core: number): Operation | undefined =>
    program.cores[core]?.[cells[core] ?? 0];
  const register = (core: number, index: number): number => cores + core * registers + index;
  const isEnabled = ({ actor }: Choice): boolean =>
    actor < cores
      ? mayPerform(memory, actor, operationOf(actor), rules)
      : actor < 2 * cores && memory.waiting(actor - cores) > 0;
  return {
    actors,
    choices: () =>
      actors.map((_, actor) => ({ actor, action: ONLY })).filter((choice) => isEnabled(choice)),
    take(choice) {
      if (!isEnabled(choice)) throw new RangeError(`${choice.actor} has no step`);
      const { actor } = choice;
      if (actor >= cores) {
        memory.drain(actor - cores);
        return;
      }
      const operation = operationOf(actor);
      cells[actor] = (cells[actor] ?? 0) + 1;
      if (operation !== undefined) {
        perform(memory, actor, operation, cells, (index) => register(actor, index));
      }
    },
    describe: ({ actor }) =>
      actor < cores
        ? `${actors[actor]?.name}: ${describe(operationOf(actor), program)}`
        : (actors[actor]?.name ?? ""),
    save: () => cells.slice(),
    restore: (saved) => cells.set(saved),
    key: () => cells.join(),
    outcome() {
      const named = program.registers.flatMap((names, core) =>
        names.map((name, index) => `${core}:${name}=${cells[register(core, index)]}`),
      );
      const words = program.locations.map((name, address) => `[${name}]=${memory.read(address)}`);
      return [...named, ...words].join("; ");
    },
  };
}

function mayPerform(
  memory: Memory,
  core: number,
  operation: Operation | undefined,
  { waits, waitsForAll }: LitmusRules,
): boolean {
  if (operation === undefined) return false;
  if (operation.kind === "store" || operation.kind === "storeNext") return memory.hasRoom(core);
  if (!waits.has(operation.kind)) return true;
  if (!waitsForAll || operation.kind === "mfence") return memory.waiting(core) === 0;
  return Array.from({ length: memory.shape.cores }, (_, one) => one).every(
    (one) => memory.waiting(one) === 0,
  );
}

function perform(
  memory: Memory,
  core: number,
  operation: Operation,
  cells: Int32Array,
  register: (index: number) => number,
): void {
  switch (operation.kind) {
    case "store":
      memory.store(core, operation.address, operation.value);
      break;
    case "storeNext":
      memory.store(core, operation.address, (cells[register(operation.register)] ?? 0) + 1);
      // Nobody reads it again, and what is dead does not make states different.
      cells[register(operation.register)] = 0;
      break;
    case "load":
      cells[register(operation.register)] = memory.load(core, operation.address);
      break;
    case "exchange": {
      const old = memory.exchange(core, operation.address, () => operation.value);
      cells[register(operation.register)] = old;
      break;
    }
    case "compare": {
      const old = memory.exchange(core, operation.address, (found) =>
        found === operation.expected ? operation.value : found,
      );
      cells[register(operation.register)] = old;
      break;
    }
    case "lockedIncrement":
      memory.exchange(core, operation.address, (old) => old + 1);
      break;
    default:
      break;
  }
}

function describe(operation: Operation | undefined, { locations }: Program): string {
  if (operation === undefined) return "";
  return "address" in operation
    ? `${operation.kind} ${locations[operation.address]}`
    : operation.kind;
}
