/**
 * From written types to types of the Model: named types are looked up, sizes become numbers.
 */
import { type Missing, wrongKind } from "../errors.ts";
import type { Type, TypedField } from "../model.ts";
import { kindOf } from "../phrases.ts";
import type { ScopedDeclaration } from "../program.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { badSize, nestedOptional, recursiveType } from "../type-errors.ts";
import { BOOL, indexSize, isIndex, showType } from "../type-relations.ts";
import { domainSize } from "../values.ts";
import { circleOf } from "./circle.ts";
import { constantExpression, reportUnknown } from "./expression.ts";
import { oneLevel } from "./levels.ts";
import { lookUp, moduleScope, type Scope, textAt, visibleNames } from "./scope.ts";
import { partsOf, VALUE_PARTS_MAX } from "./value-parts.ts";

/** Values of an id while no size is known: enough to tell a family from a single instance. */
export const ASSUMED_SIZE = 2;

/** Most values that an index type, a range or an id may have. */
const DOMAIN_VALUES_MAX = 65_536;

/** Most elements of a set: a set is a bit set of its element type. */
const SET_ELEMENTS_MAX = 1_024;

/** Most elements of a list or a channel. */
export const LIST_ELEMENTS_MAX = 4_096;

/** The type that the text stands for, or undefined after a diagnostic. */
export function typeOf(scope: Scope, written: syntax.TypeExpr): Type | undefined {
  return oneLevel(scope.lowering, written.span, () => typeAt(scope, written));
}

function typeAt(scope: Scope, written: syntax.TypeExpr): Type | undefined {
  switch (written.kind) {
    case "boolType":
      return BOOL;
    case "rangeType":
      return rangeType(scope, written);
    case "namedType":
      return namedType(scope, written.name);
    case "optionalType":
      return optionalType(scope, written);
    case "setType":
      return setType(scope, written);
    case "mapType":
      return mapType(scope, written);
    case "listType":
      return listType(scope, written);
  }
}

function rangeType(
  scope: Scope,
  written: Extract<syntax.TypeExpr, { kind: "rangeType" }>,
): Type | undefined {
  const low = constantNumber(scope, written.low);
  const high = constantNumber(scope, written.high);
  if (low === undefined || high === undefined) return undefined;
  if (low > high) {
    const title = `the range ${low}..${high} is empty`;
    scope.lowering.report(badSize(title, written.span, "put the smaller bound first"));
    return undefined;
  }
  if (high - low >= DOMAIN_VALUES_MAX) {
    tooBig(scope, `the range ${low}..${high}`, high - low + 1, DOMAIN_VALUES_MAX, written.span);
    return undefined;
  }
  return { kind: "range", name: undefined, low, high, overflow: "fail" };
}

function tooBig(scope: Scope, what: string, count: number, most: number, span: Span): void {
  const title = `${what} has ${count} values, more than ${most}`;
  scope.lowering.report(badSize(title, span, "choose a smaller one: sizes can be set per check"));
}

function optionalType(
  scope: Scope,
  written: Extract<syntax.TypeExpr, { kind: "optionalType" }>,
): Type | undefined {
  const of = typeOf(scope, written.of);
  if (of?.kind === "optional") {
    const inner = textAt(scope.lowering, written.of.span);
    scope.lowering.report(nestedOptional(inner, written.span));
    return undefined;
  }
  return of === undefined ? undefined : { kind: "optional", of };
}

function setType(
  scope: Scope,
  written: Extract<syntax.TypeExpr, { kind: "setType" }>,
): Type | undefined {
  const of = typeOf(scope, written.of);
  if (of === undefined) return undefined;
  const size = domainSize(of);
  if (size > SET_ELEMENTS_MAX) {
    tooBig(scope, `the element type \`${showType(of)}\``, size, SET_ELEMENTS_MAX, written.span);
    return undefined;
  }
  return smallEnough(scope, { kind: "set", of }, written.span);
}

function mapType(
  scope: Scope,
  written: Extract<syntax.TypeExpr, { kind: "mapType" }>,
): Type | undefined {
  const key = typeOf(scope, written.key);
  const value = typeOf(scope, written.value);
  if (key === undefined || value === undefined) return undefined;
  if (!isIndex(key)) {
    const wanted = "a bool, range, enum or id as the key of a map";
    scope.lowering.report(wrongKind(showType(key), "no such type", wanted, written.key.span));
    return undefined;
  }
  if (indexSize(key) > SET_ELEMENTS_MAX) {
    tooBig(scope, `the key \`${showType(key)}\``, indexSize(key), SET_ELEMENTS_MAX, written.span);
    return undefined;
  }
  return smallEnough(scope, { kind: "map", key, value }, written.span);
}

function listType(
  scope: Scope,
  written: Extract<syntax.TypeExpr, { kind: "listType" }>,
): Type | undefined {
  const of = typeOf(scope, written.of);
  const capacity = capacityOf(scope, written.capacity);
  if (of === undefined || capacity === undefined) return undefined;
  return smallEnough(scope, { kind: "list", of, capacity }, written.span);
}

