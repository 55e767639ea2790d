/**
 * Reading and writing slots of the state, members of families, and parts of them.
 *
 *     guards, conditions     read `word`, the state at hand
 *     effects                read and write `next`, the state that is being made
 *
 * Under `memory tso` a thread reads its own waiting writes over the memory, oldest first.
 */
import type { Expr, Place, Type } from "../../spec/model.ts";
import type { Term } from "./code.ts";
import { coerce } from "./coerce.ts";
import { branch, emit, type Emitter, hold } from "./emitter.ts";
import type { Layout, SlotPlace } from "./layout.ts";
import {
  asInteger,
  isNumeric,
  isOptional,
  isSome,
  lane,
  lengthOf,
  type Packed,
  packed,
  payload,
  selected,
} from "./packed.ts";
import { shapeOf } from "./shape.ts";
import {
  add,
  bitAnd,
  bitOr,
  both,
  choice,
  compare,
  constantOf,
  extract,
  mask,
  not,
  num,
  ONE,
  shl,
  sub,
  ZERO,
} from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

/** What lowering needs wherever it stands. */
export interface Context {
  readonly emitter: Emitter;
  readonly layout: Layout;
  /** Locals of the frame that are known here. */
  readonly locals: ReadonlyMap<number, Packed>;
  /** Which state is read. */
  readonly state: "word" | "next";
}

export function withLocal(context: Context, local: number, value: Packed): Context {
  return { ...context, locals: new Map(context.locals).set(local, value) };
}

export function placeOf(context: Context, slot: number): SlotPlace {
  const place = context.layout.slots[slot];
  if (place === undefined) throw new Unsupported("a ghost that something else reads");
  return place;
}

export function readSlot(context: Context, slot: number): Packed {
  const { shape, lanes } = placeOf(context, slot);
  const terms = lanes.map(({ word, shift, bits }) =>
    bits === 0 ? ZERO : extract({ op: context.state, word }, shift, bits),
  );
  return packed(shape.type, terms);
}

/** Writes lanes of a slot, one command for each word that they touch. */
export function writeSlot(context: Context, slot: number, value: readonly Term[]): void {
  const held = value.map((term) => hold(context.emitter, term));
  for (const [index, { word, shift, bits }] of placeOf(context, slot).lanes.entries()) {
    if (bits === 0) continue;
    const old: Term = { op: "next", word };
    const kept = bitAnd(old, num(~(mask(bits) << shift)));
    const moved = shl(held[index] ?? ZERO, num(shift));
    const isFull = constantOf(moved) === mask(bits) << shift;
    emit(context.emitter, {
      do: "next",
      word,
      value: bits >= 32 ? moved : bitOr(isFull ? old : kept, moved),
    });
  }
}

/** A position in a family or map. Where it is not valid it is 0, so that it names something. */
export interface Position {
  readonly at: Term;
  readonly valid: Term;
}

/** The position of a value among those of its own type; a plain number is the position itself. */
export function ordinal(emitter: Emitter, index: Packed, members: number): Position {
  const value = isOptional(index) ? payload(index) : index;
  const most = value.type.kind === "int" ? value.high : shapeOf(value.type).max;
  const least = value.type.kind === "int" ? value.low : 0;
  return inside(emitter, lane(value), least >= 0 && most < members, members, isSome(index));
}

/** `at` as a position below `members`. `fits` says that it cannot be anything else. */
export function inside(
  emitter: Emitter,
  at: Term,
  fits: boolean,
  members: number,
  present: Term,
): Position {
  const held = hold(emitter, at);
  const valid = both(present, fits ? ONE : compare("below", held, num(members)));
  if (valid.op === "const" && valid.value !== 0) return { at: held, valid };
  const test = hold(emitter, valid);
  return { at: hold(emitter, choice(test, held, ZERO)), valid: test };
}

