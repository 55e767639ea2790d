/**
 * Numbers as people read them: counts with commas, durations with one decimal, sizes with a unit.
 *
 * The same words are used by every reporter, so that a number found in one is found in another. The
 * locale is fixed, because output must not depend on the machine.
 */

const COUNT = new Intl.NumberFormat("en-US");
const NANOSECONDS_PER_SECOND = 1_000_000_000n;
const MILLISECONDS_PER_MINUTE = 60_000;
/** Below this, seconds would be mostly zeros; milliseconds. */
const MILLISECONDS_BELOW = 100;
/** From here on minutes are easier to grasp than seconds; minutes. */
const MINUTES_FROM = 2;

/** `1769` → `1,769` */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** `1 state`, `1,769 states`; `plural` only where an s does not make it. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `12` → `12 ms`, `120` → `0.1 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < MILLISECONDS_BELOW) return `${Math.round(milliseconds)} ms`;
  const minutes = Math.floor(milliseconds / MILLISECONDS_PER_MINUTE);
  if (minutes < MINUTES_FROM) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.floor((milliseconds % MILLISECONDS_PER_MINUTE) / 1000);
  return `${formatCount(minutes)} min ${seconds} s`;
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** `12_400_000` → `12.4 MB`; units are powers of 1,000. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ""}`;
}

/** `1_100_000` → `1.10 M`, for lines that rewrite themselves and must not jump. */
export function formatRough(count: number): string {
  if (count >= 999_500) return `${(count / 1_000_000).toFixed(2)} M`;
  return count >= 9_999.5 ? `${(count / 1000).toFixed(0)} k` : formatCount(Math.round(count));
}

/** Seconds from the start of a recording with milliseconds: `+4.012 s`. */
export function formatOffset(time: bigint, start: bigint): string {
  const difference = time - start;
  const sign = difference < 0n ? "-" : "+";
  const absolute = difference < 0n ? -difference : difference;
  const seconds = absolute / NANOSECONDS_PER_SECOND;
  const milliseconds = (absolute % NANOSECONDS_PER_SECOND) / 1_000_000n;
  return `${sign}${seconds}.${milliseconds.toString().padStart(3, "0")} s`;
}

/** Time of day in UTC, to the microsecond: `2026-11-23 14:00:00.012345`. */
export function formatInstant(time: bigint): string {
  const milliseconds = Number(time / 1_000_000n);
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return `${time} ns`;
  const micros = ((time / 1000n) % 1000n).toString().padStart(3, "0");
  return `${date.toISOString().replace("T", " ").replace("Z", "")}${micros}`;
}
