/**
 * Expressions of a Model in TLA+, over the current texts of slots and locals.
 *
 *     forall c in Client: app[c] in Open      \A c \in {"Client1", "Client2"} :
 *                                               (IF c = "Client1" THEN app_Client1 ELSE …) \in
 *                                               {"Open"}
 *
 * An environment says what each slot is called at this point of a step: the variable itself before
 * the first assignment, the name of a LET definition after it.
 */
import type { Expr, Model, Read, Type } from "../../spec/model.ts";
import { valuesOf } from "../../spec/values.ts";
import type { Node } from "../reference/evaluate.ts";
import type { Naming } from "./names.ts";
import { isBag, keyTypeOf, quote, tlaType, tlaValue, tuple } from "./tla-values.ts";

export interface TlaScope {
  readonly model: Model;
  /** By slot: its name now. */
  readonly slots: readonly string[];
  readonly locals: readonly (string | undefined)[];
  readonly fresh: Naming;
  /** A slot as the owner of a buffer sees it, given the texts of both. */
  seen(slot: number, memory: string, buffer: string): string;
}

export function withTlaLocal(scope: TlaScope, local: number, text: string): TlaScope {
  const locals = [...scope.locals];
  locals[local] = text;
  return { ...scope, locals };
}

/** The expression as a text that needs no parentheses around it. */
export function tlaExpr(expr: Expr, scope: TlaScope): string {
  const text = (inner: Expr): string => tlaExpr(inner, scope);
  switch (expr.op) {
    case "const":
      return tlaValue(expr.value, expr.type);
    case "local":
      return scope.locals[expr.local] ?? tlaValue(null, expr.type);
    case "read":
      return read(expr, scope);
    case "not":
      return `(~${text(expr.operand)})`;
    case "minus":
      return `(-${text(expr.operand)})`;
    case "if": {
      const [then, otherwise] = [expr.then, expr.else].map((one) => as(one, expr.type, scope));
      return `(IF ${text(expr.condition)} THEN ${then} ELSE ${otherwise})`;
    }
    case "forall":
    case "exists":
    case "count":
    case "filter":
      return quantify(expr, scope);
    case "all":
      return tlaType(expr.of, scope.fresh);
    case "modeIn": {
      const { type } = expr.region;
      const leaves = expr.leaves.map((leaf) => tlaValue(leaf, type));
      return `(${text(expr.region)} \\in {${leaves.join(", ")}})`;
    }
    case "present":
      return bare(expr.of, scope);
    case "field": {
      const { type } = expr.object;
      const record = type.kind === "optional" ? type.of : type;
      const name = record.kind === "record" ? record.fields[expr.field]?.name : undefined;
      return `${bare(expr.object, scope)}.${name ?? ""}`;
    }
    case "message": {
      const kind = expr.type.kind === "message" ? expr.type.kinds[expr.kind] : undefined;
      const fields = expr.fields.map((field, at) => as(field, kind?.fields[at]?.type, scope));
      return tuple([quote(kind?.name ?? ""), ...fields]);
    }
    case "record": {
      const types = expr.type.kind === "record" ? expr.type.fields : [];
      const fields = expr.fields.map(
        (field, at) => `${types[at]?.name ?? ""} |-> ${as(field, types[at]?.type, scope)}`,
      );
      return `[${fields.join(", ")}]`;
    }
    case "has":
    case "index":
    case "get":
    case "size":
      return access(expr, scope);
    case "in":
    case "set":
    case "list":
    case "insert":
    case "remove":
    case "union":
    case "difference":
    case "append":
      return collect(expr, scope);
    default:
      return combine(expr, scope);
  }
}

/** The expression where a value of `type` is wanted: a value becomes a present optional. */
export function as(expr: Expr, type: Type | undefined, scope: TlaScope): string {
  const text = tlaExpr(expr, scope);
  return type?.kind === "optional" && expr.type.kind !== "optional" ? `<<${text}>>` : text;
}

/** The expression without its optional, which is present here. */
export function bare(expr: Expr, scope: TlaScope): string {
  const text = tlaExpr(expr, scope);
  return expr.type.kind === "optional" ? `${text}[1]` : text;
}

// ---------------------------------------------------------------------------- slots

function read(expr: Read, scope: TlaScope): string {
  const seen = (slot: number): string => {
    const name = scope.slots[slot] ?? "";
    if (expr.buffer === undefined) return name;
    return scope.seen(slot, name, scope.slots[expr.buffer] ?? "");
  };
  return member(
    expr.index,
    expr.slots.map((slot) => seen(slot)),
    scope,
  );
}

/** The member of a family that the index names; the last one where it names none of the others. */
export function member(
  index: Expr | undefined,
  members: readonly string[],
  scope: TlaScope,
): string {
  const [first] = members;
  if (index === undefined || members.length < 2) return first ?? "";
  const conditions = keyConditions(index, members.length, scope);
  const last = members.at(-1) ?? "";
  const chain = members
    .slice(0, -1)
    .map((one, at) => `IF ${conditions[at] ?? "TRUE"} THEN ${one} ELSE `);
  return `(${chain.join("")}${last})`;
}

