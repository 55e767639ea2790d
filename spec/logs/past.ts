/**
 * Past operators become tables that properties and definitions share.
 *
 * `historically p` is `not once not p`. A table is keyed by the ids that the operands mention; it
 * may not look at intervals, because its rows would be one for each id and each interval that ever
 * was.
 */
import type { LogExpr, PastOperator } from "../log.ts";
import type { Expr, Within } from "../syntax.ts";
import { freeSlots, mentionsInterval, renumber, sharedEvents } from "./abstract.ts";
import { isFuture } from "./ahead.ts";
import type { LogContext, Scope } from "./context.ts";
import { looksAhead, misplaced, unbounded } from "./errors.ts";

/** Resolves a truth value; handed in, because operands are expressions again. */
export type ResolveTruth = (context: LogContext, scope: Scope, expr: Expr) => LogExpr | undefined;

type Temporal = Extract<Expr, { kind: "temporal" | "temporalBinary" }>;

/** The reference to the table of a past operator; undefined after a message. */
export function pastOf(
  context: LogContext,
  scope: Scope,
  expr: Temporal,
  resolve: ResolveTruth,
): LogExpr | undefined {
  if (isFuture(expr.operator)) {
    context.report(looksAhead(expr.operator, "a condition", expr.span));
    return undefined;
  }
  const within = durationOf(context, expr.within, expr.operator === "previously");
  if (within === false) return undefined;
  if (expr.kind === "temporalBinary") {
    const left = resolve(context, scope, expr.left);
    const right = resolve(context, scope, expr.right);
    if (left === undefined || right === undefined) return undefined;
    return tableOf(context, scope, { operator: "since", left, right, within }, expr);
  }
  const operand = resolve(context, scope, expr.operand);
  if (operand === undefined) return undefined;
  if (expr.operator !== "historically") {
    const operator = expr.operator === "once" ? "once" : "previously";
    return tableOf(context, scope, { operator, left: undefined, right: operand, within }, expr);
  }
  const right: LogExpr = { kind: "not", operand };
  const inner = tableOf(context, scope, { operator: "once", left: undefined, right, within }, expr);
  return inner && { kind: "not", operand: inner };
}

/** The length of the window; undefined without one, false after a message. */
function durationOf(
  context: LogContext,
  within: Within | undefined,
  previously: boolean,
): bigint | undefined | false {
  if (within === undefined) return undefined;
  if (within.after !== undefined) {
    const where = "a past operator looks back from now";
    context.report(misplaced("`after`", where, within.after.span));
    return false;
  }
  if (previously) {
    const where = "`previously` means the position before";
    context.report(misplaced("`within`", where, within.span));
    return false;
  }
  return BigInt(within.duration.nanoseconds);
}

function tableOf(
  context: LogContext,
  scope: Scope,
  parts: Pick<PastOperator, "operator" | "left" | "right" | "within">,
  expr: Expr,
): LogExpr | undefined {
  const operands = parts.left === undefined ? [parts.right] : [parts.left, parts.right];
  if (operands.some(mentionsInterval)) {
    const title = "a past operator looks at intervals";
    const note =
      "say it with `until`, with `at`, or with the events that begin and end the interval";
    context.report(
      unbounded(title, "would be kept for each id and each interval", expr.span, note),
    );
    return undefined;
  }
  const slots = [...new Set(operands.flatMap((operand) => [...freeSlots(operand)]))];
  const places = new Map(slots.map((slot, index) => [slot, index]));
  const [first, second] = operands.map((operand) => renumber(operand, places, slots.length));
  if (first === undefined) return undefined;
  const left = second === undefined ? undefined : first;
  const right = second ?? first;
  const sorts = slots.map((slot) => scope.slots[slot]?.sort ?? "");
  const shared = new Set(
    operands.length === 0
      ? []
      : [first, second].flatMap((operand) =>
          operand === undefined ? [] : [...sharedEvents(operand, slots.length, context.past)],
        ),
  );
  const operator: PastOperator = {
    operator: parts.operator,
    left,
    right,
    within: parts.within,
    sorts,
    shared: [...shared].toSorted((a, b) => a - b),
  };
  const key = JSON.stringify(operator, (_name, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
  let index = context.pastIndex.get(key);
  if (index === undefined) {
    index = context.past.length;
    context.past.push(operator);
    context.pastIndex.set(key, index);
  }
  return { kind: "past", operator: index, slots };
}
