/**
 * A routine of a Code as the body of a WebAssembly function.
 *
 *     (id, address of the state, end of the successors) → end of the successors
 *
 * Words of the state at hand that are read more than once are loaded into locals at the start.
 * Words of the state that is made have a local only where the routine changes them; an emit copies
 * all others from the state at hand, 16 bytes at a time. To know which, translation follows the
 * flow of commands and keeps for each word whether it was changed since the last `begin`:
 *
 *     CLEAN    on no path: read the state at hand
 *     CHANGED  on all paths: read the local
 *     MAYBE    on some paths: read the local, and every `begin` must fill it
 *
 * Which words a `begin` must fill, and which words get a local, is known at the end only; parts are
 * therefore filled late. Registers are locals within a routine; the globals behind them are read at
 * its start and written at its end.
 */
import { basePart, ownPart } from "./wasm-base.ts";
import type { Command, Routine, Term } from "./code.ts";
import {
  block,
  br,
  brIf,
  call,
  either,
  get,
  getGlobal,
  i32,
  i64,
  type Label,
  label,
  load8,
  load32,
  load64,
  loop,
  type Part,
  select,
  set,
  setGlobal,
  store8,
  store32,
  store64,
  when,
} from "./wasm-code.ts";
import { copyWords } from "./wasm-copy.ts";
import { STATES_MEMORY, type WasmLayout } from "./wasm-layout.ts";
import { binaryPart, isCheap } from "./wasm-term.ts";

/** Parameters of every routine. */
const ID = 0;
const STATE = 1;
const CURSOR = 2;
const PARAMETERS = 3;

export interface RoutineSurroundings {
  readonly layout: WasmLayout;
  /** Globals that hold the registers; none where no other routine shares them. */
  readonly registers: readonly number[] | undefined;
  /** Function: the batch is inserted; gives where the next successor goes. */
  readonly flush: number;
  /** Function of the host: a site is seen at a state; gives 1 when it is closed. */
  readonly sight: number;
  /** Global: how often the state at hand counts; once where there is none. */
  readonly weight?: number | undefined;
  /** An emit stores the words of a state and nothing else. */
  readonly bare?: boolean | undefined;
}

export interface RoutineFunction {
  readonly locals: number;
  readonly body: Part;
}

const CLEAN = 0;
const MAYBE = 1;
const CHANGED = 2;

/** For each word, what has become of it; undefined where no path leads. */
type Flow = Uint8Array | undefined;

interface Translation extends RoutineSurroundings {
  readonly made: Map<number, number>;
  readonly registerLocals: Map<number, number>;
  readonly assignedRegisters: Set<number>;
  /** First local of the Code. */
  readonly codeLocals: number;
  /** Where each word of the state at hand is read: filled at the end. */
  readonly reads: Map<number, Part[][]>;
  /** Words that every `begin` fills, and the places where it does: filled at the end. */
  readonly filled: Set<number>;
  readonly begins: Part[][];
  readonly blocks: Map<number, { readonly label: Label; flow: Flow }>;
  loops: number;
  locals: number;
  flow: Flow;
}

export function translateRoutine(
  routine: Routine,
  surroundings: RoutineSurroundings,
): RoutineFunction {
  const translation: Translation = {
    ...surroundings,
    made: new Map(),
    registerLocals: new Map(),
    assignedRegisters: new Set(),
    codeLocals: PARAMETERS,
    reads: new Map(),
    filled: new Set(),
    begins: [],
    blocks: new Map(),
    loops: 0,
    locals: routine.locals,
    flow: new Uint8Array(surroundings.layout.words),
  };
  const start = beginPart(translation);
  const body = commandsPart(routine.body, translation);
  const { registers, registerLocals, assignedRegisters } = translation;
  for (const hole of translation.begins) {
    for (const word of translation.filled) {
      hole.push(set(madeLocal(translation, word), wordPart(translation, word)));
    }
  }
  const loads = fillReads(translation);
  const taken = [...registerLocals].map(([register, local]) =>
    registers === undefined ? [] : set(local, getGlobal(registers[register] ?? 0)),
  );
  const given = [...assignedRegisters].map((register) =>
    registers === undefined
      ? []
      : setGlobal(registers[register] ?? 0, get(registerLocal(translation, register))),
  );
  return { locals: translation.locals, body: [loads, taken, start, body, given, get(CURSOR)] };
}

