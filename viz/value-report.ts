/**
 * Values of a Model as text, with parts where a difference can go inside.
 *
 *     map<Client, Peer>   {Client1: Peer(up: true, seen: 2), …}
 *       └─ Client1        Peer(up: true, seen: 2)
 *            ├─ up        true
 *            └─ seen      2
 *
 * Sets, lists and channels stay leaves: their elements have no name that two states share. Printing
 * is done by the words of `spec`, handed in, so that a page and the text report cannot disagree.
 */
import type { Model, Type, Value } from "../spec/model.ts";
import type { ValueReport } from "./document.ts";

/** How `spec` prints values and enumerates finite types. */
export interface ValueWords {
  readonly print: (type: Type, value: Value) => string;
  /** All values of a finite type, in the order that maps are stored in. */
  readonly valuesOf: (type: Type) => readonly Value[];
}

/** Texts of values are cut in the middle beyond this many UTF-16 units. */
export const VALUE_TEXT_LIMIT = 2_000;
/** Records and maps with more parts than this are leaves. */
export const PART_LIMIT = 200;

/** Cuts a text in the middle, keeping both ends, and says how much is missing. */
export function cutMiddle(text: string, limit: number = VALUE_TEXT_LIMIT): string {
  if (text.length <= limit) {
    return text;
  }
  const half = Math.floor(limit / 2);
  const missing = text.length - 2 * half;
  const head = text.slice(0, half);
  return `${head} … ${missing} characters left out … ${text.slice(text.length - half)}`;
}

/** A value with its parts. */
export function valueReport(type: Type, value: Value, words: ValueWords): ValueReport {
  const parts = partsOf(type, value, words);
  return { text: cutMiddle(words.print(type, value)), parts };
}

function partsOf(type: Type, value: Value, words: ValueWords): ValueReport["parts"] {
  if (type.kind === "optional") {
    return value === null ? undefined : partsOf(type.of, value, words);
  }
  if (!Array.isArray(value) || value.length > PART_LIMIT) {
    return undefined;
  }
  if (type.kind === "record") {
    return type.fields.map((field, index) => ({
      key: field.name,
      value: valueReport(field.type, elementOf(value, index), words),
    }));
  }
  if (type.kind === "map") {
    return words.valuesOf(type.key).map((key, index) => ({
      key: words.print(type.key, key),
      value: valueReport(type.value, elementOf(value, index), words),
    }));
  }
  return undefined;
}

/** The elements of a composite value; none of a simple one. */
export function elementsOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** An element of a composite value; `null` where a malformed value has no such element. */
export function elementOf(value: Value, index: number): Value {
  return elementsOf(value)[index] ?? null;
}

/** A waiting write of a store buffer, as an assignment: `ring.head = 1`, `table[Client1] = 0`. */
export function storeText(model: Model, entry: Value, words: ValueWords): string {
  const slot = model.slots[Number(elementOf(entry, 0))];
  if (slot === undefined) {
    return JSON.stringify(entry);
  }
  let type = slot.type;
  let name = slot.name;
  for (const key of elementsOf(elementOf(entry, 1))) {
    if (type.kind === "map") {
      name += `[${words.print(type.key, key)}]`;
      type = type.value;
    } else if (type.kind === "record") {
      const field = type.fields[Number(key)];
      name += `.${field?.name ?? "?"}`;
      type = field?.type ?? type;
    }
  }
  return `${name} = ${words.print(type, elementOf(entry, 2))}`;
}

/** The value of a slot; store buffers are lists of assignments, which no type can print. */
export function slotReport(
  model: Model,
  slot: number,
  value: Value,
  words: ValueWords,
): ValueReport {
  const type = model.slots[slot]?.type;
  if (type === undefined) {
    return { text: JSON.stringify(value), parts: undefined };
  }
  if (model.slots[slot]?.role.role === "buffer" && Array.isArray(value)) {
    const entries = elementsOf(value).map((entry) => storeText(model, entry, words));
    return { text: cutMiddle(`[${entries.join(", ")}]`), parts: undefined };
  }
  return valueReport(type, value, words);
}
