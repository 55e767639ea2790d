/**
 * Code, interpreted: the obvious meaning of terms and commands, and a search with a Set of strings.
 *
 * The back ends are compared with this in tests. Nothing is shared with them but the types.
 */
import type { BinaryOperator, Code, Command, Routine, Term } from "./code.ts";

/** What a search has found; the laws of `Core` make every part of it the same in every core. */
export interface Found {
  readonly states: readonly (readonly number[])[];
  readonly parents: readonly number[];
  readonly labels: readonly number[];
  readonly counters: readonly number[];
  /** For each site, the states at which it was told. */
  readonly sightings: readonly (readonly number[])[];
  readonly next: number;
  readonly edges: readonly (readonly (readonly [label: number, target: number])[])[];
}

interface Machine {
  readonly code: Code;
  readonly state: readonly number[];
  readonly registers: number[];
  next: number[];
  locals: number[];
  emit(state: readonly number[], label: number): void;
  count(counter: number): void;
  sight(site: number): void;
}

/** The number of the block that is left, if one is. */
type Leaving = number | undefined;

const OPERATORS: Readonly<Record<BinaryOperator, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: Math.imul,
  rem: (a, b) => (b === 0 ? 0 : (a >>> 0) % (b >>> 0)),
  div: (a, b) => (b === 0 ? 0 : Math.floor((a >>> 0) / (b >>> 0))),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => a << b,
  shr: (a, b) => a >>> b,
  eq: (a, b) => Number(a === b),
  ne: (a, b) => Number(a !== b),
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
  gt: (a, b) => Number(a > b),
  ge: (a, b) => Number(a >= b),
  below: (a, b) => Number(a >>> 0 < b >>> 0),
};

function valueOf(term: Term, machine: Machine): number {
  const value = (operand: Term): number => valueOf(operand, machine);
  switch (term.op) {
    case "const":
      return term.value | 0;
    case "local":
      return machine.locals[term.local] ?? 0;
    case "register":
      return machine.registers[term.register] ?? 0;
    case "word":
      return machine.state[term.word] ?? 0;
    case "next":
      return machine.next[term.word] ?? 0;
    case "not":
      return Number(value(term.operand) === 0);
    case "popcount":
      return [...(value(term.operand) >>> 0).toString(2)].filter((bit) => bit === "1").length;
    case "ctz": {
      const bits = (value(term.operand) >>> 0).toString(2).padStart(33, "1");
      return value(term.operand) === 0 ? 32 : 32 - bits.lastIndexOf("1");
    }
    case "if":
      return value(term.condition) === 0 ? value(term.else) : value(term.then);
    default:
      return OPERATORS[term.op](value(term.left), value(term.right)) | 0;
  }
}

function runAll(commands: readonly Command[], machine: Machine): Leaving {
  for (const command of commands) {
    const leaving = run(command, machine);
    if (leaving !== undefined) return leaving;
  }
  return undefined;
}

function run(command: Command, machine: Machine): Leaving {
  const value = (term: Term): number => valueOf(term, machine);
  switch (command.do) {
    case "set":
      machine.locals[command.local] = value(command.value);
      return undefined;
    case "register":
      machine.registers[command.register] = value(command.value);
      return undefined;
    case "next":
      machine.next[command.word] = value(command.value);
      return undefined;
    case "begin":
      machine.next = [...machine.state];
      return undefined;
    case "if":
      return runAll(value(command.condition) === 0 ? command.else : command.then, machine);
    case "while": {
      while (value(command.condition) !== 0) {
        const leaving = runAll(command.body, machine);
        if (leaving !== undefined) return leaving;
      }
      return undefined;
    }
    case "block": {
      const leaving = runAll(command.body, machine);
      return leaving === command.block ? undefined : leaving;
    }
    case "leave":
      return command.block;
    case "emit":
      machine.emit([...machine.next], command.label);
      return undefined;
    case "count":
      machine.count(command.counter);
      return undefined;
    case "sight":
      machine.sight(command.site);
      return undefined;
  }
}

type Effects = Pick<Machine, "emit" | "count" | "sight">;

/** Runs routines on a state; gives the registers. */
export function interpret(
  routines: readonly Routine[],
  code: Code,
  state: readonly number[],
  effects: Effects,
): readonly number[] {
  const registers = Array.from({ length: code.registers }, () => 0);
  for (const { body } of routines) {
    runAll(body, { code, state, registers, next: [...state], locals: [], ...effects });
  }
  return registers;
}

/** Searches breadth-first; a site is closed by its sighting number `closing`. */
export function naiveSearch(
  code: Code,
  initial: readonly (readonly number[])[],
  limit: number,
  closing: number,
): Found {
  const ids = new Map<string, number>();
  const states: (readonly number[])[] = [];
  const parents: number[] = [];
  const sightings: number[][] = Array.from({ length: code.sites }, () => []);
  let labels = Array.from({ length: code.labels }, () => 0);
  let counters = Array.from({ length: code.counters }, () => 0);
  const none = (): void => {};
  const up = (tallies: number[], index: number): void => {
    tallies[index] = (tallies[index] ?? 0) + 1;
  };
  const sightAt = (id: number) => (site: number) => {
    const seen = sightings[site] ?? [];
    if (seen.length < closing && seen.at(-1) !== id) seen.push(id);
  };
  /** False when there was no room. */
  const add = (state: readonly number[], parent: number): boolean => {
    if (ids.has(state.join())) return true;
    if (states.length === limit) return false;
    const id = states.push(state) - 1;
    ids.set(state.join(), id);
    parents.push(parent);
    const count = (counter: number): void => up(counters, counter);
    interpret(code.judge, code, state, { emit: none, count, sight: sightAt(id) });
    return true;
  };
  /** False when a limit was met: then the steps of this state are not counted. */
  const expand = (id: number): boolean => {
    const emitted = [...labels];
    const counted = counters.map(() => 0);
    let fits = true;
    interpret(code.expand, code, states[id] ?? [], {
      emit: (state, label) => {
        up(emitted, label);
        fits = fits && add(state, id);
      },
      count: (counter) => up(counted, counter),
      sight: sightAt(id),
    });
    if (!fits) return false;
    labels = emitted;
    counters = counters.map((count, counter) => count + (counted[counter] ?? 0));
    return true;
  };
  let next = 0;
  if (initial.every((state) => add(state, -1))) {
    while (next < states.length && expand(next)) next++;
  }
  const edges = states.map((state) => {
    const steps: (readonly [number, number])[] = [];
    const emit = (to: readonly number[], label: number): void =>
      void steps.push([label, ids.get(to.join()) ?? -1]);
    interpret(code.expand, code, state, { emit, count: none, sight: none });
    return steps;
  });
  return { states, parents, labels, counters, sightings, next, edges };
}
