/**
 * `Packed`: a value as Terms for its lanes, and what can be taken from it.
 *
 * Numbers under way are signed integers with an interval that the lowering knows (`x + 1` with `x`
 * in 0..3 is in 1..4): they have the type `int` and one lane. All other values have the lanes of
 * the `Shape` of their type. A record or message that was just made keeps its fields, so that they
 * can be fitted one by one when it is stored.
 */
import type { Type, Value } from "../../spec/model.ts";
import { part, parts } from "../../spec/values.ts";
import type { Term } from "./code.ts";
import { encodeValue, rowPart } from "./codec.ts";
import { type Emitter, hold } from "./emitter.ts";
import { type Form, isSmall, type Part, type Row, type Shape, shapeOf } from "./shape.ts";
import {
  add,
  bitAnd,
  bitOr,
  choice,
  compare,
  constantOf,
  div,
  extract,
  mask,
  mul,
  num,
  rem,
  shl,
  shr,
  sub,
  ZERO,
} from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

export interface Packed {
  readonly type: Type;
  readonly lanes: readonly Term[];
  /** Of a number of type `int`. */
  readonly low: number;
  readonly high: number;
  /** Of a record or message literal: its fields, and the ordinal of its kind. */
  readonly made: { readonly kind: number; readonly fields: readonly Packed[] } | undefined;
}

const INT: Type = { kind: "int" };
/** Integers of Terms are signed and have 32 bits. */
const INT_MAX = 2 ** 31 - 1;

export function packed(type: Type, lanes: readonly Term[]): Packed {
  return { type, lanes, low: 0, high: 0, made: undefined };
}

export function integer(term: Term, low: number, high: number): Packed {
  if (low < -INT_MAX || high > INT_MAX) throw new Unsupported("a number of more than 32 bits");
  return { type: INT, lanes: [term], low, high, made: undefined };
}

export const BOOL: Type = { kind: "bool" };

export function truth(term: Term): Packed {
  return packed(BOOL, [term]);
}

/** The first lane: the whole of a small value. */
export function lane(value: Packed): Term {
  return value.lanes[0] ?? ZERO;
}

export function range(low: number, high: number): Type {
  return { kind: "range", name: undefined, low, high, overflow: "fail" };
}

export function isNumeric(type: Type): boolean {
  return type.kind === "int" || type.kind === "range";
}

/** A number, or a value with an order (enum, id, bool), as an integer with its interval. */
export function asInteger(value: Packed): Packed {
  if (value.type.kind === "int") return value;
  const shape = shapeOf(value.type);
  if (shape.form !== "scalar") throw new Unsupported("an order on values that have none");
  return integer(add(lane(value), num(shape.low)), shape.low, shape.low + shape.max);
}

/** A number as a value of the range of its interval, so that it can be a part of something. */
export function asRange(value: Packed): Packed {
  if (value.type.kind !== "int") return value;
  return packed(range(value.low, value.high), [sub(lane(value), num(value.low))]);
}

/** A constant of the Model. Where its type says `int`, or less than it, the values decide. */
export function constant(value: Value, type: Type): Packed {
  if (type.kind === "int") return integer(num(Number(value)), Number(value), Number(value));
  const concrete = withoutInt(type, [value]);
  return packed(concrete, encodeValue(value, shapeOf(concrete)).map(num));
}

/** The type with ranges that hold the numbers found in `values`. */
function withoutInt(type: Type, values: readonly Value[]): Type {
  switch (type.kind) {
    case "int": {
      const numbers = values.map(Number);
      return range(Math.min(...numbers, 0), Math.max(...numbers, 0));
    }
    case "range": {
      const { low, high } = type;
      const numbers = values.map(Number);
      if (numbers.every((number) => number >= low && number <= high)) return type;
      return range(Math.min(...numbers, low), Math.max(...numbers, high));
    }
    case "optional":
      return {
        ...type,
        of: withoutInt(
          type.of,
          values.filter((value) => value !== null),
        ),
      };
    case "set":
    case "list":
      return { ...type, of: withoutInt(type.of, values.flatMap(parts)) };
    case "map":
      return { ...type, value: withoutInt(type.value, values.flatMap(parts)) };
    case "record": {
      const fields = type.fields.map((field, index) => {
        const inside = values.map((value) => part(value, index));
        return { ...field, type: withoutInt(field.type, inside) };
      });
      return { ...type, fields };
    }
    default:
      return type;
  }
}

// ---------------------------------------------------------------------------- parts

export function partOf(whole: readonly Term[], { shape, shift, lane: at }: Part): Packed {
  if (!isSmall(shape)) return packed(shape.type, whole.slice(at, at + shape.lanes.length));
  return packed(shape.type, [extract(whole[at] ?? ZERO, shift, shape.lanes[0] ?? 0)]);
}

/** The lanes with one part replaced by a value of its own type. */
export function withPart(
  whole: readonly Term[],
  { shape, shift, lane: at }: Part,
  value: Packed,
): readonly Term[] {
  if (!isSmall(shape)) return whole.toSpliced(at, shape.lanes.length, ...value.lanes);
  const bits = shape.lanes[0] ?? 0;
  return whole.with(at, inserted(whole[at] ?? ZERO, num(shift), bits, lane(value)));
}

function inserted(whole: Term, shift: Term, bits: number, value: Term): Term {
  if (bits >= 32) return value;
  const at = constantOf(shift);
  const code = constantOf(value);
  // All bits set need no hole.
  if (at !== undefined && code === mask(bits)) return bitOr(whole, num(code << at));
  const hole =
    at === undefined ? complement(shl(num(mask(bits)), shift)) : num(~(mask(bits) << at));
  return bitOr(bitAnd(whole, hole), shl(value, shift));
}

