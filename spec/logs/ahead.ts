/**
 * Which expressions of a log need the future.
 *
 * `always`, `eventually`, `until` and `leads to` are decided by what comes later, and so is `e at
 * m`, whose moment may still lie ahead. Everything else is known as soon as the position has been
 * read. Definitions are followed; a circle of definitions is reported elsewhere and ends the search
 * here.
 */
import type { Expr } from "../syntax.ts";
import type { LogContext } from "./context.ts";

/** The first operator inside `expr` that looks ahead, or undefined. */
export function looksAheadBy(context: LogContext, expr: Expr): string | undefined {
  return search(context, expr, new Set(), (inner) => {
    if (inner.kind === "at") return "at";
    if (inner.kind === "temporal" && isFuture(inner.operator)) return inner.operator;
    if (inner.kind === "temporalBinary" && isFuture(inner.operator)) return inner.operator;
    return undefined;
  });
}

/** Whether `expr` mentions `at`. */
export function mentionsAt(context: LogContext, expr: Expr): boolean {
  return (
    search(context, expr, new Set(), (inner) => (inner.kind === "at" ? "at" : undefined)) !==
    undefined
  );
}

/** Whether the temporal operator is decided by what comes later. */
export function isFuture(operator: string): boolean {
  return ["always", "eventually", "until", "leads to"].includes(operator);
}

function search(
  context: LogContext,
  expr: Expr,
  seen: Set<string>,
  test: (expr: Expr) => string | undefined,
): string | undefined {
  const found = test(expr);
  if (found !== undefined) return found;
  const name = calledName(expr);
  const definition = name === undefined ? undefined : context.definitions.get(name);
  if (name !== undefined && definition !== undefined && !seen.has(name)) {
    seen.add(name);
    const inside = search(context, definition.value, seen, test);
    if (inside !== undefined) return inside;
  }
  for (const part of partsOf(expr)) {
    const inside = search(context, part, seen, test);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The name that an expression calls or mentions. */
export function calledName(expr: Expr): string | undefined {
  if (expr.kind === "name") return expr.name;
  if (expr.kind === "call" && expr.callee.kind === "name") return expr.callee.name;
  return undefined;
}

/** The expressions directly inside `expr`, in the order of the text. */
function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "field":
      return [expr.object];
    case "index":
      return [expr.object, expr.index];
    case "call":
      return [expr.callee, ...expr.arguments];
    case "not":
    case "minus":
      return [expr.operand];
    case "binary":
      return [expr.left, expr.right];
    case "conditional":
      return [expr.condition, expr.then, expr.else];
    case "quantified":
      return [...expr.binders.map(({ domain }) => domain), expr.body];
    case "setLiteral":
    case "listLiteral":
      return expr.elements;
    case "comprehension":
      return [expr.binder.domain, expr.where];
    case "temporal":
      return [expr.operand, ...(expr.within?.after === undefined ? [] : [expr.within.after])];
    case "temporalBinary":
      return [
        expr.left,
        expr.right,
        ...(expr.within?.after === undefined ? [] : [expr.within.after]),
      ];
    case "at":
      return [expr.operand, expr.moment];
    case "interval":
      return [expr.from, expr.until];
    default:
      return [];
  }
}
