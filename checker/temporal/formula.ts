/**
 * A temporal formula taken apart: conditions of states, memory of the past, and obligations.
 *
 *     always (a implies once b since c)                      what is judged
 *     conditions   a, b, c                                   bits that the graph observes
 *     past         m0 = once b,  m1 = m0 since c             bits that the path remembers
 *     obligations  true until (a and not m1)                 the negation, for the automaton
 *
 * What looks back is a function of the path so far: each past operator keeps one bit, which the
 * next state updates. What looks ahead is brought into negation normal form over and, or, until and
 * release. Where a past operator looks back at something that looks ahead, `once (always p)`, the
 * inner formula becomes a *guess*: a bit that is chosen freely in every state, with the obligation
 * that it always be equal to the formula. So the past stays deterministic, at the price of a
 * choice.
 *
 * Subformulas without temporal operators are one condition each, however they are composed.
 */
import type { Expr, Temporal } from "../../spec/model.ts";
import { always, type Obligations, and, obligations, or, until } from "./obligations.ts";

/** A formula about the present and the past: a function of observed, remembered, guessed bits. */
export type Present =
  | { readonly op: "condition" | "guess"; readonly bit: number }
  | { readonly op: "not"; readonly operand: Present }
  | { readonly op: "and" | "or"; readonly left: Present; readonly right: Present }
  | { readonly op: "past"; readonly bit: number };

/** A past operator with its bit of memory: what was true in the state before. */
export interface Past {
  readonly op: "previously" | "once" | "historically" | "since";
  /** The operand; of `since` the right side, and `left` is the other one. */
  readonly operand: Present;
  readonly left: Present | undefined;
}

export interface Formula {
  /** Conditions of states, in the order of their bits. */
  readonly conditions: readonly Expr[];
  /** Operands come before what contains them. */
  readonly past: readonly Past[];
  readonly guesses: number;
  readonly obligations: Obligations;
  /** Node of `obligations` that every run has which does not satisfy the formula. */
  readonly root: number;
}

interface Taking {
  readonly conditions: Expr[];
  readonly past: Past[];
  readonly guessed: Temporal[];
  readonly nodes: Obligations;
}

/** Takes the negation of a formula apart: its runs are the counterexamples. */
export function negationOf(formula: Temporal): Formula {
  const taking: Taking = { conditions: [], past: [], guessed: [], nodes: obligations() };
  let root = future(taking, formula, false);
  // Formulas that are guessed may contain further ones, which are added behind them.
  for (let bit = 0; bit < taking.guessed.length; bit++) {
    const guessed = taking.guessed[bit];
    if (guessed === undefined) continue;
    const guess: Present = { op: "guess", bit };
    const same = or(
      taking.nodes,
      and(taking.nodes, taking.nodes.literal(guess, true), future(taking, guessed, true)),
      and(taking.nodes, taking.nodes.literal(guess, false), future(taking, guessed, false)),
    );
    root = and(taking.nodes, root, always(taking.nodes, same));
  }
  const { conditions, past, guessed, nodes } = taking;
  return { conditions, past, guesses: guessed.length, obligations: nodes, root };
}

/** The condition of a formula without temporal operators; undefined for others. */
export function asCondition(formula: Temporal): Expr | undefined {
  switch (formula.op) {
    case "state":
      return formula.condition;
    case "not": {
      const operand = asCondition(formula.operand);
      return operand && { op: "not", type: { kind: "bool" }, operand, span: formula.span };
    }
    case "and":
    case "or":
    case "implies": {
      const { op, span } = formula;
      const left = asCondition(formula.left);
      const right = left && asCondition(formula.right);
      return left && right && { op, type: { kind: "bool" }, left, right, span };
    }
    default:
      return undefined;
  }
}

function looksAhead(formula: Temporal): boolean {
  switch (formula.op) {
    case "state":
      return false;
    case "always":
    case "eventually":
    case "until":
    case "leadsTo":
      return true;
    default:
      return "operand" in formula
        ? looksAhead(formula.operand)
        : looksAhead(formula.left) || looksAhead(formula.right);
  }
}

/** The node of a formula, or of its negation. */
function future(taking: Taking, formula: Temporal, positive: boolean): number {
  const { nodes } = taking;
  if (!looksAhead(formula)) return nodes.literal(present(taking, formula), positive);
  const side = (part: Temporal, same = true): number => future(taking, part, same === positive);
  switch (formula.op) {
    case "not":
      return side(formula.operand, false);
    case "and":
    case "or":
    case "implies": {
      const left = side(formula.left, formula.op !== "implies");
      const join = (formula.op === "and") === positive ? and : or;
      return join(nodes, left, side(formula.right));
    }
    case "always":
      return positive
        ? always(nodes, side(formula.operand))
        : until(nodes, nodes.truth, side(formula.operand));
    case "eventually":
      return positive
        ? until(nodes, nodes.truth, side(formula.operand))
        : always(nodes, side(formula.operand));
    case "until": {
      const left = side(formula.left);
      const right = side(formula.right);
      return positive ? until(nodes, left, right) : nodes.add({ op: "release", left, right });
    }
    case "leadsTo": {
      // always (left implies eventually right)
      const left = side(formula.left, false);
      const right = side(formula.right);
      if (positive) return always(nodes, or(nodes, left, until(nodes, nodes.truth, right)));
      return until(nodes, nodes.truth, and(nodes, left, always(nodes, right)));
    }
    default:
      return nodes.literal(present(taking, formula), positive);
  }
}

/** The formula as a function of bits. */
function present(taking: Taking, formula: Temporal): Present {
  const condition = asCondition(formula);
  if (condition !== undefined) {
    return { op: "condition", bit: taking.conditions.push(condition) - 1 };
  }
  switch (formula.op) {
    case "not":
      return { op: "not", operand: present(taking, formula.operand) };
    case "and":
    case "or": {
      const left = present(taking, formula.left);
      return { op: formula.op, left, right: present(taking, formula.right) };
    }
    case "implies": {
      const left: Present = { op: "not", operand: present(taking, formula.left) };
      return { op: "or", left, right: present(taking, formula.right) };
    }
    case "once":
    case "previously":
    case "historically": {
      const operand = present(taking, formula.operand);
      const bit = taking.past.push({ op: formula.op, operand, left: undefined }) - 1;
      return { op: "past", bit };
    }
    case "since": {
      const left = present(taking, formula.left);
      const operand = present(taking, formula.right);
      return { op: "past", bit: taking.past.push({ op: "since", operand, left }) - 1 };
    }
    default:
      return { op: "guess", bit: taking.guessed.push(formula) - 1 };
  }
}
