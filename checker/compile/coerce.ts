/**
 * `coerce`: a value of one type as a value of another, and whether it fits; and equality.
 *
 * The meaning is that of `fit` in the reference: numbers meet their range when they are stored.
 * Where the interval of a number shows that it fits, nothing is tested. The rejected alternative,
 * one width for all numbers, tests every store and doubles the size of states.
 */
import type { Type, Value } from "../../spec/model.ts";
import { fit } from "../reference/fit.ts";
import type { Term } from "./code.ts";
import { decodeValue, encodeValue, isCode, keysOf, rowPart } from "./codec.ts";
import { type Emitter, hold } from "./emitter.ts";
import {
  asInteger,
  asRange,
  fieldsOf,
  isNumeric,
  isOptional,
  isSome,
  kindOf,
  lane,
  lengthOf,
  listShape,
  messageShape,
  type Packed,
  packed,
  partOf,
  payload,
  range,
  withPart,
} from "./packed.ts";
import { isSmall, shapeOf } from "./shape.ts";
import {
  add,
  bitAnd,
  bitOr,
  both,
  choice,
  compare,
  either,
  not,
  num,
  ONE,
  rem,
  shl,
  shr,
  sub,
  ZERO,
} from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

export interface Coerced {
  readonly value: Packed;
  /** 1 when some number leaves its range, or a list its capacity. */
  readonly misfit: Term;
}

const WORD = 32;

/** Do the types encode the same values in the same way? */
export function identical(left: Type, right: Type): boolean {
  if (left === right) return true;
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case "range":
      return right.kind === "range" && left.low === right.low && left.high === right.high;
    case "enum":
    case "id":
      return "name" in right && left.name === right.name;
    case "mode":
      return (
        right.kind === "mode" &&
        left.machine === right.machine &&
        left.leaves.length === right.leaves.length
      );
    case "optional":
    case "set":
      return "of" in right && identical(left.of, right.of);
    case "list":
      return (
        right.kind === "list" && left.capacity === right.capacity && identical(left.of, right.of)
      );
    case "map":
      return (
        right.kind === "map" && identical(left.key, right.key) && identical(left.value, right.value)
      );
    case "record":
      return (
        right.kind === "record" &&
        left.fields.length === right.fields.length &&
        left.fields.every((field, index) =>
          identical(field.type, right.fields[index]?.type ?? { kind: "int" }),
        )
      );
    case "message":
      return (
        right.kind === "message" &&
        left.name === right.name &&
        left.kinds.every((kind, index) =>
          kind.fields.every((field, at) =>
            identical(field.type, right.kinds[index]?.fields[at]?.type ?? { kind: "int" }),
          ),
        )
      );
    default:
      return left.kind === "bool";
  }
}

/** The smallest type that holds the values of both. */
export function join(left: Type, right: Type): Type {
  if (identical(left, right)) return left;
  if (left.kind === "range" && right.kind === "range") {
    return range(Math.min(left.low, right.low), Math.max(left.high, right.high));
  }
  if (left.kind === "optional" || right.kind === "optional") {
    const [first, second] = [left, right].map((type) =>
      type.kind === "optional" ? type.of : type,
    );
    return { kind: "optional", of: join(first ?? left, second ?? right) };
  }
  if (left.kind === "set" && right.kind === "set")
    return { kind: "set", of: join(left.of, right.of) };
  if (left.kind === "list" && right.kind === "list") {
    const capacity = Math.max(left.capacity, right.capacity);
    return { kind: "list", of: join(left.of, right.of), capacity };
  }
  if (left.kind === "map" && right.kind === "map") {
    return { ...left, value: join(left.value, right.value) };
  }
  if (left.kind === "record" && right.kind === "record") {
    const fields = left.fields.map((field, index) => {
      const other = right.fields[index]?.type ?? field.type;
      return { ...field, type: join(field.type, other) };
    });
    return { ...left, fields };
  }
  if (left.kind === "message" && right.kind === "message") {
    const kinds = left.kinds.map((kind, index) => ({
      ...kind,
      fields: kind.fields.map((field, at) => {
        const other = right.kinds[index]?.fields[at]?.type ?? field.type;
        return { ...field, type: join(field.type, other) };
      }),
    }));
    return { ...left, kinds };
  }
  throw new Unsupported(`values of ${left.kind} and ${right.kind} in one place`);
}

