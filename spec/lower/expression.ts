/**
 * Typed expressions: from the syntax tree to the expressions of the Model.
 *
 * Types flow in both directions: `expected` comes from the place where a value goes and gives
 * `none`, `{}` and `[]` their types; everything else has its type by itself. A function returns
 * undefined after it has reported why, and nobody reports again: one cause gives one message.
 */
import type { Diagnostic } from "../diagnostic.ts";
import { misplaced, unknownName } from "../errors.ts";
import { composite, conditional, constant, minus, not, truth } from "../fold.ts";
import type { Expr, Type, Value } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { mayBeAbsent, notConstant, typeMismatch, unclearType } from "../type-errors.ts";
import { assignable, BOOL, describeType, INT, isNumber, showType } from "../type-relations.ts";
import { mayDeclare } from "../unread.ts";
import { parts } from "../values.ts";
import { callExpression, fieldExpression, indexExpression } from "./access.ts";
import { fitConstant } from "./fit-constant.ts";
import { entryKey, factsOf, mentions, placeKey } from "./facts.ts";
import { oneLevel } from "./levels.ts";
import { literalTypes } from "./literals.ts";
import { nameExpression } from "./names.ts";
import { binaryExpression } from "./operators.ts";
import { comprehension, quantified } from "./quantifiers.ts";
import { type Scope, textAt, visibleNames, withFacts } from "./scope.ts";

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
  if (expr.op !== "const") {
    scope.lowering.report(notConstant(written.span));
    return undefined;
  }
  const fitted = fitConstant(expr.value, expected);
  if (fitted.fits) return fitted.value;
  const isWhole = fitted.value === expr.value;
  const found = misfitText(fitted.value);
  const text = isWhole ? found : `one with ${found} in it`;
  scope.lowering.report(typeMismatch(storeText(fitted.type), text, written.span));
  return undefined;
}

/** A constant lies outside of the type of its place. */
export function outOfRange(
  type: Type,
  found: Extract<Expr, { op: "const" }>,
  span: Span,
): Diagnostic {
  return typeMismatch(storeText(type), misfitText(found.value), span);
}

/** A range with its bounds, or a list: ``a value of `Inc` (0..3)``. */
function storeText(type: Type): string {
  const bounds = type.kind === "range" && type.name !== undefined;
  return `a value of \`${showType(type)}\`${bounds ? ` (${type.low}..${type.high})` : ""}`;
}

function misfitText(value: Value): string {
  return typeof value === "object" ? `a list of ${parts(value).length}` : `the number ${value}`;
}

/** Elaborates an expression; `expected` is a wish that only typeless literals need. */
export function anyExpression(
  scope: Scope,
  written: syntax.Expr,
  expected: Type | undefined,
): Expr | undefined {
  return oneLevel(scope.lowering, written.span, () => expressionAt(scope, written, expected));
}

function expressionAt(
  scope: Scope,
  written: syntax.Expr,
  expected: Type | undefined,
): Expr | undefined {
  switch (written.kind) {
    case "number":
      return constant(INT, written.value, written.span);
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
      return callExpression(scope, written, expected);
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

function noneExpression(scope: Scope, span: Span, expected: Type | undefined): Expr | undefined {
  if (expected === undefined) {
    scope.lowering.report(unclearType("`none`", span));
    return undefined;
  }
  if (expected.kind === "optional") return constant(expected, null, span);
  scope.lowering.report(typeMismatch(describeType(expected), "`none`", span));
  return undefined;
}

function conditionalExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "conditional" }>,
  expected: Type | undefined,
): Expr | undefined {
  const condition = conditionOf(scope, written.condition);
  const yes = assuming(scope, written.condition, true, condition);
  const no = assuming(scope, written.condition, false, condition);
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
  if (isTypeless(leftScope, left) && !isTypeless(rightScope, right)) {
    const [second, first] = pair(rightScope, right, leftScope, left, expected);
    return [first, second];
  }
  const first = anyExpression(leftScope, left, expected);
  if (first === undefined) return [undefined, undefined];
  const wish = right.kind === "none" ? optional(first.type) : first.type;
  return [first, anyExpression(rightScope, right, expected ?? wish)];
}

function optional(type: Type): Type {
  return type.kind === "optional" ? type : { kind: "optional", of: type };
}

