/**
 * Relations between the types of a Model: equality, assignability, printing, size of the domain.
 *
 * Types are nominal for enums, ids, records and messages (two declarations are two types, and names
 * are unique in a program), structural for the rest. Ranges are all numbers: whether a number fits
 * is a property of a run, judged when it is stored, and not of its type.
 */
import type { Type } from "./model.ts";

export const BOOL: Type = { kind: "bool" };
export const INT: Type = { kind: "int" };

/** How a user writes the type. */
export function showType(type: Type): string {
  switch (type.kind) {
    case "bool":
      return "bool";
    case "int":
      return "number";
    case "range":
      return type.name ?? `${type.low}..${type.high}`;
    case "optional":
      return `${showType(type.of)}?`;
    case "set":
      return `set<${showType(type.of)}>`;
    case "map":
      return `map<${showType(type.key)}, ${showType(type.value)}>`;
    case "list":
      return `list<${showType(type.of)}; ${type.capacity}>`;
    case "mode":
      return `mode of ${type.machine}`;
    case "store":
      return "store buffer entry";
    default:
      return type.name;
  }
}

/** The type as part of a sentence: "a number", "`set<Client>`". */
export function describeType(type: Type): string {
  return type.kind === "int" ? "a number" : `\`${showType(type)}\``;
}

export function isNumber(type: Type): boolean {
  return type.kind === "int" || type.kind === "range";
}

/** May a value of type `from` be stored in a place of type `to`, ranges aside? */
export function assignable(from: Type, to: Type): boolean {
  if (isNumber(from) && isNumber(to)) return true;
  if (to.kind === "optional") {
    return assignable(from.kind === "optional" ? from.of : from, to.of);
  }
  switch (from.kind) {
    case "bool":
      return to.kind === "bool";
    case "enum":
    case "id":
    case "record":
    case "message":
      return to.kind === from.kind && to.name === from.name;
    case "set":
      return to.kind === "set" && assignable(from.of, to.of);
    case "list":
      return to.kind === "list" && assignable(from.of, to.of);
    case "map":
      return to.kind === "map" && sameType(from.key, to.key) && assignable(from.value, to.value);
    case "mode":
      return to.kind === "mode" && to.machine === from.machine;
    default:
      return false;
  }
}

/** Can values of the two types be equal at all? One of them may be optional. */
export function comparable(left: Type, right: Type): boolean {
  const strip = (type: Type): Type => (type.kind === "optional" ? type.of : type);
  return assignable(strip(left), strip(right));
}

export function sameType(left: Type, right: Type): boolean {
  if (left.kind === "range" && right.kind === "range") {
    return left.low === right.low && left.high === right.high;
  }
  return left.kind === right.kind && assignable(left, right) && assignable(right, left);
}

/** The symmetric id in a type that has an order or a literal, for messages about symmetry. */
export function symmetricId(
  type: Type,
): { readonly name: string; readonly size: number } | undefined {
  const plain = type.kind === "optional" ? type.of : type;
  return plain.kind === "id" && plain.symmetric ? plain : undefined;
}

/** Does the type have one number for each value, so that families and maps can be indexed by it? */
export function isIndex(type: Type): boolean {
  return ["bool", "range", "enum", "id"].includes(type.kind);
}

/** Number of values of an index type. */
export function indexSize(type: Type): number {
  switch (type.kind) {
    case "bool":
      return 2;
    case "range":
      return type.high - type.low + 1;
    case "enum":
      return type.members.length;
    case "id":
      return type.size;
    default:
      return 0;
  }
}

/** Value of an index type with the given ordinal. */
export function indexValue(type: Type, ordinal: number): boolean | number {
  if (type.kind === "bool") return ordinal === 1;
  return type.kind === "range" ? type.low + ordinal : ordinal;
}
