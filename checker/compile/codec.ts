/**
 * Values to lanes and back: the meaning of a `Shape`, in plain code.
 *
 * `encodeValue` writes the lanes of a value as unsigned numbers; `decodeValue` is its inverse.
 * Compiled code never calls these: they serve initial states, constants, and whoever looks at a
 * state that a search has stored. Messages of a bag are kept in the order of their lanes, which may
 * differ from `compareValues`; `layout.ts` puts that right.
 */
import type { Value } from "../../spec/model.ts";
import { part, parts, setOf } from "../../spec/values.ts";
import { mask } from "./terms.ts";
import { type Form, isSmall, type Part, type Row, type Shape } from "./shape.ts";
import { Unsupported } from "./unsupported.ts";

const LANE = 32;

export function encodeValue(value: Value, shape: Shape): number[] {
  const lanes = shape.lanes.map(() => 0);
  write(value, shape, lanes);
  return lanes;
}

/** The number that encodes a value of a small shape. */
function small(value: Value, shape: Shape): number {
  return encodeValue(value, shape)[0] ?? 0;
}

function put(lanes: number[], lane: number, shift: number, value: number): void {
  lanes[lane] = ((lanes[lane] ?? 0) | (value << shift)) >>> 0;
}

function putPart(lanes: number[], { shape, shift, lane }: Part, value: Value): void {
  for (const [index, bits] of encodeValue(value, shape).entries()) {
    put(lanes, lane + index, isSmall(shape) ? shift : 0, bits);
  }
}

function write(value: Value, shape: Shape, lanes: number[]): void {
  switch (shape.form) {
    case "scalar": {
      const number = value === null ? -1 : Number(value);
      const encoded = number - shape.low;
      if (encoded < 0 || encoded > shape.max) throw new Unsupported("a constant outside its type");
      put(lanes, 0, 0, encoded);
      return;
    }
    case "option":
      if (value === null) return;
      if (isSmall(shape)) put(lanes, 0, 0, small(value, shape.of) + 1);
      else {
        put(lanes, 0, 0, 1);
        putPart(lanes, { shape: shape.of, shift: 0, lane: 1 }, value);
      }
      return;
    case "tuple":
      for (const [index, field] of shape.fields.entries())
        putPart(lanes, field, part(value, index));
      return;
    case "message": {
      const kind = Number(part(value, 0));
      put(lanes, 0, shape.kindShift, kind);
      for (const [index, field] of (shape.kinds[kind] ?? []).entries()) {
        putPart(lanes, field, part(value, index + 1));
      }
      return;
    }
    case "row":
      for (const [index, key] of keysOf(shape).entries()) {
        putPart(lanes, rowPart(shape.row, key), part(value, index));
      }
      return;
    case "set":
      for (const element of parts(value)) {
        const position = small(element, shape.of);
        put(lanes, Math.floor(position / LANE), position % LANE, 1);
      }
      return;
    case "list": {
      const elements = parts(value);
      if (elements.length > shape.capacity) throw new Unsupported("a list above its capacity");
      put(lanes, 0, 0, elements.length);
      for (const [index, element] of elements.entries()) {
        putPart(lanes, rowPart(shape.row, index), element);
      }
    }
  }
}

/** Where the entry at `index` of a row lies. */
export function rowPart({ of, lane, shift, perLane }: Row, index: number): Part {
  if (perLane === 0) return { shape: of, shift: 0, lane: lane + index * of.lanes.length };
  const bits = of.lanes[0] ?? 0;
  const at = lane + Math.floor(index / perLane);
  return { shape: of, shift: shift + (index % perLane) * bits, lane: at };
}

/** Encoded keys of a map, in the order of its values. */
export function keysOf({ key }: Form<"row">): readonly number[] {
  const found: number[] = [];
  for (let position = 0; position <= key.max; position++) {
    if (isCode(position, key)) found.push(position);
  }
  return found;
}

/** Does the number encode a value of the small shape, or is it a hole? */
export function isCode(code: number, shape: Shape): boolean {
  if (code > shape.max) return false;
  try {
    return small(decodeValue([code], shape), shape) === code;
  } catch (error) {
    // A part of it is outside of its type.
    if (error instanceof Unsupported) return false;
    throw error;
  }
}

// ---------------------------------------------------------------------------- and back

function get(lanes: readonly number[], lane: number, shift: number, bits: number): number {
  if (bits === 0) return 0;
  return (((lanes[lane] ?? 0) >>> shift) & mask(bits)) >>> 0;
}

function getPart(lanes: readonly number[], { shape, shift, lane }: Part): Value {
  const own = shape.lanes.map((bits, index) => get(lanes, lane + index, shift, bits));
  return decodeValue(own, shape);
}

export function decodeValue(lanes: readonly number[], shape: Shape): Value {
  switch (shape.form) {
    case "scalar": {
      const value = (lanes[0] ?? 0) + shape.low;
      if (shape.type.kind === "bool") return value !== 0;
      return shape.type.kind === "mode" && value < 0 ? null : value;
    }
    case "option":
      if ((lanes[0] ?? 0) === 0) return null;
      if (isSmall(shape)) return decodeValue([(lanes[0] ?? 0) - 1], shape.of);
      return decodeValue(lanes.slice(1), shape.of);
    case "tuple":
      return shape.fields.map((field) => getPart(lanes, field));
    case "message": {
      const kind = get(lanes, 0, shape.kindShift, shape.kindBits);
      return [kind, ...(shape.kinds[kind] ?? []).map((field) => getPart(lanes, field))];
    }
    case "row":
      return keysOf(shape).map((key) => getPart(lanes, rowPart(shape.row, key)));
    case "set": {
      const elements: Value[] = [];
      for (let position = 0; position < shape.positions; position++) {
        const lane = Math.floor(position / LANE);
        if (get(lanes, lane, position % LANE, 1) === 1) {
          elements.push(decodeValue([position], shape.of));
        }
      }
      return setOf(elements);
    }
    case "list": {
      const length = Math.min(get(lanes, 0, 0, shape.lengthBits), shape.capacity);
      return Array.from({ length }, (_, index) => getPart(lanes, rowPart(shape.row, index)));
    }
  }
}
