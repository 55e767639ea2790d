/**
 * Which places of shared memory can wait in a store buffer.
 *
 *     x = 1 → slot x, no steps            t[i].seq = e → slot t, key of the map's type, field seq
 *
 * Two places are one when they have the same slot and the same fields; their keys are part of the
 * entry.
 */
import type { Effect, Model, Place, Type } from "../../spec/model.ts";
import type { StoreKind } from "./layout.ts";
import { Unsupported } from "./unsupported.ts";

export function placesWritten(model: Model, buffer: number): readonly StoreKind[] {
  const found = new Map<string, StoreKind>();
  const note = (place: Place): void => {
    if (place.buffer !== buffer) return;
    for (const slot of place.slots) {
      const steps = place.path.map((step) => (step.step === "field" ? step.field : "key"));
      const id = JSON.stringify([slot, steps]);
      if (!found.has(id)) found.set(id, kindOf(model, slot, place));
    }
  };
  const visit = (effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.effect === "assign") note(effect.place);
      if (effect.effect === "for") visit(effect.body);
      if (effect.effect === "if") {
        visit(effect.then);
        visit(effect.else);
      }
    }
  };
  visit(model.start);
  for (const { effects } of model.transitions) visit(effects);
  return [...found.values()];
}

function kindOf(model: Model, slot: number, { path }: Place): StoreKind {
  let type: Type | undefined = model.slots[slot]?.type;
  const keys: Type[] = [];
  for (const step of path) {
    if (type?.kind === "optional") type = type.of;
    if (step.step === "field") {
      type = type?.kind === "record" ? type.fields[step.field]?.type : undefined;
    } else if (type?.kind === "map") {
      keys.push(type.key);
      type = type.value;
    } else if (type?.kind === "list") {
      keys.push({ kind: "range", name: undefined, low: 0, high: type.capacity, overflow: "fail" });
      type = type.of;
    }
  }
  if (type === undefined) throw new Unsupported("a write to a part of an unknown place");
  return { slot, steps: path, keys, value: type };
}
