/**
 * Takes the steps that guards and assignments over cells allow, by evaluating the formulas; for
 * tests only.
 *
 * What Spin does with an export, without Spin: fast enough for thousands of random programs. It
 * judges the formulas; that they are printed right is for Spin itself to say.
 */
import type { CellSystem } from "./cell-system.ts";
import type { Formula } from "./formula.ts";

type CellState = readonly number[];

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

/** The next states, as texts, in order; one for each step that is enabled. */
export function nextCells(system: CellSystem, state: CellState): readonly string[] {
  return system.transitions
    .flatMap(({ steps }) => steps)
    .flatMap(({ guard, updates }) => {
      if (valueIn(guard, state) === 0) return [];
      const next = [...state];
      for (const { cell, value } of updates) next[cell] = valueIn(value, state);
      return [next.join()];
    })
    .toSorted();
}

/** How many things are wrong in a state: violations, false invariants, what monitors watch. */
export function errorsIn(system: CellSystem, state: CellState): number {
  const wrong = [
    ...system.transitions.flatMap(({ violations }) => violations.map(({ when }) => when)),
    ...system.conditions.flatMap(({ kind, condition }) =>
      kind === "invariant" ? [system.f.not(condition)] : [],
    ),
    ...system.monitors.map(({ when }) => when),
  ];
  return wrong.filter((one) => valueIn(one, state) !== 0).length;
}
