/**
 * Code as JavaScript: one function for each routine, made from text in which only numbers of the
 * Code appear.
 *
 *     set 0 (add (word 2) (const 1))   ──►   l0 = (w2 + 1 | 0);
 *
 * Every value is a signed 32-bit integer, so that words are kept in an `Int32Array` and equality of
 * numbers is equality of bits. Words of the state at hand and of the one that is made are variables
 * `w` and `n`, of which a routine declares those that it uses.
 *
 * A tree of closures needs no text, and runs twenty times slower; the search in JavaScript is
 * meant to check the other back end on large models too.
 */
import type { BinaryOperator, Code, Command, Routine, Term } from "./code.ts";

/** What a routine needs besides the state at hand. */
export interface RoutineHost {
  /** The state that is made, filled before each `emit`. */
  readonly target: Int32Array;
  readonly counters: Float64Array;
  emit(label: number): void;
  sight(site: number): void;
}

/** Runs routines on the state whose words begin at `offset`; gives register 0. */
export type RunRoutines = (states: Int32Array, offset: number) => number;

/** Routines that share registers, in the order in which they run. */
export function compileRoutines(
  routines: readonly Routine[],
  code: Pick<Code, "words" | "registers">,
  host: RoutineHost,
): RunRoutines {
  const registers = range(Math.max(1, code.registers), (index) => `r${index} = 0`).join(", ");
  const text = [
    '"use strict";',
    "const { target, counters } = host;",
    "const div = (a, b) => (b === 0 ? 0 : ((a >>> 0) / (b >>> 0)) | 0);",
    "const rem = (a, b) => (b === 0 ? 0 : ((a >>> 0) % (b >>> 0)) | 0);",
    "const ctz = (a) => (a === 0 ? 32 : 31 - Math.clz32(a & -a));",
    "const popcount = (a) => {",
    "  const pairs = a - ((a >>> 1) & 0x55555555);",
    "  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);",
    "  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;",
    "};",
    `let ${registers};`,
    ...routines.map((routine, index) => functionText(routine, `routine${index}`, code.words)),
    "return (states, offset) => {",
    `  ${registers.replaceAll(",", ";")};`,
    ...routines.map((_, index) => `  routine${index}(states, offset);`),
    "  return r0;",
    "};",
  ].join("\n");
  // oxlint-disable-next-line typescript/no-implied-eval -- the text holds numbers of the Code only
  const make = new Function("host", text) as (host: RoutineHost) => RunRoutines;
  return make(host);
}

/**
 * A condition over states: runs a routine that only reads words and sets registers, and gives
 * register 0 as a signed number. `words` are those of a state.
 */
export function evaluator(
  routine: Routine,
  words: number,
): (state: Uint32Array, offset: number) => number {
  const none = (): never => {
    throw new Error("A condition emits and sights nothing");
  };
  const host: RoutineHost = {
    target: new Int32Array(words),
    counters: new Float64Array(0),
    emit: none,
    sight: none,
  };
  const registers = registersOf(routine.body);
  const run = compileRoutines([routine], { words, registers }, host);
  let seen: Uint32Array | undefined;
  let signed = host.target;
  return (state, offset) => {
    if (state !== seen) {
      seen = state;
      signed = new Int32Array(state.buffer, state.byteOffset, state.length);
    }
    return run(signed, offset);
  };
}

function registersOf(commands: readonly Command[]): number {
  let registers = 1;
  visitCommands(commands, (command) => {
    if (command.do === "register") registers = Math.max(registers, command.register + 1);
  });
  return registers;
}

function visitCommands(commands: readonly Command[], visit: (command: Command) => void): void {
  for (const command of commands) {
    visit(command);
    if (command.do === "if") visitCommands([...command.then, ...command.else], visit);
    if (command.do === "while" || command.do === "block") visitCommands(command.body, visit);
  }
}

// ---------------------------------------------------------------------------- commands

interface Scope {
  readonly words: number;
  /** Words that the routine reads, and words of the state that is made that it changes. */
  readonly read: Set<number>;
  readonly made: Set<number>;
}

function functionText(routine: Routine, name: string, words: number): string {
  const made = new Set<number>();
  visitCommands(routine.body, (command) => {
    if (command.do === "next") made.add(integer(command.word));
  });
  const scope: Scope = { words, read: new Set(made), made };
  const body = commandsText(routine.body, scope);
  return [
    `function ${name}(states, offset) {`,
    ...declarations("const", [...scope.read], (word) => `w${word} = states[offset + ${word}]`),
    ...declarations("let", [...made], (word) => `n${word} = w${word}`),
    ...declarations(
      "let",
      range(routine.locals, (local) => local),
      (local) => `l${local} = 0`,
    ),
    body,
    "}",
  ].join("\n");
}

