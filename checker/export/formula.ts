/**
 * `Formula`: integer terms over the cells of a state, as a shared graph.
 *
 * A step of a Model becomes one guard and some assignments, all in terms of the state before the
 * step. Promela wants the guard as a single expression, so that a step is all or nothing; effects
 * are therefore executed on formulas, and these are kept small while they are made:
 *
 *     x = x + 1; if c { x = x + 1 }          x := x + 1 + (c -> 1 : 0)
 *     guard of the second range check        x + 1 + (c -> 1 : 0) <= 3
 *
 * Truth values are the integers 0 and 1. Every node knows between which numbers its value lies, so
 * comparisons that cannot fail fold away. Equal nodes are one node (hash consing), which makes
 * equality of terms the equality of references. The rejected alternative, writing the effects as
 * statements and deriving the guard as text, says everything twice and lets the two differ.
 *
 * Limits: `FORMULA_NODES_MAX` nodes in one export, and numbers of 32 bits; both are reported.
 */
import { tooLarge } from "./export-limit.ts";

export type FormulaOp = "eq" | "lt" | "le" | "add" | "sub" | "mul" | "mod";

interface Known {
  readonly id: number;
  readonly low: number;
  readonly high: number;
  /** The value is 0 or 1 and means a truth value. */
  readonly truth: boolean;
  /** Nodes of the tree that it prints as; grows without bound where nodes are shared. */
  readonly weight: number;
}

type Node =
  | { readonly op: "const"; readonly value: number }
  | { readonly op: "cell"; readonly cell: number }
  | { readonly op: "not"; readonly operand: Formula }
  | { readonly op: "and" | "or"; readonly operands: readonly Formula[] }
  | { readonly op: FormulaOp; readonly left: Formula; readonly right: Formula }
  | {
      readonly op: "if";
      readonly condition: Formula;
      readonly then: Formula;
      readonly else: Formula;
    };

export type Formula = Node & Known;

/** What a formula must know of a cell. */
export interface CellBounds {
  readonly low: number;
  readonly high: number;
  readonly truth: boolean;
}

/** Nodes of all formulas of one export. */
export const FORMULA_NODES_MAX = 2_000_000;
/** Numbers of Promela are signed integers of 32 bits. */
const NUMBER_MAX = 2 ** 31 - 1;

/** Builds formulas. One builder for one export: nodes of different builders must not meet. */
export interface Formulas {
  readonly yes: Formula;
  readonly no: Formula;
  number(value: number): Formula;
  cell(cell: number): Formula;
  not(operand: Formula): Formula;
  and(...operands: readonly Formula[]): Formula;
  or(...operands: readonly Formula[]): Formula;
  eq(left: Formula, right: Formula): Formula;
  lt(left: Formula, right: Formula): Formula;
  le(left: Formula, right: Formula): Formula;
  add(left: Formula, right: Formula): Formula;
  sub(left: Formula, right: Formula): Formula;
  mul(left: Formula, right: Formula): Formula;
  /** The remainder that is never negative. */
  mod(left: Formula, divisor: number): Formula;
  choose(condition: Formula, then: Formula, otherwise: Formula): Formula;
}

/** The number that a formula always has, when there is one. */
export function constantIn(formula: Formula): number | undefined {
  return formula.low === formula.high ? formula.low : undefined;
}

/** The conjuncts of a formula. */
export function conjuncts(formula: Formula): readonly Formula[] {
  if (formula.op === "const" && formula.value === 1) return [];
  return formula.op === "and" ? formula.operands : [formula];
}

interface Table {
  readonly cells: readonly CellBounds[];
  readonly nodes: Map<string, Formula>;
}

export function createFormulas(cells: readonly CellBounds[]): Formulas {
  const table: Table = { cells, nodes: new Map() };
  const number = (value: number): Formula => constant(table, value);
  const f: Formulas = {
    yes: number(1),
    no: number(0),
    number,
    cell: (cell) => {
      const { low, high, truth } = cells[cell] ?? { low: 0, high: 0, truth: false };
      const known = { low, high, truth, weight: 1 };
      return node(table, `c${cell}`, { op: "cell", cell }, known);
    },
    not: (operand) => negate(table, f, operand),
    and: (...operands) => junction(table, f, "and", operands),
    or: (...operands) => junction(table, f, "or", operands),
    eq: (left, right) => equality(table, f, left, right),
    lt: (left, right) => order(table, f, "lt", left, right),
    le: (left, right) => order(table, f, "le", left, right),
    add: (left, right) => sum(table, f, left, right),
    sub: (left, right) => difference(table, f, left, right),
    mul: (left, right) => product(table, f, left, right),
    mod: (left, divisor) => remainder(table, f, left, divisor),
    choose: (condition, then, otherwise) => choice(table, f, condition, then, otherwise),
  };
  return f;
}

