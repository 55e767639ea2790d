/** Names, fields, indices and calls: what they stand for in the scope where they are written. */
import {
  ghostRead,
  mayBeAbsent,
  misplaced,
  noSuchMember,
  recursiveDefinition,
  symmetricLiteral,
  wrongArguments,
  wrongKind,
} from "../errors.ts";
import { composite, constant, message } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL, INT, showType } from "../types.ts";
import {
  allEmpty,
  instancesOf,
  type InstancesRef,
  queuesOf,
  readSlots,
  sizeOf,
} from "./entities.ts";
import {
  anyExpression,
  constantExpression,
  expressionOf,
  present,
  reportUnknown,
} from "./expression.ts";
import { placeKey } from "./facts.ts";
import {
  lookUp,
  type Member,
  moduleScope,
  type Scope,
  textAt,
  visibleNames,
  withLocal,
} from "./scope.ts";
import { declaredType, typeOf } from "./type-of.ts";

export function nameExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "name" }>,
  expected: Type | undefined,
): Expr | undefined {
  const { name, span } = written;
  const local = scope.locals.get(name);
  if (local !== undefined) return { ...local, span };
  if (name === "settled" && scope.system !== undefined) return settled(scope, span);
  const member = scope.instance?.members.get(name);
  if (member !== undefined) return ownMember(scope, name, member, span);
  const shared = scope.system?.members.get(name);
  if (shared !== undefined) return ownMember(scope, name, shared, span);
  if (scope.system?.families.has(name) === true || name === "self") {
    return notValue(scope, name, "an instance", span);
  }
  if (scope.system?.channels.has(name) === true) return notValue(scope, name, "a channel", span);
  const literal = enumLiteral(scope, name, span, expected) ?? messageLiteral(scope, name, [], span);
  if (literal !== undefined) return literal === "bad" ? undefined : literal;
  return declaredName(scope, written);
}

function notValue(scope: Scope, name: string, is: string, span: Span): undefined {
  scope.lowering.report(wrongKind(name, is, "a value", span));
  return undefined;
}

/** True when every store buffer is empty. */
function settled(scope: Scope, span: Span): Expr {
  const buffers = (scope.system?.buffers ?? []).map((slot) =>
    readSlots({ kind: "list", of: { kind: "store" }, capacity: 0 }, [slot], undefined, span),
  );
  return buffers.length === 0 ? constant(BOOL, true, span) : allEmpty(buffers, span);
}

function ownMember(scope: Scope, name: string, member: Member, span: Span): Expr | undefined {
  switch (member.kind) {
    case "value":
      return { ...member.value, span };
    case "variable": {
      if (member.ghost && !scope.ghosts) {
        scope.lowering.report(ghostRead(name, span));
        return undefined;
      }
      return readVariable(scope, member, [member.slot], undefined, span);
    }
    case "definition":
      return expand(scope, member.declaration, scope, [], span);
    case "timer":
      return readSlots(BOOL, [member.slot], undefined, span);
    case "interrupt":
      return readSlots(BOOL, [member.pending], undefined, span);
    case "port":
      return notValue(scope, name, "a port", span);
  }
}

function readVariable(
  scope: Scope,
  member: Extract<Member, { kind: "variable" }>,
  slots: readonly number[],
  index: Expr | undefined,
  span: Span,
): Expr {
  const buffer = member.shared ? scope.instance?.buffer : undefined;
  return readSlots(member.type, slots, index, span, buffer);
}

/** A member of an instance, or of one of a family: the same member of each. */
export function memberOfInstances(
  scope: Scope,
  ref: InstancesRef,
  field: syntax.Name,
  span: Span,
): Expr | undefined {
  const members = ref.instances.map((instance) => instance.members.get(field.text));
  const first = members[0];
  if (first === undefined || first.kind === "port" || first.kind === "definition") {
    const known = [...(ref.instances[0]?.members ?? [])].flatMap(([name, { kind }]) =>
      kind === "port" || kind === "definition" ? [] : [name],
    );
    const owner = `\`${ref.machine.name.text}\``;
    scope.lowering.report(noSuchMember(owner, field.text, field.span, known));
    return undefined;
  }
  if (first.kind === "value" && ref.index !== undefined) {
    const reason = "a parameter is known only inside its machine";
    scope.lowering.report(misplaced(`\`${field.text}\``, reason, field.span));
    return undefined;
  }
  if (first.kind === "variable") {
    if (first.ghost && !scope.ghosts) {
      scope.lowering.report(ghostRead(field.text, field.span));
      return undefined;
    }
    const slots = members.flatMap((member) => (member?.kind === "variable" ? [member.slot] : []));
    return readVariable(scope, first, slots, ref.index, span);
  }
  if (first.kind === "value") return { ...first.value, span };
  const slots = members.flatMap((member) => {
    if (member?.kind === "timer") return [member.slot];
    return member?.kind === "interrupt" ? [member.pending] : [];
  });
  return readSlots(BOOL, slots, ref.index, span);
}

