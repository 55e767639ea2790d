/**
 * The automaton of all runs that do *not* satisfy a formula, built as far as it is walked.
 *
 *     control = obligations for the present state and those after it + bits of the past
 *
 *        ┌────────┐  reads the bits of a state   ┌────────┐
 *        │ {5} m0 │ ───────────────────────────► │ {4} m0'│   gives: untils that are not put off
 *        └────────┘                              └────────┘
 *
 * A control expands its obligations in the state that it reads: a literal is true or ends the
 * choice; `p until q` is q now, or p now and the same obligation for the next state (it is *put
 * off*); `p release q` is q now, and p now or the same again. A run is accepted when no until is
 * put off for ever, so each until gives one acceptance bit (Gerth, Peled, Vardi and Wolper, Simple
 * on-the-fly automatic verification of linear temporal logic, 1995; acceptance on edges as in
 * Couvreur, On-the-fly verification of linear temporal logic, 1999). Bits of the past are updated
 * deterministically (for past in tableaux: Lichtenstein, Pnueli and Zuck, The glory of the past,
 * 1985).
 *
 * Staying in a state for ever is no step, so it does not change what was *previously* true: an edge
 * has two targets, one for a step and one for staying. An edge without obligations afterwards is
 * the end of the search: every continuation violates the formula.
 */
import type { Formula, Past, Present } from "./formula.ts";
import { stopFor } from "./pace.ts";

export interface ControlEdge {
  /** Control after a step, and after staying. */
  readonly step: number;
  readonly stay: number;
  /** Index into `acceptances`. */
  readonly acceptance: number;
  /** Nothing is left to be done: any continuation does not satisfy the formula. */
  readonly done: boolean;
}

export interface Automaton {
  /** The control before the first state. */
  readonly initial: number;
  /** Number of acceptance bits. */
  readonly untils: number;
  /** Sets of acceptance bits that edges give. */
  readonly acceptances: readonly bigint[];
  /** The edges of a control that reads a state with these bits. */
  readonly edges: (control: number, letter: Letter) => readonly ControlEdge[];
}

/** Conditions of a state: a number for equal sets, and a test of each. */
export interface Letter {
  readonly number: number;
  readonly holds: (condition: number) => boolean;
}

/** Controls of one automaton. */
const CONTROLS_MAX = 200_000;
/** Ways to expand one control for one letter. */
const WAYS_MAX = 20_000;
/** Guessed formulas: each doubles the choices of every state. */
const GUESSES_MAX = 8;

interface Control {
  readonly todo: bigint;
  readonly memory: bigint;
}

/** One way to meet obligations now: those for later, and the untils that are put off. */
interface Way {
  readonly later: bigint;
  readonly putOff: bigint;
}

const TOO_LARGE = { reason: "not judged yet", what: "temporal formulas of this size" } as const;

