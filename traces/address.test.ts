/**
 * Addresses as text: one spelling for each, as RFC 5952 wants it.
 */
import { isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, formatEndpoint, formatMac } from "./address.ts";

test.each([
  [[0, 0, 0xffff, 0x0a00_0002], "10.0.0.2"],
  [[0, 0, 0xffff, -1], "255.255.255.255"],
  [[0x2001_0db8, 0, 0, 1], "2001:db8::1"],
  [[0x2001_0db8, 0, 0x0001_0000, 1], "2001:db8::1:0:0:1"],
  [[0x2001_0db8, 0x0000_0001, 0x0001_0001, 0x0001_0001], "2001:db8:0:1:1:1:1:1"],
  [[0, 0, 0, 0], "::"],
  [[0, 0, 0, 1], "::1"],
  [[0xfe80_0000 | 0, 0, 0, 0], "fe80::"],
])("%j is %s", (words, text) => {
  expect(formatAddress(Int32Array.from(words))).toBe(text);
});

test("the platform accepts every IPv6 address as we write it", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 4, maxLength: 4 }), (words) => {
      fc.pre(words[2] !== 0xffff);
      expect(isIPv6(formatAddress(Int32Array.from(words)))).toBe(true);
    }),
  );
});

test("ports follow, behind brackets for IPv6", () => {
  expect(formatEndpoint(Int32Array.of(0, 0, 0xffff, 1), 80)).toBe("0.0.0.1:80");
  expect(formatEndpoint(Int32Array.of(0, 0, 0, 1), 80)).toBe("[::1]:80");
});

test("a MAC address has six bytes", () => {
  expect(formatMac(0x0200_0000_0a01)).toBe("02:00:00:00:0a:01");
});
