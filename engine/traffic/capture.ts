/**
 * Captures: which frames passed which interface, and how the engine calls each.
 *
 *     0 peers   the wire to the peers     1 … each function     then each application's stack
 *
 * At `peers` there is what peers send, as they hand it over, and what reaches them. At a function
 * there is what passes it in either direction; what meets a closed path is nowhere. At an
 * application there is all that its stack sends, also what is dropped at once because no path is
 * open, and what reaches it.
 *
 * A frame of TCP is called by the reason for which it was sent, and by what happened to it on the
 * way, as the interface sees it:
 *
 *     new, acknowledgement, timeout, fast retransmission, reset    as it was sent
 *     …, copy            the link has doubled it: the same frame was here before
 *     …, out of order    new data or SYN, but something that was sent later was here before
 *     …, first seen      sent again, but here is nothing yet of what it brings
 *     …, duplicate       an acknowledgement that says what the last one said
 *
 * Frames are kept as values; bytes are made by `captureBytes`, for those who want them.
 */
import { captureFrame, captureHeader } from "../../traces/pcapng-writer.ts";
import { arpFrame, type Segment, SYN, tcpFrame } from "../network/frames.ts";
import type { Packet } from "./packet.ts";

export interface PassedFrame {
  /** Nanoseconds since the start of the run. */
  readonly time: number;
  /** Index into `Capture.interfaces`. */
  readonly interface: number;
  /** As the host of the interface sees it. */
  readonly direction: "in" | "out";
  readonly packet: Packet;
}

export interface Capture {
  readonly interfaces: readonly string[];
  /** In the order of time; frames of one time keep the order in which they were handled. */
  readonly frames: PassedFrame[];
}

export interface CalledFrame extends PassedFrame {
  readonly label: string;
}

/** The run starts at this time of the epoch in captures and event logs; nanoseconds. */
export const EPOCH = 1_000_000_000_000_000_000n;

const TWO_32 = 2 ** 32;
const HALF: number = 2 ** 31;

/** The frames of these interfaces, or of all, with what they are called. */
export function calledFrames(
  { frames, interfaces }: Capture,
  only: readonly string[] = interfaces,
): readonly CalledFrame[] {
  const seen = interfaces.map(() => createSeen());
  return frames.flatMap((frame): readonly CalledFrame[] => {
    const label = seen[frame.interface]?.(frame.packet) ?? "";
    return only.includes(interfaces[frame.interface] ?? "") ? [{ ...frame, label }] : [];
  });
}

/** The capture as a pcapng file: of these interfaces, or of all. */
export function bytesOfCapture(
  capture: Capture,
  only: readonly string[] = capture.interfaces,
): Uint8Array {
  const numbers = new Map(only.map((name, index) => [name, index]));
  const parts = [captureHeader("rehearsal", only)];
  // Two frames of one nanosecond are a nanosecond apart, so that there is one order.
  let last = -1;
  for (const { time, interface: index, packet, label } of calledFrames(capture, only)) {
    last = Math.max(time, last + 1);
    const number = numbers.get(capture.interfaces[index] ?? "") ?? 0;
    const bytes = frameOf(packet);
    parts.push(
      captureFrame({ time: EPOCH + BigInt(last), interface: number, bytes, comment: label }),
    );
  }
  return joined(parts);
}

function frameOf(packet: Packet): Uint8Array {
  if (packet.kind === "arp") {
    const { arp, to } = packet;
    const bytes = arpFrame(arp);
    if (arp.operation === "request") setReceiver(bytes, to);
    return bytes;
  }
  const { segment, from, to } = packet;
  return tcpFrame({
    ...segment,
    from: { ...segment.from, mac: from },
    to: { ...segment.to, mac: to },
  });
}

/** A request may also go to one station, which is asked whether it is still there. */
function setReceiver(bytes: Uint8Array, mac: number): void {
  for (let at = 0; at < 6; at++) bytes[at] = Math.floor(mac / 2 ** (8 * (5 - at))) % 256;
}

/** What an interface has seen of one direction of a connection. */
interface Flow {
  /** The number after the newest byte. */
  next: number;
  acknowledged: number | undefined;
  readonly identifications: Set<number>;
}

/** Calls the frames of one interface, in their order. */
function createSeen(): (packet: Packet) => string {
  const flows = new Map<string, Flow>();
  return (packet) => {
    if (packet.kind === "arp") return packet.why;
    const { segment, by } = packet;
    const key = `${by} ${segment.from.port} ${segment.to.port}`;
    const flow = flows.get(key) ?? {
      next: segment.sequence,
      acknowledged: undefined,
      identifications: new Set(),
    };
    flows.set(key, flow);
    return call(packet.why, segment, flow);
  };
}

function call(why: string, segment: Segment, flow: Flow): string {
  const { sequence, acknowledgement, identification } = segment;
  const length = lengthOf(segment);
  const isCopy = flow.identifications.has(identification);
  const isLate = before(sequence, flow.next);
  const isSame = sequence === flow.next && acknowledgement === flow.acknowledged;
  const end = (sequence + length) % TWO_32;
  flow.identifications.add(identification);
  flow.acknowledged = acknowledgement;
  if (before(flow.next, end)) flow.next = end;
  if (isCopy) return `${why}, copy`;
  if (length === 0) return why === "acknowledgement" && isSame ? `${why}, duplicate` : why;
  if (why === "new") return isLate ? `${why}, out of order` : why;
  return isLate ? why : `${why}, first seen`;
}

function lengthOf({ payload, flags }: Segment): number {
  return payload.length + ((flags & SYN) === 0 ? 0 : 1);
}

/** Is a sequence number before another one? Numbers go around at 2^32. */
function before(one: number, other: number): boolean {
  const step = (other - one + TWO_32) % TWO_32;
  return step > 0 && step < HALF;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
