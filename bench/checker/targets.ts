/**
 * The figures to reach, each with what was measured, or why it was not.
 *
 * A target that needs a feature that is not there, or a row that was not run, is *not available*:
 * it is neither met nor missed.
 */
import type { Row } from "./rows.ts";
import { FASTER_PAN, type Ratios, resultOf, speedup, speedups } from "./ratios.ts";
import { geometricMean, median } from "./statistics.ts";

export interface Target {
  readonly name: string;
  readonly wanted: string;
  /** Printed with its unit. */
  readonly measured: string;
  /** Undefined: not available. */
  readonly met: boolean | undefined;
  /** Of a ratio that must stay low: the limit divided by it, so that more is better. */
  readonly headroom: number | undefined;
}

const EACH_SPEEDUP_MIN = 5;
const MEAN_SPEEDUP_MIN = 10;
const BY_HAND_MIN = 1 / 2;
const WORKERS_SPEEDUP_MIN = 1.7;
/** Below this size a run is mostly start-up, of either side. */
const SPEED_STATES_MIN = 1e5;
/** Two workers are judged on models above this size. */
const WORKERS_STATES_MIN = 1e6;
/** The unit of ratios. */
const TIMES = "times";
/** The engine of one worker that the figures are about. */
const ENGINE = "wasm";

export function unavailable(name: string, wanted: string, why: string): Target {
  return { name, wanted, measured: `not available: ${why}`, met: undefined, headroom: undefined };
}

/** What the rows say about the speeds to reach. */
export function speedTargets(rows: readonly Row[]): readonly Target[] {
  const measured = rows.filter(
    (row) => row.states >= SPEED_STATES_MIN && resultOf(row, ENGINE) !== undefined,
  );
  const against = speedups(measured, ENGINE, FASTER_PAN);
  const large = measured.filter(({ states }) => states > WORKERS_STATES_MIN);
  return [
    atLeast(
      "one worker against the faster order of pan, worst model",
      EACH_SPEEDUP_MIN,
      against.length === 0 ? undefined : Math.min(...against),
    ),
    atLeast(
      "one worker against the faster order of pan, geometric mean",
      MEAN_SPEEDUP_MIN,
      against.length === 0 ? undefined : geometricMean(against),
    ),
    atLeast(
      "one worker against C by hand, worst size",
      BY_HAND_MIN,
      least(speedups(measured, ENGINE, "c")),
    ),
    atLeast(
      `two workers against one above ${WORKERS_STATES_MIN} states, median`,
      WORKERS_SPEEDUP_MIN,
      middle(large.flatMap((row) => speedup(row, "wasm2", ENGINE) ?? [])),
    ),
  ];
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

function middle(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}

function atLeast(name: string, wanted: number, measured: number | undefined): Target {
  const goal = `at least ${times(wanted)}`;
  if (measured === undefined) return unavailable(name, goal, "no row to judge it by was run");
  const met = measured >= wanted;
  return { name, wanted: goal, measured: times(measured), met, headroom: undefined };
}

/** A measurement that must stay at or below a limit of the same unit. */
export function atMost(name: string, limit: number, measured: number, unit: string): Target {
  const print = (value: number): string => `${value.toPrecision(3)} ${unit}`;
  const headroom = unit === TIMES ? limit / measured : undefined;
  const met = measured <= limit;
  return { name, wanted: `at most ${print(limit)}`, measured: print(measured), met, headroom };
}

/** The targets that are ratios themselves, to be compared with a baseline. */
export function targetRatios(targets: readonly Target[]): Ratios {
  return Object.fromEntries(
    targets.flatMap(({ name, headroom }) =>
      headroom === undefined ? [] : [[`headroom of ${name}`, headroom] as const],
    ),
  );
}

function times(ratio: number): string {
  return `${ratio.toPrecision(3)} ${TIMES}`;
}
