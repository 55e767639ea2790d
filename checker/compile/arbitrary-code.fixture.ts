/**
 * Random small Codes, for property tests only.
 *
 * Every construct of `code.ts` occurs: all operators, conditions, loops with a counter of their
 * own, blocks that are left from inside loops, several routines that share registers. What a state
 * holds is masked, so that a search ends, by masks that also leave the highest bit.
 */
import fc from "fast-check";
import type { BinaryOperator, Code, Command, Routine, Term } from "./code.ts";

const REGISTERS = 2;
const LABELS = 3;
const COUNTERS = 2;
/** Those that `expand` passes and those that `judge` passes. */
const SITES = { expand: [0, 1], judge: [2, 3] } as const;
/** Locals that commands set; those of loops come after them. */
const LOCALS = 3;
const LOOPS_MAX = 2;
const DEPTH_MAX = 3;

const BINARY: readonly BinaryOperator[] = [
  ...(["add", "sub", "mul", "rem", "div", "and", "or", "xor", "shl", "shr"] as const),
  ...(["eq", "ne", "lt", "le", "gt", "ge", "below"] as const),
];

const MASKS: readonly number[] = [1, 3, 5, 7, 0x80000000, 0x80000003, 0x10003];

/** Where a command stands: `words` of a state, and how many blocks and loops enclose it. */
interface Place {
  readonly words: number;
  readonly depth: number;
  readonly blocks: number;
  readonly loops: number;
  readonly emits: boolean;
}

function termOf(words: number): fc.Arbitrary<Term> {
  const word = fc.nat(words - 1);
  const { term } = fc.letrec<{ term: Term }>((tie) => ({
    term: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.record({ op: fc.constantFrom("word" as const, "next" as const), word }),
      fc.record({
        op: fc.constant("const" as const),
        value: fc.oneof(
          fc.integer({ min: -2, max: 5 }),
          fc.constantFrom(31, 0x7fffffff, 0x80000000, -0x80000000, 0xffffffff),
        ),
      }),
      fc.record({ op: fc.constant("local" as const), local: fc.nat(LOCALS + LOOPS_MAX - 1) }),
      fc.record({ op: fc.constant("register" as const), register: fc.nat(REGISTERS - 1) }),
      fc.record({
        op: fc.constantFrom("not" as const, "popcount" as const, "ctz" as const),
        operand: tie("term"),
      }),
      fc.record({ op: fc.constantFrom(...BINARY), left: tie("term"), right: tie("term") }),
      fc.record({
        op: fc.constant("if" as const),
        condition: tie("term"),
        then: tie("term"),
        else: tie("term"),
      }),
    ),
  }));
  return term;
}

function commandsOf(place: Place): fc.Arbitrary<Command[]> {
  return fc.array(commandOf(place), { maxLength: place.depth === 0 ? 8 : 3 });
}

function commandOf(place: Place): fc.Arbitrary<Command> {
  const simple = simpleCommandOf(place);
  if (place.depth === DEPTH_MAX) return simple;
  const inside = { ...place, depth: place.depth + 1 };
  const term = termOf(place.words);
  const nested: fc.Arbitrary<Command>[] = [
    fc.record({
      do: fc.constant("if" as const),
      condition: term,
      then: commandsOf(inside),
      else: commandsOf(inside),
    }),
    fc.record({
      do: fc.constant("block" as const),
      block: fc.constant(place.blocks),
      body: commandsOf({ ...inside, blocks: place.blocks + 1 }),
    }),
  ];
  if (place.loops < LOOPS_MAX) nested.push(loopOf(place, inside));
  return fc.oneof({ arbitrary: simple, weight: 5 }, ...nested);
}

/** A loop whose counter nobody else sets: `set c 0; while (c < n) { set c (c + 1); … }`. */
function loopOf(place: Place, inside: Place): fc.Arbitrary<Command> {
  const local = LOCALS + place.loops;
  const counter: Term = { op: "local", local };
  const next: Term = { op: "add", left: counter, right: { op: "const", value: 1 } };
  return fc
    .record({ times: fc.nat(3), body: commandsOf({ ...inside, loops: place.loops + 1 }) })
    .map(({ times, body }) => ({
      do: "block",
      block: place.blocks + DEPTH_MAX + 1,
      body: [
        { do: "set", local, value: { op: "const", value: 0 } },
        {
          do: "while",
          condition: { op: "lt", left: counter, right: { op: "const", value: times } },
          body: [{ do: "set", local, value: next }, ...body],
        },
      ],
    }));
}

