/**
 * Prints an expression of the syntax tree on one line, with the parentheses that it needs.
 *
 * Reading the text back gives the same tree up to places (property-tested). Diagnostics and
 * verdicts quote clauses and rules with it; the formatter does not use it, because it moves the
 * user's tokens.
 *
 * `forall`, `if`, `always` and `from` take everything that follows. They need no parentheses where
 * nothing follows, so the printer carries a `Place`: how tight the neighbours bind, and whether the
 * expression is the last thing before a bracket or the end.
 */
import type { Expr, Within } from "./syntax.ts";
import {
  INFIX_LEVEL,
  type InfixOperator,
  isRightAssociative,
  isUnchained,
  PREFIX_LEVEL,
  SIGN_LEVEL,
} from "./tree/precedence.ts";

/** Binds tighter than every operator: names, calls, literals. */
const ATOM_LEVEL = 12;
/** Binds looser than every operator. */
const REACHING_LEVEL = 0;

interface Place {
  /** The loosest level that needs no parentheses here. */
  readonly least: number;
  /** Nothing follows before the next bracket, comma or end. */
  readonly last: boolean;
}

const ALONE: Place = { least: REACHING_LEVEL, last: true };
const ATOM: Place = { least: ATOM_LEVEL, last: false };
/** Between `in` and the next word, where only arithmetic may stand. */
const SUM: Place = { least: INFIX_LEVEL["+"], last: false };
/** Before a `within`, which a temporal operator on the right edge would take for itself. */
const BEFORE_WITHIN: Place = { least: PREFIX_LEVEL + 1, last: false };

/** Prints `expr` in the notation of the language. */
export function printExpr(expr: Expr): string {
  return print(expr, ALONE);
}

function print(expr: Expr, place: Place): string {
  const level = levelOf(expr);
  const fits = level >= place.least || (level === REACHING_LEVEL && place.last);
  return fits ? bare(expr, place.last) : `(${bare(expr, true)})`;
}

function levelOf(expr: Expr): number {
  switch (expr.kind) {
    case "binary":
    case "temporalBinary":
      return INFIX_LEVEL[expr.operator];
    case "at":
      return INFIX_LEVEL.at;
    case "not":
      return PREFIX_LEVEL;
    case "minus":
      return SIGN_LEVEL;
    case "temporal":
      return isReaching(expr.operator) ? REACHING_LEVEL : PREFIX_LEVEL;
    case "conditional":
    case "quantified":
    case "interval":
      return REACHING_LEVEL;
    default:
      return ATOM_LEVEL;
  }
}

function isReaching(operator: string): boolean {
  return operator === "always" || operator === "eventually";
}

function bare(expr: Expr, last: boolean): string {
  switch (expr.kind) {
    case "number":
    case "bool":
      return String(expr.value);
    case "none":
      return "none";
    case "wildcard":
      return "_";
    case "string":
      return `"${expr.value.replace(/["\\]/g, "\\$&")}"`;
    case "duration":
      return expr.duration.text;
    case "name":
      return expr.name;
    case "field":
      return `${print(expr.object, ATOM)}.${expr.field.text}`;
    case "index":
      return `${print(expr.object, ATOM)}[${printExpr(expr.index)}]`;
    case "call":
      return `${print(expr.callee, ATOM)}(${list(expr.arguments)})`;
    case "setLiteral":
      return expr.elements.length === 0 ? "{}" : `{ ${list(expr.elements)} }`;
    case "listLiteral":
      return `[${list(expr.elements)}]`;
    case "comprehension": {
      const { name, domain } = expr.binder;
      return `{ ${name.text} in ${print(domain, SUM)} where ${printExpr(expr.where)} }`;
    }
    default:
      return operation(expr, last);
  }
}

function list(exprs: readonly Expr[]): string {
  return exprs.map(printExpr).join(", ");
}

function operation(expr: Expr, last: boolean): string {
  switch (expr.kind) {
    case "not":
      return `not ${print(expr.operand, { least: PREFIX_LEVEL, last })}`;
    case "minus":
      return `-${print(expr.operand, { least: SIGN_LEVEL, last })}`;
    case "binary":
      return infix(expr.left, expr.operator, expr.right, last);
    case "at":
      return infix(expr.operand, "at", expr.moment, last);
    case "temporalBinary":
      return limited(expr.within, last, (isLast) =>
        infix(expr.left, expr.operator, expr.right, isLast, expr.within),
      );
    case "temporal":
      return limited(expr.within, last, (isLast) => {
        const least = isReaching(expr.operator) ? REACHING_LEVEL : PREFIX_LEVEL;
        const place = expr.within === undefined ? { least, last: isLast } : BEFORE_WITHIN;
        return `${expr.operator} ${guarded(print(expr.operand, place))}`;
      });
    case "conditional":
      return [
        `if ${printExpr(expr.condition)}`,
        `then ${printExpr(expr.then)}`,
        `else ${printExpr(expr.else)}`,
      ].join(" ");
    case "quantified": {
      const binders = expr.binders.map(
        ({ name, domain }) => `${name.text} in ${print(domain, SUM)}`,
      );
      return `${expr.quantifier} ${binders.join(", ")}: ${printExpr(expr.body)}`;
    }
    case "interval":
      return `from ${guarded(infix(expr.from, "until", expr.until, last))}`;
    default:
      throw new Error(`an expression of kind ${expr.kind} is no operation`);
  }
}

/** Before `-` or `[` a temporal word would be a name: `once - a` subtracts. */
function guarded(text: string): string {
  return /^[-[]/.test(text) ? `(${text})` : text;
}

function infix(
  left: Expr,
  operator: InfixOperator,
  right: Expr,
  last: boolean,
  within?: Within,
): string {
  const level = INFIX_LEVEL[operator];
  const toTheRight = isRightAssociative(operator);
  const leftLeast = toTheRight || isUnchained(operator) ? level + 1 : level;
  const rightPlace = { least: toTheRight ? level : level + 1, last };
  const before = print(left, { least: leftLeast, last: false });
  return `${before} ${operator} ${print(right, within === undefined ? rightPlace : BEFORE_WITHIN)}`;
}

/** Adds the `within` of a temporal operator to what `body` prints. */
function limited(
  within: Within | undefined,
  last: boolean,
  body: (isLast: boolean) => string,
): string {
  if (within === undefined) return body(last);
  const after = within.after === undefined ? "" : ` after ${print(within.after, SUM)}`;
  return `${body(false)} within ${within.duration.text}${after}`;
}
