/**
 * Assignments to commands: into the state that is made, or into a store buffer. See `effects.ts`.
 */
import type { Expr } from "../../spec/model.ts";
import { appended } from "./list-access.ts";
import { forMember, memberOf, type Position, readSlot, writeFamily, writeSlot } from "./access.ts";
import { readThrough, type Step, writePart } from "./parts.ts";
import { coerce } from "./coerce.ts";
import { branch, hold } from "./emitter.ts";
import { evaluate } from "./expression.ts";
import { asRange, isOptional, lengthOf, listShape, type Packed, payload } from "./packed.ts";
import { compare, num, ONE } from "./terms.ts";
import { Unsupported } from "./unsupported.ts";
import { type StepContext, captive, fitted, hinder } from "./outcome.ts";
import type { Node } from "../reference/effects.ts";

export function assign(effect: Node<"assign">, context: StepContext): void {
  const { place } = effect;
  const { emitter } = context;
  // A ghost is not part of the state, and nothing but ghosts depends on it.
  if (place.slots.every((slot) => context.layout.slots[slot] === undefined)) return;
  const value = (expr: Expr): Packed => evaluate(context, expr);
  const index = memberOf(context, place, value);
  const path = place.path.map(
    (step): Step =>
      step.step === "field" ? step : { step: "key", key: captive(context, value(step.key)) },
  );
  const stored = fitted(context, value(effect.value), place.type, index.valid, effect.span);
  if (place.buffer !== undefined) {
    store(effect, context, index, path, stored);
    return;
  }
  if (path.length === 0) {
    writeFamily(context, place.slots, index, () => stored.lanes);
    return;
  }
  forMember(emitter, place.slots.length, index, (member) => {
    const slot = place.slots[member] ?? -1;
    const whole = readSlot(context, slot);
    const written = writePart(emitter, whole, path, stored);
    const lanes = written.lanes.map((term) => hold(emitter, term));
    branch(emitter, written.exists, () => writeSlot(context, slot, lanes));
  });
}

/** The write waits at the end of the store buffer, when it has room. */
function store(
  effect: Node<"assign">,
  context: StepContext,
  index: Position,
  path: readonly Step[],
  stored: Packed,
): void {
  const { emitter, layout } = context;
  const { place } = effect;
  const buffer = place.buffer ?? -1;
  forMember(emitter, place.slots.length, index, (member) => {
    const slot = place.slots[member] ?? -1;
    const kinds = layout.stores.get(buffer) ?? [];
    const kind = kinds.findIndex(
      (one) =>
        one.slot === slot &&
        one.steps.length === path.length &&
        one.steps.every((step, at) => {
          const own = path[at];
          return step.step === "key"
            ? own?.step === "key"
            : own === undefined
              ? false
              : own.step === "field" && own.field === step.field;
        }),
    );
    if (kind < 0) throw new Unsupported("a waiting write to an unknown place");
    const seen = path.length === 0 ? undefined : readThrough(context, slot, buffer);
    const exists =
      seen === undefined ? ONE : hold(emitter, writePart(emitter, seen, path, stored).exists);
    branch(emitter, exists, () => {
      const waiting = readSlot(context, buffer);
      const { capacity, row } = listShape(waiting.type);
      const full = compare("ge", lengthOf(waiting), num(capacity));
      branch(emitter, full, () => hinder(context, buffer));
      const keys = path.flatMap((step) => (step.step === "key" ? [step.key] : []));
      const fields = [...keys.map(keyOf), stored];
      const made = { kind, fields };
      const literal: Packed = { type: row.of.type, lanes: [], low: 0, high: 0, made };
      const entry = coerce(emitter, literal, row.of.type).value;
      writeSlot(context, buffer, appended(emitter, waiting, captive(context, entry)).lanes);
    });
  });
}

function keyOf(key: Packed): Packed {
  return isOptional(key) ? payload(key) : asRange(key);
}
