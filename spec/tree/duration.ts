/**
 * Durations: `200ms`, `1.5s`, `2h`, in nanoseconds.
 *
 * The scanner uses the same reading, so that a duration that is too long is reported before a
 * declaration is matched, and the tree can rely on it.
 */

const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  ms: 1_000_000,
  s: 1_000_000_000,
  m: 60_000_000_000,
  h: 3_600_000_000_000,
};

const DURATION = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)$/;

/**
 * The nanoseconds of a duration, rounded to a whole number; undefined when `text` is no duration.
 * A number that a double cannot hold exactly comes back as infinity.
 */
export function nanosecondsOf(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const value = Math.round(Number(amount) * (NANOSECONDS[unit] ?? Number.NaN));
  return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
}
