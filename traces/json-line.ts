/**
 * One line of an event log to one JSON object.
 *
 * Integers of more than 15 digits, such as nanoseconds since 1970, lose digits in a double. When a
 * line has such an integer where a value begins, it is parsed a second time with a reviver that
 * keeps it as a bigint; the first, much faster parse serves all other lines.
 */

const LONG_INTEGER = /[:,[\s]-?\d{16,}/;
const INTEGER = /^-?\d+$/;

interface ReviverContext {
  readonly source?: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context?: ReviverContext) => unknown;

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object of a line, or why there is none. */
export function parseLine(text: string): JsonObject | string {
  try {
    const value: unknown = LONG_INTEGER.test(text)
      ? JSON.parse(text, keepIntegers)
      : JSON.parse(text);
    return isObject(value) ? value : "it is JSON, but no object";
  } catch {
    return "it is not JSON";
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const keepIntegers: Reviver = (_key, value, context) =>
  typeof value === "number" &&
  !Number.isSafeInteger(value) &&
  context?.source !== undefined &&
  INTEGER.test(context.source)
    ? BigInt(context.source)
    : value;
