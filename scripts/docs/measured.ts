/**
 * What differs from run to run in what the command prints: measured times, and where lines break
 * because of their length.
 *
 *     127 states   depth 16   2 ms   1 reachable         judged in 34 ms
 *     127 states   depth 16   0.1 s   1 reachable        judged in 0.1 s
 *
 * Times of a recording (`+6.9 s`, `17.0 s recorded`) are results and stay.
 */

/** A duration that stands alone between gaps, or after `judged in`. */
const MEASURED: RegExp = /(?<=judged in | {3})\d+(?:\.\d+)? (?:ms|s|min)(?= {3}|\n|$)/g;

/** Puts the same duration in the place of each measured one. */
export function withoutTimes(text: string): string {
  return text.replace(MEASURED, "0.1 s");
}

/** A form of the text that is the same for two runs of the same commands. */
export function comparable(text: string): string {
  return withoutTimes(text).replace(/\s+/g, " ").trim();
}
