/**
 * From one JSON object to flat attributes.
 *
 *     {"mac": {"client": "02:…"}, "pids": [1, 2]}   →   mac.client = "02:…", pids = "[1,2]"
 *
 * The result has no prototype, and names are only ever defined as own properties, so that an object
 * with a `__proto__` or `constructor` in it is data like any other. Names that would clash after
 * flattening (`{"a.b": 1, "a": {"b": 2}}`) keep the later value, as duplicate names do in JSON.
 *
 * Limits: `MAX_DEPTH` (deeper values stay JSON text) and `MAX_ATTRIBUTES` (further ones are left
 * out).
 */
import type { Attribute } from "./trace.ts";

/** Nested objects that are flattened. */
export const MAX_DEPTH = 8;
/** Attributes of one event. */
export const MAX_ATTRIBUTES = 256;

export interface Flattened {
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** False when attributes were left out. */
  readonly whole: boolean;
}

/** The attributes of `object`, without its fields `omit`. */
export function flatten(object: object, omit: readonly string[]): Flattened {
  const attributes: Record<string, Attribute> = Object.create(null);
  let count = 0;
  let whole = true;
  const add = (name: string, value: unknown, depth: number): void => {
    if (isPlain(value) && depth < MAX_DEPTH && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) {
        add(`${name}.${key}`, inner, depth + 1);
      }
    } else if (count < MAX_ATTRIBUTES) {
      count++;
      attributes[name] = toAttribute(value);
    } else {
      whole = false;
    }
  };
  for (const [key, value] of Object.entries(object)) {
    if (!omit.includes(key)) {
      add(key, value, 0);
    }
  }
  return { attributes, whole };
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toAttribute(value: unknown): Attribute {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "bigint":
      return value;
    default:
      return value === null || value === undefined ? null : jsonText(value);
  }
}

/** JSON text; integers that are too large for a double are written with all their digits. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "bigint" ? String(inner) : inner,
    );
  } catch {
    return "(nested too deeply)";
  }
}