function declarations(
  kind: "const" | "let",
  numbers: readonly number[],
  text: (index: number) => string,
): string[] {
  return numbers.length === 0 ? [] : [`${kind} ${numbers.map(text).join(", ")};`];
}

function commandsText(commands: readonly Command[], scope: Scope): string {
  return commands.map((command) => commandText(command, scope)).join("\n");
}

function commandText(command: Command, scope: Scope): string {
  const value = (term: Term): string => termText(term, scope);
  switch (command.do) {
    case "set":
      return `l${integer(command.local)} = ${value(command.value)};`;
    case "register":
      return `r${integer(command.register)} = ${value(command.value)};`;
    case "next":
      return `n${integer(command.word)} = ${value(command.value)};`;
    case "begin":
      return [...scope.made].map((word) => `n${word} = w${word};`).join(" ");
    case "if": {
      const then = commandsText(command.then, scope);
      const otherwise = commandsText(command.else, scope);
      const condition = conditionText(command.condition, scope);
      return `if (${condition}) {\n${then}\n} else {\n${otherwise}\n}`;
    }
    case "while": {
      const body = commandsText(command.body, scope);
      return `while (${conditionText(command.condition, scope)}) {\n${body}\n}`;
    }
    case "block":
      return `b${integer(command.block)}: {\n${commandsText(command.body, scope)}\n}`;
    case "leave":
      return `break b${integer(command.block)};`;
    case "emit":
      return emitText(integer(command.label), scope);
    case "count":
      return `counters[${integer(command.counter)}]++;`;
    case "sight":
      return `host.sight(${integer(command.site)});`;
  }
}

function emitText(label: number, scope: Scope): string {
  const stores = range(scope.words, (word) => {
    if (scope.made.has(word)) return `target[${word}] = n${word};`;
    scope.read.add(word);
    return `target[${word}] = w${word};`;
  });
  return [...stores, `host.emit(${label});`].join(" ");
}

// ---------------------------------------------------------------------------- terms

const COMPARISONS: Readonly<Partial<Record<BinaryOperator, string>>> = {
  eq: "===",
  ne: "!==",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

const OPERATORS: Readonly<Partial<Record<BinaryOperator, string>>> = {
  add: "+",
  sub: "-",
  and: "&",
  or: "|",
  xor: "^",
  shl: "<<",
  shr: ">>>",
};

function termText(term: Term, scope: Scope): string {
  const value = (operand: Term): string => termText(operand, scope);
  switch (term.op) {
    case "const":
      return `(${integer(term.value) | 0})`;
    case "local":
      return `l${integer(term.local)}`;
    case "register":
      return `r${integer(term.register)}`;
    case "next":
      if (scope.made.has(term.word)) return `n${integer(term.word)}`;
      return value({ op: "word", word: term.word });
    case "word":
      scope.read.add(integer(term.word));
      return `w${term.word}`;
    case "not":
      return `(${conditionText(term, scope)} ? 1 : 0)`;
    case "popcount":
    case "ctz":
      return `${term.op}(${value(term.operand)})`;
    case "if": {
      const condition = conditionText(term.condition, scope);
      return `(${condition} ? ${value(term.then)} : ${value(term.else)})`;
    }
    default:
      return binaryText(term.op, term.left, term.right, scope);
  }
}

function binaryText(op: BinaryOperator, left: Term, right: Term, scope: Scope): string {
  if (op in COMPARISONS || op === "below") {
    return `(${conditionText({ op, left, right }, scope)} ? 1 : 0)`;
  }
  const [a, b] = [termText(left, scope), termText(right, scope)];
  if (op === "mul") return `Math.imul(${a}, ${b})`;
  if (op === "div" || op === "rem") return `${op}(${a}, ${b})`;
  return `(${a} ${OPERATORS[op]} ${b} | 0)`;
}

/** Whether a term is not 0, as a truth value of JavaScript. */
function conditionText(term: Term, scope: Scope): string {
  const value = (operand: Term): string => termText(operand, scope);
  if (term.op === "not") return `!${conditionText(term.operand, scope)}`;
  if (term.op === "below") return `(${value(term.left)} >>> 0 < ${value(term.right)} >>> 0)`;
  const comparison = COMPARISONS[term.op as BinaryOperator];
  if (comparison !== undefined && "left" in term) {
    return `(${value(term.left)} ${comparison} ${value(term.right)})`;
  }
  return `(${value(term)} !== 0)`;
}

// ---------------------------------------------------------------------------- text from numbers

/** The only way from a Code into the text. */
function integer(value: number): number {
  if (!Number.isSafeInteger(value)) throw new TypeError("A Code consists of whole numbers");
  return value;
}

function range<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: integer(count) }, (_, index) => make(index));
}
