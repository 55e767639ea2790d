/**
 * IP headers: IPv4 with options and fragments, IPv6 with extension headers, and ARP.
 *
 * Later fragments have no ports; they are of kind `fragment` and only counted. The first fragment
 * is decoded, and `fragmented` says that its length is only a part.
 *
 * Limit: `MAX_EXTENSION_HEADERS`.
 */
import { read16, read32, read48 } from "./big-endian.ts";
import type { Address, Frame } from "./frame.ts";
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from "./link-layer.ts";
import type { Packet } from "./packet.ts";
import { decodeTcp } from "./tcp-header.ts";

/** IPv6 extension headers that are followed. */
export const MAX_EXTENSION_HEADERS = 8;

const TCP = 6;
const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
const MAPPED_PREFIX = 0xffff;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;
/**
 * Hop-by-hop, routing, destination options, mobility, HIP, shim6: length in units of eight bytes.
 */
const EXTENSIONS: readonly number[] = [0, 43, 60, 135, 139, 140];
const FRAGMENT_HEADER = 44;
const AUTHENTICATION_HEADER = 51;
const ARP_BYTES = 28;
const ARP_ETHERNET_IPV4 = 0x0001_0800;

/** Decodes the network header at `frame.network` and what is in it. */
export function decodeIp(packet: Packet, frame: Frame): void {
  if (frame.etherType === ETHERTYPE_IPV4) {
    decodeIpv4(packet, frame);
  } else if (frame.etherType === ETHERTYPE_ARP) {
    decodeArp(packet.captured, frame);
  } else {
    decodeIpv6(packet, frame);
  }
}

function decodeIpv4(packet: Packet, frame: Frame): void {
  const bytes = packet.captured;
  const at = frame.network;
  const first = bytes[at] ?? 0;
  const headerLength = (first & 0x0f) * 4;
  if (first >>> 4 !== 4 || headerLength < IPV4_BYTES) {
    frame.kind = "broken";
    return;
  }
  if (bytes.length < at + IPV4_BYTES) {
    frame.kind = "short";
    return;
  }
  if (bytes[at + 9] !== TCP) {
    return;
  }
  const fragment = read16(bytes, at + 6);
  if ((fragment & FRAGMENT_OFFSET) !== 0) {
    frame.kind = "fragment";
    return;
  }
  frame.fragmented = (fragment & MORE_FRAGMENTS) !== 0;
  frame.identification = read16(bytes, at + 4);
  mapIpv4(frame.source, read32(bytes, at + 12));
  mapIpv4(frame.destination, read32(bytes, at + 16));
  const total = read16(bytes, at + 2) || packet.originalLength - at;
  decodeTcp(bytes, at + headerLength, total - headerLength, frame);
}

function mapIpv4(address: Address, word: number): void {
  address[0] = 0;
  address[1] = 0;
  address[2] = MAPPED_PREFIX;
  address[3] = word;
}

function decodeIpv6(packet: Packet, frame: Frame): void {
  const bytes = packet.captured;
  const at = frame.network;
  if ((bytes[at] ?? 0) >>> 4 !== 6) {
    frame.kind = "broken";
    return;
  }
  if (bytes.length < at + IPV6_BYTES) {
    frame.kind = "short";
    return;
  }
  for (let word = 0; word < 4; word++) {
    frame.source[word] = read32(bytes, at + 8 + word * 4);
    frame.destination[word] = read32(bytes, at + 24 + word * 4);
  }
  frame.identification = -1;
  frame.fragmented = false;
  let next = bytes[at + 6] ?? 0;
  let header = at + IPV6_BYTES;
  for (let count = 0; next !== TCP; count++) {
    const length = extensionLength(bytes, header, next);
    if (length === 0 || count === MAX_EXTENSION_HEADERS) {
      return;
    }
    if (bytes.length < header + 8) {
      frame.kind = "short";
      return;
    }
    if (next === FRAGMENT_HEADER) {
      const fragment = read16(bytes, header + 2);
      if (fragment >>> 3 !== 0) {
        frame.kind = "fragment";
        return;
      }
      frame.fragmented = (fragment & 1) !== 0;
    }
    next = bytes[header] ?? 0;
    header += length;
  }
  const payload = read16(bytes, at + 4) || packet.originalLength - at - IPV6_BYTES;
  decodeTcp(bytes, header, payload - (header - at - IPV6_BYTES), frame);
}

/** The length of the extension header of type `next`; 0 when it is none that can be passed over. */
function extensionLength(bytes: Uint8Array, at: number, next: number): number {
  const units = bytes[at + 1] ?? 0;
  if (EXTENSIONS.includes(next)) {
    return (units + 1) * 8;
  }
  if (next === FRAGMENT_HEADER) {
    return 8;
  }
  return next === AUTHENTICATION_HEADER ? (units + 2) * 4 : 0;
}

/**
 * An ARP packet about IPv4 on Ethernet: sender and target addresses, and the sender's MAC address.
 */
function decodeArp(bytes: Uint8Array, frame: Frame): void {
  const at = frame.network;
  if (bytes.length < at + ARP_BYTES) {
    frame.kind = "short";
    return;
  }
  if (read32(bytes, at) === ARP_ETHERNET_IPV4) {
    frame.kind = "arp";
    frame.mac = read48(bytes, at + 8);
    mapIpv4(frame.source, read32(bytes, at + 14));
    mapIpv4(frame.destination, read32(bytes, at + 24));
  }
}
