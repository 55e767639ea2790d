/**
 * Writing a part of a symbolic value, and store buffers: the twin of `reference/memory.ts`.
 *
 * An entry of a store buffer names a slot, a path and a value. Which slots and paths a buffer can
 * hold is known from the Model, so an entry becomes a message whose kinds are those places, and a
 * buffer becomes a list of such messages:
 *
 *     [ring.head, [], 1]            head(value: 1)
 *     [ring.cells, [2], "Full"]     cells(key: 2, value: Full)
 */
import type { Effect, Model, Place, Type, Value } from "../../spec/model.ts";
import { part, parts } from "../../spec/values.ts";
import type { Formula, Formulas } from "./formula.ts";
import { keyCases } from "./symbolic-parts.ts";
import { chooseSymbolic, defaultOf, elementAt, type Symbolic } from "./symbolic.ts";

/** A step down a path, when the keys are formulas. */
export type SymbolicStep =
  | { readonly step: "field"; readonly field: number }
  | { readonly step: "key"; readonly key: Symbolic };

type StepShape =
  | { readonly step: "field"; readonly field: number }
  | { readonly step: "key"; readonly type: Type };

/** One place that a waiting write can have; keys are left open. */
export interface StorePlace {
  readonly slot: number;
  readonly steps: readonly StepShape[];
  readonly type: Type;
}

/** By buffer slot: the places of its entries. The ordinal of a place is the kind of its message. */
export type StoreLayouts = ReadonlyMap<number, readonly StorePlace[]>;

/** The places that each store buffer of the Model can hold, in the order of the text. */
export function storeLayouts(model: Model): StoreLayouts {
  const found = new Map<number, StorePlace[]>();
  for (const [index, slot] of model.slots.entries()) {
    if (slot.role.role === "buffer") found.set(index, []);
  }
  const known = new Set<string>();
  for (const place of [model.start, ...model.transitions.map(({ effects }) => effects)].flatMap(
    writtenPlaces,
  )) {
    if (place.buffer === undefined) continue;
    for (const slot of place.slots) {
      const made = storePlace(model, place, slot);
      const key = JSON.stringify([place.buffer, slot, made.steps]);
      if (known.has(key)) continue;
      known.add(key);
      found.get(place.buffer)?.push(made);
    }
  }
  return found;
}

function writtenPlaces(effects: readonly Effect[]): readonly Place[] {
  return effects.flatMap((effect) => {
    switch (effect.effect) {
      case "assign":
        return [effect.place];
      case "if":
        return [...writtenPlaces(effect.then), ...writtenPlaces(effect.else)];
      case "for":
        return writtenPlaces(effect.body);
      default:
        return [];
    }
  });
}

function storePlace(model: Model, place: Place, slot: number): StorePlace {
  let type: Type = model.slots[slot]?.type ?? place.type;
  const steps: StepShape[] = [];
  for (const step of place.path) {
    const bare = type.kind === "optional" ? type.of : type;
    if (step.step === "field") {
      steps.push({ step: "field", field: step.field });
      type = bare.kind === "record" ? (bare.fields[step.field]?.type ?? place.type) : place.type;
    } else {
      steps.push({ step: "key", type: keyType(bare) });
      type = bare.kind === "map" ? bare.value : bare.kind === "list" ? bare.of : place.type;
    }
  }
  return { slot, steps, type: place.type };
}

function keyType(type: Type): Type {
  if (type.kind === "map") return type.key;
  const high = type.kind === "list" ? type.capacity - 1 : 0;
  return { kind: "range", name: undefined, low: 0, high, overflow: "fail" };
}

/** The type of a buffer's slot once its entries are messages. */
export function bufferType(model: Model, places: readonly StorePlace[], capacity: number): Type {
  const kinds = places.map(({ slot, steps, type }, index) => {
    const keys = steps.flatMap((step, at) =>
      step.step === "key" ? [{ name: `key${at}`, type: step.type }] : [],
    );
    const name = `${model.slots[slot]?.name ?? "place"}_${index}`;
    return { name, fields: [...keys, { name: "value", type }] };
  });
  return { kind: "list", of: { kind: "message", name: "store", kinds }, capacity };
}

/** Waiting writes of a Model as messages. */
export function bufferValue(value: Value, places: readonly StorePlace[]): Value {
  return parts(value).map((entry) => {
    const path = parts(part(entry, 1));
    const kind = places.findIndex(
      ({ slot, steps }) =>
        slot === part(entry, 0) &&
        steps.length === path.length &&
        steps.every((step, at) => step.step === "key" || step.field === path[at]),
    );
    const keys = path.filter((_, at) => places[kind]?.steps[at]?.step === "key");
    return [kind, ...keys, part(entry, 2)];
  });
}

/** A waiting write as a message of its buffer. */
export function storeMessage(
  places: readonly StorePlace[],
  slot: number,
  path: readonly SymbolicStep[],
  value: Symbolic,
  f: Formulas,
): Symbolic {
  const matches = ({ slot: other, steps }: StorePlace): boolean =>
    other === slot &&
    steps.length === path.length &&
    steps.every((step, at) => {
      const given = path[at];
      return step.step === "key"
        ? given?.step === "key"
        : given?.step === "field" && given.field === step.field;
    });
  const kind = places.findIndex(matches);
  const keys = path.flatMap((step) => (step.step === "key" ? [step.key] : []));
  const fields = places.map((place, ordinal) => {
    if (ordinal === kind) return [...keys, value];
    const types = place.steps.flatMap((step) => (step.step === "key" ? [step.type] : []));
    return [...types, place.type].map((type) => defaultOf(type, f));
  });
  return { shape: "message", kind: f.number(kind), fields };
}

