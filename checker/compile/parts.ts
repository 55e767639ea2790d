/**
 * Parts of values by a path of fields and keys, and memory as it is seen through a store buffer.
 */
import type { Term } from "./code.ts";
import { rowPart } from "./codec.ts";
import { type Emitter, hold } from "./emitter.ts";
import type { StoreKind } from "./layout.ts";
import {
  entryOf,
  fieldsOf,
  isOptional,
  isSome,
  kindOf,
  lengthOf,
  listShape,
  type Packed,
  packed,
  partOf,
  payload,
  withEntry,
  withPart,
} from "./packed.ts";
import { isSmall, shapeOf } from "./shape.ts";
import { add, both, choice, compare, num, ONE, ZERO } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";
import { type Context, readSlot, entryPosition } from "./access.ts";

/** A step of a path whose key is known. */
export type Step =
  | { readonly step: "field"; readonly field: number }
  | { readonly step: "key"; readonly key: Packed };

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