export function coerce(emitter: Emitter, value: Packed, to: Type): Coerced {
  if (to.kind === "int") return { value: asInteger(value), misfit: ZERO };
  if (to.kind === "range" && isNumeric(value.type)) return coerceNumber(emitter, value, to);
  if (identical(value.type, to)) {
    return {
      value: value.made === undefined ? value : built(emitter, value, to).value,
      misfit: ZERO,
    };
  }
  if (to.kind === "optional") return coerceOptional(emitter, value, to);
  if (isOptional(value)) return coerce(emitter, payload(value), to);
  switch (to.kind) {
    case "record":
    case "message":
      return built(emitter, value, to);
    case "set":
      return coerceSet(emitter, value, to);
    case "map":
      return coerceMap(emitter, value, to);
    case "list":
      return coerceList(emitter, value, to);
    default: {
      // An ordinal that was written as a number.
      const shape = shapeOf(to);
      const number = isNumeric(value.type) ? asInteger(value) : undefined;
      const top = shape.form === "scalar" ? shape.low + shape.max : -1;
      if (number === undefined || shape.form !== "scalar" || number.low < 0 || number.high > top) {
        throw new Unsupported(`a value of ${value.type.kind} where ${to.kind} is`);
      }
      return { value: packed(to, [sub(lane(number), num(shape.low))]), misfit: ZERO };
    }
  }
}

function coerceNumber(
  emitter: Emitter,
  value: Packed,
  to: Extract<Type, { kind: "range" }>,
): Coerced {
  const number = asInteger(value);
  const { low, high } = to;
  const inside = number.low >= low && number.high <= high;
  // A range encodes its distance from its low end: the two shifts make one.
  const own = value.type.kind === "range" ? value.type.low : 0;
  const offset = own - low;
  const direct = offset >= 0 ? add(lane(value), num(offset)) : sub(lane(value), num(-offset));
  if (inside) return { value: packed(to, [direct]), misfit: ZERO };
  const term = hold(emitter, lane(number));
  const distance = sub(term, num(low));
  if (to.overflow === "fail") {
    const below = number.low < low ? compare("lt", term, num(low)) : ZERO;
    const above = number.high > high ? compare("gt", term, num(high)) : ZERO;
    return { value: packed(to, [distance]), misfit: either(below, above) };
  }
  if (to.overflow === "saturate") {
    const capped = choice(compare("gt", term, num(high)), num(high - low), distance);
    const code = choice(compare("lt", term, num(low)), ZERO, capped);
    return { value: packed(to, [code]), misfit: ZERO };
  }
  const size = high - low + 1;
  const lift = number.low < low ? Math.ceil((low - number.low) / size) * size : 0;
  if (number.high - low + lift >= 2 ** WORD) throw new Unsupported("a number of more than 32 bits");
  const code = rem(add(distance, num(lift)), num(size));
  return { value: packed(to, [code]), misfit: ZERO };
}

function coerceOptional(
  emitter: Emitter,
  value: Packed,
  to: Extract<Type, { kind: "optional" }>,
): Coerced {
  const present = hold(emitter, isSome(value));
  const inner = coerce(emitter, payload(value), to.of);
  const small = isSmall(shapeOf(to));
  const lanes = small
    ? [choice(present, add(lane(inner.value), ONE), ZERO)]
    : [present, ...inner.value.lanes.map((term) => choice(present, term, ZERO))];
  return { value: packed(to, lanes), misfit: both(present, inner.misfit) };
}

/** Records and messages, field by field. */
function built(emitter: Emitter, value: Packed, to: Type): Coerced {
  const shape = shapeOf(to);
  const zero = shape.lanes.map(() => ZERO);
  if (shape.form === "tuple") {
    let lanes: readonly Term[] = zero;
    let misfit: Term = ZERO;
    for (const [index, field] of fieldsOf(value, 0).entries()) {
      const part = shape.fields[index];
      if (part === undefined) continue;
      const inner = coerce(emitter, field, part.shape.type);
      lanes = withZeroPart(lanes, part, inner.value);
      misfit = either(misfit, inner.misfit);
    }
    return { value: packed(to, lanes), misfit };
  }
  const kind = hold(emitter, kindOf(value));
  let lanes: readonly Term[] = zero;
  let misfit: Term = ZERO;
  for (const [ordinal, places] of messageShape(shape).kinds.entries()) {
    const is = compare("eq", kind, num(ordinal));
    if (is.op === "const" && is.value === 0) continue;
    let own: readonly Term[] = zero.with(0, num(ordinal << messageShape(shape).kindShift));
    let bad: Term = ZERO;
    for (const [index, field] of fieldsOf(value, ordinal).entries()) {
      const part = places[index];
      if (part === undefined) continue;
      const inner = coerce(emitter, field, part.shape.type);
      own = withZeroPart(own, part, inner.value);
      bad = either(bad, inner.misfit);
    }
    lanes = lanes.map((term, index) => choice(is, own[index] ?? ZERO, term));
    misfit = either(misfit, both(is, bad));
  }
  return { value: packed(to, lanes), misfit };
}

/** Puts a part where the lanes are still 0. */
function withZeroPart(
  lanes: readonly Term[],
  place: Parameters<typeof withPart>[1],
  value: Packed,
): readonly Term[] {
  if (!isSmall(place.shape)) return withPart(lanes, place, value);
  const old = lanes[place.lane] ?? ZERO;
  return lanes.with(place.lane, bitOr(old, shl(lane(value), num(place.shift))));
}

