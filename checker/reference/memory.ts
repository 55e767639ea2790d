/**
 * Writing a part of a value, and store buffers.
 *
 * A write goes down a path of field numbers, map keys and list positions, and copies what it
 * passes:
 *
 *     table[Client1].seq = 2      path [Client1's value, field of seq]
 *
 * Under `memory tso` the write waits in its thread's buffer as an entry `[slot, path, value]`,
 * oldest first. The thread reads its own entries over the memory; a flush applies the oldest to the
 * memory. Entries keep keys, not positions, so that they print like the place that was written.
 */
import type { Type, Value } from "../../spec/model.ts";
import { ordinalOf, part, parts } from "../../spec/values.ts";

/** One waiting write, as it lies in a buffer slot: see `StoreEntry` in the Model. */
export interface StoreEntry {
  readonly slot: number;
  readonly path: readonly Value[];
  readonly value: Value;
}

export function packEntry(entry: StoreEntry): Value {
  return [entry.slot, entry.path, entry.value];
}

export function unpackEntry(packed: Value): StoreEntry {
  return { slot: Number(part(packed, 0)), path: parts(part(packed, 1)), value: part(packed, 2) };
}

/**
 * `whole` with the part at `path` replaced, or undefined when there is no such part: a position
 * past the end of a list, or a field of an absent record.
 */
export function writePart(
  whole: Value,
  type: Type,
  path: readonly Value[],
  value: Value,
): Value | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (type.kind === "optional") {
    return whole === null ? undefined : writePart(whole, type.of, path, value);
  }
  const place = childOf(type, first);
  if (place === undefined) return undefined;
  const old = parts(whole)[place.position];
  if (old === undefined) return undefined;
  const written = writePart(old, place.type, rest, value);
  return written === undefined ? undefined : parts(whole).with(place.position, written);
}

/** Where the part named by `step` lies in a value of `type`, and its type. */
export function childOf(
  type: Type,
  step: Value,
): { readonly position: number; readonly type: Type } | undefined {
  switch (type.kind) {
    case "record": {
      const field = type.fields[Number(step)];
      return field === undefined ? undefined : { position: Number(step), type: field.type };
    }
    case "map":
      return { position: ordinalOf(step, type.key), type: type.value };
    case "list":
      return { position: Number(step), type: type.of };
    default:
      return undefined;
  }
}

/** Memory at `slot` as the owner of `buffer` sees it: its waiting writes, oldest first, on top. */
export function readThrough(memory: Value, slot: number, type: Type, buffer: Value): Value {
  return parts(buffer)
    .map(unpackEntry)
    .filter((entry) => entry.slot === slot)
    .reduce((seen, entry) => writePart(seen, type, entry.path, entry.value) ?? seen, memory);
}
