/**
 * Expressions over the fields of one recorded event.
 *
 * Recorded fields have no declared types: an integer is a number in one line and a bigint in the
 * next. All whole numbers are compared and calculated as bigint. What does not fit (a text minus a
 * number, a missing field) is `null`, and comparisons with `null` are false, except `== none` and
 * `!= none`.
 */
import type { LogValue, SourceExpr, SourceOperator } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";

/** A value of a recorded event; `null` is "there is none". */
export type SourceValue = LogValue | number | null;

/** Evaluates `expr` on `event`. `each` is the list's current element in a source with `each`. */
export function sourceValue(expr: SourceExpr, event: TraceEvent, each: SourceValue): SourceValue {
  switch (expr.kind) {
    case "constant":
      return expr.value;
    case "field":
      return fieldOf(event, expr.name);
    case "not": {
      const value = sourceValue(expr.operand, event, each);
      return typeof value === "boolean" ? !value : null;
    }
    case "minus":
      return calculate("-", 0n, sourceValue(expr.operand, event, each));
    case "conditional":
      return sourceValue(
        sourceValue(expr.condition, event, each) === true ? expr.then : expr.else,
        event,
        each,
      );
    case "binary":
      return binaryValue(expr.operator, expr.left, expr.right, event, each);
    case "call":
      return expr.function === "each"
        ? each
        : extreme(
            expr.function,
            expr.arguments.map((argument) => sourceValue(argument, event, each)),
          );
  }
}

function fieldOf(event: TraceEvent, name: string): SourceValue {
  const value = event.attributes[name];
  if (value === undefined) {
    return name === "time" ? event.time : null;
  }
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}

function binaryValue(
  operator: SourceOperator,
  left: SourceExpr,
  right: SourceExpr,
  event: TraceEvent,
  each: SourceValue,
): SourceValue {
  const first = sourceValue(left, event, each);
  if (operator === "and" && first !== true) return false;
  if (operator === "or" && first === true) return true;
  if (operator === "implies" && first !== true) return true;
  const second = sourceValue(right, event, each);
  switch (operator) {
    case "and":
    case "or":
    case "implies":
      return second === true;
    case "==":
      return equal(first, second);
    case "!=":
      return !equal(first, second);
    case "<":
      return ordered(first, second, (a, b) => a < b);
    case "<=":
      return ordered(first, second, (a, b) => a <= b);
    case ">":
      return ordered(first, second, (a, b) => a > b);
    case ">=":
      return ordered(first, second, (a, b) => a >= b);
    case "+":
    case "-":
    case "*":
      return calculate(operator, first, second);
  }
}

type Numeric = number | bigint;

function isNumeric(value: SourceValue): value is Numeric {
  return typeof value === "number" || typeof value === "bigint";
}

function equal(left: SourceValue, right: SourceValue): boolean {
  return typeof left === "number" && typeof right === "bigint"
    ? left === Number(right)
    : typeof left === "bigint" && typeof right === "number"
      ? Number(left) === right
      : left === right;
}

function ordered(
  left: SourceValue,
  right: SourceValue,
  test: (left: Numeric, right: Numeric) => boolean,
): boolean {
  return isNumeric(left) && isNumeric(right) && test(left, right);
}

function calculate(
  operator: "+" | "-" | "*",
  left: SourceValue,
  right: SourceValue,
): bigint | null {
  if (typeof left !== "bigint" || typeof right !== "bigint") return null;
  return operator === "+" ? left + right : operator === "-" ? left - right : left * right;
}

function extreme(which: "max" | "min", values: readonly SourceValue[]): Numeric | null {
  let best: Numeric | null = null;
  for (const value of values) {
    if (!isNumeric(value)) continue;
    if (best === null || (which === "max" ? value > best : value < best)) best = value;
  }
  return best;
}
