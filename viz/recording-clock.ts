/**
 * Times of a recording: nanoseconds since the epoch as bigint, turned into nanoseconds since the
 * beginning of the recording, which fit a double exactly for 104 days.
 */
import type { RecordingVerdict } from "../checker/verdict.ts";

const NANOSECONDS_PER_MICROSECOND = 1e3;
const NANOSECONDS_PER_MILLISECOND = 1e6;
const NANOSECONDS_PER_SECOND = 1e9;
const LAST_DATE_MILLISECONDS = 8_640_000_000_000_000n;

export interface RecordingClock {
  readonly origin: bigint;
  /** Nanoseconds from the beginning to the last thing that the verdict speaks of. */
  readonly duration: number;
  readonly offset: (time: bigint) => number;
}

/** The clock of a recording; its zero is the first event. */
export function clockOf(verdict: RecordingVerdict): RecordingClock {
  const { first, last } = verdict.statistics;
  const times = [
    ...verdict.sources.flatMap((source) => [source.first, source.last]),
    ...verdict.events.map((event) => event.time),
    ...verdict.windows.flatMap((window) => [window.begin, window.end]),
  ].filter((time) => time !== undefined);
  const origin = first ?? times.reduce((low, time) => (time < low ? time : low), times[0] ?? 0n);
  const end = times.reduce((high, time) => (time > high ? time : high), last ?? origin);
  const offset = (time: bigint): number => Number(time - origin);
  return { origin, duration: Math.max(0, offset(end)), offset };
}

/** `12 µs`, `617 ms`, `4.738 s`: a length of time with three significant parts. */
export function formatLength(nanoseconds: number): string {
  const length = Math.abs(nanoseconds);
  if (length >= NANOSECONDS_PER_SECOND) {
    return `${(length / NANOSECONDS_PER_SECOND).toFixed(3)} s`;
  }
  if (length >= NANOSECONDS_PER_MILLISECOND) {
    const milliseconds = length / NANOSECONDS_PER_MILLISECOND;
    return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
  }
  if (length >= NANOSECONDS_PER_MICROSECOND) {
    return `${(length / NANOSECONDS_PER_MICROSECOND).toFixed(0)} µs`;
  }
  return `${length.toFixed(0)} ns`;
}

/** `2026-11-24T03:20:48.293Z`; the plain number where no calendar reaches. */
export function formatDate(time: bigint): string {
  const milliseconds = time / BigInt(NANOSECONDS_PER_MILLISECOND);
  return milliseconds > LAST_DATE_MILLISECONDS || milliseconds < -LAST_DATE_MILLISECONDS
    ? `${time} ns`
    : new Date(Number(milliseconds)).toISOString();
}
