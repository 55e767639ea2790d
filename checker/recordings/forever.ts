/**
 * What can be said about an instance once all its ids have had their final events.
 *
 * No event will be about them any longer. A prohibition such as `always not (lost(c) and logged)`
 * can then not be broken, whatever else happens: it holds, and the instance need not be kept.
 * Conditions are evaluated with events about the ids false and with everything else unknown; where
 * that gives *true*, every later position does. Without this, each connection of a long recording
 * would be kept to its end.
 */
import type { Formula, LogArgument, LogExpr } from "../../spec/log.ts";
import { isDecided, type Residual } from "./residual.ts";
import { both, either, FALSE, not, TRUE, type Truth, UNKNOWN } from "./truth.ts";

/** Slots that hold an id whose final event has happened. */
export type Over = ReadonlySet<number>;

/** Whether the residual can only come out true. */
export function holdsForever(residual: Residual, over: Over): boolean {
  if (isDecided(residual)) return residual === TRUE;
  switch (residual.kind) {
    case "and":
      return residual.parts.every((part) => holdsForever(part, over));
    case "or":
      return residual.parts.some((part) => holdsForever(part, over));
    case "premise":
      return holdsForever(residual.inner, over);
    case "at":
      return false;
    case "wait": {
      const { formula } = residual;
      if (formula.kind === "always") return alwaysTrue(formula.operand, over);
      return formula.kind === "release" && alwaysTrue(formula.right, over);
    }
  }
}

function alwaysTrue(formula: Formula, over: Over): boolean {
  switch (formula.kind) {
    case "state":
      return worth(formula.expr, over) === TRUE;
    case "and":
      return formula.operands.every((operand) => alwaysTrue(operand, over));
    case "or":
      return formula.operands.some((operand) => alwaysTrue(operand, over));
    case "premise":
    case "always":
      return alwaysTrue(formula.operand, over);
    default:
      return false;
  }
}

/** The truth of a condition at every later position, or unknown. */
function worth(expr: LogExpr, over: Over): Truth {
  switch (expr.kind) {
    case "constant":
      return expr.value === true ? TRUE : FALSE;
    case "occurs":
      return isAboutOver(expr.arguments, over) ? FALSE : UNKNOWN;
    case "compare":
      return readsOver(expr, over) ? FALSE : UNKNOWN;
    case "not":
      return not(worth(expr.operand, over));
    case "and":
      return expr.operands.map((one) => worth(one, over)).reduce<Truth>(both, TRUE);
    case "or":
      return expr.operands.map((one) => worth(one, over)).reduce<Truth>(either, FALSE);
    case "quantified": {
      const body = worth(expr.body, over);
      const neutral = expr.quantifier === "exists" ? FALSE : TRUE;
      return expr.quantifier !== "count" && body === neutral ? neutral : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

function isAboutOver(args: readonly LogArgument[], over: Over): boolean {
  return args.some((argument) => argument.kind === "slot" && over.has(argument.slot));
}

/** Whether a comparison reads an event that cannot happen any longer: it is false then. */
function readsOver(expr: LogExpr, over: Over): boolean {
  if (expr.kind === "parameter") return isAboutOver(expr.arguments, over);
  return (
    (expr.kind === "compare" || expr.kind === "arithmetic") &&
    (readsOver(expr.left, over) || readsOver(expr.right, over))
  );
}
