/**
 * Values after a swap of two ids, in their packed form.
 *
 *     id 1 ⇄ 2       set {1, 3}    bits 101 ──► 011        map  [a, b, c] ──► [b, a, c]
 *                    list [1, 3]        ──► [2, 3]         bag  [1, 2]    ──► [2, 1] ──► [1, 2]
 *
 * They stay canonical: what lies beyond the end of a list stays 0, and a bag is sorted again.
 */
import type { Action } from "../reduce/permute-plan.ts";
import type { Term } from "./code.ts";
import { isCode, keysOf, rowPart } from "./codec.ts";
import { type Emitter, hold } from "./emitter.ts";
import {
  fieldsOf,
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
  withPart,
} from "./packed.ts";
import { precedes } from "./sending.ts";
import { isSmall, type Part, shapeOf } from "./shape.ts";
import {
  add,
  bitAnd,
  bitOr,
  both,
  choice,
  compare,
  constantOf,
  num,
  ONE,
  shl,
  shr,
  ZERO,
} from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

/** The value after a swap. */
export function changed(emitter: Emitter, value: Packed, action: Action | undefined): Packed {
  if (action === undefined) return value;
  switch (action.kind) {
    case "id":
      return swappedId(emitter, value, action.swap);
    case "optional": {
      const present = isSome(value);
      const inner = changed(emitter, payload(value), action.of);
      const lanes = inner.lanes.map((term, at) => {
        return choice(present, isSmallValue(value) && at === 0 ? add(term, ONE) : term, ZERO);
      });
      return packed(value.type, isSmallValue(value) ? lanes : [lane(value), ...lanes]);
    }
    case "record": {
      const shape = shapeOf(value.type);
      return shape.form === "tuple"
        ? changedParts(emitter, value, shape.fields, action.fields)
        : unfit(value);
    }
    case "message":
      return changedMessage(emitter, value, action);
    case "list":
      return changedList(emitter, value, action.of);
    case "set":
      return changedSet(emitter, value, action.of);
    case "map":
      return changedMap(emitter, value, action);
    case "store":
      throw new Unsupported("store buffers under symmetry");
  }
}

function unfit({ type }: Packed): never {
  throw new Unsupported(`ids in a value of type ${type.kind}`);
}

function isSmallValue({ type }: Packed): boolean {
  return isSmall(shapeOf(type));
}

function swappedId(
  emitter: Emitter,
  value: Packed,
  [one, other]: readonly [number, number],
): Packed {
  const id = hold(emitter, lane(value));
  const back = choice(compare("eq", id, num(other)), num(one), id);
  return packed(value.type, [choice(compare("eq", id, num(one)), num(other), back)]);
}

function changedParts(
  emitter: Emitter,
  whole: Packed,
  places: readonly Part[],
  actions: readonly (Action | undefined)[],
): Packed {
  let lanes = whole.lanes;
  for (const [index, action] of actions.entries()) {
    const place = places[index];
    if (action === undefined || place === undefined) continue;
    const part = changed(emitter, partOf(whole.lanes, place), action);
    lanes = withPart(lanes, place, part).map((term) => hold(emitter, term));
  }
  return packed(whole.type, lanes);
}

function changedMessage(
  emitter: Emitter,
  message: Packed,
  { kinds }: Extract<Action, { kind: "message" }>,
): Packed {
  const shape = messageShape(shapeOf(message.type));
  const held = { ...message, lanes: message.lanes.map((term) => hold(emitter, term)) };
  const kind = hold(emitter, kindOf(held));
  let { lanes } = held;
  for (const [number, actions] of kinds.entries()) {
    if (fieldsOf(held, number).length === 0 || actions.every((one) => one === undefined)) continue;
    const own = changedParts(emitter, held, shape.kinds[number] ?? [], actions);
    const is = compare("eq", kind, num(number));
    lanes = lanes.map((term, at) => hold(emitter, choice(is, own.lanes[at] ?? ZERO, term)));
  }
  return packed(message.type, lanes);
}

