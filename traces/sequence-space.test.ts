/**
 * Sequence numbers against a slow twin that remembers every number by itself.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  acknowledge,
  arrive,
  createSequenceSpace,
  difference,
  MAX_FLIGHTS,
  MAX_HOLES,
  MAX_STEP,
  type SequenceSpace,
  start,
} from "./sequence-space.ts";

const MARK = { identification: 1, stamp: 0 };

function spaceAt(base: number): SequenceSpace {
  const space = createSequenceSpace();
  start(space, base | 0);
  space.settled = true;
  return space;
}

test("the distance is signed and knows no border", () => {
  expect(difference(5, 3)).toBe(2);
  expect(difference(2, -2)).toBe(4);
  expect(difference(0x8000_0000 | 0, 0x7fff_ffff)).toBe(1);
});

type Step =
  | { readonly what: "send"; readonly from: number; readonly length: number }
  | { readonly what: "ack"; readonly to: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      what: fc.constant("send" as const),
      from: fc.nat(60),
      length: fc.integer({ min: 1, max: 12 }),
    }),
    fc.record({ what: fc.constant("ack" as const), to: fc.nat(80) }),
  ),
  { maxLength: 40 },
);

test("new, repeated and missing numbers are those that a set of all numbers gives", () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 1000, -20, 0x7fff_fff0), (plan, base) => {
      const space = spaceAt(base);
      const seen = new Set<number>();
      let acked = 0;
      let time = 0n;
      for (const step of plan) {
        time++;
        if (step.what === "send") {
          const before = seen.size;
          for (let number = step.from; number < step.from + step.length; number++) {
            seen.add(number);
          }
          const { ahead, filled } = arrive(space, (base + step.from) | 0, step.length, time, MARK);
          expect(ahead + filled).toBe(seen.size - before);
        } else {
          let missing = 0;
          for (let number = acked; number < step.to; number++) {
            if (!seen.has(number)) {
              missing++;
              seen.add(number);
            }
          }
          const news = acknowledge(space, (base + step.to) | 0);
          expect(news.advanced).toBe(Math.max(0, step.to - acked));
          expect(news.missing).toBe(missing);
          acked = Math.max(acked, step.to);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("the time of an acknowledgement is that at which its newest number was first sent", () => {
  const space = spaceAt(0);
  arrive(space, 0, 10, 100n, MARK);
  arrive(space, 10, 10, 200n, MARK);
  arrive(space, 0, 10, 300n, MARK);
  expect(acknowledge(space, 5).sentAt).toBe(100n);
  expect(acknowledge(space, 15).sentAt).toBe(200n);
  expect(acknowledge(space, 20).sentAt).toBe(200n);
});

test("an acknowledgement beyond a beginning without SYN proves loss only the second time", () => {
  const space = createSequenceSpace();
  arrive(space, 7, 1, 0n, MARK);
  expect(acknowledge(space, 20).missing).toBe(0);
  expect(acknowledge(space, 30).missing).toBe(10);
});

describe("limits", () => {
  test("a number beyond any window is nonsense and changes nothing", () => {
    const space = spaceAt(0);
    expect(arrive(space, MAX_STEP + 1, 10, 0n, MARK).plausible).toBe(false);
    expect(acknowledge(space, MAX_STEP + 1).advanced).toBe(0);
    expect(space.next).toBe(0);
  });

  test("holes and flights stay bounded", () => {
    const space = spaceAt(0);
    for (let index = 0; index < 3000; index++) arrive(space, index * 20 + 10, 10, 0n, MARK);
    expect(space.holes).toHaveLength(MAX_HOLES);
    expect(space.flightEnds).toHaveLength(MAX_FLIGHTS);
  });
});
