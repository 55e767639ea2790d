/**
 * Links: each address survives its own link, and a broken link opens the entry.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Address, formatAddress, NOWHERE, parseAddress } from "./address.ts";

test("the link of a comment opens the step that it names", () => {
  expect(parseAddress("#p=NoHalfOpen&step=5")).toEqual({
    ...NOWHERE,
    property: "NoHalfOpen",
    step: 5,
  });
});

test("every address survives its own link", () => {
  const name = fc.option(fc.string({ unit: "grapheme", minLength: 1 }), { nil: undefined });
  const addresses: fc.Arbitrary<Address> = fc.record({
    check: name,
    property: name,
    recording: name,
    connection: name,
    step: fc.option(fc.nat({ max: 999_999_999 }), { nil: undefined }),
    diff: fc.constantFrom("previous", "initial"),
    filter: fc.string({ unit: "grapheme" }),
    variable: name,
  });
  fc.assert(
    fc.property(addresses, (address) => {
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
  );
});

test.each(["", "#", "#step=-1", "#step=x", "#step=1e9", "#%%%", "#=&=", "#diff=sideways"])(
  "a malformed link %s opens the entry",
  (fragment) => {
    expect(parseAddress(fragment)).toEqual(NOWHERE);
  },
);