function coerceSet(emitter: Emitter, value: Packed, to: Extract<Type, { kind: "set" }>): Coerced {
  const from = shapeOf(value.type);
  const shape = shapeOf(to);
  if (from.form !== "set" || shape.form !== "set") throw new Unsupported("a set that is none");
  const source = value.lanes.map((term) => hold(emitter, term));
  let lanes: readonly Term[] = shape.lanes.map(() => ZERO);
  let misfit: Term = ZERO;
  for (let position = 0; position < from.positions; position++) {
    if (!isCode(position, from.of)) continue;
    const bit = bitAt(source, position);
    const stored = fitted(decodeValue([position], from.of), to.of);
    if (stored === undefined) misfit = either(misfit, bit);
    else {
      const code = encodeValue(stored, shape.of)[0] ?? 0;
      const at = Math.floor(code / WORD);
      lanes = lanes.with(at, bitOr(lanes[at] ?? ZERO, shl(bit, num(code % WORD))));
    }
  }
  return { value: packed(to, lanes), misfit };
}

function fitted(value: Value, type: Type): Value | undefined {
  const result = fit(value, type);
  return result.misfit === undefined ? result.value : undefined;
}

/** 1 when the bit of a set is set. */
export function bitAt(lanes: readonly Term[], position: number): Term {
  return bitAnd(shr(lanes[Math.floor(position / WORD)] ?? ZERO, num(position % WORD)), ONE);
}

function coerceMap(emitter: Emitter, value: Packed, to: Extract<Type, { kind: "map" }>): Coerced {
  const from = shapeOf(value.type);
  const shape = shapeOf(to);
  if (from.form !== "row" || shape.form !== "row") throw new Unsupported("a map that is none");
  const [keys, own] = [keysOf(shape), keysOf(from)];
  let lanes: readonly Term[] = shape.lanes.map(() => ZERO);
  let misfit: Term = ZERO;
  for (const [index, key] of keys.entries()) {
    const entry = partOf(value.lanes, rowPart(from.row, own[index] ?? 0));
    const inner = coerce(emitter, entry, to.value);
    lanes = withZeroPart(lanes, rowPart(shape.row, key), inner.value);
    misfit = either(misfit, inner.misfit);
  }
  return { value: packed(to, lanes), misfit };
}

function coerceList(emitter: Emitter, value: Packed, to: Extract<Type, { kind: "list" }>): Coerced {
  const from = listShape(value.type);
  const shape = listShape(to);
  const length = hold(emitter, lengthOf(value));
  let lanes: readonly Term[] = shape.lanes.map(() => ZERO).with(0, length);
  let misfit: Term =
    from.capacity > shape.capacity ? compare("gt", length, num(shape.capacity)) : ZERO;
  for (let index = 0; index < from.capacity; index++) {
    const here = compare("lt", num(index), length);
    const inner = coerce(emitter, partOf(value.lanes, rowPart(from.row, index)), to.of);
    misfit = either(misfit, both(here, inner.misfit));
    if (index >= shape.capacity) continue;
    const cleared = inner.value.lanes.map((term) => choice(here, term, ZERO));
    lanes = withZeroPart(lanes, rowPart(shape.row, index), packed(to.of, cleared));
  }
  return { value: packed(to, lanes), misfit };
}

// ---------------------------------------------------------------------------- equality

export function equal(emitter: Emitter, left: Packed, right: Packed): Term {
  if (isNumeric(left.type) && isNumeric(right.type)) {
    const [first, second] = [asInteger(left), asInteger(right)];
    if (first.high < second.low || second.high < first.low) return ZERO;
    if (identical(left.type, right.type)) return compare("eq", lane(left), lane(right));
    return compare("eq", lane(first), lane(second));
  }
  if (left.made !== undefined || right.made !== undefined) {
    const wanted = left.made ?? right.made;
    const kind = wanted?.kind ?? 0;
    const message = left.type.kind === "message" && right.type.kind === "message";
    if (message || (left.type.kind === "record" && right.type.kind === "record")) {
      const same = message ? compare("eq", kindOf(left), kindOf(right)) : ONE;
      const others = fieldsOf(right, kind);
      const fields = fieldsOf(left, kind).map((field, index) =>
        equal(emitter, field, others[index] ?? field),
      );
      return both(same, all(fields));
    }
  }
  if (identical(left.type, right.type)) {
    return all(left.lanes.map((term, index) => compare("eq", term, right.lanes[index] ?? ZERO)));
  }
  if (isOptional(left) || isOptional(right)) {
    const [first, second] = [hold(emitter, isSome(left)), hold(emitter, isSome(right))];
    const same = equal(emitter, payload(left), payload(right));
    const neither = both(not(first), not(second));
    return either(neither, both(both(first, second), same));
  }
  const wide = join(asRange(left).type, asRange(right).type);
  const [first, second] = [coerce(emitter, left, wide), coerce(emitter, right, wide)];
  return equal(emitter, first.value, second.value);
}

export function all(terms: readonly Term[]): Term {
  return terms.reduce((sum, term) => both(sum, term), ONE);
}
