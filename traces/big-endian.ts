/**
 * Numbers in network byte order.
 *
 * A read past the end gives zeros for the missing bytes; decoders check lengths before they rely on
 * a value. Plain indexing was measured against a `DataView` per packet, whose creation costs more
 * than the few reads of a header.
 */

export function read16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** A signed 32-bit number: the form of sequence numbers and address words. */
export function read32(bytes: Uint8Array, at: number): number {
  return (read16(bytes, at) << 16) | read16(bytes, at + 2);
}

/** Six bytes as an integer. */
export function read48(bytes: Uint8Array, at: number): number {
  return read16(bytes, at) * 0x1_0000_0000 + (read32(bytes, at + 2) >>> 0);
}
