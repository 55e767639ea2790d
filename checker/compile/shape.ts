/**
 * `Shape`: how values of a type lie in bits.
 *
 * A value is one or more *lanes* of at most 32 bits. What fits in 32 bits is one lane (small), and
 * is handled as one number; other values are a row of lanes, never straddled by a part:
 *
 *     0..5              value - low                      Inc?            0 is none, else 1 + value
 *     set<Client>       bit per element                  map<K, small>   entries side by side
 *     record, message   first field (kind) on top        list<small; n>  length, then the elements
 *
 * Encodings are canonical: equal values have equal lanes, and unused parts are 0. Numbers that
 * encode small values grow with `compareValues` for numbers, ids and what is made of them by
 * optionals, records and messages.
 *
 * Limits: sets over more than `SET_POSITIONS_MAX` encoded elements, and values of more than
 * `LANES_MAX` lanes, are not compiled.
 */
import type { Type } from "../../spec/model.ts";
import { Unsupported } from "./unsupported.ts";

/** Bits of the largest set. */
export const SET_POSITIONS_MAX = 1024;
/** Lanes of the largest value. */
export const LANES_MAX = 256;

const LANE = 32;

interface Common {
  readonly type: Type;
  /** Bits of each lane. */
  readonly lanes: readonly number[];
  /** Largest number that encodes a value, of a small shape. */
  readonly max: number;
}

/** Where a part lies: in the lane of a small shape, or as lanes of its own. */
export interface Part {
  readonly shape: Shape;
  readonly shift: number;
  /** First lane; 0 in small shapes. */
  readonly lane: number;
}

/** `count` parts alike: side by side in one lane, some to a lane, or several lanes each. */
export interface Row {
  readonly of: Shape;
  readonly count: number;
  /** First lane, and where the first part begins in it. */
  readonly lane: number;
  readonly shift: number;
  /** Parts in one lane; 0 when a part has several lanes. */
  readonly perLane: number;
}

export type Shape =
  | (Common & { readonly form: "scalar"; readonly low: number })
  | (Common & { readonly form: "option"; readonly of: Shape })
  | (Common & { readonly form: "tuple"; readonly fields: readonly Part[] })
  | (Common & {
      readonly form: "message";
      /** Where the ordinal of the kind begins, in lane 0. */
      readonly kindShift: number;
      readonly kindBits: number;
      readonly kinds: readonly (readonly Part[])[];
    })
  | (Common & { readonly form: "row"; readonly key: Shape; readonly row: Row })
  | (Common & { readonly form: "set"; readonly of: Shape; readonly positions: number })
  | (Common & {
      readonly form: "list";
      readonly capacity: number;
      readonly lengthBits: number;
      readonly row: Row;
    });

export type Form<F extends Shape["form"]> = Extract<Shape, { readonly form: F }>;

const known = new WeakMap<Type, Shape>();

export function shapeOf(type: Type): Shape {
  const before = known.get(type);
  if (before !== undefined) return before;
  const shape = shapeAnew(type);
  if (shape.lanes.length > LANES_MAX)
    throw new Unsupported(`a value of ${shape.lanes.length} words`);
  known.set(type, shape);
  return shape;
}

export function isSmall(shape: Shape): boolean {
  return shape.lanes.length === 1;
}

/** Bits that hold the numbers 0..max. */
export function bitsFor(max: number): number {
  return max <= 0 ? 0 : Math.floor(Math.log2(max)) + 1;
}

function shapeAnew(type: Type): Shape {
  switch (type.kind) {
    case "bool":
      return scalar(type, 0, 1);
    case "range":
      return scalar(type, type.low, Math.max(0, type.high - type.low));
    case "enum":
      return scalar(type, 0, Math.max(0, type.members.length - 1));
    case "id":
      return scalar(type, 0, Math.max(0, type.size - 1));
    case "mode":
      // 0 is "inactive".
      return scalar(type, -1, type.leaves.length);
    case "optional":
      return option(type, shapeOf(type.of));
    case "record": {
      const { fields, lanes } = tuple(
        type.fields.map((field) => shapeOf(field.type)),
        0,
      );
      return { type, form: "tuple", fields, lanes, max: maxOf(lanes) };
    }
    case "message":
      return message(type);
    case "map": {
      const key = shapeOf(type.key);
      const { row, lanes } = rowOf(shapeOf(type.value), positionsOf(key), 0);
      return { type, form: "row", key, row, lanes, max: maxOf(lanes) };
    }
    case "set":
      return set(type, shapeOf(type.of));
    case "list":
      return list(type, shapeOf(type.of));
    case "int":
    case "store":
      throw new Unsupported(`a value of type ${type.kind}`);
  }
}

function scalar(type: Type, low: number, max: number): Shape {
  if (max >= 2 ** (LANE - 1)) throw new Unsupported("a range of more than 31 bits");
  return { type, form: "scalar", low, max, lanes: [bitsFor(max)] };
}

