/**
 * Fields, indices and calls: `r.f`, `app[c].conn`, `q.empty`, `m[k]`, `m.get(k, d)`, `Record(a,
 * b)`.
 */
import { noSuchMember, wrongArguments, wrongKind } from "../errors.ts";
import { composite, constant } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { kindOf } from "../phrases.ts";
import { mayBeAbsent } from "../type-errors.ts";
import { describeType, INT } from "../type-relations.ts";
import { expand, expandMember } from "./definitions.ts";
import { allEmpty, instancesOf, queuesOf, sizeOf } from "./entities.ts";
import { anyExpression, expressionOf, present, reportUnknownValue } from "./expression.ts";
import { placeKey } from "./facts.ts";
import { argumentsFor, messageLiteral } from "./literals.ts";
import { memberOfInstances, notValue, queueIsNoValue } from "./names.ts";
import { lookUp, memberNamed, moduleScope, type Scope, textAt } from "./scope.ts";
import { declaredType } from "./type-of.ts";

export function fieldExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "field" }>,
): Expr | undefined {
  const { object, field, span } = written;
  const qualified = qualifiedEnum(scope, object, field);
  if (qualified !== undefined) return qualified === "bad" ? undefined : qualified;
  const instances = instancesOf(scope, object);
  if (instances === "bad") return undefined;
  if (instances !== undefined) return memberOfInstances(scope, instances, field, span);
  const queues = queuesOf(scope, object);
  if (queues === "bad") return undefined;
  if (queues !== undefined) return queueField(scope, queues, field, span);
  const value = anyExpression(scope, object, undefined);
  return value === undefined ? undefined : valueField(scope, value, field, written);
}

function qualifiedEnum(
  scope: Scope,
  object: syntax.Expr,
  field: syntax.Name,
): Expr | undefined | "bad" {
  if (object.kind !== "name" || scope.locals.has(object.name)) return undefined;
  const found = lookUp(scope, object.name);
  if (found?.declaration.kind !== "enum") return undefined;
  const type = declaredType(scope, found);
  if (type === undefined || type === "not a type" || type.kind !== "enum") return "bad";
  const ordinal = type.members.indexOf(field.text);
  if (ordinal >= 0) return constant(type, ordinal, field.span);
  const owner = `enum \`${type.name}\``;
  scope.lowering.report(noSuchMember(owner, "member", field.text, field.span, type.members));
  return "bad";
}

function queueField(
  scope: Scope,
  queues: readonly Expr[],
  field: syntax.Name,
  span: Span,
): Expr | undefined {
  if (field.text === "empty") return allEmpty(queues, span);
  if (field.text === "size") {
    const sizes = queues.map((queue) => sizeOf(queue, span));
    return sizes.reduce((left, right) => ({ op: "add", type: INT, left, right, span }));
  }
  const known = ["empty", "size"];
  scope.lowering.report(noSuchMember("a channel", "property", field.text, field.span, known));
  return undefined;
}

function valueField(
  scope: Scope,
  value: Expr,
  field: syntax.Name,
  written: Extract<syntax.Expr, { kind: "field" }>,
): Expr | undefined {
  const { span } = written;
  const { type } = value;
  if (type.kind === "set" || type.kind === "list" || type.kind === "map") {
    if (field.text === "size") return sizeOf(value, span);
    if (field.text === "empty") return allEmpty([value], span);
    if (field.text === "head" && type.kind === "list") {
      const head: Type = type.of.kind === "optional" ? type.of : { kind: "optional", of: type.of };
      const key = constant(INT, 0, span);
      return { op: "index", type: head, object: value, key, span };
    }
  }
  const record = present(scope, value, written.object);
  if (record === undefined) return undefined;
  if (record.type.kind === "record") {
    const index = record.type.fields.findIndex((known) => known.name === field.text);
    const found = record.type.fields[index];
    if (found !== undefined) {
      return { op: "field", type: found.type, object: record, field: index, span };
    }
  }
  const kind = record.type.kind === "record" ? "record " : "";
  const owner = `${kind}${describeType(record.type)}`;
  const names = fieldNames(record.type);
  scope.lowering.report(noSuchMember(owner, "field", field.text, field.span, names));
  return undefined;
}

function fieldNames(type: Type): readonly string[] {
  if (type.kind === "record") return type.fields.map((field) => field.name);
  if (type.kind === "list") return ["size", "empty", "head"];
  return type.kind === "set" || type.kind === "map" ? ["size", "empty"] : [];
}

