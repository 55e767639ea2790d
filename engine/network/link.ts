/**
 * A link: when the copies of a frame arrive at its other end, if they do.
 *
 *     sent ──waits until the wire is free──► 20 bytes of gap and preamble, frame ──delay──► arrives
 *
 * Frames are lost, doubled and delayed beyond others by chance, each frame by itself. The delay is
 * above 0, so that no frame arrives in its receiver's past. Time is in nanoseconds.
 */
import type { Link } from "../../spec/deployment.ts";
import type { Random } from "../schedule/random.ts";

/** Preamble, start of frame, check sequence and gap between frames; bytes. */
const OVERHEAD_BYTES = 24;
const FRAME_BYTES_MIN = 60;
const NANOSECONDS_PER_SECOND = 1e9;
const MILLION = 1_000_000;
/** How far a reordered frame is held back, as a multiple of the delay. */
const HELD_BACK = 3;

export interface LinkState {
  /** When the wire is free again. */
  free: number;
}

/** How long a frame of so many bytes, without check sequence, occupies the wire; nanoseconds. */
export function wireTime({ rate }: Link, bytes: number): number {
  const bits = (Math.max(bytes, FRAME_BYTES_MIN) + OVERHEAD_BYTES) * 8;
  return Math.ceil((bits * NANOSECONDS_PER_SECOND) / rate);
}

/** Times of arrival of a frame that is handed over now: none, one, or two. */
export function send(
  link: Link,
  state: LinkState,
  random: Random,
  now: number,
  bytes: number,
): readonly number[] {
  if (link.delay <= 0) throw new RangeError("The delay of a link is above 0");
  const begin = Math.max(now, state.free);
  state.free = begin + wireTime(link, bytes);
  const arrival = state.free + link.delay;
  if (happens(random, link.loss)) return [];
  const late = happens(random, link.reordering) ? arrival + HELD_BACK * link.delay : arrival;
  return happens(random, link.duplication) ? [late, late + wireTime(link, bytes)] : [late];
}

function happens(random: Random, partsInAMillion: number): boolean {
  return partsInAMillion > 0 && random.below(MILLION) < partsInAMillion;
}