function node(table: Table, key: string, made: Node, known: Omit<Known, "id">): Formula {
  const old = table.nodes.get(key);
  if (old !== undefined) return old;
  if (table.nodes.size >= FORMULA_NODES_MAX) {
    throw tooLarge(
      "its steps need too many terms",
      `${FORMULA_NODES_MAX} terms`,
      "export a check with smaller ids, ranges or capacities",
    );
  }
  if (known.low < -NUMBER_MAX || known.high > NUMBER_MAX) {
    throw tooLarge(
      "an expression has numbers of more than 32 bits",
      `${NUMBER_MAX}`,
      "use smaller ranges",
    );
  }
  const formula: Formula = { ...made, ...known, id: table.nodes.size };
  table.nodes.set(key, formula);
  return formula;
}

function constant(table: Table, value: number): Formula {
  const truth = value === 0 || value === 1;
  const known = { low: value, high: value, truth, weight: 1 };
  return node(table, `k${value}`, { op: "const", value }, known);
}

function truthOf(operands: readonly Formula[]): Omit<Known, "id"> {
  const weight = operands.reduce((total, operand) => total + operand.weight, 1);
  return { low: 0, high: 1, truth: true, weight };
}

function negate(table: Table, f: Formulas, operand: Formula): Formula {
  const value = constantIn(operand);
  if (value !== undefined) return value === 0 ? f.yes : f.no;
  if (operand.op === "not") return operand.operand;
  if (operand.op === "lt") return f.le(operand.right, operand.left);
  if (operand.op === "le") return f.lt(operand.right, operand.left);
  return node(table, `!${operand.id}`, { op: "not", operand }, truthOf([operand]));
}

/** Flattens, drops what is neutral or repeated, and sees `a and not a`. */
function junction(table: Table, f: Formulas, op: "and" | "or", given: readonly Formula[]): Formula {
  const absorbing = op === "and" ? 0 : 1;
  const operands = new Map<number, Formula>();
  for (const operand of given.flatMap((one) => (one.op === op ? one.operands : [one]))) {
    const value = constantIn(operand);
    if (value === absorbing) return operand;
    if (value === undefined) operands.set(operand.id, operand);
  }
  const kept = [...operands.values()];
  if (kept.some((one) => operands.has(f.not(one).id))) return f.number(absorbing);
  const [first] = kept;
  if (first === undefined) return f.number(1 - absorbing);
  if (kept.length === 1) return first;
  const key = `${op}${kept.map(({ id }) => id).join(",")}`;
  return node(table, key, { op, operands: kept }, truthOf(kept));
}

function equality(table: Table, f: Formulas, left: Formula, right: Formula): Formula {
  if (left === right) return f.yes;
  if (left.high < right.low || right.high < left.low) return f.no;
  if (left.op === "const") return right.op === "const" ? f.no : equality(table, f, right, left);
  const wanted = constantIn(right);
  if (wanted !== undefined && left.truth) return wanted === 1 ? left : f.not(left);
  if (wanted !== undefined && left.op === "if") {
    const [then, otherwise] = [constantIn(left.then), constantIn(left.else)];
    if (then !== undefined || otherwise !== undefined) {
      return f.choose(left.condition, f.eq(left.then, right), f.eq(left.else, right));
    }
  }
  if (wanted !== undefined && left.op === "add" && left.right.op === "const") {
    return f.eq(left.left, f.number(wanted - left.right.value));
  }
  return node(table, `=${left.id},${right.id}`, { op: "eq", left, right }, truthOf([left, right]));
}

function order(table: Table, f: Formulas, op: "lt" | "le", left: Formula, right: Formula): Formula {
  const slack = op === "lt" ? 1 : 0;
  if (left.high + slack <= right.low) return f.yes;
  if (left.low + slack > right.high) return f.no;
  // With one known side, `<` becomes `<=`: equal conditions are then equal nodes.
  if (op === "lt" && right.op === "const") return f.le(left, f.number(right.value - 1));
  if (op === "lt" && left.op === "const") return f.le(f.number(left.value + 1), right);
  if (left.op === "add" && left.right.op === "const" && right.op === "const") {
    return order(table, f, op, left.left, f.number(right.value - left.right.value));
  }
  if (right.op === "add" && right.right.op === "const" && left.op === "const") {
    return order(table, f, op, f.number(left.value - right.right.value), right.left);
  }
  return node(table, `${op}${left.id},${right.id}`, { op, left, right }, truthOf([left, right]));
}