// ---------------------------------------------------------------------------- literals, declarations

function enumLiteral(
  scope: Scope,
  name: string,
  span: Span,
  expected: Type | undefined,
): Expr | undefined | "bad" {
  const wish = expected?.kind === "optional" ? expected.of : expected;
  if (wish?.kind === "enum" || wish?.kind === "mode") {
    const members = wish.kind === "enum" ? wish.members : wish.leaves;
    const ordinal = members.indexOf(name);
    if (ordinal >= 0) return constant(wish, ordinal, span);
  }
  for (const found of scope.module.names.values()) {
    if (found.declaration.kind !== "enum") continue;
    const ordinal = found.declaration.members.findIndex((member) => member.text === name);
    if (ordinal < 0) continue;
    const type = declaredType(scope, found);
    return type === undefined || type === "not a type" ? "bad" : constant(type, ordinal, span);
  }
  return undefined;
}

function messageLiteral(
  scope: Scope,
  name: string,
  given: readonly syntax.Expr[],
  span: Span,
): Expr | undefined | "bad" {
  for (const found of scope.module.names.values()) {
    if (found.declaration.kind !== "message") continue;
    const ordinal = found.declaration.kinds.findIndex((kind) => kind.name.text === name);
    if (ordinal < 0) continue;
    const type = declaredType(scope, found);
    if (type === undefined || type === "not a type" || type.kind !== "message") return "bad";
    return messageOf(scope, type, ordinal, given, span) ?? "bad";
  }
  return undefined;
}

/** A message of the given kind with its fields. */
export function messageOf(
  scope: Scope,
  type: Extract<Type, { kind: "message" }>,
  ordinal: number,
  given: readonly syntax.Expr[],
  span: Span,
): Expr | undefined {
  const kind = type.kinds[ordinal];
  if (kind === undefined) return undefined;
  const fields = argumentsFor(
    scope,
    kind.name,
    kind.fields.map((field) => field.type),
    given,
    span,
  );
  return fields === undefined ? undefined : message(type, ordinal, fields, span);
}

function argumentsFor(
  scope: Scope,
  callee: string,
  types: readonly Type[],
  given: readonly syntax.Expr[],
  span: Span,
): Expr[] | undefined {
  if (types.length !== given.length) {
    scope.lowering.report(wrongArguments(callee, types.length, given.length, span));
    return undefined;
  }
  const values = given.map((value, index) => expressionOf(scope, value, types[index] ?? INT));
  const good = values.flatMap((value) => (value === undefined ? [] : [value]));
  return good.length < values.length ? undefined : good;
}

function declaredName(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "name" }>,
): Expr | undefined {
  const { name, span } = written;
  const found = lookUp(scope, name);
  if (found === undefined) {
    return idLiteral(scope, name, span) ?? reportUnknown(scope, name, span, visibleNames(scope));
  }
  const { declaration } = found;
  switch (declaration.kind) {
    case "const":
      return constantNamed(scope, declaration, found.home(), span);
    case "def":
      return expand(scope, declaration, moduleScope(scope.lowering, found.home()), [], span);
    case "id":
    case "type":
    case "enum":
    case "record":
    case "message":
      // A type that could not be built has been reported where it is declared.
      if (declaredType(scope, found) === undefined) return undefined;
      return notValue(scope, name, "a type", span);
    default:
      return notValue(scope, name, `a ${declaration.kind}`, span);
  }
}

/** `Client1`: the first of the ids `Client`. Returns undefined when the name is no such literal. */
function idLiteral(scope: Scope, name: string, span: Span): Expr | undefined {
  const [, id, digits] = /^(.*?[^0-9])([1-9][0-9]*)$/.exec(name) ?? [];
  const found = id === undefined ? undefined : lookUp(scope, id);
  if (found === undefined || found.declaration.kind !== "id") return undefined;
  const type = declaredType(scope, found);
  if (type === undefined || type === "not a type" || type.kind !== "id") return undefined;
  const ordinal = Number(digits) - 1;
  if (ordinal >= type.size) return undefined;
  if (type.symmetric && !scope.lowering.literals) {
    scope.lowering.report(symmetricLiteral(name, type.name, span, found.declaration.span));
  }
  return constant(type, ordinal, span);
}

function constantNamed(
  scope: Scope,
  declaration: syntax.ConstDeclaration,
  home: Scope["module"],
  span: Span,
): Expr | undefined {
  const set = scope.lowering.settings.get(declaration);
  if (set !== undefined) return { ...set, span };
  const { constants } = scope.lowering;
  const known = constants.get(declaration);
  if (known === "bad") return undefined;
  if (known === "open") {
    scope.lowering.report(recursiveDefinition(declaration.name.text, span));
    return undefined;
  }
  if (known !== undefined) return { ...known, span };
  constants.set(declaration, "open");
  const value = constantValue(moduleScope(scope.lowering, home), declaration);
  constants.set(declaration, value ?? "bad");
  return value === undefined ? undefined : { ...value, span };
}

