/**
 * Values of a Model as a machine that is written by hand sees them.
 *
 *     range, int, bool    as they are          record, message fields    { name: value }
 *     enum, id            "Red", "Client1"     set, list                 [value, …]
 *     optional            null or the value    map                       { "Client1": value }
 */
import type { Type, TypedField, Value } from "../../spec/model.ts";
import { part, parts, printValue, valuesOf } from "../../spec/values.ts";

export type Plain =
  | boolean
  | number
  | string
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain };

export function plainValue(value: Value, type: Type): Plain {
  switch (type.kind) {
    case "bool":
    case "int":
    case "range":
      return typeof value === "object" ? null : value;
    case "optional":
      return value === null ? null : plainValue(value, type.of);
    case "record":
      return plainFields(parts(value), type.fields);
    case "set":
    case "list":
      return parts(value).map((element) => plainValue(element, type.of));
    case "map":
      return Object.fromEntries(
        valuesOf(type.key).map((key, index) => [
          printValue(key, type.key),
          plainValue(part(value, index), type.value),
        ]),
      );
    default:
      return printValue(value, type);
  }
}

export function plainFields(
  values: readonly Value[],
  fields: readonly TypedField[],
): Readonly<Record<string, Plain>> {
  return Object.fromEntries(
    fields.map(({ name, type }, index) => [name, plainValue(values[index] ?? null, type)]),
  );
}

/**
 * One text for equal data, whatever the order in which its fields were set. Throws a RangeError for
 * what is not data and would make different states look equal: maps, sets, functions, `undefined`.
 */
export function plainKey(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw notData(value);
  if (value === null || ["boolean", "number", "string"].includes(typeof value)) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(plainKey).join()}]`;
  const isRecord =
    typeof value === "object" && Object.getPrototypeOf(value) === Object.getPrototypeOf({});
  if (!isRecord || value === null) throw notData(value);
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${plainKey(inner)}`).join()}}`;
}

function notData(value: unknown): RangeError {
  return new RangeError(`The context of a machine may hold plain data only, not ${String(value)}`);
}