/** The path and value of an entry, when it is of the given kind. */
function entryParts(
  place: StorePlace,
  fields: readonly Symbolic[],
): { readonly path: readonly SymbolicStep[]; readonly value: Symbolic | undefined } {
  let next = 0;
  const path = place.steps.flatMap((step): SymbolicStep[] => {
    if (step.step === "field") return [step];
    const key = fields[next++];
    return key === undefined ? [] : [{ step: "key", key }];
  });
  return { path, value: fields[next] };
}

/** Memory at `slot` as the owner of `buffer` sees it: its waiting writes, oldest first, on top. */
export function readThroughSymbolic(
  memory: Symbolic,
  slot: number,
  type: Type,
  buffer: number,
  scope: {
    readonly f: Formulas;
    readonly state: readonly Symbolic[];
    readonly stores: StoreLayouts;
  },
): Symbolic {
  const { f } = scope;
  const list = scope.state[buffer];
  if (list?.shape !== "list") return memory;
  return list.elements.reduce((seen, _entry, at) => {
    const waiting = f.lt(f.number(at), list.length);
    const entry = elementAt(list, at);
    return applyEntry(seen, { slot, type }, entry, waiting, scope.stores.get(buffer) ?? [], f);
  }, memory);
}

/** The value of a slot after one entry, where `when` holds and the entry is about this slot. */
export function applyEntry(
  memory: Symbolic,
  { slot, type }: { readonly slot: number; readonly type: Type },
  entry: Symbolic,
  when: Formula,
  places: readonly StorePlace[],
  f: Formulas,
): Symbolic {
  if (entry.shape !== "message") return memory;
  return places.reduce((seen, place, kind) => {
    if (place.slot !== slot) return seen;
    const { path, value } = entryParts(place, entry.fields[kind] ?? []);
    if (value === undefined) return seen;
    const here = f.and(when, f.eq(entry.kind, f.number(kind)));
    return writeSymbolic(seen, type, path, value, here, f);
  }, memory);
}

// ---------------------------------------------------------------------------- parts

/** `whole` with the part at `path` replaced in the states in which `when` holds and it exists. */
export function writeSymbolic(
  whole: Symbolic,
  type: Type,
  path: readonly SymbolicStep[],
  value: Symbolic,
  when: Formula,
  f: Formulas,
): Symbolic {
  const [first, ...rest] = path;
  if (first === undefined) return chooseSymbolic(when, value, whole, f);
  if (type.kind === "optional") {
    if (whole.shape !== "optional") return writeSymbolic(whole, type.of, path, value, when, f);
    const inside = f.and(when, whole.present);
    return { ...whole, value: writeSymbolic(whole.value, type.of, path, value, inside, f) };
  }
  const write = (part: Symbolic, of: Type, here: Formula): Symbolic =>
    writeSymbolic(part, of, rest, value, f.and(when, here), f);
  if (first.step === "field") {
    if (type.kind !== "record" || whole.shape !== "product") return whole;
    const field = type.fields[first.field];
    if (field === undefined) return whole;
    const fields = whole.parts.map((one, index) =>
      index === first.field ? write(one, field.type, f.yes) : one,
    );
    return { shape: "product", parts: fields };
  }
  const positions = new Map(
    keyCases(first.key, keyType(type), f).map(({ when: here, ordinal }) => [ordinal, here]),
  );
  if (type.kind === "map" && whole.shape === "product") {
    return {
      shape: "product",
      parts: whole.parts.map((one, at) => write(one, type.value, positions.get(at) ?? f.no)),
    };
  }
  if (type.kind !== "list" || whole.shape !== "list") return whole;
  const elements = whole.elements.map((one, at) => {
    const here = f.and(positions.get(at) ?? f.no, f.lt(f.number(at), whole.length));
    return write(one, type.of, here);
  });
  return { ...whole, elements };
}

/** Is there a part at `path`? */
export function existsSymbolic(
  whole: Symbolic,
  type: Type,
  path: readonly SymbolicStep[],
  f: Formulas,
): Formula {
  const [first, ...rest] = path;
  if (first === undefined) return f.yes;
  if (type.kind === "optional") {
    if (whole.shape !== "optional") return existsSymbolic(whole, type.of, path, f);
    return f.and(whole.present, existsSymbolic(whole.value, type.of, path, f));
  }
  if (first.step === "field") {
    const field = type.kind === "record" ? type.fields[first.field] : undefined;
    const part = whole.shape === "product" ? whole.parts[first.field] : undefined;
    if (field === undefined || part === undefined) return f.no;
    return existsSymbolic(part, field.type, rest, f);
  }
  const cases = keyCases(first.key, keyType(type), f);
  if (type.kind === "map" && whole.shape === "product") {
    if (covers(cases.length, first.key, keyType(type)) && rest.length === 0) return f.yes;
    return f.or(
      ...cases.flatMap(({ when, ordinal }) => {
        const part = whole.parts[ordinal];
        return part === undefined ? [] : [f.and(when, existsSymbolic(part, type.value, rest, f))];
      }),
    );
  }
  if (type.kind !== "list" || whole.shape !== "list") return f.no;
  return f.or(
    ...cases.flatMap(({ when, ordinal }) => {
      const part = whole.elements[ordinal];
      if (part === undefined) return [];
      const here = f.and(when, f.lt(f.number(ordinal), whole.length));
      return [f.and(here, existsSymbolic(part, type.of, rest, f))];
    }),
  );
}

/** Can the key have no value but those of its type? */
function covers(cases: number, key: Symbolic, type: Type): boolean {
  if (type.kind === "range" && key.shape === "scalar") {
    return key.value.low >= type.low && key.value.high <= type.high;
  }
  return cases > 0 && key.shape !== "optional";
}