export function automatonOf(formula: Formula): Automaton {
  if (formula.guesses > GUESSES_MAX) stopFor(TOO_LARGE);
  const { all } = formula.obligations;
  const untils = all.flatMap(({ op }, node) => (op === "until" ? [node] : []));
  const controls: Control[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (todo: bigint, memory: bigint): number => {
    const key = `${todo} ${memory}`;
    const number = numbers.get(key) ?? controls.push({ todo, memory }) - 1;
    if (number >= CONTROLS_MAX) stopFor(TOO_LARGE);
    numbers.set(key, number);
    return number;
  };
  const acceptances: bigint[] = [];
  const acceptanceNumbers = new Map<bigint, number>();
  const acceptanceOf = (putOff: bigint): number => {
    const given = untils.reduce(
      (bits, node, bit) => (hasBit(putOff, node) ? bits : bits | (1n << BigInt(bit))),
      0n,
    );
    const number = acceptanceNumbers.get(given) ?? acceptances.push(given) - 1;
    acceptanceNumbers.set(given, number);
    return number;
  };
  const expand = ({ todo, memory }: Control, { holds }: Letter): readonly ControlEdge[] =>
    Array.from({ length: 2 ** formula.guesses }, (_, guess) => guess).flatMap((guess) => {
      const now = presentIn(formula.past, { holds, memory, guess });
      const after = now.memory();
      return ways(formula, todo, now.value).map(({ later, putOff }) => ({
        step: numberOf(later, after),
        stay: numberOf(later, memory),
        acceptance: acceptanceOf(putOff),
        done: later === 0n,
      }));
    });
  const known: (readonly ControlEdge[])[][] = [];
  return {
    initial: numberOf(1n << BigInt(formula.root), firstMemory(formula.past)),
    untils: untils.length,
    acceptances,
    edges(control, letter) {
      const byLetter = (known[control] ??= []);
      return (byLetter[letter.number] ??= expand(
        controls[control] ?? { todo: 0n, memory: 0n },
        letter,
      ));
    },
  };
}

function hasBit(bits: bigint, bit: number): boolean {
  return ((bits >> BigInt(bit)) & 1n) === 1n;
}

// ---------------------------------------------------------------------------- the past

/** Before the first state nothing was true, except that everything had always been. */
function firstMemory(past: readonly Past[]): bigint {
  return past.reduce(
    (memory, { op }, bit) => (op === "historically" ? memory | (1n << BigInt(bit)) : memory),
    0n,
  );
}

interface Bits {
  readonly holds: (condition: number) => boolean;
  readonly memory: bigint;
  readonly guess: number;
}

/** Values of formulas about present and past, and the memory for the next state. */
function presentIn(
  past: readonly Past[],
  { holds, memory, guess }: Bits,
): { readonly value: (formula: Present) => boolean; readonly memory: () => bigint } {
  const values: boolean[] = [];
  const value = (formula: Present): boolean => {
    switch (formula.op) {
      case "condition":
        return holds(formula.bit);
      case "guess":
        return ((guess >>> formula.bit) & 1) === 1;
      case "past":
        return values[formula.bit] === true;
      case "not":
        return !value(formula.operand);
      case "and":
        return value(formula.left) && value(formula.right);
      case "or":
        return value(formula.left) || value(formula.right);
    }
  };
  for (const [bit, { op, operand, left }] of past.entries()) {
    const before = hasBit(memory, bit);
    switch (op) {
      case "previously":
        values.push(before);
        break;
      case "once":
        values.push(value(operand) || before);
        break;
      case "historically":
        values.push(value(operand) && before);
        break;
      case "since":
        values.push(value(operand) || (before && left !== undefined && value(left)));
    }
  }
  const after = (): bigint =>
    past.reduce((bits, { op, operand }, bit) => {
      const kept = op === "previously" ? value(operand) : values[bit] === true;
      return kept ? bits | (1n << BigInt(bit)) : bits;
    }, 0n);
  return { value, memory: after };
}

// ---------------------------------------------------------------------------- the future

/** All ways to meet the obligations in a state, without those that another way makes needless. */
function ways(
  { obligations: { all } }: Formula,
  todo: bigint,
  value: (formula: Present) => boolean,
): readonly Way[] {
  const found: Way[] = [];
  const pending: { open: readonly number[]; met: bigint; way: Way }[] = [
    { open: nodesOf(todo), met: 0n, way: { later: 0n, putOff: 0n } },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [number, ...rest] = next.open;
    if (number === undefined) {
      if (found.length + pending.length > WAYS_MAX) stopFor(TOO_LARGE);
      if (!found.some((other) => covers(other, next.way))) found.push(next.way);
      continue;
    }
    const bit = 1n << BigInt(number);
    const node = all[number];
    if (node === undefined || (next.met & bit) !== 0n) {
      pending.push({ ...next, open: rest });
      continue;
    }
    const met = next.met | bit;
    const { way } = next;
    const again: Way = { ...way, later: way.later | bit };
    const go = (open: readonly number[], then: Way): number =>
      pending.push({ open: [...open, ...rest], met, way: then });
    switch (node.op) {
      case "true":
        go([], way);
        break;
      case "false":
        break;
      case "literal":
        if (value(node.present) === node.positive) go([], way);
        break;
      case "and":
        go([node.left, node.right], way);
        break;
      case "or":
        go([node.left], way);
        go([node.right], way);
        break;
      case "until":
        go([node.left], { ...again, putOff: way.putOff | bit });
        go([node.right], way);
        break;
      case "release":
        go([node.right], again);
        go([node.left, node.right], way);
    }
  }
  return found.filter((way) => !found.some((other) => other !== way && covers(other, way)));
}

function nodesOf(bits: bigint): readonly number[] {
  const nodes: number[] = [];
  for (let node = 0, rest = bits; rest > 0n; node++, rest >>= 1n) {
    if ((rest & 1n) === 1n) nodes.push(node);
  }
  return nodes;
}

/** Does the first way demand and put off no more than the second? */
function covers(first: Way, second: Way): boolean {
  return (first.later & ~second.later) === 0n && (first.putOff & ~second.putOff) === 0n;
}