/** For each member of a family: when does the index name it? */
export function keyConditions(
  index: Expr | undefined,
  members: number,
  scope: TlaScope,
): readonly (string | undefined)[] {
  if (index === undefined) return [undefined];
  const type = index.type.kind === "optional" ? index.type.of : index.type;
  const key = bare(index, scope);
  return valuesOf(type)
    .slice(0, members)
    .map((value) => {
      const wanted = tlaValue(value, type);
      return key === wanted ? undefined : `${key} = ${wanted}`;
    });
}

// ---------------------------------------------------------------------------- quantifiers

function quantify(expr: Node<"forall">, scope: TlaScope): string {
  const domain = tlaExpr(expr.domain, scope);
  const name = scope.fresh(expr.name);
  const body = tlaExpr(expr.body, withTlaLocal(scope, expr.local, name));
  switch (expr.op) {
    case "forall":
      return `(\\A ${name} \\in ${domain} : ${body})`;
    case "exists":
      return `(\\E ${name} \\in ${domain} : ${body})`;
    case "count":
      return `Cardinality({${name} \\in ${domain} : ${body}})`;
    case "filter":
      return `{${name} \\in ${domain} : ${body}}`;
  }
}

// ---------------------------------------------------------------------------- parts

function access(expr: Node<"has" | "index" | "get" | "size">, scope: TlaScope): string {
  switch (expr.op) {
    case "has":
      return `(${entry(expr.map, expr.key, scope)} # <<>>)`;
    case "index":
      return entry(expr.object, expr.key, scope);
    case "get": {
      const found = entry(expr.map, expr.key, scope);
      const { type } = expr.map;
      const total = type.kind === "map" && type.value.kind !== "optional";
      if (total) return found;
      return `(IF ${found} # <<>> THEN ${found}[1] ELSE ${tlaExpr(expr.fallback, scope)})`;
    }
    case "size": {
      const whole = tlaExpr(expr.of, scope);
      const { type } = expr.of;
      if (type.kind === "list") {
        const bags =
          expr.of.op === "read" && expr.of.slots.some((slot) => isBag(scope.model, slot));
        return bags ? `BagCardinality(${whole})` : `Len(${whole})`;
      }
      if (type.kind === "set") return `Cardinality(${whole})`;
      if (type.kind === "map" && type.value.kind === "optional") {
        const key = scope.fresh("key");
        return `Cardinality({${key} \\in DOMAIN ${whole} : ${whole}[${key}] # <<>>})`;
      }
      return `Cardinality(DOMAIN ${whole})`;
    }
  }
}

/** The entry of a map, or the element of a list as one that may be absent. */
function entry(object: Expr, key: Expr, scope: TlaScope): string {
  const whole = tlaExpr(object, scope);
  const at = bare(key, scope);
  if (object.type.kind !== "list") return `${whole}[${at}]`;
  const element = `${whole}[${at} + 1]`;
  const found = object.type.of.kind === "optional" ? element : `<<${element}>>`;
  return `(IF ${at} >= 0 /\\ ${at} < Len(${whole}) THEN ${found} ELSE <<>>)`;
}

// ---------------------------------------------------------------------------- sets and lists

function collect(
  expr: Node<"in" | "set" | "insert" | "remove" | "union" | "difference" | "append">,
  scope: TlaScope,
): string {
  const text = (inner: Expr): string => tlaExpr(inner, scope);
  switch (expr.op) {
    case "in": {
      const isIn = contains(text(expr.set), bare(expr.element, scope), expr.set.type, scope);
      if (expr.element.type.kind !== "optional") return isIn;
      return `(${text(expr.element)} # <<>> /\\ ${isIn})`;
    }
    case "set":
      return `{${expr.elements.map(text).join(", ")}}`;
    case "list": {
      const of = expr.type.kind === "list" ? expr.type.of : undefined;
      return tuple(expr.elements.map((element) => as(element, of, scope)));
    }
    case "insert":
      return `(${text(expr.set)} \\cup ${single(expr.element, scope)})`;
    case "remove":
      if (expr.set.type.kind === "set") {
        return `(${text(expr.set)} \\ ${single(expr.element, scope)})`;
      }
      return without(expr.set, expr.element, scope);
    case "union":
      return `(${text(expr.left)} \\cup ${text(expr.right)})`;
    case "difference":
      return `(${text(expr.left)} \\ ${text(expr.right)})`;
    case "append": {
      const of = expr.left.type.kind === "list" ? expr.left.type.of : undefined;
      return `Append(${text(expr.left)}, ${as(expr.right, of, scope)})`;
    }
  }
}