export function indexExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "index" }>,
): Expr | undefined {
  const { span } = written;
  const instances = instancesOf(scope, written);
  if (instances === "bad") return undefined;
  if (instances !== undefined) return notValue(scope, instances.name, "an instance", span);
  const queues = queuesOf(scope, written);
  if (queues === "bad") return undefined;
  if (queues !== undefined) {
    return queueIsNoValue(scope, textAt(scope.lowering, span), span);
  }
  const object = anyExpression(scope, written.object, undefined);
  if (object === undefined) return undefined;
  const { type } = object;
  if (type.kind === "map") {
    const key = expressionOf(scope, written.index, type.key);
    return key === undefined ? undefined : { op: "index", type: type.value, object, key, span };
  }
  if (type.kind === "list") {
    const key = expressionOf(scope, written.index, INT);
    const element: Type = type.of.kind === "optional" ? type.of : { kind: "optional", of: type.of };
    return key === undefined ? undefined : { op: "index", type: element, object, key, span };
  }
  const text = textAt(scope.lowering, written.object.span);
  const is = describeType(type);
  scope.lowering.report(wrongKind(text, is, "a map or a list", written.object.span));
  return undefined;
}

export function callExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "call" }>,
  expected: Type | undefined,
): Expr | undefined {
  const { callee, span } = written;
  if (callee.kind === "field" && callee.field.text === "get") {
    return getExpression(scope, callee.object, written);
  }
  if (callee.kind !== "name") {
    const text = textAt(scope.lowering, callee.span);
    scope.lowering.report(wrongKind(text, "no name", "the name of a definition", callee.span));
    return undefined;
  }
  if (scope.locals.has(callee.name)) {
    scope.lowering.report(wrongKind(callee.name, "a value", "a definition", callee.span));
    return undefined;
  }
  const member = memberNamed(scope, callee.name);
  if (member?.kind === "definition") {
    return expandMember(scope, member.declaration, written.arguments, span);
  }
  if (scope.system?.broken.has(callee.name) === true) return undefined;
  const entity = scope.system?.families.has(callee.name) === true ? "an instance" : "a channel";
  if (entity === "an instance" || scope.system?.channels.has(callee.name) === true) {
    scope.lowering.report(wrongKind(callee.name, entity, "a definition", callee.span));
    return undefined;
  }
  if (member !== undefined) {
    if (member.kind === "broken") return undefined;
    const is = kindOf(member.kind);
    scope.lowering.report(wrongKind(callee.name, is, "a definition", callee.span));
    return undefined;
  }
  const built = messageLiteral(scope, callee.name, written.arguments, span, expected);
  if (built !== undefined) return built === "bad" ? undefined : built;
  const found = lookUp(scope, callee.name);
  if (found?.declaration.kind === "def") {
    const home = moduleScope(scope.lowering, found.home());
    return expand(scope, found.declaration, home, written.arguments, span);
  }
  if (found?.declaration.kind === "record") return recordOf(scope, written, found);
  if (found === undefined) {
    return reportUnknownValue(scope, callee.name, callee.span);
  }
  const is = kindOf(found.declaration.kind);
  scope.lowering.report(wrongKind(callee.name, is, "a definition", callee.span));
  return undefined;
}

function recordOf(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "call" }>,
  found: Parameters<typeof declaredType>[1],
): Expr | undefined {
  const type = declaredType(scope, found);
  if (type === undefined || type === "not a type" || type.kind !== "record") return undefined;
  const types = type.fields.map((field) => field.type);
  const fields = argumentsFor(scope, type.name, types, written.arguments, written.span);
  return fields === undefined ? undefined : composite("record", type, fields, written.span);
}

/** `m.get(k, d)`. */
function getExpression(
  scope: Scope,
  object: syntax.Expr,
  written: Extract<syntax.Expr, { kind: "call" }>,
): Expr | undefined {
  const value = anyExpression(scope, object, undefined);
  if (value === undefined) return undefined;
  const [first, second] = written.arguments;
  const { type } = value;
  const { span } = written;
  if (
    (type.kind === "map" || type.kind === "list") &&
    first !== undefined &&
    second !== undefined
  ) {
    const element = type.kind === "map" ? type.value : type.of;
    const content = element.kind === "optional" ? element.of : element;
    const key = expressionOf(scope, first, type.kind === "map" ? type.key : INT);
    const fallback = expressionOf(scope, second, content);
    if (key === undefined || fallback === undefined) return undefined;
    return { op: "get", type: content, map: value, key, fallback, span };
  }
  if (type.kind === "map" || type.kind === "list") {
    scope.lowering.report(wrongArguments("get", 2, written.arguments.length, span));
    return undefined;
  }
  const text = textAt(scope.lowering, object.span);
  const is = describeType(type);
  scope.lowering.report(wrongKind(text, is, "a map or a list", object.span));
  return undefined;
}

/**
 * Says that a place is optional and not known to be present, for places that are not expressions.
 */
export function requirePresent(scope: Scope, written: syntax.Expr, type: Type): boolean {
  if (type.kind !== "optional") return true;
  const key = placeKey(written);
  if (scope.trusting || (key !== undefined && scope.facts.has(key))) return true;
  const text = textAt(scope.lowering, written.span);
  scope.lowering.report(mayBeAbsent(text, written.span, `${text} != none`, ""));
  return false;
}
