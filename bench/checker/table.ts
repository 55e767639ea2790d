/**
 * What the benchmark prints: one line for each contender of each row, the targets, what got worse.
 */
import type { Regression } from "./baseline.ts";
import type { Row } from "./rows.ts";
import { type Ratios, speedup } from "./ratios.ts";
import type { Result } from "./sample.ts";
import type { Target } from "./targets.ts";

const MEBIBYTE = 2 ** 20;
const HEAD = [
  "model",
  "states",
  "transitions",
  "contender",
  "seconds",
  "M states/s",
  "vs dfs",
  "vs bfs",
  "vs C",
  "peak MiB",
  "bytes/state",
  "accounted",
];
/** Columns that hold words; the others hold numbers, set to the right. */
const WORDS = new Set([0, 3]);

/** The lines of one row; `idle` is the peak memory of a run with almost no states. */
export function rowLines(row: Row, idle: number): readonly (readonly string[])[] {
  const lines = row.results.map((result, at) => {
    const head =
      at === 0 ? [row.name, grouped(row.states), grouped(row.transitions)] : ["", "", ""];
    return [...head, ...cells(row, result, idle)];
  });
  const missing = row.missing.map(({ name, why }) => ["", "", "", name, `not available: ${why}`]);
  return [...lines, ...missing];
}

function cells(row: Row, result: Result, idle: number): readonly string[] {
  const { name, seconds, states, peakBytes, accountedBytes } = result;
  const isPeer = name.startsWith("pan") || name === "c";
  const ratio = (theirs: string): string => {
    const value = isPeer ? undefined : speedup(row, name, theirs);
    return value === undefined ? "" : value.toPrecision(3);
  };
  const own = peakBytes === undefined ? undefined : peakBytes - (isPeer ? 0 : idle);
  return [
    name,
    seconds.toPrecision(3),
    (states / seconds / 1e6).toPrecision(3),
    ratio("pan-dfs"),
    ratio("pan-bfs"),
    ratio("c"),
    peakBytes === undefined ? "" : (peakBytes / MEBIBYTE).toFixed(0),
    own === undefined ? "" : (Math.max(own, 0) / states).toFixed(1),
    accountedBytes === undefined ? "" : (accountedBytes / states).toFixed(1),
  ];
}

/** Aligned columns under a head; a line with fewer cells lets its last one run on. */
export function table(lines: readonly (readonly string[])[]): string {
  const all = [HEAD, ...lines];
  const widths = HEAD.map((_, column) =>
    Math.max(
      ...all.map((line) =>
        column === line.length - 1 && line.length < HEAD.length ? 0 : (line[column]?.length ?? 0),
      ),
    ),
  );
  const printed = all.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const runsOn = line.length < HEAD.length && column === line.length - 1;
        return WORDS.has(column) || runsOn ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
  return printed.join("\n");
}

export function means(ratios: Ratios): string {
  return Object.entries(ratios)
    .filter(([name]) => name.startsWith("geometric mean"))
    .map(([name, ratio]) => `${name}: ${ratio.toPrecision(3)}`)
    .join("\n");
}

export function targetLines(targets: readonly Target[]): string {
  return targets
    .map(({ name, wanted, measured, met }) => {
      const word = met === undefined ? "-" : met ? "met" : "MISSED";
      return `${word.padEnd(6)}  ${name}: ${measured}${met === undefined ? "" : ` (${wanted})`}`;
    })
    .join("\n");
}

export function regressionLines(found: readonly Regression[]): string {
  return found
    .map(({ name, before, now }) => {
      const lost = Math.round((1 - now / before) * 100);
      const was = before.toPrecision(3);
      return `WORSE   ${name}: ${now.toPrecision(3)}, was ${was} (${lost} % lost)`;
    })
    .join("\n");
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
