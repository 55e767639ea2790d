/** Assignments: `x = e`, `+=`, `-=`, and the atomic `swap` and `cas`. */
import { wrongKind } from "../errors.ts";
import { binary, constant } from "../fold.ts";
import type { Effect, Expr, Place, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL, describeType, INT, isNumber } from "../type-relations.ts";
import type { Lowered } from "./effects.ts";
import { anyExpression, coerce, expressionOf, silently } from "./expression.ts";
import { forget, placeKey } from "./facts.ts";
import { type PlaceInfo, placeOf } from "./places.ts";
import { newLocal, type Scope, textAt } from "./scope.ts";

export function assignment(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "assign" }>,
): Lowered {
  const nothing: Lowered = { effects: [], scope };
  const info = placeOf(scope, statement.place);
  if (info === undefined) return nothing;
  const reader: Scope = info.ghost ? { ...scope, ghosts: true } : scope;
  const value =
    statement.operator === "="
      ? expressionOf(reader, statement.value, info.place.type)
      : updated(reader, statement, info);
  if (value === undefined) return nothing;
  const effect: Effect = { effect: "assign", place: info.place, value, span: statement.span };
  return { effects: [effect], scope: afterWrite(scope, statement, info.place.type) };
}

/** A place that was just given a present value is known to be present. */
function afterWrite(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "assign" }>,
  type: Type,
): Scope {
  const facts = new Set(forget(scope.facts, statement.place));
  const key = placeKey(statement.place);
  const gives = statement.operator === "=" && statement.value.kind !== "none";
  if (key !== undefined && gives && type.kind === "optional") {
    const source = placeKey(statement.value);
    const value = anyExpression(silently(scope), statement.value, type);
    const present = value !== undefined && value.type.kind !== "optional";
    if (present || (source !== undefined && scope.facts.has(source))) facts.add(key);
  }
  return { ...scope, facts };
}

/** `x += e` and `x -= e` for numbers, sets, lists and maps with optional values. */
function updated(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "assign" }>,
  info: PlaceInfo,
): Expr | undefined {
  const current = anyExpression(scope, statement.place, undefined);
  if (current === undefined) return undefined;
  const { span, value } = statement;
  const adds = statement.operator === "+=";
  const { type } = info.place;
  if (isNumber(type)) {
    const amount = expressionOf(scope, value, INT);
    if (amount === undefined) return undefined;
    return binary(adds ? "add" : "sub", current, amount, span);
  }
  if (type.kind === "set") return updatedSet(scope, current, value, type, adds, span);
  if (type.kind === "list") {
    const element = elementValue(scope, value, type.of, adds);
    if (element === undefined) return undefined;
    if (adds) return { op: "append", type, left: current, right: element, span };
    return { op: "remove", type, set: current, element, span };
  }
  const wanted = "a number, a set or a list";
  const text = textAt(scope.lowering, statement.place.span);
  const { span: at } = statement.place;
  scope.lowering.report(wrongKind(text, describeType(type), wanted, at));
  return undefined;
}

function updatedSet(
  scope: Scope,
  current: Expr,
  written: syntax.Expr,
  type: Extract<Type, { kind: "set" }>,
  adds: boolean,
  span: Span,
): Expr | undefined {
  const other = anyExpression(scope, written, type);
  if (other === undefined) return undefined;
  if (other.type.kind === "set") {
    const right = coerce(scope, other, type, written);
    if (right === undefined) return undefined;
    return { op: adds ? "union" : "difference", type, left: current, right, span };
  }
  const element = elementValue(scope, written, type.of, adds);
  if (element === undefined) return undefined;
  return { op: adds ? "insert" : "remove", type, set: current, element, span };
}

/** What is added must be present; removing `none` changes nothing. */
function elementValue(
  scope: Scope,
  written: syntax.Expr,
  of: Type,
  adds: boolean,
): Expr | undefined {
  const wanted: Type = adds || of.kind === "optional" ? of : { kind: "optional", of };
  return expressionOf(scope, written, wanted);
}

// ---------------------------------------------------------------------------- atomics

/** `swap` and `cas` act on memory, after the store buffer has drained. */
export function atomic(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "swap" | "cas" }>,
): Lowered {
  const nothing: Lowered = { effects: [], scope };
  const { span } = statement;
  const info = placeOf(scope, statement.place);
  if (info === undefined) return nothing;
  const memory: Place = { ...info.place, buffer: undefined };
  const current = anyExpression(scope, statement.place, undefined);
  const value = expressionOf(scope, statement.value, info.place.type);
  const expected =
    statement.kind === "cas"
      ? expressionOf(scope, statement.expected, info.place.type)
      : constant(BOOL, true, span);
  if (current === undefined || value === undefined || expected === undefined) return nothing;
  const result = newLocal(
    scope,
    statement.kind,
    statement.kind === "cas" ? BOOL : info.place.type,
    span,
  );
  const write: Effect = { effect: "assign", place: memory, value, span };
  const effects: Effect[] = [...fenceEffects(scope, span)];
  if (statement.kind === "swap") {
    effects.push({ effect: "bind", local: result.local, value: current, span }, write);
  } else {
    const same = binary("eq", current, expected, span);
    effects.push({ effect: "bind", local: result.local, value: same, span });
    effects.push({ effect: "if", condition: result, then: [write], else: [], span });
  }
  const after: Scope = { ...scope, facts: forget(scope.facts, statement.place) };
  if (statement.target === undefined) return { effects, scope: after };
  const target = placeOf(after, statement.target);
  const fits =
    target === undefined ? undefined : coerce(after, result, target.place.type, statement.target);
  if (target === undefined || fits === undefined) return { effects, scope: after };
  effects.push({ effect: "assign", place: target.place, value: fits, span });
  return { effects, scope: { ...after, facts: forget(after.facts, statement.target) } };
}

export function fenceEffects(scope: Scope, span: Span): Effect[] {
  const buffer = scope.instance?.buffer;
  return buffer === undefined ? [] : [{ effect: "fence", buffer, span }];
}
