/**
 * Options of pcapng blocks: a list of (code, length, value padded to four bytes).
 *
 * The end mark may be missing, and a damaged list simply ends: options never invalidate their
 * block.
 */

const END_OF_OPTIONS = 0;
const HEADER_BYTES = 4;

/** One option; `offset` is that of its value in the view that was searched. */
export interface PcapngOption {
  readonly code: number;
  readonly offset: number;
  readonly length: number;
}

/** The options between `start` and `end` of `view`. */
export function* optionsIn(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
): Generator<PcapngOption> {
  let at = start;
  while (at + HEADER_BYTES <= end) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    const offset = at + HEADER_BYTES;
    if (code === END_OF_OPTIONS || offset + length > end) {
      return;
    }
    yield { code, offset, length };
    at = offset + padded(length);
  }
}

/** A length rounded up to the four-byte grid of pcapng. */
export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
