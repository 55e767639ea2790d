/**
 * `Layout`: where each slot of a Model lies in the words of a packed state.
 *
 *     slot    mode  inc  table   rep[C1]  rep[C2]           ghosts have no place
 *     lanes   1     2    2       5        5
 *     words   |..................................| |...|    first fit, larger lanes first
 *
 * A lane never straddles two words. Members of a family, which a rule may index with a number known
 * only at run time, are put side by side in one word where that is possible: then the index is a
 * shift.
 *
 * Store buffers hold entries `[slot, path, value]`; they are laid out as lists of messages with one
 * kind for each place that is written through the buffer (`StoreKind`).
 */
import type { Model, Place, Type, Value } from "../../spec/model.ts";
import { part, parts } from "../../spec/values.ts";
import { arrange } from "../reference/effects.ts";
import { unpackEntry } from "../reference/memory.ts";
import { decodeValue, encodeValue } from "./codec.ts";
import { placesWritten } from "./places-written.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { mask } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";

export interface LanePlace {
  readonly word: number;
  readonly shift: number;
  readonly bits: number;
}

export interface SlotPlace {
  readonly shape: Shape;
  readonly lanes: readonly LanePlace[];
}

/** A place that is written through a store buffer: fields are its keys, then the value. */
export interface StoreKind {
  readonly slot: number;
  readonly steps: Place["path"];
  /** Types of the keys on the path, in order. */
  readonly keys: readonly Type[];
  readonly value: Type;
}

export interface Layout {
  readonly model: Model;
  readonly words: number;
  /** By slot; undefined for ghosts. */
  readonly slots: readonly (SlotPlace | undefined)[];
  /** By slot of a store buffer: what its entries can be. */
  readonly stores: ReadonlyMap<number, readonly StoreKind[]>;
}

const WORD = 32;

export function layoutOf(model: Model): Layout {
  const stores = new Map<number, readonly StoreKind[]>();
  const shapes = model.slots.map(({ type, role }, slot): Shape | undefined => {
    if (role.role === "variable" && role.ghost) return undefined;
    if (role.role !== "buffer") return shapeOf(type);
    const kinds = placesWritten(model, slot);
    stores.set(slot, kinds);
    return shapeOf({ kind: "list", of: entryType(kinds), capacity: role.entries });
  });
  const { words, places } = pack(shapes, familiesOf(model));
  const slots = shapes.map((shape, slot) =>
    shape === undefined ? undefined : { shape, lanes: places[slot] ?? [] },
  );
  return { model, words, slots, stores };
}

/** Entries of a store buffer as a message type, one kind for each place. */
function entryType(kinds: readonly StoreKind[]): Type {
  const field = (type: Type, index: number) => ({ name: `${index}`, type });
  return {
    kind: "message",
    name: "store",
    kinds: kinds.map(({ keys, value }, index) => ({
      name: `${index}`,
      fields: [...keys, value].map(field),
    })),
  };
}

/** Slots that some read, write or send picks by an index, in the order of the index. */
function familiesOf(model: Model): readonly (readonly number[])[] {
  const families = new Map<string, readonly number[]>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("slots" in node && "index" in node && node.index !== undefined) {
      const slots = node.slots as readonly number[];
      families.set(slots.join(), slots);
    }
    for (const [name, inner] of Object.entries(node)) {
      if (name !== "span" && name !== "type") visit(inner);
    }
  };
  visit([model.transitions, model.receptions, model.invariants, model.goals]);
  return [...families.values()];
}

interface Item {
  readonly slot: number;
  readonly lane: number;
  readonly bits: number;
}

/** First fit of groups of lanes, widest first; a group that fits one word stays together. */
function pack(
  shapes: readonly (Shape | undefined)[],
  families: readonly (readonly number[])[],
): { readonly words: number; readonly places: readonly (readonly LanePlace[])[] } {
  const taken = new Set<number>();
  const groups: Item[][] = [];
  for (const family of families) {
    const items = family.flatMap((slot) => itemsOf(shapes, slot));
    const alike = items.every(({ bits }) => bits === items[0]?.bits);
    const free = family.every((slot) => !taken.has(slot) && shapes[slot]?.lanes.length === 1);
    if (!alike || !free || widthOf(items) > WORD) continue;
    for (const slot of family) taken.add(slot);
    groups.push(items);
  }
  for (const slot of shapes.keys()) {
    if (!taken.has(slot)) groups.push(...itemsOf(shapes, slot).map((item) => [item]));
  }
  const order = groups.toSorted((left, right) => widthOf(right) - widthOf(left));
  const used: number[] = [];
  const places: LanePlace[][] = shapes.map(() => []);
  for (const group of order) {
    const width = widthOf(group);
    let word = used.findIndex((bits) => bits + width <= WORD);
    if (word < 0) word = used.push(0) - 1;
    for (const { slot, lane, bits } of group) {
      const shift = used[word] ?? 0;
      (places[slot] ?? [])[lane] = { word, shift: bits === 0 ? 0 : shift, bits };
      used[word] = shift + bits;
    }
  }
  return { words: Math.max(1, used.length), places };
}

