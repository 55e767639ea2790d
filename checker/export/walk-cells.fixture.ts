/**
 * Walks the graph that guards and assignments over cells span, by evaluating the formulas; for
 * tests only.
 *
 * What Spin does with an export, without Spin: fast enough for thousands of random programs. It
 * judges the formulas; that they are printed right is for Spin itself to say.
 */
import type { Formula } from "./formula.ts";

export type CellState = readonly number[];

/** The value of a formula in a state. */
export function valueIn(formula: Formula, state: CellState): number {
  const value = (one: Formula): number => valueIn(one, state);
  switch (formula.op) {
    case "const":
      return formula.value;
    case "cell":
      return state[formula.cell] ?? 0;
    case "not":
      return value(formula.operand) === 0 ? 1 : 0;
    case "and":
      return formula.operands.every((one) => value(one) !== 0) ? 1 : 0;
    case "or":
      return formula.operands.some((one) => value(one) !== 0) ? 1 : 0;
    case "if":
      return value(value(formula.condition) === 0 ? formula.else : formula.then);
    case "eq":
      return Number(value(formula.left) === value(formula.right));
    case "lt":
      return Number(value(formula.left) < value(formula.right));
    case "le":
      return Number(value(formula.left) <= value(formula.right));
    case "add":
      return value(formula.left) + value(formula.right);
    case "sub":
      return value(formula.left) - value(formula.right);
    case "mul":
      return value(formula.left) * value(formula.right);
    case "mod": {
      const divisor = value(formula.right);
      return ((value(formula.left) % divisor) + divisor) % divisor;
    }
  }
}

/** A step over cells: where the guard holds, the updates happen at once. */
export interface WalkedStep {
  readonly guard: Formula;
  readonly updates: readonly { readonly cell: number; readonly value: Formula }[];
}

export interface Walk {
  readonly states: number;
  /** Steps taken, each time that one is enabled. */
  readonly transitions: number;
  /** How often a monitor was true in a state. */
  readonly errors: number;
}

/** Every state that can be reached, by the plainest search there is. */
export function walkCells(
  initial: readonly CellState[],
  steps: readonly WalkedStep[],
  monitors: readonly Formula[],
): Walk {
  const states = new Map(initial.map((state) => [state.join(), state]));
  let transitions = 0;
  let errors = 0;
  for (const state of states.values()) {
    errors += monitors.filter((one) => valueIn(one, state) !== 0).length;
    for (const { guard, updates } of steps) {
      if (valueIn(guard, state) === 0) continue;
      transitions++;
      const next = [...state];
      for (const { cell, value } of updates) next[cell] = valueIn(value, state);
      if (!states.has(next.join())) states.set(next.join(), next);
    }
  }
  return { states: states.size, transitions, errors };
}
