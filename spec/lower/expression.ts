/**
 * Typed expressions: from the syntax tree to the expressions of the Model.
 *
 * Types flow in both directions: `expected` comes from the place where a value goes and gives `none`,
 * `{}` and `[]` their types; everything else has its type by itself. A function returns undefined
 * after it has reported why, and nobody reports again: one cause gives one message.
 */
import {
  constantTooBig,
  mayBeAbsent,
  misplaced,
  notConstant,
  typeMismatch,
  unclearType,
  unknownName,
} from "../errors.ts";
import { composite, conditional, constant, minus, not, truth } from "../fold.ts";
import type { Expr, Type, Value } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { assignable, BOOL, INT, isNumber, showType } from "../type-relations.ts";
import { callExpression, fieldExpression, indexExpression } from "./access.ts";
import { factsOf, placeKey } from "./facts.ts";
import { nameExpression } from "./names.ts";
import { binaryExpression } from "./operators.ts";
import { comprehension, quantified } from "./quantifiers.ts";
import { type Scope, textAt, withFacts } from "./scope.ts";

/** Elaborates an expression whose value goes where `expected` is needed, and makes it fit. */
export function expressionOf(scope: Scope, written: syntax.Expr, expected: Type): Expr | undefined {
  const expr = anyExpression(scope, written, expected);
  return expr === undefined ? undefined : coerce(scope, expr, expected, written);
}

/** Elaborates a condition. */
export function conditionOf(scope: Scope, written: syntax.Expr): Expr | undefined {
  return expressionOf(scope, written, BOOL);
}

/** The value of a constant expression, or undefined after a diagnostic. */
export function constantExpression(
  scope: Scope,
  written: syntax.Expr,
  expected: Type,
): Value | undefined {
  const expr = expressionOf(scope, written, expected);
  if (expr === undefined) return undefined;
  if (isOutside(expr, expected)) {
    const found = `the constant ${String(expr.op === "const" ? expr.value : "")}`;
    scope.lowering.report(typeMismatch(showType(expected), found, written.span));
    return undefined;
  }
  if (expr.op === "const") return expr.value;
  scope.lowering.report(notConstant(written.span, "this depends on the state"));
  return undefined;
}

/** Elaborates an expression; `expected` is a wish that only typeless literals need. */
export function anyExpression(
  scope: Scope,
  written: syntax.Expr,
  expected: Type | undefined,
): Expr | undefined {
  switch (written.kind) {
    case "number":
      return numberExpression(scope, written);
    case "bool":
      return truth(written.value, written.span);
    case "none":
      return noneExpression(scope, written.span, expected);
    case "name":
      return nameExpression(scope, written, expected);
    case "field":
      return fieldExpression(scope, written);
    case "index":
      return indexExpression(scope, written);
    case "call":
      return callExpression(scope, written);
    case "not": {
      const operand = conditionOf(scope, written.operand);
      return operand === undefined ? undefined : not(operand, written.span);
    }
    case "minus": {
      const operand = expressionOf(scope, written.operand, INT);
      return operand === undefined ? undefined : minus(operand, written.span);
    }
    case "binary":
      return binaryExpression(scope, written, expected);
    case "conditional":
      return conditionalExpression(scope, written, expected);
    case "quantified":
      return quantified(scope, written);
    case "comprehension":
      return comprehension(scope, written);
    case "setLiteral":
    case "listLiteral":
      return literal(scope, written, expected);
    default:
      return onlyElsewhere(scope, written);
  }
}

function onlyElsewhere(scope: Scope, written: syntax.Expr): undefined {
  const temporal = written.kind === "temporal" || written.kind === "temporalBinary";
  const what = temporal ? `\`${written.operator}\`` : "this";
  const reason = temporal
    ? "a state has no past and no future"
    : "only recordings have such values";
  const hint = temporal ? "temporal operators belong in a `property`" : undefined;
  scope.lowering.report(misplaced(what, reason, written.span, hint));
  return undefined;
}

function numberExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "number" }>,
): Expr | undefined {
  if (Number.isSafeInteger(written.value)) return constant(INT, written.value, written.span);
  scope.lowering.report(constantTooBig(written.span));
  return undefined;
}

