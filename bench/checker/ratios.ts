/**
 * Ratios between the results of one run on one machine. In all of them more is better:
 *
 *     speed      seconds of the other ÷ seconds of ours; 5 means five times as fast
 *     workers    seconds with one ÷ seconds with two
 */
import { ENGINE_NAMES, type EngineName } from "./engines.ts";
import type { Row } from "./rows.ts";
import type { Result } from "./sample.ts";
import { geometricMean } from "./statistics.ts";

/** The name of a ratio says what is divided: `filter n5: wasm vs pan-bfs`. */
export type Ratios = Readonly<Record<string, number>>;

/** The shorter time of the two search orders of pan: the figure to beat. */
export const FASTER_PAN = "pan";

export function resultOf(row: Row, name: string): Result | undefined {
  return row.results.find((result) => result.name === name);
}

/** How many times as fast `ours` is as `theirs` in a row; undefined when one of them is missing. */
export function speedup(row: Row, ours: string, theirs: string): number | undefined {
  const own = resultOf(row, ours)?.seconds;
  if (theirs === FASTER_PAN) {
    const times = ["pan-dfs", "pan-bfs"].flatMap((name) => resultOf(row, name)?.seconds ?? []);
    return own === undefined || times.length === 0 ? undefined : Math.min(...times) / own;
  }
  const other = resultOf(row, theirs)?.seconds;
  return own === undefined || other === undefined ? undefined : other / own;
}

/** Speedups of an engine in all rows that have one. */
export function speedups(rows: readonly Row[], ours: string, theirs: string): readonly number[] {
  return rows.flatMap((row) => speedup(row, ours, theirs) ?? []);
}

const PAIRS: readonly (readonly [ours: EngineName, theirs: string])[] = [
  ...ENGINE_NAMES.flatMap((engine) =>
    ["pan-dfs", "pan-bfs", "c"].map((peer) => [engine, peer] as const),
  ),
  ["wasm2", "wasm"],
  ["wasm", "javascript"],
];

/** Every ratio of every row, and the geometric mean of each kind. */
export function ratiosOf(rows: readonly Row[]): Ratios {
  const named = PAIRS.flatMap(([ours, theirs]) => {
    const each = rows.flatMap((row): [string, number][] => {
      const ratio = speedup(row, ours, theirs);
      return ratio === undefined ? [] : [[`${row.name}: ${ours} vs ${theirs}`, ratio]];
    });
    if (each.length === 0) return [];
    const mean = geometricMean(each.map(([, ratio]) => ratio));
    return [...each, [`geometric mean of ${each.length}: ${ours} vs ${theirs}`, mean] as const];
  });
  return Object.fromEntries(named);
}