function arithmetic(
  table: Table,
  op: FormulaOp,
  left: Formula,
  right: Formula,
  low: number,
  high: number,
): Formula {
  const known = {
    low,
    high,
    truth: false,
    weight: left.weight + right.weight + 1,
  };
  return node(table, `${op}${left.id},${right.id}`, { op, left, right }, known);
}

function sum(table: Table, f: Formulas, left: Formula, right: Formula): Formula {
  if (left.op === "const")
    return right.op === "const" ? folded(f, left, right) : f.add(right, left);
  if (right.op === "const" && right.value === 0) return left;
  if (right.op === "const" && left.op === "add" && left.right.op === "const") {
    return f.add(left.left, f.number(left.right.value + right.value));
  }
  return arithmetic(table, "add", left, right, left.low + right.low, left.high + right.high);
}

function folded(f: Formulas, left: Formula, right: Formula): Formula {
  return f.number(left.low + right.low);
}

function difference(table: Table, f: Formulas, left: Formula, right: Formula): Formula {
  if (right.op === "const") return f.add(left, f.number(-right.value + 0));
  if (left === right) return f.number(0);
  return arithmetic(table, "sub", left, right, left.low - right.high, left.high - right.low);
}

function product(table: Table, f: Formulas, left: Formula, right: Formula): Formula {
  const ends = [left.low, left.high].flatMap((one) => [one * right.low, one * right.high]);
  const [low, high] = [Math.min(...ends) + 0, Math.max(...ends) + 0];
  if (low === high) return f.number(low);
  return arithmetic(table, "mul", left, right, low, high);
}

function remainder(table: Table, f: Formulas, left: Formula, divisor: number): Formula {
  if (left.low >= 0 && left.high < divisor) return left;
  if (left.op === "const") return f.number(((left.value % divisor) + divisor) % divisor);
  return arithmetic(table, "mod", left, f.number(divisor), 0, divisor - 1);
}

function choice(
  table: Table,
  f: Formulas,
  condition: Formula,
  then: Formula,
  otherwise: Formula,
): Formula {
  const known = constantIn(condition);
  if (known !== undefined) return known === 0 ? otherwise : then;
  if (then === otherwise) return then;
  if (condition.op === "not") return f.choose(condition.operand, otherwise, then);
  if (then.op === "if" && then.condition === condition) {
    return f.choose(condition, then.then, otherwise);
  }
  if (otherwise.op === "if" && otherwise.condition === condition) {
    return f.choose(condition, then, otherwise.else);
  }
  const short = truthChoice(f, condition, then, otherwise) ?? step(f, condition, then, otherwise);
  if (short !== undefined) return short;
  return node(
    table,
    `?${condition.id},${then.id},${otherwise.id}`,
    { op: "if", condition, then, else: otherwise },
    {
      low: Math.min(then.low, otherwise.low),
      high: Math.max(then.high, otherwise.high),
      truth: then.truth && otherwise.truth,
      weight: condition.weight + then.weight + otherwise.weight + 1,
    },
  );
}

/** Choices between truth values of which one is known are conjunctions or disjunctions. */
function truthChoice(
  f: Formulas,
  condition: Formula,
  then: Formula,
  otherwise: Formula,
): Formula | undefined {
  if (!then.truth || !otherwise.truth) return undefined;
  if (constantIn(then) === 1) return f.or(condition, otherwise);
  if (constantIn(then) === 0) return f.and(f.not(condition), otherwise);
  if (constantIn(otherwise) === 1) return f.or(f.not(condition), then);
  if (constantIn(otherwise) === 0) return f.and(condition, then);
  return undefined;
}

/**
 * `c -> x + k : x` is `x + (c -> k : 0)`, so that counting in a loop grows by terms, not twofold.
 */
function step(
  f: Formulas,
  condition: Formula,
  then: Formula,
  otherwise: Formula,
): Formula | undefined {
  if (then.op === "add" && then.left === otherwise) {
    return f.add(otherwise, f.choose(condition, then.right, f.number(0)));
  }
  if (otherwise.op === "add" && otherwise.left === then) {
    return f.add(then, f.choose(condition, f.number(0), otherwise.right));
  }
  return undefined;
}
