/**
 * Times of event logs: exact in every spelling.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { guessUnit, parseTime, type TimeUnit } from "./time-value.ts";

test.each<[unknown, TimeUnit, bigint | undefined]>([
  ["1795406870000000001", "ns", 1_795_406_870_000_000_001n],
  [1_795_406_870_000_000_001n, "ns", 1_795_406_870_000_000_001n],
  [1_795_406_870_000n, "ms", 1_795_406_870_000_000_000n],
  ["1795406870.000000001", "s", 1_795_406_870_000_000_001n],
  [1_795_406_870.5, "s", 1_795_406_870_500_000_000n],
  [1.5, "us", 1500n],
  ["0.0000000019", "s", 1n],
  ["-2.5", "ms", -2_500_000n],
  [" 7 ", "ns", 7n],
  [1e21, "ns", 1_000_000_000_000_000_000_000n],
  ["2026-11-23T05:27:50.000000001Z", "ns", 1_795_411_670_000_000_001n],
  ["2026-11-23T07:27:50+02:00", "s", 1_795_411_670_000_000_000n],
  ["2026-11-23 07:27:50,5+0200", "s", 1_795_411_670_500_000_000n],
  ["2026-13-45T00:00:00Z", "ns", undefined],
  ["yesterday", "ns", undefined],
  ["", "ns", undefined],
  ["1e9", "ns", undefined],
  ["9".repeat(5000), "ns", undefined],
  [Number.NaN, "ns", undefined],
  [true, "ns", undefined],
  [null, "ns", undefined],
])("%s in %s", (value, unit, time) => {
  expect(parseTime(value, unit)).toBe(time);
});

test("whatever is written down in nanoseconds comes back", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (time) => {
      expect(parseTime(String(time), "ns")).toBe(time);
      expect(parseTime(time, "ns")).toBe(time);
    }),
  );
});

test.each<[unknown, TimeUnit]>([
  [1_795_406_870, "s"],
  ["1795406870.25", "s"],
  [1_795_406_870_123, "ms"],
  [1_795_406_870_123_456, "us"],
  ["1795406870123456789", "ns"],
  ["yesterday", "ns"],
])("%s looks like %s", (value, unit) => {
  expect(guessUnit(value)).toBe(unit);
});
