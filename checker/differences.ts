/**
 * What a step changed, as data: one entry for each place that a reader can name.
 *
 *     server.table: {} -> {Client1}          a set is one value
 *     server.peers[Client1].seq: 1 -> 2      maps and records are entered
 *     log[2]: none -> Data(Client1)          so are lists, while their length stays
 *     req: [Open(Client1)] -> []             a channel is one value
 *
 * A reader follows differences and not states: a state of a real model fills a page, a step changes
 * a few places. Sets, channels and store buffers are shown whole, because what matters is what they
 * hold.
 */
import type { Model, Slot, Type, Value } from "../spec/model.ts";
import { equalValues, part, parts, printValue, valuesOf } from "../spec/values.ts";
import { unpackEntry } from "./reference/memory.ts";
import { printEntry } from "./reference/successors.ts";

export interface Difference {
  /** Index into `Model.slots`. */
  readonly slot: number;
  /** `server.peers[Client1].seq`: the slot's name and the way down to what changed. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The places in which two states of a Model differ, in the order of its slots. */
export function differences(
  model: Model,
  before: readonly Value[],
  after: readonly Value[],
): readonly Difference[] {
  return model.slots.flatMap((slot, index) => {
    const old = part(before, index);
    const now = part(after, index);
    if (equalValues(old, now)) return [];
    if (isWhole(slot)) {
      const printed = (value: Value): string => printSlot(model, slot, value);
      return [{ slot: index, path: slot.name, before: printed(old), after: printed(now) }];
    }
    return within(slot.type, old, now, slot.name).map((change) => ({ slot: index, ...change }));
  });
}

/** One variable of a state as a reader sees it. Store buffers name the places of their writes. */
export function printSlot(model: Model, slot: Slot, value: Value): string {
  if (slot.role.role !== "buffer") return printValue(value, slot.type);
  return `[${parts(value)
    .map((entry) => printEntry(model, unpackEntry(entry)))
    .join(", ")}]`;
}

function isWhole(slot: Slot): boolean {
  return slot.role.role === "channel" || slot.role.role === "buffer";
}

type Change = Omit<Difference, "slot">;

/** The differences below one place. */
function within(type: Type, before: Value, after: Value, path: string): readonly Change[] {
  if (equalValues(before, after)) return [];
  const whole: Change = {
    path,
    before: printValue(before, type),
    after: printValue(after, type),
  };
  switch (type.kind) {
    case "optional":
      return before === null || after === null ? [whole] : within(type.of, before, after, path);
    case "record":
      return type.fields.flatMap((field, index) =>
        within(field.type, part(before, index), part(after, index), `${path}.${field.name}`),
      );
    case "map":
      return valuesOf(type.key).flatMap((key, index) => {
        const entry = `${path}[${printValue(key, type.key)}]`;
        return within(type.value, part(before, index), part(after, index), entry);
      });
    case "list":
      if (parts(before).length !== parts(after).length) return [whole];
      return parts(before).flatMap((element, index) =>
        within(type.of, element, part(after, index), `${path}[${index}]`),
      );
    default:
      return [whole];
  }
}