function contains(whole: string, element: string, type: Type, scope: TlaScope): string {
  if (type.kind !== "list") return `(${element} \\in ${whole})`;
  const at = scope.fresh("at");
  const wanted = type.of.kind === "optional" ? `<<${element}>>` : element;
  return `(\\E ${at} \\in 1..Len(${whole}) : ${whole}[${at}] = ${wanted})`;
}

/** The set of the element; empty when it is absent. */
function single(element: Expr, scope: TlaScope): string {
  const text = tlaExpr(element, scope);
  if (element.type.kind !== "optional") return `{${text}}`;
  return `(IF ${text} = <<>> THEN {} ELSE {${text}[1]})`;
}

function without(list: Expr, element: Expr, scope: TlaScope): string {
  const whole = tlaExpr(list, scope);
  const text = tlaExpr(element, scope);
  if (element.type.kind !== "optional") return `Without(${whole}, ${text})`;
  const of = list.type.kind === "list" ? list.type.of : undefined;
  const value = of?.kind === "optional" ? text : `${text}[1]`;
  return `(IF ${text} = <<>> THEN ${whole} ELSE Without(${whole}, ${value}))`;
}

// ---------------------------------------------------------------------------- operators

const SIGNS = {
  and: "/\\",
  or: "\\/",
  implies: "=>",
  eq: "=",
  ne: "#",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  add: "+",
  sub: "-",
  mul: "*",
  mod: "%",
} as const;

function combine(expr: Node<"and" | "add">, scope: TlaScope): string {
  const { left, right, op } = expr;
  const sign = SIGNS[op];
  switch (op) {
    case "eq":
    case "ne": {
      const wanted = left.type.kind === "optional" ? left.type : right.type;
      return `(${as(left, wanted, scope)} ${sign} ${as(right, wanted, scope)})`;
    }
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return `(${ordinal(left, scope)} ${sign} ${ordinal(right, scope)})`;
    default:
      return `(${tlaExpr(left, scope)} ${sign} ${tlaExpr(right, scope)})`;
  }
}

/** A number for the order of values that are not numbers. */
function ordinal(expr: Expr, scope: TlaScope): string {
  const text = bare(expr, scope);
  const type = expr.type.kind === "optional" ? expr.type.of : expr.type;
  if (type.kind === "int" || type.kind === "range") return text;
  const order = valuesOf(type).map((value, at) => `${tlaValue(value, type)} :> ${at}`);
  return `(${order.join(" @@ ")})[${text}]`;
}

// ---------------------------------------------------------------------------- writing

/** A step down a path, with its key as text. */
export type TlaStep =
  | { readonly step: "field"; readonly field: number }
  | { readonly step: "key"; readonly key: string };

/** `whole` with the part at `path` replaced; unchanged where there is no such part. */
export function tlaWrite(
  whole: string,
  type: Type,
  path: readonly TlaStep[],
  value: string,
): string {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (type.kind === "optional") {
    const inner = tlaWrite(`${whole}[1]`, type.of, path, value);
    return `(IF ${whole} = <<>> THEN <<>> ELSE <<${inner}>>)`;
  }
  if (first.step === "field") {
    const field = type.kind === "record" ? type.fields[first.field] : undefined;
    if (field === undefined) return whole;
    const inner = tlaWrite(`${whole}.${field.name}`, field.type, rest, value);
    return `[${whole} EXCEPT !.${field.name} = ${inner}]`;
  }
  const of = type.kind === "map" ? type.value : type.kind === "list" ? type.of : undefined;
  if (of === undefined) return whole;
  const at = keyTypeOf(type).kind === "int" ? `${first.key} + 1` : first.key;
  const inner = tlaWrite(`${whole}[${at}]`, of, rest, value);
  const written = `[${whole} EXCEPT ![${at}] = ${inner}]`;
  if (type.kind === "map") return written;
  return `(IF ${at} \\in 1..Len(${whole}) THEN ${written} ELSE ${whole})`;
}

/** When there is a part at `path`; undefined when there always is. */
export function tlaExists(whole: string, type: Type, path: readonly TlaStep[]): string | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return undefined;
  if (type.kind === "optional") {
    return both(`${whole} # <<>>`, tlaExists(`${whole}[1]`, type.of, path));
  }
  if (first.step === "field") {
    const field = type.kind === "record" ? type.fields[first.field] : undefined;
    return field === undefined ? "FALSE" : tlaExists(`${whole}.${field.name}`, field.type, rest);
  }
  if (type.kind === "map") return tlaExists(`${whole}[${first.key}]`, type.value, rest);
  if (type.kind !== "list") return "FALSE";
  const at = `${first.key} + 1`;
  return both(`${at} \\in 1..Len(${whole})`, tlaExists(`${whole}[${at}]`, type.of, rest));
}

function both(one: string, other: string | undefined): string {
  return other === undefined ? one : `(${one} /\\ ${other})`;
}
