/**
 * Which bytes of one direction of a connection were seen, acknowledged, and are missing.
 *
 *     acknowledged        next
 *     ────────┴──[hole]────┴──────►   numbers modulo 2^32
 *
 * Numbers are signed 32-bit integers and are compared by their signed difference, so that the wrap
 * around 2^32 is nothing special. `next` is one past the highest number seen; below it, `holes` are
 * the ranges that were not. A list of seen ranges, the alternative, grows with every packet of a
 * lossy capture, while holes are rare and disappear.
 *
 * Limits: `MAX_STEP` between neighbouring packets, `MAX_HOLES` and `MAX_FLIGHTS` per direction. A
 * hole that is pushed out counts as filled; a flight that is pushed out makes one round trip
 * unknown.
 */

/**
 * Bytes by which one packet can be ahead of another: the largest scaled window. Beyond, it is
 * damage.
 */
export const MAX_STEP = 0x4000_0000;
/** Missing ranges that are remembered per direction. */
export const MAX_HOLES = 64;
/** Unacknowledged segments whose sending time is remembered per direction. */
export const MAX_FLIGHTS = 1024;

/** The signed distance from `b` to `a`, modulo 2^32. */
export function difference(a: number, b: number): number {
  return (a - b) | 0;
}

/**
 * A range `[from, to)` of numbers that was not seen, and the packet that showed that it is missing.
 */
export interface Hole {
  from: number;
  to: number;
  readonly identification: number;
  readonly stamp: number;
}

export interface SequenceSpace {
  /** False until the first packet gives the numbers a beginning. */
  started: boolean;
  /**
   * False while the beginning is only that of the capture: the first packet may have been a probe
   * or a repetition of something older, so a first acknowledgement beyond it proves no loss.
   */
  settled: boolean;
  next: number;
  /** The highest acknowledgement of the other side. */
  acknowledged: number;
  holes: Hole[];
  /** Ends of segments in flight and the times at which they were first sent, oldest first. */
  flightEnds: number[];
  flightTimes: bigint[];
}

export function createSequenceSpace(): SequenceSpace {
  return {
    started: false,
    settled: false,
    next: 0,
    acknowledged: 0,
    holes: [],
    flightEnds: [],
    flightTimes: [],
  };
}

/** Begins the numbering at `number`, when it has not begun. */
export function start(space: SequenceSpace, number: number): void {
  if (!space.started) {
    space.started = true;
    space.next = number;
    space.acknowledged = number;
  }
}

/** The packet by which a hole was found, as far as it tells when packets were sent. */
export interface Mark {
  readonly identification: number;
  readonly stamp: number;
}

/** An empty segment at `number` shows that everything below was sent, seen or not. */
export function reach(space: SequenceSpace, number: number, mark: Mark): void {
  start(space, number);
  const step = difference(number, space.next);
  if (step > 0 && step <= MAX_STEP) {
    dig(space, number, mark);
    space.next = number;
  }
}

/** What a range of numbers adds to what was seen. */
export interface Arrival {
  /** Numbers beyond `next`. */
  readonly ahead: number;
  /** Numbers that fill holes, and the hole that they fill first. */
  readonly filled: number;
  readonly hole: Hole | undefined;
  /** False for a range that cannot belong here. */
  readonly plausible: boolean;
}

const NOTHING: Arrival = { ahead: 0, filled: 0, hole: undefined, plausible: true };
const IMPLAUSIBLE: Arrival = { ahead: 0, filled: 0, hole: undefined, plausible: false };

