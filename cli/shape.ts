/**
 * Shapes: small readers that turn unknown JSON data into a typed value, or say where it is wrong.
 *
 *     const point = object({ x: number, y: number, name: optional(string) });
 *     readShape(point, data)   →   { value } or { wrong: "y: a number is missing" }
 *
 * A shape throws a `ShapeError` that never leaves `readShape`. Keys that a shape does not name are
 * ignored, so that an older command can read the report of a newer one of the same version.
 */

/** Reads `value`, which stands at `path` of the data. */
export type Shape<T> = (value: unknown, path: string) => T;

class ShapeError extends Error {}

/** Reads `data`, or says what is wrong with it. */
export function readShape<T>(
  shape: Shape<T>,
  data: unknown,
):
  | { readonly value: T; readonly wrong: undefined }
  | { readonly value: undefined; readonly wrong: string } {
  try {
    return { value: shape(data, ""), wrong: undefined };
  } catch (error) {
    if (error instanceof ShapeError) return { value: undefined, wrong: error.message };
    throw error;
  }
}

function wrong(path: string, wanted: string): never {
  throw new ShapeError(`${path === "" ? "the whole" : path} is not ${wanted}`);
}

export const string: Shape<string> = (value, path) =>
  typeof value === "string" ? value : wrong(path, "a text");

export const number: Shape<number> = (value, path) =>
  typeof value === "number" && Number.isFinite(value) ? value : wrong(path, "a number");

export const boolean: Shape<boolean> = (value, path) =>
  typeof value === "boolean" ? value : wrong(path, "true or false");

/** A decimal string that stands for a bigint. */
export const bigint: Shape<bigint> = (value, path) =>
  typeof value === "string" && /^-?\d{1,40}$/.test(value)
    ? BigInt(value)
    : wrong(path, "a whole number as text");

/** One of several literal values. */
export function literal<const T extends string | number>(...values: readonly T[]): Shape<T> {
  return (value, path) =>
    values.find((one) => one === value) ??
    wrong(path, `${values.length > 1 ? "one of " : ""}${values.join(", ")}`);
}

/** A value that may be absent. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : shape(value, path));
}

export function array<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, path) =>
    Array.isArray(value)
      ? value.map((one, index) => shape(one, `${path}[${index}]`))
      : wrong(path, "a list");
}

/** An object whose keys are not known beforehand. */
export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path) =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, one]) => [key, shape(one, `${path}.${key}`)]),
        )
      : wrong(path, "an object");
}

/** An object with these keys. */
export function object<T extends object>(
  shapes: { readonly [Key in keyof T]: Shape<T[Key]> },
): Shape<T> {
  return (value, path) => {
    if (!isObject(value)) return wrong(path, "an object");
    const result: Partial<T> = {};
    for (const key in shapes) {
      const inner = Object.hasOwn(value, key) ? value[key] : undefined;
      result[key] = shapes[key](inner, path === "" ? key : `${path}.${key}`);
    }
    // The loop has set every key.
    return result as T;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
