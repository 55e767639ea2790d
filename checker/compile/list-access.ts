/** Lists, queues and bags: their elements, and what is left or made when one comes or goes. */
import type { Term } from "./code.ts";
import { equal } from "./coerce.ts";
import { rowPart } from "./codec.ts";
import { type Emitter, hold } from "./emitter.ts";
import {
  lane,
  lengthOf,
  listShape,
  type Packed,
  packed,
  partOf,
  withEntry,
  withPart,
} from "./packed.ts";
import { isSmall } from "./shape.ts";
import {
  add,
  bitAnd,
  bitOr,
  choice,
  compare,
  constantOf,
  mask,
  num,
  ONE,
  shl,
  sub,
  ZERO,
} from "./terms.ts";

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
