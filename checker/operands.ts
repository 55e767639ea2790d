/**
 * The values that a comparison compared: "`n` is 1, `out` is 0" beside "`n == out` is false".
 *
 * Only what can vary is told: reads of variables, locals and their parts, not constants and not
 * what stands inside a quantifier, where there is no one value.
 */
import type { Expr } from "../spec/model.ts";
import { printValue } from "../spec/values.ts";
import { evaluate, type Scope } from "./reference/evaluate.ts";
import { type Sources, wordsAt } from "./source-words.ts";

/** Operands that are told for one condition. */
const MAX_OPERANDS = 4;

/** The operands of the comparisons in a condition, each once, in the order of the text. */
export function operandValues(condition: Expr, scope: Scope, sources: Sources): readonly string[] {
  const told = operandsOf(condition).map((operand) => {
    const value = printValue(evaluate(operand, scope), operand.type);
    return `\`${wordsAt(sources, operand.span)}\` is ${value}`;
  });
  return [...new Set(told)].slice(0, MAX_OPERANDS);
}

function operandsOf(expr: Expr): readonly Expr[] {
  switch (expr.op) {
    case "not":
      return operandsOf(expr.operand);
    case "and":
    case "or":
    case "implies":
      return [...operandsOf(expr.left), ...operandsOf(expr.right)];
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return [expr.left, expr.right].filter(varies);
    case "in":
      return [expr.element, expr.set].filter(varies);
    default:
      return [];
  }
}

function varies(expr: Expr): boolean {
  switch (expr.op) {
    case "read":
    case "local":
    case "field":
    case "index":
    case "get":
    case "size":
    case "present":
    case "add":
    case "sub":
    case "mul":
    case "mod":
      return true;
    default:
      return false;
  }
}
