/**
 * The TCP header and its options.
 *
 * Only the twenty fixed bytes are needed; options that the snap length cut are absent. An option
 * list that contradicts itself simply ends.
 */
import { read16, read32 } from "./big-endian.ts";
import type { Frame } from "./frame.ts";

const FIXED_BYTES = 20;
const END = 0;
const PADDING = 1;
const MAXIMUM_SEGMENT = 2;
const WINDOW_SCALE = 3;
const SELECTIVE_ACKS = 4;
const STAMPS = 8;
/** The largest shift that a receiver may use. */
const MAX_WINDOW_SCALE = 14;

/**
 * Decodes the segment at `at`, which has `total` bytes with its header according to the IP header.
 */
export function decodeTcp(bytes: Uint8Array, at: number, total: number, frame: Frame): void {
  if (bytes.length < at + FIXED_BYTES) {
    frame.kind = "short";
    return;
  }
  const headerLength = ((bytes[at + 12] ?? 0) >>> 4) * 4;
  if (headerLength < FIXED_BYTES || headerLength > total) {
    frame.kind = "broken";
    return;
  }
  frame.kind = "tcp";
  frame.sourcePort = read16(bytes, at);
  frame.destinationPort = read16(bytes, at + 2);
  frame.sequence = read32(bytes, at + 4);
  frame.acknowledgement = read32(bytes, at + 8);
  frame.flags = bytes[at + 13] ?? 0;
  frame.window = read16(bytes, at + 14);
  frame.checksum = read16(bytes, at + 16);
  frame.length = total - headerLength;
  decodeOptions(bytes, at + FIXED_BYTES, Math.min(at + headerLength, bytes.length), frame);
}

function decodeOptions(bytes: Uint8Array, start: number, end: number, frame: Frame): void {
  frame.maximumSegment = -1;
  frame.windowScale = -1;
  frame.selectiveAcks = false;
  frame.stamped = false;
  frame.stamp = 0;
  frame.stampEcho = 0;
  let at = start;
  while (at < end && bytes[at] !== END) {
    if (bytes[at] === PADDING) {
      at++;
      continue;
    }
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > end) {
      return;
    }
    decodeOption(bytes, at, length, frame);
    at += length;
  }
}

function decodeOption(bytes: Uint8Array, at: number, length: number, frame: Frame): void {
  const kind = bytes[at];
  if (kind === MAXIMUM_SEGMENT && length === 4) {
    frame.maximumSegment = read16(bytes, at + 2);
  } else if (kind === WINDOW_SCALE && length === 3) {
    frame.windowScale = Math.min(bytes[at + 2] ?? 0, MAX_WINDOW_SCALE);
  } else if (kind === SELECTIVE_ACKS && length === 2) {
    frame.selectiveAcks = true;
  } else if (kind === STAMPS && length === 10) {
    frame.stamped = true;
    frame.stamp = read32(bytes, at + 2);
    frame.stampEcho = read32(bytes, at + 6);
  }
}
