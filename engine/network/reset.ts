/**
 * The reset with which a stack answers a segment of a connection that it does not know (RFC 9293,
 * 3.10.7.1).
 *
 *     segment with ACK ──► RST, numbered by what the segment acknowledges, without ACK
 *     segment without  ──► RST and ACK of the segment
 */
import { ACK, RST, type Segment, SYN } from "./frames.ts";

const TWO_32 = 2 ** 32;

/** Undefined for a reset, which nobody answers. */
export function resetFor(segment: Segment, identification: number): Segment | undefined {
  const { from, to, flags, sequence, acknowledgement, payload } = segment;
  if ((flags & RST) !== 0) return undefined;
  const knows = (flags & ACK) !== 0;
  const length = payload.length + ((flags & SYN) === 0 ? 0 : 1);
  return {
    from: to,
    to: from,
    sequence: knows ? acknowledgement : 0,
    acknowledgement: knows ? 0 : (sequence + length) % TWO_32,
    flags: knows ? RST : RST | ACK,
    window: 0,
    payload: new Uint8Array(0),
    identification,
    maximumSegment: undefined,
  };
}
