/**
 * Values and types of a Model in TLA+.
 *
 *     bool               TRUE, FALSE
 *     range              1, 2
 *     enum, id, mode     "Red", "Client1", "Up"; an inactive mode is "inactive"
 *     T?                 <<>> for `none`, <<v>> for a value
 *     record             [f |-> v, g |-> w]
 *     message            <<"Open", v, w>>
 *     set, map, list     {v, w}, a function with the keys as domain, <<v, w>>
 *     bag channel        a bag: a function from messages to their number
 *     store buffer       <<<<"x", <<key>>, v>>, …>>, oldest first
 *
 * Optionals and messages are tuples, because TLC compares tuples of different lengths, or with a
 * different first element, without looking at values of different types.
 */
import type { Model, Type, Value } from "../../spec/model.ts";
import { compareValues, part, parts, printValue, valuesOf } from "../../spec/values.ts";
import type { Naming } from "./names.ts";
import { childOf } from "../reference/memory.ts";

export function tlaValue(value: Value, type: Type): string {
  switch (type.kind) {
    case "bool":
      return value === true ? "TRUE" : "FALSE";
    case "int":
    case "range":
      return Number(value) < 0 ? `(${Number(value)})` : String(Number(value));
    case "enum":
    case "id":
    case "mode":
      return quote(printValue(value, type));
    case "optional":
      return value === null ? "<<>>" : `<<${tlaValue(value, type.of)}>>`;
    case "record": {
      const fields = type.fields.map(
        (field, index) => `${field.name} |-> ${tlaValue(part(value, index), field.type)}`,
      );
      return `[${fields.join(", ")}]`;
    }
    case "message": {
      const kind = type.kinds[Number(part(value, 0))];
      const fields = kind?.fields.map((field, at) => tlaValue(part(value, at + 1), field.type));
      return tuple([quote(kind?.name ?? ""), ...(fields ?? [])]);
    }
    case "set":
      return `{${parts(value)
        .map((element) => tlaValue(element, type.of))
        .join(", ")}}`;
    case "map": {
      const keys = valuesOf(type.key);
      const entries = parts(value).map(
        (entry, at) => `${tlaValue(keys[at] ?? null, type.key)} :> ${tlaValue(entry, type.value)}`,
      );
      return entries.length === 0 ? "<<>>" : `(${entries.join(" @@ ")})`;
    }
    case "list":
      return tuple(parts(value).map((element) => tlaValue(element, type.of)));
    case "store":
      return "<<>>";
  }
}

export function tuple(elements: readonly string[]): string {
  return `<<${elements.join(", ")}>>`;
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

/** The value of a slot: channels that are bags and store buffers have a form of their own. */
export function tlaSlotValue(model: Model, slot: number, value: Value): string {
  const { type } = model.slots[slot] ?? { type: { kind: "bool" } as const };
  if (isBag(model, slot) && type.kind === "list") {
    const counts = countEqual(parts(value)).map(
      ([message, count]) => `${tlaValue(message, type.of)} :> ${count}`,
    );
    return counts.length === 0 ? "EmptyBag" : `(${counts.join(" @@ ")})`;
  }
  if (model.slots[slot]?.role.role === "buffer") {
    return tuple(parts(value).map((entry) => storeEntryText(model, entry)));
  }
  return tlaValue(value, type);
}

/** Is the slot a channel without order? */
export function isBag(model: Model, slot: number): boolean {
  const role = model.slots[slot]?.role;
  return role?.role === "channel" && model.channels[role.channel]?.discipline === "bag";
}

/** Equal neighbours of a sorted list with their number. */
export function countEqual(sorted: readonly Value[]): readonly (readonly [Value, number])[] {
  const counts: [Value, number][] = [];
  for (const value of sorted) {
    const last = counts.at(-1);
    if (last !== undefined && compareValues(last[0], value) === 0) last[1]++;
    else counts.push([value, 1]);
  }
  return counts;
}

function storeEntryText(model: Model, entry: Value): string {
  const { slot, steps, value, type } = storeEntryParts(model, entry);
  const path = steps.map((step) =>
    step.type === undefined ? quote(step.name) : tlaValue(step.key, step.type),
  );
  return tuple([quote(slot), tuple(path), tlaValue(value, type)]);
}

/** A step down the path of a waiting write: the name of a field, or a key with its type. */
export type StoreStep =
  | { readonly name: string; readonly type: undefined }
  | { readonly key: Value; readonly type: Type };

/** A waiting write with names and types. */
export function storeEntryParts(
  model: Model,
  entry: Value,
): {
  readonly slot: string;
  readonly steps: readonly StoreStep[];
  readonly value: Value;
  readonly type: Type;
} {
  const slot = model.slots[Number(part(entry, 0))];
  let type: Type = slot?.type ?? { kind: "bool" };
  const steps = parts(part(entry, 1)).map((step): StoreStep => {
    const whole = type.kind === "optional" ? type.of : type;
    const child = childOf(whole, step);
    type = child?.type ?? type;
    if (whole.kind === "record") {
      return { name: whole.fields[Number(step)]?.name ?? "", type: undefined };
    }
    return { key: step, type: keyTypeOf(whole) };
  });
  return { slot: slot?.name ?? "", steps, value: part(entry, 2), type };
}

/** The type of the keys of a map, or of the positions of a list. */
export function keyTypeOf(type: Type): Type {
  return type.kind === "map" ? type.key : { kind: "int" };
}

/** The set of all values of a type. */
export function tlaType(type: Type, fresh: Naming): string {
  const inner = (of: Type): string => tlaType(of, fresh);
  switch (type.kind) {
    case "bool":
      return "BOOLEAN";
    case "int":
      return "Int";
    case "range":
      return `(${tlaValue(type.low, type)}..${tlaValue(type.high, type)})`;
    case "enum":
    case "id":
    case "mode":
      return `{${valuesOf(type)
        .map((value) => tlaValue(value, type))
        .join(", ")}}`;
    case "optional": {
      const some = fresh("some");
      return `({<<>>} \\cup {<<${some}>> : ${some} \\in ${inner(type.of)}})`;
    }
    case "record":
      return `[${type.fields.map((field) => `${field.name} : ${inner(field.type)}`).join(", ")}]`;
    case "message":
      return `(${type.kinds
        .map(({ name, fields }) => {
          if (fields.length === 0) return `{${tuple([quote(name)])}}`;
          const sets = fields.map((field) => inner(field.type));
          return `({${quote(name)}} \\X ${sets.join(" \\X ")})`;
        })
        .join(" \\cup ")})`;
    case "set":
      return `(SUBSET ${inner(type.of)})`;
    case "map":
      return `[${inner(type.key)} -> ${inner(type.value)}]`;
    case "list": {
      const length = fresh("length");
      const lists = `[1..${length} -> ${inner(type.of)}]`;
      return `UNION {${lists} : ${length} \\in 0..${type.capacity}}`;
    }
    case "store":
      return "{}";
  }
}
