/**
 * `permuteRoutine`: a routine that puts the smallest of all permutations of a state in its place.
 *
 *     script   swap 2,3   swap 1,2   swap 2,3   swap 1,2   swap 2,3      3 ids: 5 swaps
 *              ───────────────────────────────────────────────────►      all 6 permutations
 *
 * The group is walked by swaps of neighbouring ids, so that code is needed for these few alone; a
 * loop plays them in the order of a script, which is a row of constants. After each swap the state
 * is compared with the smallest one so far, word by word. How often the smallest one was met is the
 * number of permutations that leave the state as it is: register 0 has it at the end.
 *
 * A swap moves slots and changes values, as `PermutePlan` says. Values are changed in their packed
 * form and stay canonical: bits of a set and entries of a map move, and a bag is sorted again.
 *
 * Rejected: telling ids apart by signatures first, as the reference does. It rules out most
 * permutations, but not in a few instructions, and groups of up to `PERMUTED_MAX` are walked in
 * less time than a signature takes. Larger groups, and store buffers, are left to the reference.
 *
 * Source: H. F. Trotter, "Algorithm 115: Perm", 1962; S. M. Johnson, "Generation of permutations by
 * adjacent transposition", 1963. Several types are nested: between two swaps of an outer type, the
 * script of the inner ones is played forwards and backwards in turn.
 */
import type { Action, PermutePlan, SwapPlan } from "../reduce/permute-plan.ts";
import { type Context, placeOf, readSlot } from "./access.ts";
import type { Routine, Term } from "./code.ts";
import { isCode, keysOf, rowPart } from "./codec.ts";
import {
  branch,
  captured,
  emit,
  type Emitter,
  hold,
  newEmitter,
  newLocal,
  routineOf,
} from "./emitter.ts";
import type { Layout } from "./layout.ts";
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
  selected,
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
  either,
  mask,
  num,
  ONE,
  shl,
  shr,
  ZERO,
} from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

/** Most permutations of a compiled search. */
export const PERMUTED_MAX = 120;

/** Bits of a swap in the script; 0 ends it. */
const DIGIT_BITS = 4;
const DIGITS = 32 / DIGIT_BITS;

/**
 * The routine that makes the canonical form of the state at hand, emits it under the label 0, and
 * leaves in register 0 how many permutations keep it. Throws `Unsupported`.
 */
export function permuteRoutine(plan: PermutePlan, layout: Layout): Routine {
  if (plan.order > PERMUTED_MAX) {
    throw new Unsupported(`more than ${PERMUTED_MAX} permutations of ids`);
  }
  const emitter = newEmitter();
  const context: Context = { emitter, layout, locals: new Map(), state: "next" };
  const swaps = plan.types.flatMap((type) => type.swaps);
  const words = Array.from({ length: layout.words }, (_, word): Term => ({ op: "next", word }));
  const best = words.map((word) => newLocal(emitter, word));
  const kept = newLocal(emitter, ONE);
  playScript(emitter, scriptOf(plan), (digit) => {
    for (const [number, swap] of swaps.entries()) {
      const is = compare("eq", digit, num(number + 1));
      branch(emitter, is, () => writeSwap(context, swap));
    }
    const less = precedesWords(words, best);
    const same = words.reduce<Term>((all, word, at) => {
      return both(all, compare("eq", word, best[at] ?? ZERO));
    }, ONE);
    branch(
      emitter,
      less,
      () => {
        for (const [at, { local }] of best.entries()) {
          emit(emitter, { do: "set", local, value: words[at] ?? ZERO });
        }
        emit(emitter, { do: "set", local: kept.local, value: ONE });
      },
      () =>
        branch(emitter, same, () => {
          emit(emitter, { do: "set", local: kept.local, value: add(kept, ONE) });
        }),
    );
  });
  for (const [word, value] of best.entries()) emit(emitter, { do: "next", word, value });
  emit(emitter, { do: "register", register: 0, value: kept });
  emit(emitter, { do: "emit", label: 0 });
  return routineOf(emitter);
}

/** Is the first row of words smaller? As signed numbers, which is an order like any other. */
function precedesWords(left: readonly Term[], right: readonly Term[]): Term {
  return left.reduceRight<Term>((rest, word, at) => {
    const other = right[at] ?? ZERO;
    return either(compare("lt", word, other), both(compare("eq", word, other), rest));
  }, ZERO);
}

// ---------------------------------------------------------------------------- the script

