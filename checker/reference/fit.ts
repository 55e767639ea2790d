/**
 * `fit`: what is stored when a value meets the type of its place.
 *
 * Numbers are unbounded while an expression is evaluated and meet their range only here: `wrap` and
 * `saturate` bring them inside, a plain range that would be left is a violation. Compound values
 * are fitted part by part, and a list that grows past its capacity is a violation too.
 *
 *     0..3            4 → violation
 *     0..3 wrap       4 → 0      -1 → 3
 *     0..3 saturate   4 → 3      -1 → 0
 */
import type { Type, Value } from "../../spec/model.ts";
import { part, parts, setOf } from "../../spec/values.ts";

type RangeType = Extract<Type, { kind: "range" }>;
type ListType = Extract<Type, { kind: "list" }>;

/** A number outside its range, or a list longer than its capacity. */
export interface Misfit {
  readonly type: RangeType | ListType;
  /** The number, or the length of the list. */
  readonly value: number;
}

export type Fitted =
  | { readonly misfit: undefined; readonly value: Value }
  | { readonly misfit: Misfit };

/** Is there a value, of this type but for its ranges and capacities, that does not fit? */
export function canMisfit(type: Type): boolean {
  switch (type.kind) {
    case "range":
      return type.overflow === "fail";
    case "list":
      return true;
    case "optional":
    case "set":
      return canMisfit(type.of);
    case "map":
      return canMisfit(type.value);
    case "record":
      return type.fields.some((field) => canMisfit(field.type));
    case "message":
      return type.kinds.some(({ fields }) => fields.some((field) => canMisfit(field.type)));
    default:
      return false;
  }
}

export function fit(value: Value, type: Type): Fitted {
  switch (type.kind) {
    case "range":
      return typeof value === "number" ? fitNumber(value, type) : fits(value);
    case "optional":
      return value === null ? fits(value) : fit(value, type.of);
    case "record":
      return fitEach(parts(value), (index) => type.fields[index]?.type);
    case "message": {
      const kind = type.kinds[Number(part(value, 0))];
      return fitEach(parts(value), (index) => kind?.fields[index - 1]?.type);
    }
    case "map":
      return fitEach(parts(value), () => type.value);
    case "set": {
      const fitted = fitEach(parts(value), () => type.of);
      // Wrapping can make elements equal.
      return fitted.misfit === undefined ? fits(setOf(parts(fitted.value))) : fitted;
    }
    case "list": {
      const length = parts(value).length;
      if (length > type.capacity) return { misfit: { type, value: length } };
      return fitEach(parts(value), () => type.of);
    }
    default:
      return fits(value);
  }
}

function fits(value: Value): Fitted {
  return { misfit: undefined, value };
}

function fitEach(values: readonly Value[], typeOf: (index: number) => Type | undefined): Fitted {
  const fitted: Value[] = [];
  for (const [index, value] of values.entries()) {
    const type = typeOf(index);
    const one = type === undefined ? fits(value) : fit(value, type);
    if (one.misfit !== undefined) return one;
    fitted.push(one.value);
  }
  return fits(fitted);
}

function fitNumber(value: number, type: RangeType): Fitted {
  const { low, high } = type;
  switch (type.overflow) {
    case "fail":
      return value < low || value > high ? { misfit: { type, value } } : fits(value);
    case "saturate":
      return fits(Math.min(Math.max(value, low), high));
    case "wrap": {
      const size = high - low + 1;
      return fits(low + ((((value - low) % size) + size) % size));
    }
  }
}