function itemsOf(shapes: readonly (Shape | undefined)[], slot: number): Item[] {
  return (shapes[slot]?.lanes ?? []).map((bits, lane) => ({ slot, lane, bits }));
}

function widthOf(items: readonly Item[]): number {
  return items.reduce((sum, { bits }) => sum + bits, 0);
}

// ---------------------------------------------------------------------------- states

/** The packed form of a state; ghosts are left out. */
export function encodeState(layout: Layout, state: readonly Value[]): Uint32Array {
  const words = new Uint32Array(layout.words);
  for (const [slot, place] of layout.slots.entries()) {
    if (place === undefined) continue;
    const value = storable(layout, slot, part(state, slot), place.shape);
    const lanes = encodeValue(value, place.shape);
    for (const [lane, { word, shift }] of place.lanes.entries()) {
      words[word] = (words[word] ?? 0) | ((lanes[lane] ?? 0) << shift);
    }
  }
  return words;
}

/** The values of a packed state; ghosts have their initial values. */
export function decodeState(layout: Layout, words: ArrayLike<number>): readonly Value[] {
  return layout.model.slots.map(({ initial }, slot) => {
    const place = layout.slots[slot];
    return place === undefined ? initial : decodeSlot(layout, slot, place, words);
  });
}

function decodeSlot(
  layout: Layout,
  slot: number,
  { shape, lanes }: SlotPlace,
  words: ArrayLike<number>,
): Value {
  const found = lanes.map(({ word, shift, bits }) =>
    bits === 0 ? 0 : (((words[word] ?? 0) >>> shift) & mask(bits)) >>> 0,
  );
  const value = decodeValue(found, shape);
  const { role } = layout.model.slots[slot] ?? {};
  if (role?.role === "channel") {
    const channel = layout.model.channels[role.channel];
    return arrange(parts(value), channel?.discipline ?? "");
  }
  const kinds = layout.stores.get(slot);
  return kinds === undefined ? value : parts(value).map((entry) => entryValue(entry, kinds));
}

/** The value of a slot as its shape has it: entries of buffers and bags differ. */
function storable(layout: Layout, slot: number, value: Value, shape: Shape): Value {
  const kinds = layout.stores.get(slot);
  if (kinds !== undefined) return parts(value).map((entry) => entryMessage(entry, kinds));
  const { role } = layout.model.slots[slot] ?? {};
  if (role?.role !== "channel" || shape.form !== "list") return value;
  if (layout.model.channels[role.channel]?.discipline !== "bag") return value;
  const { of } = shape.row;
  return parts(value).toSorted((left, right) => {
    const [first, second] = [encodeValue(left, of), encodeValue(right, of)];
    const lane = first.findIndex((bits, index) => bits !== second[index]);
    return (first[lane] ?? 0) - (second[lane] ?? 0);
  });
}

function entryMessage(packed: Value, kinds: readonly StoreKind[]): Value {
  const entry = unpackEntry(packed);
  const kind = kinds.findIndex(
    ({ slot, steps }) =>
      slot === entry.slot &&
      steps.length === entry.path.length &&
      steps.every((step, index) => step.step === "key" || step.field === entry.path[index]),
  );
  if (kind < 0) throw new Unsupported("a waiting write to a place that nothing writes");
  const keys = (kinds[kind]?.steps ?? []).flatMap((step, index) =>
    step.step === "key" ? [entry.path[index] ?? null] : [],
  );
  return [kind, ...keys, entry.value];
}

function entryValue(message: Value, kinds: readonly StoreKind[]): Value {
  const [kind, ...fields] = parts(message);
  const { slot, steps } = kinds[Number(kind)] ?? { slot: -1, steps: [] };
  let next = 0;
  const path = steps.map((step): Value => {
    return step.step === "field" ? step.field : (fields[next++] ?? null);
  });
  return [slot, path, fields[next] ?? null];
}