/** Loads the words that are read more than once, and fills the places where words are read. */
function fillReads(translation: Translation): Part[] {
  const loads: Part[] = [];
  for (const [word, holes] of translation.reads) {
    const value = load32(STATES_MEMORY, get(STATE), 4 * word);
    const local = holes.length > 1 ? newLocal(translation) : undefined;
    if (local !== undefined) loads.push(set(local, value));
    for (const hole of holes) hole.push(local === undefined ? value : get(local));
  }
  return loads;
}

// ---------------------------------------------------------------------------- variables

function newLocal(translation: Translation): number {
  return PARAMETERS + translation.locals++;
}

function localIn(translation: Translation, locals: Map<number, number>, key: number): number {
  const local = locals.get(key) ?? newLocal(translation);
  locals.set(key, local);
  return local;
}

function madeLocal(translation: Translation, word: number): number {
  return localIn(translation, translation.made, word);
}

function registerLocal(translation: Translation, register: number): number {
  return localIn(translation, translation.registerLocals, register);
}

function wordPart({ reads }: Translation, word: number): Part {
  const hole: Part[] = [];
  const holes = reads.get(word) ?? [];
  holes.push(hole);
  reads.set(word, holes);
  return hole;
}

function nextPart(translation: Translation, word: number): Part {
  const change = translation.flow?.[word] ?? CLEAN;
  if (change === CLEAN) return wordPart(translation, word);
  if (change === MAYBE) translation.filled.add(word);
  return get(madeLocal(translation, word));
}

function beginPart(translation: Translation): Part {
  const hole: Part[] = [];
  translation.begins.push(hole);
  return hole;
}

// ---------------------------------------------------------------------------- flow

function join(left: Flow, right: Flow): Flow {
  if (left === undefined || right === undefined) return left ?? right;
  return left.map((change, word) => (change === right[word] ? change : MAYBE));
}

/** What is known at the head of a loop, where its body may have run before. */
function flowInto(body: readonly Command[], flow: Flow): Flow {
  const known = flow?.slice();
  if (known === undefined) return undefined;
  const note = (commands: readonly Command[]): void => {
    for (const command of commands) {
      if (command.do === "next") known[command.word] = Math.max(MAYBE, known[command.word] ?? 0);
      if (command.do === "begin") known.forEach((change, word) => (known[word] = change && MAYBE));
      if (command.do === "if") note([...command.then, ...command.else]);
      if (command.do === "while" || command.do === "block") note(command.body);
    }
  };
  note(body);
  return known;
}

// ---------------------------------------------------------------------------- commands

function commandsPart(commands: readonly Command[], translation: Translation): Part {
  const parts: Part[] = [];
  for (const command of commands) {
    // Nothing leads behind a `leave`.
    if (translation.flow === undefined) break;
    parts.push(commandPart(command, translation));
  }
  return parts;
}

function commandPart(command: Command, translation: Translation): Part {
  const { layout } = translation;
  switch (command.do) {
    case "set":
      return set(translation.codeLocals + command.local, termPart(command.value, translation));
    case "register":
      translation.assignedRegisters.add(command.register);
      return set(
        registerLocal(translation, command.register),
        termPart(command.value, translation),
      );
    case "next": {
      const value = termPart(command.value, translation);
      translation.flow?.fill(CHANGED, command.word, command.word + 1);
      return set(madeLocal(translation, command.word), value);
    }
    case "begin":
      translation.flow?.fill(CLEAN);
      return beginPart(translation);
    case "if":
      return ifPart(command, translation);
    case "while":
      return whilePart(command, translation);
    case "block":
      return blockPart(command, translation);
    case "leave":
      return leavePart(command.block, translation);
    case "emit":
      return emitPart(command.label, translation);
    case "count":
      return increment(layout.counters + 8 * command.counter, translation);
    case "sight":
      return sightPart(command.site, translation);
  }
}

type CommandOf<Kind extends Command["do"]> = Extract<Command, { readonly do: Kind }>;

function ifPart(command: CommandOf<"if">, translation: Translation): Part {
  const condition = termPart(command.condition, translation);
  const before = translation.flow?.slice();
  const then = commandsPart(command.then, translation);
  const after = translation.flow;
  translation.flow = before;
  const otherwise = commandsPart(command.else, translation);
  translation.flow = join(after, translation.flow);
  const [only] = command.then;
  if (only?.do === "leave" && command.else.length === 0) {
    return brIf(leftBlock(only.block, translation).label, condition);
  }
  return when(condition, then, command.else.length === 0 ? undefined : otherwise);
}

