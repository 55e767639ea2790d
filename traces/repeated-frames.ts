/**
 * Recognises frames that were captured before.
 *
 * A link can deliver one frame twice, and one capture can take one frame at several interfaces.
 * Such a copy has everything in common with the first, above all the IP identification and the TCP
 * time stamps, which a retransmission has not. Without either (identification 0 and no time stamps,
 * or IPv6 without time stamps) nothing tells a copy from a repetition; then only copies within
 * `BLIND_WINDOW` count.
 *
 *     slot   two 32-bit hashes of the identifying fields · time · interface
 *
 * The table is direct-mapped and of fixed size: a newer frame displaces an older one of the same
 * slot, so that memory does not grow with connections; a copy that comes too late is a
 * retransmission then.
 */
import type { Frame } from "./frame.ts";

/** Frames that are remembered; a power of two. */
const SLOTS = 65_536;
/** Nanoseconds within which a copy of a marked frame is recognised. */
export const MARKED_WINDOW: bigint = 2_000_000_000n;
/** Nanoseconds within which an unmarked frame is taken for a copy. */
export const BLIND_WINDOW: bigint = 1_000_000n;

export interface RepeatedFrames {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly times: BigInt64Array;
  readonly places: Int32Array;
}

/** `copy`: the same frame at another interface. `duplicate`: twice at one interface. */
export type Repetition = "new" | "copy" | "duplicate";

export function createRepeatedFrames(): RepeatedFrames {
  return {
    first: new Int32Array(SLOTS),
    second: new Int32Array(SLOTS),
    times: new BigInt64Array(SLOTS),
    places: new Int32Array(SLOTS).fill(-1),
  };
}

/**
 * Whether this TCP frame, seen at `time` on interface `place` (not negative), was seen before;
 * remembers it.
 */
export function checkRepetition(
  seen: RepeatedFrames,
  frame: Frame,
  time: bigint,
  place: number,
): Repetition {
  const first = fieldsHash(frame, 0x9e3779b1);
  const second = fieldsHash(frame, 0x85ebca77);
  const slot = first & (SLOTS - 1);
  const before = seen.places[slot] ?? -1;
  if (before >= 0 && seen.first[slot] === first && seen.second[slot] === second) {
    const marked = frame.identification > 0 || frame.stamped;
    const age = time - (seen.times[slot] ?? 0n);
    if (age <= (marked ? MARKED_WINDOW : BLIND_WINDOW)) {
      return before === place ? "duplicate" : "copy";
    }
  }
  seen.first[slot] = first;
  seen.second[slot] = second;
  seen.times[slot] = BigInt.asIntN(64, time);
  seen.places[slot] = place;
  return "new";
}

function fieldsHash(frame: Frame, seed: number): number {
  let hash = mix(seed, (frame.sourcePort << 16) | frame.destinationPort);
  hash = mix(hash, frame.source[3] ?? 0);
  hash = mix(hash, frame.destination[3] ?? 0);
  hash = mix(hash, frame.sequence);
  hash = mix(hash, frame.acknowledgement);
  hash = mix(hash, (frame.flags << 16) | frame.window);
  hash = mix(hash, frame.length);
  hash = mix(hash, frame.identification);
  hash = mix(hash, frame.stamp);
  return mix(hash, frame.stampEcho);
}

function mix(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0xc2b2ae35);
  return product ^ (product >>> 15);
}