function option(type: Type, of: Shape): Shape {
  if (isSmall(of) && of.max + 1 < 2 ** LANE) {
    return { type, form: "option", of, max: of.max + 1, lanes: [bitsFor(of.max + 1)] };
  }
  return { type, form: "option", of, max: 0, lanes: [1, ...of.lanes] };
}

function maxOf(lanes: readonly number[]): number {
  return lanes.length === 1 ? 2 ** (lanes[0] ?? 0) - 1 : 0;
}

/** Positions that a set or map over encoded elements needs: holes of the encoding included. */
function positionsOf(element: Shape): number {
  if (!isSmall(element) || element.max >= SET_POSITIONS_MAX) {
    throw new Unsupported(`a set or map over more than ${SET_POSITIONS_MAX} encoded values`);
  }
  return element.max + 1;
}

/** Fields below `top` bits of something else; in one lane when all of it fits. */
function tuple(
  shapes: readonly Shape[],
  top: number,
): { readonly fields: readonly Part[]; readonly lanes: readonly number[] } {
  const bits = shapes.reduce(
    (sum, { lanes }) => sum + (isOne(lanes) ? (lanes[0] ?? 0) : LANE + 1),
    0,
  );
  if (top + bits <= LANE) {
    let shift = bits;
    const fields = shapes.map((shape) => {
      shift -= shape.lanes[0] ?? 0;
      return { shape, shift, lane: 0 };
    });
    return { fields, lanes: [bits] };
  }
  const lanes: number[] = [];
  const fields = shapes.map((shape) => {
    const lane = lanes.length;
    lanes.push(...shape.lanes);
    return { shape, shift: 0, lane };
  });
  return { fields, lanes };
}

function isOne(lanes: readonly number[]): boolean {
  return lanes.length === 1;
}

function message(type: Extract<Type, { kind: "message" }>): Shape {
  const kindBits = bitsFor(type.kinds.length - 1);
  const shapes = type.kinds.map((kind) => kind.fields.map((field) => shapeOf(field.type)));
  const made = shapes.map((fields) => tuple(fields, kindBits));
  const body = Math.max(0, ...made.map(({ lanes }) => (isOne(lanes) ? (lanes[0] ?? 0) : LANE + 1)));
  if (kindBits + body <= LANE) {
    // Fields stand right below the kind, so that shorter kinds leave the low bits 0.
    const kinds = made.map(({ fields, lanes }) => {
      const up = body - (lanes[0] ?? 0);
      return fields.map((part) => ({ ...part, shift: part.shift + up }));
    });
    const lanes = [kindBits + body];
    return { type, form: "message", kindShift: body, kindBits, kinds, lanes, max: maxOf(lanes) };
  }
  const union: number[] = [kindBits];
  const kinds = shapes.map((fields) => {
    let lane = 1;
    return fields.map((shape) => {
      const part = { shape, shift: 0, lane };
      for (const bits of shape.lanes) {
        union[lane] = Math.max(union[lane] ?? 0, bits);
        lane++;
      }
      return part;
    });
  });
  return { type, form: "message", kindShift: 0, kindBits, kinds, lanes: union, max: 0 };
}

/**
 * A row after `before` bits of a first lane, in that lane when all fits, else in lanes after it.
 */
function rowOf(
  of: Shape,
  count: number,
  before: number,
): { readonly row: Row; readonly lanes: readonly number[] } {
  const bits = of.lanes[0] ?? 0;
  if (isSmall(of) && before + bits * count <= LANE) {
    const row = { of, count, lane: 0, shift: before, perLane: Math.max(1, count) };
    return { row, lanes: [before + bits * count] };
  }
  const head = before === 0 ? [] : [before];
  if (!isSmall(of)) {
    const row = { of, count, lane: head.length, shift: 0, perLane: 0 };
    return { row, lanes: [...head, ...Array.from({ length: count }, () => of.lanes).flat()] };
  }
  const perLane = Math.floor(LANE / bits);
  const full = Array.from({ length: Math.ceil(count / perLane) }, (_, index) =>
    Math.min(perLane, count - index * perLane),
  );
  const row = { of, count, lane: head.length, shift: 0, perLane };
  return { row, lanes: [...head, ...full.map((parts) => parts * bits)] };
}

function set(type: Type, of: Shape): Shape {
  const positions = positionsOf(of);
  const lanes = Array.from({ length: Math.ceil(positions / LANE) }, (_, index) =>
    Math.min(LANE, positions - index * LANE),
  );
  return { type, form: "set", of, positions, lanes, max: maxOf(lanes) };
}

function list(type: Extract<Type, { kind: "list" }>, of: Shape): Shape {
  const { capacity } = type;
  const lengthBits = bitsFor(capacity);
  const { row, lanes } = rowOf(of, capacity, lengthBits);
  return { type, form: "list", capacity, lengthBits, row, lanes, max: maxOf(lanes) };
}
