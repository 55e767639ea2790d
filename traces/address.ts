/**
 * Addresses as text: `10.0.0.2:80`, `[2001:db8::1]:80`, `02:00:00:00:0a:01`.
 *
 * IPv6 follows RFC 5952: lower case, no leading zeros, the first longest run of two or more zero
 * groups is `::`. One connection has one spelling, because ids are compared as text.
 */
import type { Address } from "./frame.ts";

const MAPPED_PREFIX = 0xffff;

export function formatAddress(address: Address): string {
  const [a = 0, b = 0, c = 0, d = 0] = address;
  return a === 0 && b === 0 && c === MAPPED_PREFIX ? formatIpv4(d) : formatIpv6([a, b, c, d]);
}

/** Address and port; IPv6 addresses are in brackets. */
export function formatEndpoint(address: Address, port: number): string {
  const text = formatAddress(address);
  return text.includes(":") ? `[${text}]:${port}` : `${text}:${port}`;
}

/** A 48-bit integer as six bytes. */
export function formatMac(mac: number): string {
  return (mac.toString(16).padStart(12, "0").match(/../g) ?? []).join(":");
}

function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function formatIpv6(words: readonly number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const run = longestZeroRun(groups);
  const hex = (part: readonly number[]): string =>
    part.map((group) => group.toString(16)).join(":");
  if (run.length < 2) {
    return hex(groups);
  }
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) {
      best = { start: index - length + 1, length };
    }
  }
  return best;
}