function noneExpression(scope: Scope, span: Span, expected: Type | undefined): Expr | undefined {
  if (expected === undefined) {
    scope.lowering.report(unclearType("`none`", span));
    return undefined;
  }
  if (expected.kind === "optional") return constant(expected, null, span);
  scope.lowering.report(typeMismatch(showType(expected), "`none`", span));
  return undefined;
}

function conditionalExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "conditional" }>,
  expected: Type | undefined,
): Expr | undefined {
  const condition = conditionOf(scope, written.condition);
  const yes = assuming(scope, written.condition, true);
  const no = assuming(scope, written.condition, false);
  const [whenTrue, whenFalse] = pair(yes, written.then, no, written.else, expected);
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) {
    return undefined;
  }
  const type = expected ?? commonType(whenTrue.type, whenFalse.type);
  const left = coerce(yes, whenTrue, type, written.then);
  const right = coerce(no, whenFalse, type, written.else);
  if (left === undefined || right === undefined) return undefined;
  return conditional(condition, left, right, type, written.span);
}

/** A type that both branches fit: numbers lose their range, an optional wins over its content. */
function commonType(left: Type, right: Type): Type {
  if (isNumber(left) && isNumber(right)) return INT;
  return assignable(left, right) ? right : left;
}

/** Elaborates two expressions of one type: a typeless literal takes the type of its partner. */
export function pair(
  leftScope: Scope,
  left: syntax.Expr,
  rightScope: Scope,
  right: syntax.Expr,
  expected: Type | undefined,
): [Expr | undefined, Expr | undefined] {
  if (isTypeless(left) && !isTypeless(right)) {
    const [second, first] = pair(rightScope, right, leftScope, left, expected);
    return [first, second];
  }
  const first = anyExpression(leftScope, left, expected);
  if (first === undefined) return [undefined, undefined];
  const wish = isTypeless(right) && right.kind === "none" ? optional(first.type) : first.type;
  return [first, anyExpression(rightScope, right, expected ?? wish)];
}

function optional(type: Type): Type {
  return type.kind === "optional" ? type : { kind: "optional", of: type };
}

function isTypeless(written: syntax.Expr): boolean {
  if (written.kind === "none") return true;
  if (written.kind !== "setLiteral" && written.kind !== "listLiteral") return false;
  return written.elements.length === 0;
}

export function literal(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "setLiteral" | "listLiteral" }>,
  expected: Type | undefined,
): Expr | undefined {
  const kind = written.kind === "setLiteral" ? "set" : "list";
  const wish = expected?.kind === "optional" ? expected.of : expected;
  if (kind === "set" && wish?.kind === "map") return emptyMap(scope, written, wish);
  let element =
    wish !== undefined && (wish.kind === "set" || wish.kind === "list") ? wish.of : undefined;
  const elements: Expr[] = [];
  for (const part of written.elements) {
    const expr: Expr | undefined =
      element === undefined
        ? anyExpression(scope, part, undefined)
        : expressionOf(scope, part, element);
    if (expr === undefined) return undefined;
    element ??= expr.type.kind === "optional" ? expr.type.of : expr.type;
    elements.push(expr);
  }
  if (element === undefined) {
    const shown = kind === "set" ? "`{}`" : "`[]`";
    scope.lowering.report(unclearType(shown, written.span));
    return undefined;
  }
  const type: Type =
    kind === "set"
      ? { kind: "set", of: element }
      : { kind: "list", of: element, capacity: listCapacity(wish, elements.length) };
  return composite(kind, type, elements, written.span);
}

function listCapacity(wish: Type | undefined, length: number): number {
  return wish?.kind === "list" ? wish.capacity : length;
}

/** `{}` where a map with optional values is wanted: no key has a value. */
function emptyMap(
  scope: Scope,
  written: syntax.Expr & { readonly elements: readonly syntax.Expr[] },
  type: Extract<Type, { kind: "map" }>,
): Expr | undefined {
  if (written.elements.length === 0 && type.value.kind === "optional") {
    return filled(type, null, written.span);
  }
  scope.lowering.report(typeMismatch(showType(type), "a set", written.span));
  return undefined;
}

