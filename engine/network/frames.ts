/**
 * Ethernet frames as bytes: ARP (RFC 826) and TCP over IPv4 (RFC 791, RFC 9293), with checksums.
 *
 *     │ to MAC 6 │ from MAC 6 │ type 2 │ ARP 28                                │ padding to 60 │
 *     │ to MAC 6 │ from MAC 6 │ type 2 │ IPv4 20 │ TCP 20 + options │ payload  │ padding to 60 │
 *
 * What captures of the engine hold; the emulated parts themselves pass `Segment`s around. No IP
 * options, no fragments (DF is set), no VLAN tags.
 */

export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

/** Six bytes of a MAC address as one number. */
export type Mac = number;
/** Four bytes of an IPv4 address as one number from 0 to 2^32 - 1. */
export type Ip = number;

export const BROADCAST: Mac = 0xffff_ffff_ffff;

export interface Station {
  readonly mac: Mac;
  readonly ip: Ip;
}

export interface Segment {
  readonly from: Station & { readonly port: number };
  readonly to: Station & { readonly port: number };
  /** Sequence and acknowledgement numbers, from 0 to 2^32 - 1. */
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly window: number;
  readonly payload: Uint8Array;
  /** Identification of the IP packet: a copy made by a link has the same, a retransmission not. */
  readonly identification: number;
  /** Sent with SYN. */
  readonly maximumSegment: number | undefined;
}

export interface Arp {
  readonly operation: "request" | "reply";
  readonly sender: Station;
  readonly target: Station;
}

const FRAME_BYTES_MIN = 60;
const ETHERNET_BYTES = 14;
const IP_BYTES = 20;
const TCP_BYTES = 20;
const ETHERTYPE_IP = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const PROTOCOL_TCP = 6;
const TIME_TO_LIVE = 64;
const DO_NOT_FRAGMENT = 0x4000;

/**
 * A request asks everybody; a reply goes to its target. An announcement asks for the own address.
 */
export function arpFrame({ operation, sender, target }: Arp): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES_MIN);
  const view = new DataView(bytes.buffer);
  ethernet(view, operation === "request" ? BROADCAST : target.mac, sender.mac, ETHERTYPE_ARP);
  view.setUint16(14, 1);
  view.setUint16(16, ETHERTYPE_IP);
  view.setUint8(18, 6);
  view.setUint8(19, 4);
  view.setUint16(20, operation === "request" ? 1 : 2);
  setMac(view, 22, sender.mac);
  view.setUint32(28, sender.ip);
  setMac(view, 32, operation === "request" ? 0 : target.mac);
  view.setUint32(38, target.ip);
  return bytes;
}

/** Announces that this MAC address has the IP address (a gratuitous request). */
export function announcement(station: Station): Arp {
  return { operation: "request", sender: station, target: { mac: 0, ip: station.ip } };
}

export function tcpFrame(segment: Segment): Uint8Array {
  const { from, to, payload, maximumSegment } = segment;
  const options = maximumSegment === undefined ? 0 : 4;
  const tcpLength = TCP_BYTES + options + payload.length;
  const length = ETHERNET_BYTES + IP_BYTES + tcpLength;
  const bytes = new Uint8Array(Math.max(FRAME_BYTES_MIN, length));
  const view = new DataView(bytes.buffer);
  ethernet(view, to.mac, from.mac, ETHERTYPE_IP);

  const ip = ETHERNET_BYTES;
  view.setUint8(ip, 0x45);
  view.setUint16(ip + 2, IP_BYTES + tcpLength);
  view.setUint16(ip + 4, segment.identification);
  view.setUint16(ip + 6, DO_NOT_FRAGMENT);
  view.setUint8(ip + 8, TIME_TO_LIVE);
  view.setUint8(ip + 9, PROTOCOL_TCP);
  view.setUint32(ip + 12, from.ip);
  view.setUint32(ip + 16, to.ip);
  view.setUint16(ip + 10, checksum(bytes, ip, IP_BYTES, 0));

  const tcp = ip + IP_BYTES;
  view.setUint16(tcp, from.port);
  view.setUint16(tcp + 2, to.port);
  view.setUint32(tcp + 4, segment.sequence);
  view.setUint32(tcp + 8, segment.acknowledgement);
  view.setUint8(tcp + 12, ((TCP_BYTES + options) / 4) << 4);
  view.setUint8(tcp + 13, segment.flags);
  view.setUint16(tcp + 14, segment.window);
  if (maximumSegment !== undefined) {
    view.setUint16(tcp + TCP_BYTES, 0x0204);
    view.setUint16(tcp + TCP_BYTES + 2, maximumSegment);
  }
  bytes.set(payload, tcp + TCP_BYTES + options);
  const pseudo = sumOf(bytes, ip + 12, 8) + PROTOCOL_TCP + tcpLength;
  view.setUint16(tcp + 16, checksum(bytes, tcp, tcpLength, pseudo));
  return bytes;
}

function ethernet(view: DataView, to: Mac, from: Mac, type: number): void {
  setMac(view, 0, to);
  setMac(view, 6, from);
  view.setUint16(12, type);
}

function setMac(view: DataView, at: number, mac: Mac): void {
  view.setUint16(at, Math.floor(mac / 2 ** 32));
  view.setUint32(at + 2, mac % 2 ** 32);
}

/** The ones' complement of the ones' complement sum (RFC 1071). */
function checksum(bytes: Uint8Array, from: number, length: number, start: number): number {
  let sum = start + sumOf(bytes, from, length);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

function sumOf(bytes: Uint8Array, from: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at += 2) {
    // An odd last byte counts as if a zero followed.
    const low = at + 1 < length ? (bytes[from + at + 1] ?? 0) : 0;
    sum += ((bytes[from + at] ?? 0) << 8) | low;
  }
  return sum;
}
