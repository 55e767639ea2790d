/**
 * What a running search says of itself on the progress line.
 *
 *     2.85 M generated   queue 96 k   depth 31   388 MB of 1 GB   est. 1.7–1.9 M states, 2–4 s left
 *
 * The estimate is a range (`checker/estimate.ts`) and never a promise: before it can be given the
 * line says so. Its ends are rounded away from each other, to two digits.
 */
import { createSizeMeter, type SizeEstimate } from "../checker/estimate.ts";
import type { Progress } from "../checker/explore/explorer.ts";
import { formatBytes, formatRough } from "./numbers.ts";

/** Below this the state space may be small, and nobody waits for an estimate; milliseconds. */
const ESTIMATE_FROM_MS = 2000;

/** Gives the facts for each report of one search. `bytes` is its limit, if the user set one. */
export function searchFacts(bytes: number | undefined): (progress: Progress) => readonly string[] {
  const meter = createSizeMeter();
  return (progress) => {
    meter.observe(progress);
    const limit = bytes === undefined ? "" : ` of ${formatBytes(bytes)}`;
    return [
      `${formatRough(progress.transitions)} generated`,
      `queue ${formatRough(progress.queue)}`,
      `depth ${progress.depth}`,
      `${formatBytes(progress.bytes)}${limit}`,
      ...(progress.milliseconds < ESTIMATE_FROM_MS
        ? []
        : [estimateWords(meter.estimate(), progress)]),
    ];
  };
}

function estimateWords(
  range: SizeEstimate | undefined,
  { states, milliseconds }: Progress,
): string {
  if (range === undefined) return "still growing, no estimate";
  const [low, high] = [roundedTo2(range.low, Math.floor), roundedTo2(range.high, Math.ceil)];
  const seconds = (end: number): number =>
    Math.ceil(((Math.max(0, end - states) / states) * milliseconds) / 1000);
  const left = between(String(seconds(range.low)), String(seconds(range.high)));
  return `est. ${between(formatRough(low), formatRough(high))} states, ${left} s left`;
}

/** `1.7–1.9 M`: a unit that both ends share is said once. */
function between(low: string, high: string): string {
  if (low === high) return low;
  const [, number = low, unit = ""] = /^([\d.,]+)( \D+)?$/.exec(low) ?? [];
  return unit !== "" && high.endsWith(unit) ? `${number}–${high}` : `${low}–${high}`;
}

function roundedTo2(count: number, round: (number: number) => number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return round(count / unit) * unit;
}