/** Takes in the range of `length` numbers from `from` on, sent at `time`. */
export function arrive(
  space: SequenceSpace,
  from: number,
  length: number,
  time: bigint,
  mark: Mark,
): Arrival {
  start(space, from);
  const to = (from + length) | 0;
  const step = difference(from, space.next);
  if (step > MAX_STEP || step < -MAX_STEP) {
    return IMPLAUSIBLE;
  }
  const ahead = Math.min(difference(to, space.next), length);
  if (ahead > 0) {
    if (step > 0) {
      dig(space, from, mark);
    }
    space.next = to;
    launch(space, to, time);
  }
  if (step >= 0 || space.holes.length === 0) {
    return ahead > 0 ? { ahead, filled: 0, hole: undefined, plausible: true } : NOTHING;
  }
  const hole = space.holes.find((one) => overlap(one, from, to) > 0);
  const filled = hole === undefined ? 0 : fillHoles(space, from, to);
  return { ahead: Math.max(ahead, 0), filled, hole, plausible: true };
}

function dig(space: SequenceSpace, to: number, mark: Mark): void {
  if (space.holes.length === MAX_HOLES) {
    space.holes.shift();
  }
  const { identification, stamp } = mark;
  space.holes.push({ from: space.next, to, identification, stamp });
}

function launch(space: SequenceSpace, end: number, time: bigint): void {
  if (space.flightEnds.length === MAX_FLIGHTS) {
    space.flightEnds.shift();
    space.flightTimes.shift();
  }
  space.flightEnds.push(end);
  space.flightTimes.push(time);
}

function overlap(hole: Hole, from: number, to: number): number {
  const low = difference(hole.from, from) > 0 ? hole.from : from;
  const high = difference(hole.to, to) < 0 ? hole.to : to;
  return difference(high, low);
}

/** Takes `[from, to)` out of all holes; how many numbers that were. */
function fillHoles(space: SequenceSpace, from: number, to: number): number {
  let filled = 0;
  const left: Hole[] = [];
  for (const hole of space.holes) {
    const common = overlap(hole, from, to);
    if (common <= 0) {
      left.push(hole);
      continue;
    }
    filled += common;
    if (difference(from, hole.from) > 0) {
      left.push({ ...hole, to: from });
    }
    if (difference(hole.to, to) > 0) {
      left.push({ ...hole, from: to });
    }
  }
  space.holes = left.slice(0, MAX_HOLES);
  return filled;
}

/** What an acknowledgement adds. */
export interface Acknowledgement {
  /** Numbers acknowledged for the first time. */
  readonly advanced: number;
  /** Numbers among them that were never seen. */
  readonly missing: number;
  /** When the newest of them that was seen was first sent. */
  readonly sentAt: bigint | undefined;
}

const NO_NEWS: Acknowledgement = { advanced: 0, missing: 0, sentAt: undefined };

/** Takes in that everything below `number` is acknowledged. */
export function acknowledge(space: SequenceSpace, number: number): Acknowledgement {
  start(space, number);
  const advanced = difference(number, space.acknowledged);
  if (advanced <= 0 || advanced > MAX_STEP) {
    space.settled = true;
    return NO_NEWS;
  }
  space.acknowledged = number;
  let missing = 0;
  for (const hole of space.holes) {
    missing += Math.max(0, overlap(hole, hole.from, number));
  }
  if (missing > 0) {
    fillHoles(space, space.holes[0]?.from ?? number, number);
  }
  const unseen = difference(number, space.next);
  if (unseen > 0) {
    missing += unseen;
    space.next = number;
  }
  const known = space.settled;
  space.settled = true;
  return { advanced, missing: known ? missing : 0, sentAt: land(space, number) };
}

/** Removes the flights that `number` acknowledges; when the newest of them was sent. */
function land(space: SequenceSpace, number: number): bigint | undefined {
  const ends = space.flightEnds;
  let count = 0;
  while (count < ends.length && difference(ends[count] ?? 0, number) <= 0) {
    count++;
  }
  const partly = count === 0 || (count < ends.length && ends[count - 1] !== number);
  const sentAt = space.flightTimes[partly ? count : count - 1];
  ends.splice(0, count);
  space.flightTimes.splice(0, count);
  return sentAt;
}