/** The type, unless one value of it would be too large to be kept in a state. */
function smallEnough(scope: Scope, type: Type, span: Span): Type | undefined {
  const parts = partsOf(type);
  if (parts <= VALUE_PARTS_MAX) return type;
  const value = `a value of type \`${showType(type)}\``;
  const title = `${value} has ${parts} parts, more than ${VALUE_PARTS_MAX}`;
  scope.lowering.report(badSize(title, span, "choose smaller sizes: they can be set per check"));
  return undefined;
}

/** A capacity: a constant from 1 to `LIST_ELEMENTS_MAX`. */
export function capacityOf(scope: Scope, written: syntax.Expr): number | undefined {
  const capacity = constantNumber(scope, written);
  if (capacity === undefined) return undefined;
  if (capacity >= 1 && capacity <= LIST_ELEMENTS_MAX) return capacity;
  const title = `a capacity of ${capacity} is not between 1 and ${LIST_ELEMENTS_MAX}`;
  scope.lowering.report(badSize(title, written.span, "choose a number in between"));
  return undefined;
}

/** A number known before the model runs. */
export function constantNumber(scope: Scope, written: syntax.Expr): number | undefined {
  const expr = constantExpression(scope, written, { kind: "int" });
  if (expr === undefined) return undefined;
  return typeof expr === "number" ? expr : undefined;
}

function namedType(scope: Scope, name: syntax.Name): Type | undefined {
  if (name.text === "bool") return BOOL;
  const found = lookUp(scope, name.text);
  if (found === undefined) return reportUnknown(scope, name.text, name.span, typeNames(scope));
  const type = declaredType(scope, found);
  if (type !== "not a type") return type;
  const is = kindOf(found.declaration.kind);
  scope.lowering.report(wrongKind(name.text, is, "a type", name.span));
  return undefined;
}

function typeNames(scope: Scope): readonly string[] {
  const types = new Set(["id", "type", "enum", "record", "message"]);
  const names = visibleNames(scope).filter((name) => {
    const kind = lookUp(scope, name)?.declaration.kind;
    return kind !== undefined && types.has(kind);
  });
  return ["bool", ...names];
}

/** The type that a declaration defines; undefined after a diagnostic. */
export function declaredType(
  scope: Scope,
  found: ScopedDeclaration,
): Type | "not a type" | undefined {
  const { declaration } = found;
  const { types } = scope.lowering;
  const known = types.get(declaration);
  if (known === "bad") return undefined;
  if (known === "open") {
    const open = [...types].flatMap(([each, type]) => (type === "open" ? [each] : []));
    const circle = circleOf(open, declaration);
    for (const each of circle) types.set(each, "bad");
    const names = circle.map((each) => each.name.text);
    const [first = declaration] = circle;
    scope.lowering.report(recursiveType(names, first.name.span));
    return undefined;
  }
  if (known !== undefined) return known;
  types.set(declaration, "open");
  const type = build(moduleScope(scope.lowering, found.home()), declaration);
  const recursive = types.get(declaration) !== "open";
  types.delete(declaration);
  if (type === "not a type") return type;
  const good = recursive ? undefined : type;
  types.set(declaration, good ?? "bad");
  return good;
}

function build(scope: Scope, declaration: syntax.Declaration): Type | "not a type" | undefined {
  const name = declaration.name.text;
  switch (declaration.kind) {
    case "id":
      return idType(scope, declaration);
    case "enum":
      return { kind: "enum", name, members: declaration.members.map((member) => member.text) };
    case "record": {
      const fields = fieldsOf(scope, declaration.fields);
      if (fields === undefined) return undefined;
      return smallEnough(scope, { kind: "record", name, fields }, declaration.name.span);
    }
    case "message": {
      const kinds = declaration.kinds.map((kind) => ({
        name: kind.name.text,
        fields: fieldsOf(scope, kind.fields),
      }));
      const good = kinds.flatMap(({ name: kind, fields }) =>
        fields === undefined ? [] : [{ name: kind, fields }],
      );
      if (good.length < kinds.length) return undefined;
      return smallEnough(scope, { kind: "message", name, kinds: good }, declaration.name.span);
    }
    case "type": {
      const type = typeOf(scope, declaration.type);
      if (type?.kind !== "range") return type;
      return { ...type, name, overflow: declaration.overflow };
    }
    default:
      return "not a type";
  }
}

function idType(scope: Scope, declaration: syntax.IdDeclaration): Type | undefined {
  const { name, symmetric } = declaration;
  const setting = scope.lowering.settings.get(declaration);
  const given = setting?.op === "const" ? setting.value : scope.lowering.assumedSize;
  if (given === undefined) {
    const missing: Missing = { name: name.text, kind: "id", declared: name.span };
    scope.lowering.missing.set(declaration, missing);
  }
  const size = typeof given === "number" ? given : ASSUMED_SIZE;
  return {
    kind: "id",
    name: name.text,
    size: Math.min(Math.max(size, 1), DOMAIN_VALUES_MAX),
    symmetric,
  };
}

function fieldsOf(scope: Scope, fields: readonly syntax.Field[]): TypedField[] | undefined {
  const typed = fields.map((field) => ({
    name: field.name.text,
    type: typeOf(scope, field.type),
  }));
  const good = typed.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type }]));
  return good.length < typed.length ? undefined : good;
}
