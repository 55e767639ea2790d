/**
 * Literals and constants by name: members of enums, kinds of messages, ids such as `Client1`,
 * `const`.
 */
import { ambiguousName, noSuchMember, recursiveDefinition, wrongArguments } from "../errors.ts";
import { constant, message } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import { kindOf } from "../phrases.ts";
import type { ScopedDeclaration } from "../program.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { symmetricLiteral, unclearType } from "../type-errors.ts";
import { INT } from "../type-relations.ts";
import { mayDeclare } from "../unread.ts";
import { printValue } from "../values.ts";
import { circleOf } from "./circle.ts";
import { expand } from "./definitions.ts";
import {
  anyExpression,
  constantExpression,
  expressionOf,
  reportUnknownValue,
} from "./expression.ts";
import { notValue } from "./names.ts";
import { lookUp, moduleScope, type Scope } from "./scope.ts";
import { declaredType, typeOf } from "./type-of.ts";

/** A member of an enum, a leaf of a mode type, or a kind of a message without fields. */
export function wordLiteral(
  scope: Scope,
  name: string,
  span: Span,
  expected: Type | undefined,
): Expr | undefined | "bad" {
  const wish = expected?.kind === "optional" ? expected.of : expected;
  if (wish?.kind === "mode" && wish.leaves.includes(name)) {
    return constant(wish, wish.leaves.indexOf(name), span);
  }
  const types = literalTypes(scope, name, "word");
  if (types.length === 0) return messageLiteral(scope, name, [], span, expected);
  const found = chosen(scope, types, name, span, wish);
  const type = found === undefined ? undefined : declaredType(scope, found);
  if (type === undefined || type === "not a type") return "bad";
  if (type.kind === "enum") return constant(type, type.members.indexOf(name), span);
  return type.kind === "message" ? (messageOf(scope, type, name, [], span) ?? "bad") : "bad";
}

/** `Open(c)`: a kind of a message with its fields. */
export function messageLiteral(
  scope: Scope,
  name: string,
  given: readonly syntax.Expr[],
  span: Span,
  expected: Type | undefined,
): Expr | undefined | "bad" {
  const wish = expected?.kind === "optional" ? expected.of : expected;
  const types = literalTypes(scope, name, "call");
  if (types.length === 0) return undefined;
  const found = chosen(scope, types, name, span, wish);
  const type = found === undefined ? undefined : declaredType(scope, found);
  if (type === undefined || type === "not a type" || type.kind !== "message") return "bad";
  return messageOf(scope, type, name, given, span) ?? "bad";
}

/**
 * The types that have a literal of this name: enums with such a member, messages with such a kind.
 * As a bare word a kind stands for a message only when it has no fields.
 */
export function literalTypes(
  scope: Scope,
  name: string,
  form: "word" | "call",
): readonly ScopedDeclaration[] {
  if (isNearer(scope, name)) return [];
  return [...scope.module.names.values()].filter(({ declaration }) => {
    if (declaration.kind === "enum") {
      return form === "word" && declaration.members.some((member) => member.text === name);
    }
    if (declaration.kind !== "message") return false;
    const kind = declaration.kinds.find((each) => each.name.text === name);
    return kind !== undefined && (form === "call" || kind.fields.length === 0);
  });
}

/** Does the name mean something that is nearer than the declarations of the module? */
function isNearer(scope: Scope, name: string): boolean {
  if (scope.locals.has(name) || scope.instance?.members.has(name) === true) return true;
  if (scope.system === undefined) return false;
  const { members, families, channels, broken } = scope.system;
  return [members, families, channels, broken].some((names) => names.has(name));
}

/** The type that is meant: the wished one, or the only one; undefined after a diagnostic. */
function chosen(
  scope: Scope,
  types: readonly ScopedDeclaration[],
  name: string,
  span: Span,
  wish: Type | undefined,
): ScopedDeclaration | undefined {
  const meant = types.find(({ declaration }) => {
    return wish?.kind === declaration.kind && wish.name === declaration.name.text;
  });
  if (meant !== undefined || types.length === 1) return meant ?? types[0];
  const isEnum = types.every(({ declaration }) => declaration.kind === "enum");
  const choices = types.map(({ declaration }) => `${declaration.name.text}.${name}`);
  scope.lowering.report(
    isEnum ? ambiguousName(name, span, choices) : unclearType(`\`${name}\``, span),
  );
  return undefined;
}

/** A message of the given kind with its fields. */
export function messageOf(
  scope: Scope,
  type: Extract<Type, { kind: "message" }>,
  name: string,
  given: readonly syntax.Expr[],
  span: Span,
): Expr | undefined {
  const ordinal = type.kinds.findIndex((known) => known.name === name);
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

export function argumentsFor(
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

export function declaredName(
  scope: Scope,
  written: Extract<syntax.Expr, { kind: "name" }>,
): Expr | undefined {
  const { name, span } = written;
  const found = lookUp(scope, name);
  if (found === undefined) {
    const literal = idLiteral(scope, name, span);
    if (literal !== undefined) return literal === "bad" ? undefined : literal;
    return reportUnknownValue(scope, name, span);
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
      return notValue(scope, name, kindOf(declaration.kind), span);
  }
}

/** `Client1`: the first of the ids `Client`. Returns undefined when the name is no such literal. */
function idLiteral(scope: Scope, name: string, span: Span): Expr | undefined | "bad" {
  const [, id, digits] = /^(.*?[^0-9])([1-9][0-9]*)$/.exec(name) ?? [];
  const found = id === undefined ? undefined : lookUp(scope, id);
  if (id !== undefined && found === undefined && mayDeclare(scope.module.unread, id)) return "bad";
  if (found === undefined || found.declaration.kind !== "id") return undefined;
  const type = declaredType(scope, found);
  if (type === undefined || type === "not a type" || type.kind !== "id") return "bad";
  const ordinal = Number(digits) - 1;
  if (ordinal >= type.size) {
    if (scope.lowering.missing.has(found.declaration)) return "bad";
    const values = Array.from({ length: type.size }, (_, index) => printValue(index, type));
    scope.lowering.report(noSuchMember(`id \`${type.name}\``, "value", name, span, values));
    return "bad";
  }
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
    const open = [...constants].flatMap(([each, value]) => (value === "open" ? [each] : []));
    const circle = circleOf(open, declaration);
    const names = circle.map((each) => each.name.text);
    const [first = declaration] = circle;
    scope.lowering.report(recursiveDefinition(names, first.name.span));
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