function filled(type: Extract<Type, { kind: "map" }>, value: Value, span: Span): Expr {
  const size = type.key.kind === "bool" ? 2 : keysOf(type.key);
  return constant(
    type,
    Array.from({ length: size }, () => value),
    span,
  );
}

function keysOf(key: Type): number {
  if (key.kind === "range") return key.high - key.low + 1;
  if (key.kind === "enum") return key.members.length;
  return key.kind === "id" ? key.size : 2;
}

/**
 * Makes a value fit a type: an optional that is known to be present loses its `?`, one constant fills
 * a whole map. What does not fit is reported at `written`.
 */
export function coerce(
  scope: Scope,
  expr: Expr,
  expected: Type,
  written: syntax.Expr,
): Expr | undefined {
  if (expr.type.kind === "optional" && expected.kind !== "optional") {
    if (!assignable(expr.type.of, expected)) return mismatch(scope, expr, expected, written);
    return present(scope, expr, written);
  }
  if (assignable(expr.type, expected)) return retyped(expr, expected);
  if (expected.kind === "map" && expr.op === "const" && assignable(expr.type, expected.value)) {
    return filled(expected, expr.value, written.span);
  }
  return mismatch(scope, expr, expected, written);
}

/** A constant that can never be stored: no run is needed to see it. */
function isOutside(expr: Expr, expected: Type): boolean {
  const range = expected.kind === "optional" ? expected.of : expected;
  if (expr.op !== "const" || typeof expr.value !== "number") return false;
  if (range.kind !== "range" || range.overflow !== "fail" || !isNumber(expr.type)) return false;
  return expr.value < range.low || expr.value > range.high;
}

/** Literals take the type of their place, so that they print with its names. */
function retyped(expr: Expr, expected: Type): Expr {
  return expr.op === "const" && expected.kind !== "int" ? { ...expr, type: expected } : expr;
}

function mismatch(scope: Scope, expr: Expr, expected: Type, written: syntax.Expr): undefined {
  scope.lowering.report(typeMismatch(showType(expected), showType(expr.type), written.span));
  return undefined;
}

/** Strips the `?` of a value that the path shows to be present. */
export function present(scope: Scope, expr: Expr, written: syntax.Expr): Expr | undefined {
  if (expr.type.kind !== "optional") return expr;
  if (expr.op === "const" && expr.value !== null) return { ...expr, type: expr.type.of };
  const key = placeKey(written);
  if (key !== undefined && scope.facts.has(key)) {
    return { op: "present", type: expr.type.of, of: expr, span: written.span };
  }
  const text = textAt(scope.lowering, written.span);
  const inMap = written.kind === "index";
  const map = inMap ? textAt(scope.lowering, written.object.span) : "";
  const entry = inMap ? textAt(scope.lowering, written.index.span) : "";
  const test = inMap ? `${entry} in ${map}` : `${text} != none`;
  const fallback = inMap ? `, or give a value for its absence: \`${map}.get(${entry}, …)\`` : "";
  scope.lowering.report(mayBeAbsent(text, written.span, test, fallback));
  return undefined;
}

/** The scope in which `condition` is known to be `outcome`. */
export function assuming(scope: Scope, condition: syntax.Expr, outcome: boolean): Scope {
  const bodyOf = (name: string): syntax.Expr | undefined => {
    if (scope.locals.has(name)) return undefined;
    const member = scope.instance?.members.get(name) ?? scope.system?.members.get(name);
    if (member?.kind !== "definition") return undefined;
    return member.declaration.parameters.length === 0 ? member.declaration.value : undefined;
  };
  return withFacts(scope, factsOf(condition, outcome, bodyOf));
}

/** Reports an unknown name with the nearest known one. */
export function reportUnknown(
  scope: Scope,
  name: string,
  span: Span,
  candidates: readonly string[],
): undefined {
  scope.lowering.report(unknownName(name, span, candidates));
  return undefined;
}
