/**
 * The legacy interrupt controller: two 8259s, the second on line 2 of the first.
 *
 *     cells   levels of the lines │ IRR │ ISR │ IMR │ level-triggered lines     (16 bits each)
 *
 * LibrettOS of 2020 takes its device interrupts from here, on vCPU 0: one thread runs all handlers
 * and then acknowledges once. One acknowledgement ends only what is highest in service, on both
 * chips: a line that was interrupted by a higher one stays in service, and shuts out all below it.
 * Lines of the second chip do not interrupt each other, because they share a line of the first.
 *
 * Sources: Intel 8259A data sheet; LibrettOS platform/hw (intr.c). Left out: rotation of
 * priorities, special mask and nested modes, automatic end of interrupt.
 */

/** Lines that LibrettOS gives to devices. */
export const DEVICE_LINES: readonly number[] = [5, 7, 9, 10, 11, 12, 14, 15];

/** What `acknowledge` gives when the request has gone meanwhile. */
export const SPURIOUS = 7;

export interface LegacyPic {
  /** The whole state; the array is its own. */
  readonly cells: Int32Array;
  /** A device raises or lowers its line. */
  setLine(line: number, high: boolean): void;
  /** Lines whose level counts, not their edge. */
  setLevelTriggered(line: number, byLevel: boolean): void;
  setMask(line: number, masked: boolean): void;
  /** The line that asks for service, if any: the highest, above all that is in service. */
  next(): number | undefined;
  /** The processor accepts: the line is in service from now on. */
  acknowledge(): number;
  /** One unspecific end of interrupt to both chips. */
  end(): void;
  isInService(line: number): boolean;
}

const LEVELS = 0;
const REQUESTS = 1;
const SERVICE = 2;
const MASK = 3;
const BY_LEVEL = 4;
export const PIC_CELLS = 5;

/** Line of the first chip behind which the second one is; in service as long as one of its is. */
const CASCADE = 2;
const LINES = 16;
/** Lines of each chip, from the highest priority to the lowest. */
const FIRST: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];
const SECOND: readonly number[] = [8, 9, 10, 11, 12, 13, 14, 15];

/** All lines are low, unmasked and edge-triggered. */
export function createLegacyPic(cells: Int32Array = new Int32Array(PIC_CELLS)): LegacyPic {
  const has = (set: number, line: number): boolean => ((cells[set] ?? 0) & (1 << line)) !== 0;
  const put = (set: number, line: number, value: boolean): void => {
    const old = cells[set] ?? 0;
    cells[set] = value ? old | (1 << line) : old & ~(1 << line);
  };
  const device = (line: number): number => {
    if (line >= 0 && line < LINES && line !== CASCADE) return line;
    throw new RangeError(`No device has line ${line}`);
  };
  const nextOf = (lines: readonly number[]): number | undefined => {
    for (const line of lines) {
      if (has(SERVICE, line)) return undefined;
      const behind = line === CASCADE ? nextOf(SECOND) : undefined;
      if (behind !== undefined) return behind;
      if (has(REQUESTS, line) && !has(MASK, line)) return line;
    }
    return undefined;
  };
  const next = (): number | undefined => nextOf(FIRST);
  return {
    cells,
    setLine(line, high) {
      const rises = high && !has(LEVELS, device(line));
      put(LEVELS, line, high);
      if (has(BY_LEVEL, line)) put(REQUESTS, line, high);
      else if (rises) put(REQUESTS, line, true);
    },
    setLevelTriggered: (line, byLevel) => put(BY_LEVEL, device(line), byLevel),
    setMask: (line, masked) => put(MASK, line, masked),
    next,
    acknowledge() {
      const line = next();
      if (line === undefined) return SPURIOUS;
      put(SERVICE, line, true);
      if (line > 7) put(SERVICE, CASCADE, true);
      // What is level-triggered asks until its line is low.
      if (!has(BY_LEVEL, line)) put(REQUESTS, line, false);
      return line;
    },
    end() {
      for (const lines of [FIRST, SECOND]) {
        const line = lines.find((one) => has(SERVICE, one));
        if (line !== undefined) put(SERVICE, line, false);
      }
    },
    isInService: (line) => has(SERVICE, line),
  };
}