function complement(term: Term): Term {
  return sub(num(-1), term);
}

/** The entry of a row at an index that is known to be inside. */
export function entryOf(emitter: Emitter, whole: readonly Term[], row: Row, index: Term): Packed {
  const known = constantOf(index);
  if (known !== undefined) return partOf(whole, rowPart(row, known));
  const at = hold(emitter, index);
  const { of, perLane } = row;
  if (perLane === 0) {
    const lanes = of.lanes.map((_, inner) =>
      selected(at, row.count, (entry) => whole[row.lane + entry * of.lanes.length + inner] ?? ZERO),
    );
    return packed(of.type, lanes);
  }
  const bits = of.lanes[0] ?? 0;
  const lanes = Math.ceil(row.count / perLane);
  const which = lanes === 1 ? ZERO : hold(emitter, div(at, num(perLane)));
  const word = selected(which, lanes, (entry) => whole[row.lane + entry] ?? ZERO);
  const inside = lanes === 1 ? at : rem(at, num(perLane));
  const shift = add(num(row.shift), mul(inside, num(bits)));
  return packed(of.type, [bitAnd(shr(word, shift), num(mask(bits)))]);
}

/** `pick(index)` for an index below `count`: a chain of choices. */
export function selected(index: Term, count: number, pick: (index: number) => Term): Term {
  const known = constantOf(index);
  if (known !== undefined) return pick(known);
  let term = pick(Math.max(0, count - 1));
  for (let entry = count - 2; entry >= 0; entry--) {
    term = choice(compare("eq", index, num(entry)), pick(entry), term);
  }
  return term;
}

/** The lanes with the entry of a row replaced. */
export function withEntry(
  emitter: Emitter,
  whole: readonly Term[],
  row: Row,
  index: Term,
  value: Packed,
): readonly Term[] {
  const known = constantOf(index);
  if (known !== undefined) return withPart(whole, rowPart(row, known), value);
  const at = hold(emitter, index);
  const { of, perLane } = row;
  if (perLane === 0) {
    const width = of.lanes.length;
    return whole.map((old, position) => {
      const entry = Math.floor((position - row.lane) / width);
      if (position < row.lane || entry >= row.count) return old;
      const inner = (position - row.lane) % width;
      return choice(compare("eq", at, num(entry)), value.lanes[inner] ?? ZERO, old);
    });
  }
  const bits = of.lanes[0] ?? 0;
  const lanes = Math.ceil(row.count / perLane);
  const inside = lanes === 1 ? at : hold(emitter, rem(at, num(perLane)));
  const which = lanes === 1 ? ZERO : hold(emitter, div(at, num(perLane)));
  const shift = hold(emitter, add(num(row.shift), mul(inside, num(bits))));
  const code = hold(emitter, lane(value));
  return whole.map((old, position) => {
    const entry = position - row.lane;
    if (entry < 0 || entry >= lanes) return old;
    const changed = inserted(old, shift, bits, code);
    return lanes === 1 ? changed : choice(compare("eq", which, num(entry)), changed, old);
  });
}

// ---------------------------------------------------------------------------- optionals

export function isOptional(value: Packed): boolean {
  return value.type.kind === "optional";
}

/** Is there a value? True for types without `none`. */
export function isSome(value: Packed): Term {
  return isOptional(value) ? compare("ne", lane(value), ZERO) : num(1);
}

/** What an optional holds; meaningless when it holds nothing. */
export function payload(value: Packed): Packed {
  const shape = value.type.kind === "int" ? undefined : shapeOf(value.type);
  if (shape?.form !== "option") return value;
  if (isSmall(shape)) return packed(shape.of.type, [sub(lane(value), num(1))]);
  return packed(shape.of.type, value.lanes.slice(1));
}

/** A set, list or map; the empty one where it is read from a place that there is not. */
export function orEmpty(value: Packed): Packed {
  if (!isOptional(value)) return value;
  const present = isSome(value);
  const { type, lanes } = payload(value);
  return packed(
    type,
    lanes.map((term) => choice(present, term, ZERO)),
  );
}

/** The value as an optional, when `present` holds, else `none`. */
export function someIf(present: Term, value: Packed): Packed {
  const inner = asRange(value);
  const type: Type = { kind: "optional", of: inner.type };
  const shape = shapeOf(type);
  if (isSmall(shape)) {
    return packed(type, [choice(present, add(lane(inner), num(1)), ZERO)]);
  }
  const lanes = inner.lanes.map((term) => choice(present, term, ZERO));
  return packed(type, [present, ...lanes]);
}

// ---------------------------------------------------------------------------- lists and messages

export function listShape(type: Type): Form<"list"> {
  const shape = shapeOf(type);
  if (shape.form !== "list") throw new Unsupported("a list that is none");
  return shape;
}

export function lengthOf(list: Packed): Term {
  return extract(lane(list), 0, listShape(list.type).lengthBits);
}

export function messageShape(shape: Shape): Form<"message"> {
  if (shape.form !== "message") throw new Unsupported("a message that is none");
  return shape;
}

export function kindOf(message: Packed): Term {
  const { kindShift, kindBits } = messageShape(shapeOf(message.type));
  return message.made === undefined
    ? extract(lane(message), kindShift, kindBits)
    : num(message.made.kind);
}

export function fieldsOf(value: Packed, kind: number): readonly Packed[] {
  if (value.made !== undefined) return value.made.kind === kind ? value.made.fields : [];
  const shape = shapeOf(value.type);
  if (shape.form === "tuple") return shape.fields.map((field) => partOf(value.lanes, field));
  return (messageShape(shape).kinds[kind] ?? []).map((field) => partOf(value.lanes, field));
}
