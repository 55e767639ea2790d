/**
 * From the bytes of a packet to the fields of its TCP segment.
 *
 *     link header · (VLAN tags) · IP header · (extension headers) · TCP header · options · payload
 *
 * One `Frame` is reused for all packets, because a capture has millions: `decodeFrame` overwrites
 * every field that its `kind` gives a meaning to. Sequence and acknowledgement numbers are signed
 * 32-bit integers, the form in which modulo arithmetic is cheap (`sequence-space.ts`).
 *
 * The payload length comes from the lengths in the IP header, never from the captured bytes:
 * captures are cut at a snap length, and short Ethernet frames are padded. A total length of zero
 * (the network card cuts the segment later) means "up to the end of the frame".
 */
import { decodeIp } from "./ip-layer.ts";
import { decodeLink } from "./link-layer.ts";
import type { Packet } from "./packet.ts";

/** What was found: `short` was cut before the fields, `broken` contradicts itself. */
export type FrameKind = "tcp" | "arp" | "fragment" | "short" | "broken" | "other";

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

/** An address as four 32-bit words; IPv4 addresses are mapped into IPv6 (`::ffff:a.b.c.d`). */
export type Address = Int32Array;

export interface Frame {
  kind: FrameKind;
  /** Number of the device in Linux cooked captures; 0 otherwise. */
  device: number;
  /** Source MAC address as an integer; -1 when the link has none. */
  mac: number;
  /** Offset of the IP header or the ARP packet, and its EtherType. */
  network: number;
  etherType: number;
  readonly source: Address;
  readonly destination: Address;
  /** IPv4 identification; -1 for IPv6. */
  identification: number;
  /** Later fragments of this segment exist, without ports. */
  fragmented: boolean;
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgement: number;
  flags: number;
  window: number;
  checksum: number;
  /** Payload bytes of the segment, from the IP header. */
  length: number;
  /** Options; -1, or false, when they are absent. */
  maximumSegment: number;
  windowScale: number;
  selectiveAcks: boolean;
  stamped: boolean;
  stamp: number;
  stampEcho: number;
}

export function createFrame(): Frame {
  return {
    kind: "other",
    device: 0,
    mac: -1,
    network: 0,
    etherType: 0,
    source: new Int32Array(4),
    destination: new Int32Array(4),
    identification: -1,
    fragmented: false,
    sourcePort: 0,
    destinationPort: 0,
    sequence: 0,
    acknowledgement: 0,
    flags: 0,
    window: 0,
    checksum: 0,
    length: 0,
    maximumSegment: -1,
    windowScale: -1,
    selectiveAcks: false,
    stamped: false,
    stamp: 0,
    stampEcho: 0,
  };
}

/** Decodes `packet` into `frame`; `frame.kind` says what it is. */
export function decodeFrame(packet: Packet, frame: Frame): void {
  frame.device = 0;
  frame.mac = -1;
  frame.kind = "other";
  if (decodeLink(packet.captured, packet.linkType, frame)) {
    decodeIp(packet, frame);
  }
}