/** Has the expression a type only where one is wanted? */
function isTypeless(scope: Scope, written: syntax.Expr): boolean {
  if (written.kind === "none") return true;
  if (written.kind === "name") return literalTypes(scope, written.name, "word").length > 1;
  if (written.kind === "call" && written.callee.kind === "name") {
    return literalTypes(scope, written.callee.name, "call").length > 1;
  }
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
  if (wish?.kind === "map") return filling(scope, written, wish);
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

/**
 * A literal where a map is wanted: `{}` says that no optional value is there, and a set or a list
 * of constants is the value of every key.
 */
function filling(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "setLiteral" | "listLiteral" }>,
  type: Extract<Type, { kind: "map" }>,
): Expr | undefined {
  const kind = written.kind === "setLiteral" ? "set" : "list";
  const { value } = type;
  if (kind === "set" && written.elements.length === 0 && value.kind === "optional") {
    return filled(type, null, written.span);
  }
  if (value.kind === kind || value.kind === "map") {
    const each: Expr | undefined = literal(scope, written, value);
    if (each === undefined) return undefined;
    if (each.op === "const") return filled(type, each.value, written.span);
  }
  scope.lowering.report(typeMismatch(describeType(type), `a ${kind}`, written.span));
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
 * Makes a value fit a type: an optional that is known to be present loses its `?`, one constant
 * fills a whole map. What does not fit is reported at `written`.
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

/** Literals take the type of their place, so that they print with its names. */
function retyped(expr: Expr, expected: Type): Expr {
  return expr.op === "const" && expected.kind !== "int" ? { ...expr, type: expected } : expr;
}

function mismatch(scope: Scope, expr: Expr, expected: Type, written: syntax.Expr): undefined {
  const found = describeType(expr.type);
  scope.lowering.report(typeMismatch(describeType(expected), found, written.span));
  return undefined;
}

/** Strips the `?` of a value that the path shows to be present. */
export function present(scope: Scope, expr: Expr, written: syntax.Expr): Expr | undefined {
  if (expr.type.kind !== "optional") return expr;
  if (expr.op === "const" && expr.value !== null) return { ...expr, type: expr.type.of };
  const key = placeKey(written);
  const inMap = written.kind === "index" && expr.op === "index" && expr.object.type.kind === "map";
  const isKnown = (fact: string): boolean => scope.facts.has(fact);
  const isShown = key !== undefined && (isKnown(key) || (inMap && isKnown(entryKey(key))));
  if (isShown || scope.trusting) {
    return { op: "present", type: expr.type.of, of: expr, span: written.span };
  }
  const text = textAt(scope.lowering, written.span);
  const map = inMap ? textAt(scope.lowering, written.object.span) : "";
  const entry = inMap ? textAt(scope.lowering, written.index.span) : "";
  const test = inMap ? `${entry} in ${map}` : `${text} != none`;
  const fallback = inMap ? `, or give a value for its absence: \`${map}.get(${entry}, …)\`` : "";
  scope.lowering.report(mayBeAbsent(text, written.span, test, fallback));
  return undefined;
}

/** The scope in which `condition` is known to be `outcome`; `judged` is what it was lowered to. */
export function assuming(
  scope: Scope,
  condition: syntax.Expr,
  outcome: boolean,
  judged: Expr | undefined,
): Scope {
  if (judged === undefined) return { ...scope, trusting: true };
  const bodyOf = (name: string): syntax.Expr | undefined => {
    // The body of another scope speaks of other variables, even where their names are the same.
    const members = (scope.instance ?? scope.system)?.members;
    const member = scope.locals.has(name) ? undefined : members?.get(name);
    if (member?.kind !== "definition") return undefined;
    return member.declaration.parameters.length === 0 ? member.declaration.value : undefined;
  };
  const isHidden = (fact: string): boolean =>
    [...scope.locals.keys()].some((name) => mentions(fact, name));
  const isPresent = (expr: syntax.Expr): boolean => {
    if (expr.kind === "none") return false;
    const value = anyExpression(silently(scope), expr, undefined);
    return value !== undefined && value.type.kind !== "optional";
  };
  return withFacts(scope, factsOf(condition, outcome, { bodyOf, isHidden, isPresent }));
}

/** The scope without a voice and with a frame of its own, for a second look at an expression. */
export function silently(scope: Scope): Scope {
  return {
    ...scope,
    frame: { size: 0 },
    lowering: { ...scope.lowering, report: () => undefined },
  };
}

/** Reports an unknown name where a value, an instance or a place is named. */
export function reportUnknownValue(scope: Scope, name: string, span: Span): undefined {
  return scope.lowering.alone ? undefined : reportUnknown(scope, name, span, visibleNames(scope));
}

/** Reports an unknown name with the nearest known one. */
export function reportUnknown(
  scope: Scope,
  name: string,
  span: Span,
  candidates: readonly string[],
): undefined {
  if (mayDeclare(scope.module.unread, name)) return undefined;
  scope.lowering.report(unknownName(name, span, candidates));
  return undefined;
}
