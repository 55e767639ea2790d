/**
 * Link headers: Ethernet with VLAN tags, Linux cooked v1 and v2, loopback, raw IP.
 *
 *     Ethernet   destination 6 · source 6 · (tag 4)* · type 2
 *     cooked v1  packet type 2 · hardware 2 · length 2 · address 8 · protocol 2
 *     cooked v2  protocol 2 · reserved 2 · device 4 · hardware 2 · type 1 · length 1 · address 8
 *     loopback   address family 4 (byte order of the host for type 0)
 *
 * Limit: `MAX_VLAN_TAGS`.
 */
import { read16, read32, read48 } from "./big-endian.ts";
import type { Frame } from "./frame.ts";

/** Nested VLAN tags that are followed. */
export const MAX_VLAN_TAGS = 4;

export const ETHERTYPE_IPV4 = 0x0800;
export const ETHERTYPE_IPV6 = 0x86dd;
export const ETHERTYPE_ARP = 0x0806;
const VLAN_TYPES: readonly number[] = [0x8100, 0x88a8, 0x9100];

const ETHERNET = 1;
const COOKED = 113;
const COOKED_2 = 276;
const LOOPBACK: readonly number[] = [0, 108];
const MAC_BYTES = 6;

/**
 * Finds the network header; false when there is none that can be decoded (`frame.kind` says why).
 */
export function decodeLink(bytes: Uint8Array, linkType: number, frame: Frame): boolean {
  switch (linkType) {
    case ETHERNET:
      frame.mac = read48(bytes, MAC_BYTES);
      return tagged(bytes, 12, frame);
    case COOKED:
      frame.mac = read16(bytes, 4) === MAC_BYTES ? read48(bytes, 6) : -1;
      return tagged(bytes, 14, frame);
    case COOKED_2:
      frame.device = read32(bytes, 4);
      frame.mac = bytes[11] === MAC_BYTES ? read48(bytes, 12) : -1;
      frame.network = 20;
      return typed(bytes, read16(bytes, 0), frame);
    default:
      frame.network = LOOPBACK.includes(linkType) ? 4 : 0;
      return byVersion(bytes, frame);
  }
}

/** The type field at `at`, after which the network header follows, perhaps behind VLAN tags. */
function tagged(bytes: Uint8Array, at: number, frame: Frame): boolean {
  let field = at;
  let type = read16(bytes, field);
  for (let tags = 0; VLAN_TYPES.includes(type) && tags < MAX_VLAN_TAGS; tags++) {
    field += 4;
    type = read16(bytes, field);
  }
  frame.network = field + 2;
  return typed(bytes, type, frame);
}

function typed(bytes: Uint8Array, type: number, frame: Frame): boolean {
  frame.etherType = type;
  if (bytes.length <= frame.network) {
    frame.kind = "short";
    return false;
  }
  return type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6 || type === ETHERTYPE_ARP;
}

/**
 * Raw IP and loopback: the version nibble is more reliable than the address family of some host.
 */
function byVersion(bytes: Uint8Array, frame: Frame): boolean {
  const version = (bytes[frame.network] ?? 0) >>> 4;
  return typed(bytes, version === 4 ? ETHERTYPE_IPV4 : version === 6 ? ETHERTYPE_IPV6 : 0, frame);
}
