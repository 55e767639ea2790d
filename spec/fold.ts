/**
 * Building expressions with constants folded.
 *
 * Folding happens while expressions are built, so that sizes, initial values and `if fences` of a
 * lowered model are plain values. Only total operations on constants are folded; nothing is moved
 * or re-ordered. The evaluator gives every folded expression the same value (property-tested).
 */
import type { BinaryOp, Expr, Type, Value } from "./model.ts";
import type { Span } from "./source.ts";
import { BOOL, INT } from "./type-relations.ts";
import { compareValues } from "./values.ts";

export function constant(type: Type, value: Value, span: Span): Expr {
  return { op: "const", type, value, span };
}

export function truth(value: boolean, span: Span): Expr {
  return constant(BOOL, value, span);
}

function valueOf(expr: Expr): Value | undefined {
  return expr.op === "const" ? expr.value : undefined;
}

export function isTrue(expr: Expr): boolean {
  return expr.op === "const" && expr.value === true;
}

export function isFalse(expr: Expr): boolean {
  return expr.op === "const" && expr.value === false;
}

export function not(operand: Expr, span: Span = operand.span): Expr {
  const value = valueOf(operand);
  if (typeof value === "boolean") return truth(!value, span);
  return { op: "not", type: BOOL, operand, span };
}

export function and(left: Expr, right: Expr, span: Span = left.span): Expr {
  if (isTrue(left)) return right;
  if (isTrue(right)) return left;
  if (isFalse(left)) return left;
  return { op: "and", type: BOOL, left, right, span };
}

export function or(left: Expr, right: Expr, span: Span = left.span): Expr {
  if (isFalse(left)) return right;
  if (isFalse(right)) return left;
  if (isTrue(left)) return left;
  return { op: "or", type: BOOL, left, right, span };
}

/** Conjunction of all; true when there are none. */
export function all(parts: readonly Expr[], span: Span): Expr {
  return parts.reduce((left, right) => and(left, right, span), truth(true, span));
}

/** Disjunction of all; false when there are none. */
export function any(parts: readonly Expr[], span: Span): Expr {
  return parts.reduce((left, right) => or(left, right, span), truth(false, span));
}

/** A binary operation of the given operator, folded when both sides are constants. */
export function binary(op: BinaryOp, left: Expr, right: Expr, span: Span): Expr {
  if (op === "and") return and(left, right, span);
  if (op === "or") return or(left, right, span);
  const type = op === "add" || op === "sub" || op === "mul" || op === "mod" ? INT : BOOL;
  if (left.op === "const" && right.op === "const") {
    const value = foldConstants(op, left.value, right.value);
    if (value !== undefined) return constant(type, value, span);
  }
  if (op === "implies" && isFalse(left)) return truth(true, span);
  if (op === "implies" && isTrue(left)) return right;
  return { op, type, left, right, span };
}

function foldConstants(op: BinaryOp, left: Value, right: Value): Value | undefined {
  if (op === "eq") return compareValues(left, right) === 0;
  if (op === "ne") return compareValues(left, right) !== 0;
  if (op === "implies") return left === false || right === true;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (op) {
    case "lt":
      return left < right;
    case "le":
      return left <= right;
    case "gt":
      return left > right;
    case "ge":
      return left >= right;
    case "add":
      return left + right;
    case "sub":
      return left - right;
    case "mul":
      // Adding 0 turns -0 into 0, as in the evaluator: one number, one representation.
      return left * right + 0;
    case "mod":
      return ((left % right) + right) % right;
    default:
      return undefined;
  }
}

export function minus(operand: Expr, span: Span): Expr {
  const value = valueOf(operand);
  if (typeof value === "number") return constant(INT, value === 0 ? 0 : -value, span);
  return { op: "minus", type: INT, operand, span };
}

export function conditional(
  condition: Expr,
  whenTrue: Expr,
  whenFalse: Expr,
  type: Type,
  span: Span,
): Expr {
  if (isTrue(condition)) return whenTrue;
  if (isFalse(condition)) return whenFalse;
  return { op: "if", type, condition, then: whenTrue, else: whenFalse, span };
}

/** A set, record, list or message of parts: a constant when all parts are. */
export function composite(
  op: "set" | "list" | "record",
  type: Type,
  parts: readonly Expr[],
  span: Span,
): Expr {
  const values = parts.map(valueOf);
  if (values.every((value) => value !== undefined)) {
    return constant(type, op === "set" ? sortedSet(values) : values, span);
  }
  if (op === "record") return { op, type, fields: parts, span };
  return { op, type, elements: parts, span };
}

export function message(type: Type, kind: number, fields: readonly Expr[], span: Span): Expr {
  const values = fields.map(valueOf);
  if (values.every((value) => value !== undefined)) return constant(type, [kind, ...values], span);
  return { op: "message", type, kind, fields, span };
}

function sortedSet(values: readonly Value[]): Value {
  const sorted = values.toSorted(compareValues);
  return sorted.filter((value, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareValues(before, value) !== 0;
  });
}