function simpleCommandOf({ words, blocks, emits }: Place): fc.Arbitrary<Command> {
  const term = termOf(words);
  const masked = fc
    .record({ value: term, mask: fc.constantFrom(...MASKS) })
    .map(({ value, mask }): Term => {
      return { op: "and", left: value, right: { op: "const", value: mask } };
    });
  const commands: fc.Arbitrary<Command>[] = [
    fc.record({ do: fc.constant("set" as const), local: fc.nat(LOCALS - 1), value: term }),
    fc.record({
      do: fc.constant("register" as const),
      register: fc.nat(REGISTERS - 1),
      value: term,
    }),
    fc.record({ do: fc.constant("count" as const), counter: fc.nat(COUNTERS - 1) }),
    fc.record({
      do: fc.constant("sight" as const),
      site: fc.constantFrom(...(emits ? SITES.expand : SITES.judge)),
    }),
  ];
  if (blocks > 0) {
    commands.push(fc.record({ do: fc.constant("leave" as const), block: fc.nat(blocks - 1) }));
  }
  if (emits) {
    const next = fc.record({
      do: fc.constant("next" as const),
      word: fc.nat(words - 1),
      value: masked,
    });
    const emit = fc.record({ do: fc.constant("emit" as const), label: fc.nat(LABELS - 1) });
    commands.push(next, next, emit, emit, fc.constant({ do: "begin" } as const));
  }
  return fc.oneof(...commands);
}

/** Gives every block its own number. */
function renumber(body: readonly Command[]): Command[] {
  let blocks = 0;
  const all = (commands: readonly Command[], names: ReadonlyMap<number, number>): Command[] =>
    commands.map((command) => {
      switch (command.do) {
        case "if":
          return { ...command, then: all(command.then, names), else: all(command.else, names) };
        case "while":
          return { ...command, body: all(command.body, names) };
        case "block": {
          const block = blocks++;
          const inner = new Map([...names, [command.block, block] as const]);
          return { do: "block", block, body: all(command.body, inner) };
        }
        case "leave":
          return { do: "leave", block: names.get(command.block) ?? 0 };
        default:
          return command;
      }
    });
  return all(body, new Map());
}

/** As transitions are: `if (guard) { begin; next w (word w + n) & mask; …; emit }`. */
function transitionOf(words: number): fc.Arbitrary<Command> {
  const change = fc
    .record({ word: fc.nat(words - 1), by: termOf(words), mask: fc.constantFrom(...MASKS) })
    .map(({ word, by, mask }): Command => {
      const sum: Term = { op: "add", left: { op: "word", word }, right: by };
      const value: Term = { op: "and", left: sum, right: { op: "const", value: mask } };
      return { do: "next", word, value };
    });
  const guard = fc.oneof(fc.constant<Term>({ op: "const", value: 1 }), termOf(words));
  return fc
    .record({ guard, changes: fc.array(change, { maxLength: 2 }), label: fc.nat(LABELS - 1) })
    .map(({ guard, changes, label }) => ({
      do: "if",
      condition: guard,
      then: [{ do: "begin" }, ...changes, { do: "emit", label }],
      else: [],
    }));
}

function routineOf(words: number, emits: boolean): fc.Arbitrary<Routine> {
  const any = commandsOf({ words, depth: 0, blocks: 0, loops: 0, emits });
  const transitions = fc.array(transitionOf(words), { minLength: 1, maxLength: 5, size: "max" });
  return fc.tuple(any, emits ? transitions : fc.constant([])).map(([body, added]) => ({
    locals: LOCALS + LOOPS_MAX,
    body: renumber([...body, ...added]),
  }));
}

/** A Code with states of one of the given numbers of words. */
export function arbitraryCode(...words: readonly number[]): fc.Arbitrary<Code> {
  return fc.constantFrom(...words).chain((count) =>
    fc.record({
      words: fc.constant(count),
      registers: fc.constant(REGISTERS),
      labels: fc.constant(LABELS),
      counters: fc.constant(COUNTERS),
      sites: fc.constant(SITES.expand.length + SITES.judge.length),
      expand: fc.array(routineOf(count, true), { minLength: 1, maxLength: 3 }),
      judge: fc.array(routineOf(count, false), { maxLength: 2 }),
    }),
  );
}

/** Up to three initial states. */
export function arbitraryStates(words: number): fc.Arbitrary<number[][]> {
  const state = fc.array(fc.constantFrom(0, 1, 2, -1), { minLength: words, maxLength: words });
  return fc.array(state, { minLength: 1, maxLength: 3 });
}
