/**
 * Interrupts of a function: causes that latch, a mask, and a throttle.
 *
 *     cause ──► EICR ──& EIMS──► wanted? ──throttle──► message-signalled interrupt, posted
 *
 *     cells   EICR, EIMS, EIAC, EIAM, EITR, wanted, earliest next × 2
 *
 * A cause latches in EICR, masked or not; unmasking with a latched cause raises at once, so that
 * masking loses nothing. A read of EICR clears it: a driver that reads it after its last look at
 * the ring loses what came in between. Causes within one interval of the throttle become one
 * interrupt. One vector serves all causes.
 *
 * Sources: Intel 82599 datasheet, interrupts; Linux ixgbe.h for values of the throttle.
 */
import { setWide, wide, WIDE_CELLS } from "./wide.ts";

/** Values of EITR. */
export const THROTTLE_100K = 40;
export const THROTTLE_20K = 200;
export const THROTTLE_12K = 336;

export interface Interrupts {
  /** The whole state. */
  readonly cells: Int32Array;
  /** Causes happen; also by writing EICS. */
  raise(causes: number, now: number): void;
  /** EICR, which is cleared. */
  readCauses(): number;
  /** EIMS: unmasks. */
  unmask(bits: number, now: number): void;
  /** EIMC: masks. */
  mask(bits: number): void;
  /** EIAC: causes that the interrupt itself clears. */
  setAutoClear(bits: number): void;
  /** EIAM: causes that the interrupt itself masks. */
  setAutoMask(bits: number): void;
  /** EITR: a quarter of it is the least time between interrupts, in microseconds. */
  setThrottle(value: number): void;
  /** When the throttle lets an interrupt through that is wanted; undefined when none is. */
  readonly due: number | undefined;
  /** Posts the interrupt that is due by now, if any. */
  expire(now: number): void;
  /** The function is reset. */
  clear(): void;
}

const EICR = 0;
const EIMS = 1;
const EIAC = 2;
const EIAM = 3;
const EITR = 4;
const WANTED = 5;
const EARLIEST = 6;
export const INTERRUPT_CELLS: number = EARLIEST + WIDE_CELLS;

const NANOSECONDS = 1000;

/** `post` puts the interrupt behind what the device has posted. */
export function createInterrupts(
  post: () => void,
  cells: Int32Array = new Int32Array(INTERRUPT_CELLS),
): Interrupts {
  const cell = (index: number): number => cells[index] ?? 0;
  const due = (): number | undefined =>
    cell(WANTED) !== 0 && (cell(EICR) & cell(EIMS)) !== 0 ? wide(cells, EARLIEST) : undefined;
  const expire = (now: number): void => {
    const time = due();
    if (time === undefined || now < time) return;
    cells[WANTED] = 0;
    // Only what the interrupt is for: a cause that is masked stays latched.
    cells[EICR] = cell(EICR) & ~(cell(EIAC) & cell(EIMS));
    cells[EIMS] = cell(EIMS) & ~cell(EIAM);
    setWide(cells, EARLIEST, now + (cell(EITR) >> 2) * NANOSECONDS);
    post();
  };
  return {
    cells,
    raise(causes, now) {
      cells[EICR] = cell(EICR) | causes;
      cells[WANTED] = 1;
      expire(now);
    },
    readCauses() {
      const causes = cell(EICR);
      cells[EICR] = 0;
      cells[WANTED] = 0;
      return causes;
    },
    unmask(bits, now) {
      cells[EIMS] = cell(EIMS) | bits;
      if ((cell(EICR) & bits) !== 0) cells[WANTED] = 1;
      expire(now);
    },
    mask(bits) {
      cells[EIMS] = cell(EIMS) & ~bits;
    },
    setAutoClear(bits) {
      cells[EIAC] = bits;
    },
    setAutoMask(bits) {
      cells[EIAM] = bits;
    },
    setThrottle(value) {
      cells[EITR] = value;
    },
    get due() {
      return due();
    },
    expire,
    clear: () => void cells.fill(0),
  };
}
