/**
 * Times as event logs write them: numbers or decimal strings in a unit, or RFC 3339 dates.
 *
 * The result is exact: digits are never passed through a double. `"1795406870.000000001"` seconds
 * has nine decimals, and `1795406870000000001` nanoseconds does not fit a double; both keep their
 * last digit.
 */

export type TimeUnit = "ns" | "us" | "ms" | "s";

/** Decimal places between each unit and nanoseconds. */
const PLACES: Readonly<Record<TimeUnit, number>> = { ns: 0, us: 3, ms: 6, s: 9 };
const DECIMAL = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?$/;
const DATE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,30}))?(Z|[+-]\d{2}:?\d{2})$/i;
const NANOSECONDS_PER_MILLISECOND: bigint = 1_000_000n;

/** Nanoseconds since 1970 of a value in a log, or undefined when it is no time. */
export function parseTime(value: unknown, unit: TimeUnit): bigint | undefined {
  if (typeof value === "bigint") {
    return value * 10n ** BigInt(PLACES[unit]);
  }
  if (typeof value === "number") {
    return parseNumber(value, unit);
  }
  return typeof value === "string"
    ? (parseDecimal(value.trim(), unit) ?? parseDate(value.trim()))
    : undefined;
}

function parseNumber(value: number, unit: TimeUnit): bigint | undefined {
  if (!Number.isFinite(value)) {
    return undefined;
  }
  // Large and tiny numbers print with an exponent; what remains of them is whole nanoseconds
  // anyway.
  return (
    parseDecimal(String(value), unit) ?? BigInt(Math.round(value)) * 10n ** BigInt(PLACES[unit])
  );
}

function parseDecimal(text: string, unit: TimeUnit): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, sign, whole = "0", fraction = ""] = match;
  const places = PLACES[unit];
  const digits = BigInt(whole + fraction.slice(0, places).padEnd(places, "0"));
  return sign === "-" ? -digits : digits;
}

function parseDate(text: string): bigint | undefined {
  const match = DATE.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, date, time, fraction = "", zone = "Z"] = match;
  const withColon = zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2").toUpperCase();
  const milliseconds = Date.parse(`${date}T${time}${withColon}`);
  return Number.isNaN(milliseconds)
    ? undefined
    : BigInt(milliseconds) * NANOSECONDS_PER_MILLISECOND +
        BigInt(fraction.slice(0, 9).padEnd(9, "0"));
}

const SECONDS_LIMIT: bigint = 100_000_000_000n;

/**
 * The unit that makes `value` a time of our age: seconds have 10 digits, milliseconds 13, and so
 * on.
 */
export function guessUnit(value: unknown): TimeUnit {
  const seconds = parseTime(value, "ns");
  if (seconds === undefined || seconds >= SECONDS_LIMIT * 1_000_000n) {
    return "ns";
  }
  return seconds < SECONDS_LIMIT ? "s" : seconds < SECONDS_LIMIT * 1000n ? "ms" : "us";
}