function changedList(emitter: Emitter, list: Packed, action: Action): Packed {
  if (list.type.kind === "list" && action.kind === "store") {
    throw new Unsupported("store buffers under symmetry");
  }
  const { row, capacity } = listShape(list.type);
  const held = list.lanes.map((term) => hold(emitter, term));
  const length = hold(emitter, lengthOf({ ...list, lanes: held }));
  let lanes: readonly Term[] = held;
  for (let index = 0; index < capacity; index++) {
    const place = rowPart(row, index);
    const here = compare("gt", length, num(index));
    const { lanes: own, type } = changed(emitter, partOf(held, place), action);
    // What lies beyond the end is 0.
    const part = own.map((term) => choice(here, term, ZERO));
    lanes = withPart(lanes, place, packed(type, part)).map((term) => hold(emitter, term));
  }
  return packed(list.type, lanes);
}

/** Bits that move alike move together. */
function changedSet(emitter: Emitter, set: Packed, action: Action): Packed {
  const shape = shapeOf(set.type);
  if (shape.form !== "set") return unfit(set);
  const held = set.lanes.map((term) => hold(emitter, term));
  const groups = new Map<string, { from: number; to: number; shift: number; bits: number }>();
  for (let position = 0; position < shape.positions; position++) {
    if (!isCode(position, shape.of)) continue;
    const element = changed(emitter, packed(shape.of.type, [num(position)]), action);
    const place = constantOf(lane(element)) ?? position;
    const [from, to] = [position >>> 5, place >>> 5];
    const shift = (place & 31) - (position & 31);
    const key = [from, to, shift].join();
    const group = groups.get(key) ?? { from, to, shift, bits: 0 };
    group.bits |= 1 << (position & 31);
    groups.set(key, group);
  }
  let lanes: readonly Term[] = held.map(() => ZERO);
  for (const { from, to, shift, bits } of groups.values()) {
    const own = bitAnd(held[from] ?? ZERO, num(bits));
    const moved = shift < 0 ? shr(own, num(-shift)) : shl(own, num(shift));
    lanes = lanes.with(to, bitOr(lanes[to] ?? ZERO, moved));
  }
  return packed(set.type, lanes);
}

function changedMap(
  emitter: Emitter,
  map: Packed,
  { keys, value }: Extract<Action, { kind: "map" }>,
): Packed {
  const shape = shapeOf(map.type);
  if (shape.form !== "row") return unfit(map);
  const held = map.lanes.map((term) => hold(emitter, term));
  const codes = keysOf(shape);
  let lanes: readonly Term[] = held;
  for (const [from, to] of keys.entries()) {
    if (from === to && value === undefined) continue;
    const entry = partOf(held, rowPart(shape.row, codes[from] ?? 0));
    const place = rowPart(shape.row, codes[to] ?? 0);
    lanes = withPart(lanes, place, changed(emitter, entry, value));
    lanes = lanes.map((term) => hold(emitter, term));
  }
  return packed(map.type, lanes);
}

/** A bag with its messages in the order of their lanes again. */
export function sortedBag(emitter: Emitter, bag: Packed): Packed {
  const { row, capacity } = listShape(bag.type);
  const held = { ...bag, lanes: bag.lanes.map((term) => hold(emitter, term)) };
  const length = hold(emitter, lengthOf(held));
  const elements = Array.from({ length: capacity }, (_, at) => {
    const { type, lanes } = partOf(held.lanes, rowPart(row, at));
    return packed(
      type,
      lanes.map((term) => hold(emitter, term)),
    );
  });
  for (let end = capacity - 1; end > 0; end--) {
    for (let at = 0; at < end; at++) {
      const [first, second] = [elements[at], elements[at + 1]];
      if (first === undefined || second === undefined) continue;
      const inside = compare("gt", length, num(at + 1));
      const swap = hold(emitter, both(inside, precedes(second, first)));
      const either = (one: Packed, other: Packed): Packed =>
        packed(
          one.type,
          one.lanes.map((term, index) =>
            hold(emitter, choice(swap, other.lanes[index] ?? ZERO, term)),
          ),
        );
      elements[at] = either(first, second);
      elements[at + 1] = either(second, first);
    }
  }
  const lanes = elements.reduce<readonly Term[]>(
    (whole, element, at) => withPart(whole, rowPart(row, at), element),
    held.lanes,
  );
  return packed(bag.type, lanes);
}
