/** Literals and constants by name: members of enums, kinds of messages, ids such as `Client1`, `const`. */
import { recursiveDefinition, symmetricLiteral, wrongArguments } from "../errors.ts";
import { constant, message } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { INT } from "../type-relations.ts";
import { expand } from "./definitions.ts";
import { anyExpression, constantExpression, expressionOf, reportUnknown } from "./expression.ts";
import { notValue } from "./names.ts";
import { lookUp, moduleScope, type Scope, visibleNames } from "./scope.ts";
import { declaredType, typeOf } from "./type-of.ts";

export function enumLiteral(
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

export function messageLiteral(
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
