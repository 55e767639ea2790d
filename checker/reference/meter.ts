/**
 * `Meter`: what an evaluation has examined, and the chance to stop it.
 *
 * Evaluation is pure but for this one object. It counts the assertions and range checks that a
 * verdict cites as its evidence, and it calls `pause` now and then, so that one huge quantifier
 * cannot outlive a time budget. `pause` ends an evaluation by throwing; nothing in between holds
 * state to clean up.
 */

/** Quantified elements and branches between two calls of `pause`. */
const TICKS_PER_PAUSE = 4096;

export interface Meter {
  /** Assertions evaluated. */
  asserts: number;
  /** Values compared, as they were stored or sent, with ranges and capacities. */
  ranges: number;
  ticks: number;
  readonly pause: () => void;
}

export function createMeter(pause: () => void = () => {}): Meter {
  return { asserts: 0, ranges: 0, ticks: 0, pause };
}

/** Counts one unit of work. */
export function tick(meter: Meter): void {
  meter.ticks++;
  if (meter.ticks % TICKS_PER_PAUSE === 0) meter.pause();
}
