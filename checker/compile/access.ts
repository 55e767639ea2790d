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
import { coerce, equal } from "./coerce.ts";
import { rowPart } from "./codec.ts";
import { branch, emit, type Emitter, hold } from "./emitter.ts";
import type { Layout, SlotPlace, StoreKind } from "./layout.ts";
import {
  asInteger,
  entryOf,
  fieldsOf,
  isNumeric,
  isOptional,
  isSome,
  kindOf,
  lane,
  lengthOf,
  listShape,
  type Packed,
  packed,
  partOf,
  payload,
  selected,
  withEntry,
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
    emit(context.emitter, { do: "next", word, value: bits >= 32 ? moved : bitOr(kept, moved) });
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
function inside(
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

// ---------------------------------------------------------------------------- parts of places

/** A step of a path whose key is known. */
export type Step =
  | { readonly step: "field"; readonly field: number }
  | { readonly step: "key"; readonly key: Packed };

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

/** A value with the part at the end of a path replaced, and whether there is such a part. */
export interface Written {
  readonly lanes: readonly Term[];
  readonly exists: Term;
}

/** `value` must have the type of the part; see `partType`. */
export function writePart(
  emitter: Emitter,
  whole: Packed,
  path: readonly Step[],
  value: Packed,
): Written {
  const [first, ...rest] = path;
  if (first === undefined) return { lanes: value.lanes, exists: ONE };
  if (isOptional(whole)) {
    const inner = writePart(emitter, payload(whole), path, value);
    const shape = shapeOf(whole.type);
    const lanes = isSmall(shape) ? [add(inner.lanes[0] ?? ZERO, ONE)] : [ONE, ...inner.lanes];
    return { lanes, exists: both(isSome(whole), inner.exists) };
  }
  const shape = shapeOf(whole.type);
  if (first.step === "field") {
    const place = shape.form === "tuple" ? shape.fields[first.field] : undefined;
    if (place === undefined) throw new Unsupported("a field of something that has none");
    const inner = writePart(emitter, partOf(whole.lanes, place), rest, value);
    const part = packed(place.shape.type, inner.lanes);
    return { lanes: withPart(whole.lanes, place, part), exists: inner.exists };
  }
  if (shape.form !== "row" && shape.form !== "list") throw new Unsupported("an entry of no map");
  const { row } = shape;
  const { at, valid: exists } = entryPosition(emitter, whole, first.key);
  const inner = writePart(emitter, entryOf(emitter, whole.lanes, row, at), rest, value);
  const part = packed(row.of.type, inner.lanes);
  const lanes = withEntry(emitter, whole.lanes, row, at, part);
  return { lanes, exists: both(exists, inner.exists) };
}

/** Where the entry of a map, or the element of a list, lies; not valid when there is none. */
export function entryPosition(emitter: Emitter, whole: Packed, key: Packed): Position {
  const shape = shapeOf(whole.type);
  if (shape.form === "row") return keyPosition(emitter, key, shape.key.type);
  const at = hold(emitter, lane(asInteger(isOptional(key) ? payload(key) : key)));
  const valid = hold(emitter, both(isSome(key), compare("below", at, lengthOf(whole))));
  return { at: hold(emitter, choice(valid, at, ZERO)), valid };
}

/** The memory at a slot as the owner of a store buffer sees it. */
export function readThrough(context: Context, slot: number, buffer: number): Packed {
  const { emitter, layout } = context;
  const kinds = layout.stores.get(buffer) ?? [];
  const waiting = readSlot(context, buffer);
  const shape = listShape(waiting.type);
  const length = hold(emitter, lengthOf(waiting));
  let seen = readSlot(context, slot);
  for (let index = 0; index < shape.capacity; index++) {
    const entry = partOf(waiting.lanes, rowPart(shape.row, index));
    for (const [number, kind] of kinds.entries()) {
      if (kind.slot !== slot) continue;
      const is = both(compare("lt", num(index), length), compare("eq", kindOf(entry), num(number)));
      const { lanes, exists } = applyEntry(emitter, seen, entry, kind, number);
      const applies = hold(emitter, both(is, exists));
      const mixed = seen.lanes.map((old, at) =>
        hold(emitter, choice(applies, lanes[at] ?? ZERO, old)),
      );
      seen = packed(seen.type, mixed);
    }
  }
  return seen;
}

/** Memory after one waiting write, known to be of the kind `number`. */
export function applyEntry(
  emitter: Emitter,
  memory: Packed,
  entry: Packed,
  kind: StoreKind,
  number: number,
): Written {
  const fields = fieldsOf(entry, number);
  let next = 0;
  const path = kind.steps.map((step): Step => {
    if (step.step === "field") return step;
    const key = fields[next];
    next++;
    if (key === undefined) throw new Unsupported("a waiting write without its key");
    return { step: "key", key };
  });
  const value = fields[next];
  if (value === undefined) throw new Unsupported("a waiting write without its value");
  return writePart(emitter, memory, path, value);
}

// ---------------------------------------------------------------------------- lists

/** The list without the element at a constant position. */
export function withoutElement(emitter: Emitter, list: Packed, position: number): Packed {
  const shape = listShape(list.type);
  const { row, capacity, lengthBits } = shape;
  const length = sub(lengthOf(list), ONE);
  if (position === 0 && isSmall(shape) && capacity > 0) {
    // All in one word: the elements move down by one place.
    const bits = row.of.lanes[0] ?? 0;
    const body: Term = { op: "shr", left: lane(list), right: num(lengthBits + bits) };
    return packed(list.type, [bitOr(shl(body, num(lengthBits)), length)]);
  }
  let lanes = [...list.lanes];
  for (let index = position; index < capacity; index++) {
    const next =
      index + 1 < capacity
        ? partOf(list.lanes, rowPart(row, index + 1))
        : packed(
            row.of.type,
            row.of.lanes.map(() => ZERO),
          );
    lanes = [...withPart(lanes, rowPart(row, index), next)];
  }
  const old = bitAnd(lanes[0] ?? ZERO, num(~mask(lengthBits)));
  return packed(
    list.type,
    lanes.with(0, bitOr(old, length)).map((term) => hold(emitter, term)),
  );
}

/** The list with an element of its own type put before a position that may be its end. */
export function withElement(
  emitter: Emitter,
  list: Packed,
  position: number,
  element: Packed,
): Packed {
  const { row, capacity, lengthBits } = listShape(list.type);
  let lanes = [...list.lanes];
  for (let index = capacity - 1; index > position; index--) {
    const before = partOf(list.lanes, rowPart(row, index - 1));
    lanes = [...withPart(lanes, rowPart(row, index), before)];
  }
  lanes = [...withPart(lanes, rowPart(row, position), element)];
  const length = add(lengthOf(list), ONE);
  const old = bitAnd(lanes[0] ?? ZERO, num(~mask(lengthBits)));
  return packed(
    list.type,
    lanes.with(0, bitOr(old, length)).map((term) => hold(emitter, term)),
  );
}

/** The list with an element of its own type at its end; there must be room. */
export function appended(emitter: Emitter, list: Packed, element: Packed): Packed {
  const { row } = listShape(list.type);
  const length = hold(emitter, lengthOf(list));
  if (!isSmall(row.of) || row.perLane === 0) {
    const lanes = withEntry(emitter, list.lanes, row, length, element);
    return packed(list.type, lanes.with(0, add(lanes[0] ?? ZERO, ONE)));
  }
  // What lies beyond the end is 0, so that the element can be or-ed in.
  const bits = row.of.lanes[0] ?? 0;
  const lanesUsed = Math.max(1, Math.ceil(row.count / row.perLane));
  const code = hold(emitter, lane(element));
  const lanes = list.lanes.map((old, position) => {
    const chunk = position - row.lane;
    if (chunk < 0 || chunk >= lanesUsed) return old;
    const inside = sub(length, num(chunk * row.perLane));
    const shift = add(num(row.shift), lanesUsed === 1 || bits !== 1 ? times(inside, bits) : inside);
    const changed = bitOr(old, { op: "shl", left: code, right: shift });
    if (lanesUsed === 1) return changed;
    const here = compare("below", inside, num(row.perLane));
    return choice(here, changed, old);
  });
  return packed(list.type, lanes.with(0, add(lanes[0] ?? ZERO, ONE)));
}

function times(term: Term, factor: number): Term {
  if (factor === 1) return term;
  return constantOf(term) === undefined
    ? { op: "mul", left: term, right: num(factor) }
    : num((constantOf(term) ?? 0) * factor);
}

/** Is the element at a constant position of a list equal to the one before it? */
export function repeats(emitter: Emitter, list: Packed, position: number): Term {
  if (position === 0) return ZERO;
  const { row } = listShape(list.type);
  const own = partOf(list.lanes, rowPart(row, position));
  return equal(emitter, own, partOf(list.lanes, rowPart(row, position - 1)));
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
