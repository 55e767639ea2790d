/**
 * One side of a connection: what it sent, and what it still waits for.
 *
 * All of it is of constant size but the sequence space, whose limits are its own. `Side` knows
 * nothing of the other side; the rules that relate the two are in `tcp-segment.ts`.
 */
import { createSequenceSpace, difference, type SequenceSpace } from "./sequence-space.ts";

export type SideName = "client" | "server";

/** What a packet was, as far as a later RST can answer it. */
export type PacketKind = "syn" | "synAck" | "data" | "fin" | "ack" | "keepalive";

/** Packets of a side that a RST of the other side can be matched with. */
export const REMEMBERED_PACKETS = 8;
/** Nanoseconds between data and data that make a pause. */
export const PAUSE: bigint = 50_000_000n;
/**
 * Nanoseconds after which a stack that never retransmitted should have: three times a cautious
 * first timeout.
 */
const FIRST_TIMEOUT: bigint = 1_000_000_000n;
const PATIENCE: bigint = 3n;

export interface Side {
  readonly name: SideName;
  readonly space: SequenceSpace;
  /** Initial sequence number, when its SYN was seen. */
  initial: number | undefined;
  /** SYNs, or SYN-ACKs, that it sent. */
  synTries: number;
  firstSyn: bigint | undefined;
  lastPacket: bigint | undefined;
  lastData: bigint | undefined;
  /** Stream bytes seen, and those known to be missing from the capture. */
  bytes: number;
  missing: number;
  /** Bytes since the last data of the other side, and the time of the first of them. */
  unanswered: number;
  unansweredSince: bigint | undefined;
  /** When the newest byte that is acknowledged was first sent. */
  roundTripSent: bigint | undefined;
  /**
   * Transmissions in a row that repeat or probe, the last transmission, the longest interval
   * between them.
   */
  tries: number;
  probe: "keepalive" | "retransmission";
  lastSent: bigint | undefined;
  interval: bigint;
  pauses: number;
  pauseMax: bigint;
  /** One past the number of its FIN. */
  finEnd: number | undefined;
  finAcked: boolean;
  /** Its receive window, and the shift that its SYN declared; -1 when that is unknown. */
  window: number;
  windowScale: number;
  /** The newest time stamp and the IP identification that came with it. */
  stamp: number;
  identification: number;
  mac: number;
  /** A ring of acknowledgement numbers and kinds of its last packets. */
  readonly recentNumbers: number[];
  readonly recentKinds: PacketKind[];
  recent: number;
}

export function createSide(name: SideName): Side {
  return {
    name,
    space: createSequenceSpace(),
    initial: undefined,
    synTries: 0,
    firstSyn: undefined,
    lastPacket: undefined,
    lastData: undefined,
    bytes: 0,
    missing: 0,
    unanswered: 0,
    unansweredSince: undefined,
    roundTripSent: undefined,
    tries: 0,
    probe: "retransmission",
    lastSent: undefined,
    interval: 0n,
    pauses: 0,
    pauseMax: 0n,
    finEnd: undefined,
    finAcked: false,
    window: -1,
    windowScale: -1,
    stamp: 0,
    identification: 0,
    mac: -1,
    recentNumbers: [],
    recentKinds: [],
    recent: 0,
  };
}

/** Numbers that the other side has not acknowledged, SYN and FIN included. */
export function outstanding(side: Side): number {
  return Math.max(0, difference(side.space.next, side.space.acknowledged));
}

/** Stream bytes that the other side has not acknowledged. */
export function unacknowledged(side: Side): number {
  const { space, initial, finEnd, finAcked } = side;
  const syn = initial !== undefined && space.acknowledged === initial ? 1 : 0;
  const fin = finEnd !== undefined && !finAcked ? 1 : 0;
  return Math.max(0, outstanding(side) - syn - fin);
}

/** Counts a repeated transmission or a probe; which one in a row it is. */
export function countTry(side: Side, time: bigint, probe: Side["probe"]): number {
  if (side.lastSent !== undefined && time - side.lastSent > side.interval) {
    side.interval = time - side.lastSent;
  }
  side.lastSent = time;
  side.probe = probe;
  return ++side.tries;
}

/** The other side has answered: the next repetition is the first again. */
export function forgetTries(side: Side): void {
  side.tries = 0;
  side.interval = 0n;
}

/** Whether a stack that still had the connection would have sent something again before `now`. */
export function gaveUp(side: Side, now: bigint): boolean {
  if (side.lastSent === undefined || (outstanding(side) === 0 && side.tries === 0)) {
    return false;
  }
  const usual = side.tries === 0 ? FIRST_TIMEOUT : side.interval;
  const limit = usual * PATIENCE;
  return now - side.lastSent > (limit > FIRST_TIMEOUT ? limit : FIRST_TIMEOUT);
}

/** Counts `bytes` new bytes of stream, sent at `time`. */
export function countData(side: Side, other: Side, bytes: number, time: bigint): void {
  if (side.unanswered > 0 && side.lastData !== undefined && time - side.lastData >= PAUSE) {
    side.pauses++;
    if (time - side.lastData > side.pauseMax) {
      side.pauseMax = time - side.lastData;
    }
  }
  side.bytes += bytes;
  side.lastData = time;
  side.unanswered += bytes;
  side.unansweredSince ??= time;
  if (other.unanswered > 0) {
    other.unanswered = 0;
    other.unansweredSince = undefined;
    other.pauses = 0;
    other.pauseMax = 0n;
  }
}

/** Remembers a packet with acknowledgement number `number` for a RST that may answer it. */
export function rememberPacket(side: Side, number: number, kind: PacketKind): void {
  side.recentNumbers[side.recent] = number;
  side.recentKinds[side.recent] = kind;
  side.recent = (side.recent + 1) % REMEMBERED_PACKETS;
}

/** The kinds of the last packets with acknowledgement number `number`, newest first. */
export function packetsAcknowledging(side: Side, number: number): readonly PacketKind[] {
  const kinds: PacketKind[] = [];
  for (let back = 1; back <= side.recentKinds.length; back++) {
    const index = (side.recent - back + REMEMBERED_PACKETS) % REMEMBERED_PACKETS;
    const kind = side.recentKinds[index];
    if (kind !== undefined && side.recentNumbers[index] === number) {
      kinds.push(kind);
    }
  }
  return kinds;
}