/** A slot, or the member of a family at an index; side by side in one word, a shift finds it. */
export function readFamily(context: Context, slots: readonly number[], index: Term): Packed {
  const known = constantOf(index);
  if (known !== undefined || slots.length === 1) return readSlot(context, slots[known ?? 0] ?? -1);
  const members = slots.map((slot) => readSlot(context, slot));
  const type = members[0]?.type ?? { kind: "int" };
  const strided = strideOf(context, slots);
  if (strided !== undefined) {
    const { word, first, bits } = strided;
    const shift = add(num(first), { op: "mul", left: index, right: num(bits) });
    const moved: Term = { op: "shr", left: { op: context.state, word }, right: shift };
    return packed(type, [bitAnd(moved, num(mask(bits)))]);
  }
  const width = members[0]?.lanes.length ?? 0;
  const lanes = Array.from({ length: width }, (_, at) =>
    selected(index, slots.length, (member) => members[member]?.lanes[at] ?? ZERO),
  );
  return packed(type, lanes);
}

function strideOf(
  context: Context,
  slots: readonly number[],
): { readonly word: number; readonly first: number; readonly bits: number } | undefined {
  const places = slots.map((slot) => placeOf(context, slot).lanes);
  const first = places[0]?.[0];
  if (first === undefined || first.bits === 0 || first.bits >= 32) return undefined;
  const regular = places.every(
    ([own, more], index) =>
      more === undefined &&
      own !== undefined &&
      own.word === first.word &&
      own.bits === first.bits &&
      own.shift === first.shift + index * first.bits,
  );
  return regular ? { word: first.word, first: first.shift, bits: first.bits } : undefined;
}

/** Writes the member at `index`, if there is one. `write` gives the new lanes of a member. */
export function writeFamily(
  context: Context,
  slots: readonly number[],
  index: Position,
  write: (old: Packed) => readonly Term[],
): void {
  forMember(context.emitter, slots.length, index, (member) => {
    const slot = slots[member] ?? -1;
    writeSlot(context, slot, write(readSlot(context, slot)));
  });
}

/** Commands for each member of a family, of which those of the one at `index` run. */
export function forMember(
  emitter: Emitter,
  members: number,
  { at, valid }: Position,
  write: (member: number) => void,
): void {
  for (let member = 0; member < members; member++) {
    const is = members === 1 ? ONE : compare("eq", at, num(member));
    branch(emitter, both(valid, is), () => write(member));
  }
}

/** A key of a map as the position of its entry. */
export function keyPosition(emitter: Emitter, key: Packed, keyType: Type): Position {
  const strip = isOptional(key) && keyType.kind !== "optional";
  const plain = strip ? payload(key) : key;
  const present = strip ? isSome(key) : ONE;
  if (isNumeric(plain.type) && keyType.kind === "range") {
    const number = asInteger(plain);
    const fits = number.low >= keyType.low && number.high <= keyType.high;
    const at = sub(lane(number), num(keyType.low));
    return inside(emitter, at, fits, keyType.high - keyType.low + 1, present);
  }
  const { value, misfit } = coerce(emitter, plain, keyType);
  const valid = hold(emitter, both(present, not(misfit)));
  return { at: hold(emitter, choice(valid, lane(value), ZERO)), valid };
}

/** Where the entry of a map, or the element of a list, lies; not valid when there is none. */
export function entryPosition(emitter: Emitter, whole: Packed, key: Packed): Position {
  const shape = shapeOf(whole.type);
  if (shape.form === "row") return keyPosition(emitter, key, shape.key.type);
  const at = hold(emitter, lane(asInteger(isOptional(key) ? payload(key) : key)));
  const valid = hold(emitter, both(isSome(key), compare("below", at, lengthOf(whole))));
  return { at: hold(emitter, choice(valid, at, ZERO)), valid };
}

/** The value of an expression that names a member: constant 0 where there is no index. */
export type Evaluate = (expr: Expr) => Packed;

export function memberOf(
  context: Context,
  place: Pick<Place, "slots" | "index">,
  evaluate: Evaluate,
): Position {
  if (place.index === undefined) return { at: ZERO, valid: ONE };
  return ordinal(context.emitter, evaluate(place.index), place.slots.length);
}
