/**
 * From written types to types of the Model: named types are looked up, sizes become numbers.
 */
import {
  badSize,
  nestedOptional,
  notConstant,
  recursiveType,
  sizeMissing,
  unknownName,
  wrongKind,
} from "../errors.ts";
import type { Type, TypedField } from "../model.ts";
import type { ScopedDeclaration } from "../program.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL, indexSize, isIndex, showType } from "../type-relations.ts";
import { constantExpression } from "./expression.ts";
import { domainSize } from "../values.ts";
import { lookUp, moduleScope, type Scope, visibleNames } from "./scope.ts";

/** Most values that an index type, a range or an id may have. */
const DOMAIN_VALUES_MAX = 65_536;

/** Most elements of a set: a set is a bit set of its element type. */
const SET_ELEMENTS_MAX = 1_024;

/** Most elements of a list or a channel. */
export const LIST_ELEMENTS_MAX = 4_096;

/** The type that the text stands for, or undefined after a diagnostic. */
export function typeOf(scope: Scope, written: syntax.TypeExpr): Type | undefined {
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
    scope.lowering.report(nestedOptional(written.span));
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
  return { kind: "set", of };
}

function mapType(
  scope: Scope,
  written: Extract<syntax.TypeExpr, { kind: "mapType" }>,
): Type | undefined {
  const key = typeOf(scope, written.key);
  const value = typeOf(scope, written.value);
  if (key === undefined || value === undefined) return undefined;
  if (!isIndex(key)) {
    const is = `the type \`${showType(key)}\``;
    const wanted = "a bool, range, enum or id as the key of a map";
    scope.lowering.report(wrongKind(showType(key), is, wanted, written.key.span));
    return undefined;
  }
  if (indexSize(key) > SET_ELEMENTS_MAX) {
    tooBig(scope, `the key \`${showType(key)}\``, indexSize(key), SET_ELEMENTS_MAX, written.span);
    return undefined;
  }
  return { kind: "map", key, value };
}

function listType(
  scope: Scope,
  written: Extract<syntax.TypeExpr, { kind: "listType" }>,
): Type | undefined {
  const of = typeOf(scope, written.of);
  const capacity = capacityOf(scope, written.capacity);
  return of === undefined || capacity === undefined ? undefined : { kind: "list", of, capacity };
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
  if (typeof expr === "number") return expr;
  scope.lowering.report(notConstant(written.span, "this is not a number"));
  return undefined;
}

function namedType(scope: Scope, name: syntax.Name): Type | undefined {
  const found = lookUp(scope, name.text);
  if (found === undefined) {
    scope.lowering.report(unknownName(name.text, name.span, typeNames(scope)));
    return undefined;
  }
  const type = declaredType(scope, found);
  if (type === "not a type") {
    const is = `a ${found.declaration.kind}`;
    scope.lowering.report(wrongKind(name.text, is, "a type", name.span));
    return undefined;
  }
  if (type !== undefined || found.declaration.kind !== "id") return type;
  scope.lowering.report(sizeMissing(name.text, scope.lowering.subject, name.span));
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

/** The type that a declaration defines; undefined after a diagnostic or for an id without a size. */
export function declaredType(
  scope: Scope,
  found: ScopedDeclaration,
): Type | "not a type" | undefined {
  const { declaration } = found;
  const { types } = scope.lowering;
  const known = types.get(declaration);
  if (known === "bad") return undefined;
  if (known === "open") {
    types.set(declaration, "bad");
    const { text, span } = declaration.name;
    scope.lowering.report(recursiveType(text, span));
    return undefined;
  }
  if (known !== undefined) return known;
  types.set(declaration, "open");
  const type = build(moduleScope(scope.lowering, found.home()), declaration);
  const recursive = types.get(declaration) !== "open";
  types.delete(declaration);
  if (type === "not a type") return type;
  if (recursive || (type === undefined && declaration.kind !== "id")) {
    types.set(declaration, "bad");
    return undefined;
  }
  if (type !== undefined) types.set(declaration, type);
  return type;
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
      return fields === undefined ? undefined : { kind: "record", name, fields };
    }
    case "message": {
      const kinds = declaration.kinds.map((kind) => ({
        name: kind.name.text,
        fields: fieldsOf(scope, kind.fields),
      }));
      const good = kinds.flatMap(({ name: kind, fields }) =>
        fields === undefined ? [] : [{ name: kind, fields }],
      );
      return good.length < kinds.length ? undefined : { kind: "message", name, kinds: good };
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
  const setting = scope.lowering.settings.get(declaration);
  const given = setting?.op === "const" ? setting.value : scope.lowering.assumedSize;
  if (typeof given !== "number") return undefined;
  return {
    kind: "id",
    name: declaration.name.text,
    size: Math.min(Math.max(given, 1), DOMAIN_VALUES_MAX),
    symmetric: declaration.symmetric,
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
