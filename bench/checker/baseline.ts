/**
 * The stored baseline, and what got worse since.
 *
 * Only ratios are compared: seconds of another machine, or of a busy one, say nothing, while a
 * ratio of two programs that ran in turns mostly survives both.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Machine } from "./machine.ts";
import type { Ratios } from "./ratios.ts";
import type { Row } from "./rows.ts";
import type { Target } from "./targets.ts";

const BASELINE_VERSION = 1;
/** Part of a ratio that may be lost before it counts as a regression. */
export const TOLERANCE = 0.2;

export interface Baseline {
  readonly version: typeof BASELINE_VERSION;
  readonly machine: Machine;
  readonly runs: number;
  readonly rows: readonly Row[];
  readonly ratios: Ratios;
  readonly targets: readonly Target[];
}

export interface Regression {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** The baseline, or undefined when there is none yet. Throws when it is of another version. */
export function readBaseline(path: string): Baseline | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const stored = JSON.parse(text) as { readonly version: number };
  if (stored.version === BASELINE_VERSION) return stored as Baseline;
  throw new Error(`${path} is of version ${stored.version}; store a new one with --save`);
}

export function writeBaseline(path: string, baseline: Omit<Baseline, "version">): void {
  mkdirSync(dirname(path), { recursive: true });
  const stored: Baseline = { version: BASELINE_VERSION, ...baseline };
  writeFileSync(path, `${JSON.stringify(stored, undefined, 2)}\n`);
}

/** Ratios that lost more than the tolerance; those that one side lacks are not compared. */
export function regressions(before: Ratios, now: Ratios): readonly Regression[] {
  return Object.entries(now).flatMap(([name, ratio]) => {
    const stored = before[name];
    const worse = stored !== undefined && ratio < stored * (1 - TOLERANCE);
    return worse ? [{ name, before: stored, now: ratio }] : [];
  });
}
