/**
 * Assignments in TLA+: a new name for the slot, or one more entry in the store buffer that takes
 * the write.
 *
 * A write to a member of a family whose index is not known writes each member under a condition.
 */
import type { Effect, Place, Type } from "../../spec/model.ts";
import { bare, keyConditions, tlaExists, type TlaStep, tlaWrite } from "./tla-expression.ts";
import { tlaFit } from "./tla-fit.ts";
import { fits, require, setSlot, type TlaPoint } from "./tla-point.ts";
import { quote, tuple } from "./tla-values.ts";

type Assign = Extract<Effect, { readonly effect: "assign" }>;

/** Writes an assignment. */
export function assign(effect: Assign, point: TlaPoint): TlaPoint {
  const { place } = effect;
  const { scope } = point;
  const fitted = tlaFit(effect.value, place.type, point);
  fits(point, fitted.misfits);
  const path = place.path.map(
    (step): TlaStep => (step.step === "field" ? step : { step: "key", key: bare(step.key, scope) }),
  );
  const conditions = keyConditions(place.index, place.slots.length, scope);
  return conditions.reduce<TlaPoint>((before, condition, at) => {
    const slot = place.slots[at] ?? -1;
    const type = scope.model.slots[slot]?.type;
    const whole = before.scope.slots[slot];
    if (type === undefined || whole === undefined) return before;
    if (place.buffer !== undefined) {
      const exists = both(condition, tlaExists(seenAt(place, slot, before), type, path));
      return store(place.buffer, slot, { path, text: fitted.text, exists }, before);
    }
    const written = tlaWrite(whole, type, path, fitted.text);
    const text =
      condition === undefined ? written : `IF ${condition} THEN ${written} ELSE ${whole}`;
    return setSlot(before, slot, text);
  }, point);
}

function both(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? (one ?? other) : `(${one} /\\ ${other})`;
}

/** Memory as the owner of the buffer sees it. */
function seenAt(place: Place, slot: number, { scope }: TlaPoint): string {
  return scope.seen(slot, scope.slots[slot] ?? "", scope.slots[place.buffer ?? -1] ?? "");
}

interface StoredWrite {
  readonly path: readonly TlaStep[];
  readonly text: string;
  readonly exists: string | undefined;
}

function store(
  buffer: number,
  slot: number,
  { path, text, exists: there }: StoredWrite,
  point: TlaPoint,
): TlaPoint {
  const { model, slots } = point.scope;
  const role = model.slots[buffer]?.role;
  const room = role?.role === "buffer" ? role.entries : 0;
  const waiting = slots[buffer] ?? "";
  const fields = fieldNames(model.slots[slot]?.type, path);
  const steps = path.map((step, at) => (step.step === "key" ? step.key : quote(fields[at] ?? "")));
  const entry = tuple([quote(model.slots[slot]?.name ?? ""), tuple(steps), text]);
  const free = `Len(${waiting}) < ${room}`;
  require(point, there === undefined ? free : `(${there} => ${free})`);
  const longer = `Append(${waiting}, ${entry})`;
  return setSlot(
    point,
    buffer,
    there === undefined ? longer : `IF ${there} THEN ${longer} ELSE ${waiting}`,
  );
}

/** For each step down a path: the name of its field, or undefined for a key. */
export function fieldNames(
  whole: Type | undefined,
  path: readonly ({ readonly step: "field"; readonly field: number } | { readonly step: "key" })[],
): readonly (string | undefined)[] {
  let type = whole;
  return path.map((step) => {
    const bare = type?.kind === "optional" ? type.of : type;
    if (step.step === "key") {
      type = bare?.kind === "map" ? bare.value : bare?.kind === "list" ? bare.of : undefined;
      return undefined;
    }
    const field = bare?.kind === "record" ? bare.fields[step.field] : undefined;
    type = field?.type;
    return field?.name ?? "";
  });
}