/** The value that a constant has when no check sets it. */
export function constantValue(
  scope: Scope,
  declaration: syntax.ConstDeclaration,
): Expr | undefined {
  if (declaration.type === undefined) {
    const free = anyExpression(scope, declaration.value, undefined);
    if (free === undefined || free.op === "const") return free;
    const value = constantExpression(scope, declaration.value, free.type);
    return value === undefined ? undefined : constant(free.type, value, declaration.span);
  }
  const type = typeOf(scope, declaration.type);
  if (type === undefined) return undefined;
  const value = constantExpression(scope, declaration.value, type);
  return value === undefined ? undefined : constant(type, value, declaration.span);
}

// ---------------------------------------------------------------------------- definitions

/** Expands a definition where it is used: its parameters become the given values. */
function expand(
  scope: Scope,
  declaration: syntax.DefDeclaration,
  home: Scope,
  given: readonly syntax.Expr[],
  span: Span,
): Expr | undefined {
  if (scope.expanding.includes(declaration)) {
    scope.lowering.report(recursiveDefinition(declaration.name.text, span));
    return undefined;
  }
  const { parameters } = declaration;
  if (parameters.length !== given.length) {
    const name = declaration.name.text;
    scope.lowering.report(wrongArguments(name, parameters.length, given.length, span));
    return undefined;
  }
  let inner: Scope = {
    ...home,
    locals: new Map(),
    frame: scope.frame,
    facts: new Set(),
    ghosts: scope.ghosts,
    expanding: [...scope.expanding, declaration],
  };
  for (const [position, parameter] of parameters.entries()) {
    const value = given[position];
    const type = parameter.type === undefined ? undefined : typeOf(home, parameter.type);
    if (value === undefined || (parameter.type !== undefined && type === undefined)) {
      return undefined;
    }
    const argument =
      type === undefined
        ? anyExpression(scope, value, undefined)
        : expressionOf(scope, value, type);
    if (argument === undefined) return undefined;
    inner = withLocal(inner, parameter.name.text, argument);
  }
  const body = anyExpression(inner, declaration.value, undefined);
  return body === undefined ? undefined : { ...body, span };
}

// ---------------------------------------------------------------------------- fields, indices, calls

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
  scope.lowering.report(noSuchMember(owner, field.text, field.span, type.members));
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
  scope.lowering.report(noSuchMember("a channel", field.text, field.span, ["empty", "size"]));
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
  const owner = `a value of type ${showType(record.type)}`;
  scope.lowering.report(noSuchMember(owner, field.text, field.span, fieldNames(record.type)));
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
    return notValue(scope, textAt(scope.lowering, span), "a channel", span);
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
  const is = `of type ${showType(type)}`;
  scope.lowering.report(wrongKind(text, is, "a map or a list", written.object.span));
  return undefined;
}

export function callExpression(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "call" }>,
): Expr | undefined {
  const { callee, span } = written;
  if (callee.kind === "field" && callee.field.text === "get") {
    return getExpression(scope, callee.object, written);
  }
  if (callee.kind !== "name") {
    const text = textAt(scope.lowering, callee.span);
    return notValue(scope, text, "no definition", callee.span);
  }
  const member = scope.instance?.members.get(callee.name) ?? scope.system?.members.get(callee.name);
  if (member?.kind === "definition") {
    return expand(scope, member.declaration, scope, written.arguments, span);
  }
  const built = messageLiteral(scope, callee.name, written.arguments, span);
  if (built !== undefined) return built === "bad" ? undefined : built;
  const found = lookUp(scope, callee.name);
  if (found?.declaration.kind === "def") {
    const home = moduleScope(scope.lowering, found.home());
    return expand(scope, found.declaration, home, written.arguments, span);
  }
  if (found?.declaration.kind === "record") return recordOf(scope, written, found);
  if (found === undefined) {
    return reportUnknown(scope, callee.name, callee.span, visibleNames(scope));
  }
  return notValue(scope, callee.name, `a ${found.declaration.kind}`, callee.span);
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

/** `m.get(k, d)` and, for an optional place, `x.get(d)`. */
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
  scope.lowering.report(wrongKind(text, `of type ${showType(type)}`, "a map or a list", span));
  return undefined;
}

/** Says that a place is optional and not known to be present, for places that are not expressions. */
export function requirePresent(scope: Scope, written: syntax.Expr, type: Type): boolean {
  if (type.kind !== "optional") return true;
  const key = placeKey(written);
  if (key !== undefined && scope.facts.has(key)) return true;
  const text = textAt(scope.lowering, written.span);
  scope.lowering.report(mayBeAbsent(text, written.span, `${text} != none`, ""));
  return false;
}
