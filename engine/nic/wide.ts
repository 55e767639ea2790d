/**
 * Numbers of up to 53 bits, such as times and MAC addresses, in two cells: high half, low half.
 */
export const WIDE_CELLS = 2;

export function setWide(cells: Int32Array, at: number, value: number): void {
  cells[at] = Math.floor(value / 2 ** 32);
  cells[at + 1] = (value % 2 ** 32) | 0;
}

/** The number; cells that do not exist are 0. */
export function wide(cells: Int32Array, at: number): number {
  return (cells[at] ?? 0) * 2 ** 32 + ((cells[at + 1] ?? 0) >>> 0);
}