function whilePart(command: CommandOf<"while">, translation: Translation): Part {
  const head = flowInto(command.body, translation.flow);
  translation.flow = head?.slice();
  const condition = termPart(command.condition, translation);
  const again = label("again");
  translation.loops++;
  const body = commandsPart(command.body, translation);
  translation.loops--;
  translation.flow = head;
  return loop(again, when(condition, [body, br(again)]));
}

function blockPart(command: CommandOf<"block">, translation: Translation): Part {
  const left = { label: label("block"), flow: undefined as Flow };
  translation.blocks.set(command.block, left);
  const body = commandsPart(command.body, translation);
  translation.flow = join(left.flow, translation.flow);
  return block(left.label, body);
}

function leftBlock(number: number, { blocks }: Translation): { readonly label: Label; flow: Flow } {
  const left = blocks.get(number);
  if (left === undefined) throw new Error("A block is left from outside");
  return left;
}

function leavePart(number: number, translation: Translation): Part {
  const left = leftBlock(number, translation);
  left.flow = join(left.flow, translation.flow);
  translation.flow = undefined;
  return br(left.label);
}

function emitPart(labelNumber: number, translation: Translation): Part {
  const { layout, flow, flush } = translation;
  const { words, size, stride } = layout;
  const stores: Part[] = [];
  for (let word = 0; word < words; ) {
    let end = word;
    while (end < words && flow?.[end] === CLEAN) end++;
    if (end > word + 1) {
      stores.push(copyWords(CURSOR, STATE, word, end));
      word = end;
    } else {
      stores.push(store32(STATES_MEMORY, get(CURSOR), 4 * word, nextPart(translation, word)));
      word++;
    }
  }
  if (translation.bare === true) return stores;
  return [
    stores,
    store32(STATES_MEMORY, get(CURSOR), size, get(ID)),
    store32(STATES_MEMORY, get(CURSOR), size + 4, i32.const(labelNumber)),
    set(CURSOR, i32.add(get(CURSOR), i32.const(stride))),
    increment(layout.labels + 8 * labelNumber, translation),
    translation.loops === 0
      ? []
      : when(
          i32.geU(get(CURSOR), ownPart(layout, layout.loopEnd)),
          set(CURSOR, call(flush, get(CURSOR))),
        ),
  ];
}

/** Adds to a tally of 64 bits how often the state at hand counts. */
function increment(address: number, { layout, weight }: RoutineSurroundings): Part {
  const base = basePart(layout);
  const tally = load64(STATES_MEMORY, base, address);
  const times = weight === undefined ? i64.const(1n) : getGlobal(weight);
  return store64(STATES_MEMORY, base, address, i64.add(tally, times));
}

function sightPart(site: number, { layout, sight }: Translation): Part {
  const [base, closed] = [basePart(layout), layout.closed + site];
  return when(
    i32.eqz(load8(STATES_MEMORY, base, closed)),
    store8(STATES_MEMORY, base, closed, call(sight, i32.const(site), get(ID))),
  );
}

// ---------------------------------------------------------------------------- terms

function termPart(term: Term, translation: Translation): Part {
  const value = (operand: Term): Part => termPart(operand, translation);
  switch (term.op) {
    case "const":
      return i32.const(term.value);
    case "local":
      return get(translation.codeLocals + term.local);
    case "register":
      return get(registerLocal(translation, term.register));
    case "word":
      return wordPart(translation, term.word);
    case "next":
      return nextPart(translation, term.word);
    case "not":
      return i32.eqz(value(term.operand));
    case "popcount":
      return i32.popcnt(value(term.operand));
    case "ctz":
      return i32.ctz(value(term.operand));
    case "if": {
      const [condition, then] = [value(term.condition), value(term.then)];
      const otherwise = value(term.else);
      if (isCheap(term.then) && isCheap(term.else)) return select(condition, then, otherwise);
      return either("i32", condition, then, otherwise);
    }
    case "div":
    case "rem": {
      if (term.right.op === "const" && (term.right.value | 0) !== 0) {
        return binaryPart(term.op, value(term.left), value(term.right));
      }
      const divisor = newLocal(translation);
      const [left, right] = [value(term.left), value(term.right)];
      const quotient = binaryPart(term.op, left, get(divisor));
      return [set(divisor, right), either("i32", get(divisor), quotient, i32.const(0))];
    }
    default:
      return binaryPart(term.op, value(term.left), value(term.right));
  }
}
