/**
 * How large one value of a type is: the number of its smallest parts when it is written out.
 *
 * Records may hold records, so that a few lines can ask for a value of a billion parts. The count
 * is kept for each type, since types share their parts as a graph.
 */
import type { Type } from "../model.ts";
import { indexSize } from "../type-relations.ts";
import { domainSize } from "../values.ts";

/** Most parts of one value: a state is copied for each step. */
export const VALUE_PARTS_MAX = 65_536;

const counts = new WeakMap<Type, number>();

/** Number of parts of a value of the type. */
export function partsOf(type: Type): number {
  const known = counts.get(type);
  if (known !== undefined) return known;
  const count = countParts(type);
  counts.set(type, count);
  return count;
}

function countParts(type: Type): number {
  const sum = (fields: readonly { readonly type: Type }[]): number =>
    fields.reduce((total, field) => total + partsOf(field.type), 1);
  switch (type.kind) {
    case "optional":
      return partsOf(type.of);
    case "set":
      return domainSize(type.of) * partsOf(type.of);
    case "map":
      return indexSize(type.key) * partsOf(type.value);
    case "list":
      return type.capacity * partsOf(type.of);
    case "record":
      return sum(type.fields);
    case "message":
      return type.kinds.reduce((total, kind) => total + sum(kind.fields), 0);
    default:
      return 1;
  }
}