/** Numbers of swaps, counted over all types, that together walk through the group. */
export function scriptOf({ types }: PermutePlan): readonly number[] {
  let first = types.reduce((sum, { swaps }) => sum + swaps.length, 0);
  return types.reduceRight<readonly number[]>((inner, { size, swaps }) => {
    first -= swaps.length;
    return nested(
      adjacentSwaps(size).map((swap) => first + swap),
      inner,
    );
  }, []);
}

/** The inner script, each outer swap, and the inner script again, forwards and backwards. */
function nested(outer: readonly number[], inner: readonly number[]): readonly number[] {
  const back = inner.toReversed();
  return [...inner, ...outer.flatMap((swap, at) => [swap, ...(at % 2 === 0 ? back : inner)])];
}

/**
 * Swaps of neighbouring positions that lead through all orders of `size` things: the last thing
 * goes down and up through the others, which take one step of their own each time it has arrived.
 */
function adjacentSwaps(size: number): readonly number[] {
  if (size < 2) return [];
  const up = Array.from({ length: size - 1 }, (_, swap) => swap);
  const down = up.toReversed();
  // Where the last thing has gone down, the others stand one place higher.
  return [...adjacentSwaps(size - 1), undefined].flatMap((swap, at) => {
    const sweep = at % 2 === 0 ? down : up;
    return swap === undefined ? sweep : [...sweep, at % 2 === 0 ? swap + 1 : swap];
  });
}

/** A loop that takes the script digit by digit: digit d is swap d - 1. */
function playScript(
  emitter: Emitter,
  script: readonly number[],
  play: (digit: Term) => void,
): void {
  const rows = Array.from({ length: Math.ceil(script.length / DIGITS) }, (_, row) =>
    script
      .slice(row * DIGITS, (row + 1) * DIGITS)
      .reduce((bits, swap, at) => bits | ((swap + 1) << (at * DIGIT_BITS)), 0),
  );
  const left = newLocal(emitter, num(rows[0] ?? 0));
  const row = newLocal(emitter, ZERO);
  const body = captured(emitter, () => {
    const digit = newLocal(emitter, bitAnd(left, num(mask(DIGIT_BITS))));
    emit(emitter, { do: "set", local: left.local, value: shr(left, num(DIGIT_BITS)) });
    branch(emitter, compare("eq", left, ZERO), () => {
      emit(emitter, { do: "set", local: row.local, value: add(row, ONE) });
      const next = selected(row, rows.length + 1, (at) => num(rows[at] ?? 0));
      emit(emitter, { do: "set", local: left.local, value: next });
    });
    play(digit);
  });
  emit(emitter, { do: "while", condition: compare("ne", left, ZERO), body });
}

// ---------------------------------------------------------------------------- one swap

function writeSwap(context: Context, plan: SwapPlan): void {
  const { emitter, layout } = context;
  const moved = [...layout.slots.keys()].flatMap((slot) => {
    const action = plan.values[slot];
    const to = plan.slots[slot] ?? slot;
    if (layout.slots[slot] === undefined || (to === slot && action === undefined)) return [];
    const value = changed(emitter, readSlot(context, slot), action);
    const { lanes } = plan.sorted.includes(slot) ? sortedBag(emitter, value) : value;
    return [{ slot, to, lanes: lanes.map((term) => hold(emitter, term)) }];
  });
  // One command for each word: what stays, and all that comes.
  const words = new Map<number, { gone: number; readonly come: Term[] }>();
  for (const { slot, to, lanes } of moved) {
    const [from, places] = [placeOf(context, slot).lanes, placeOf(context, to).lanes];
    if (places.some(({ bits }, at) => bits !== from[at]?.bits)) {
      throw new Unsupported("members of a family that are not alike");
    }
    for (const [at, { word, shift, bits }] of places.entries()) {
      if (bits === 0) continue;
      const writes = words.get(word) ?? { gone: 0, come: [] };
      writes.gone |= mask(bits) << shift;
      writes.come.push(shl(lanes[at] ?? ZERO, num(shift)));
      words.set(word, writes);
    }
  }
  for (const [word, { gone, come }] of words) {
    const stays = bitAnd({ op: "next", word }, num(~gone));
    emit(emitter, { do: "next", word, value: come.reduce(bitOr, stays) });
  }
}

/** The value after a swap. */
function changed(emitter: Emitter, value: Packed, action: Action | undefined): Packed {
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
function sortedBag(emitter: Emitter, bag: Packed): Packed {
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
