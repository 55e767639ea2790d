/** A learning switch: floods, learns, forgets. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AGEING, createSwitch, type Switch } from "./switch.ts";
import { BROADCAST } from "./frames.ts";

const ALICE = 0x0200_0000_0001;
const BOB = 0x0200_0000_0002;
const CAROL = 0xf2ff_ffff_ff03;
const MULTICAST = 0x0100_5e00_0001;
const make = (entries = 8): Switch => createSwitch({ ports: 3, entries, ageing: AGEING });

test("a frame for an unknown address is flooded, but not back", () => {
  expect(make().forward(1, ALICE, BOB, 0)).toEqual([0, 2]);
});

test("an address is learnt from frames that it sends", () => {
  const bridge = make();
  bridge.forward(1, ALICE, BOB, 0);
  expect(bridge.forward(2, BOB, ALICE, 1)).toEqual([1]);
  expect(bridge.forward(1, ALICE, BOB, 2)).toEqual([2]);
  expect(bridge.forward(0, CAROL, ALICE, 3)).toEqual([1]);
  expect(bridge.portOf(CAROL, 3)).toBe(0);
});

test("a frame for an address behind its own port goes nowhere", () => {
  const bridge = make();
  bridge.forward(1, ALICE, BOB, 0);
  expect(bridge.forward(1, BOB, ALICE, 0)).toEqual([]);
});

test("broadcast and multicast are flooded, and never learnt", () => {
  const bridge = make();
  expect(bridge.forward(0, ALICE, BROADCAST, 0)).toEqual([1, 2]);
  expect(bridge.forward(0, ALICE, MULTICAST, 0)).toEqual([1, 2]);
  bridge.forward(0, BROADCAST, ALICE, 0);
  expect(bridge.portOf(BROADCAST, 0)).toBe(undefined);
});

test("after a move traffic follows the first frame of the mover, or else ageing", () => {
  const bridge = make();
  bridge.forward(1, ALICE, BROADCAST, 0);
  expect(bridge.forward(0, BOB, ALICE, 5)).toEqual([1]);
  bridge.forward(2, ALICE, BROADCAST, 6);
  expect(bridge.forward(0, BOB, ALICE, 7)).toEqual([2]);
});

test("an entry is forgotten when nothing was heard for the ageing time", () => {
  const bridge = make();
  bridge.forward(1, ALICE, BROADCAST, 10);
  expect(bridge.forward(0, BOB, ALICE, 10 + AGEING)).toEqual([1]);
  expect(bridge.forward(0, BOB, ALICE, 11 + AGEING)).toEqual([1, 2]);
});

test("a full table forgets the oldest entry", () => {
  const bridge = make(2);
  bridge.forward(0, ALICE, BROADCAST, 0);
  bridge.forward(1, BOB, BROADCAST, 1);
  bridge.forward(0, ALICE, BROADCAST, 2);
  bridge.forward(2, CAROL, BROADCAST, 3);
  expect([ALICE, BOB, CAROL].map((mac) => bridge.portOf(mac, 4))).toEqual([0, undefined, 2]);
});

test("a port whose link went down has nobody behind it", () => {
  const bridge = make();
  bridge.forward(0, ALICE, BROADCAST, 0);
  bridge.forward(1, BOB, BROADCAST, 0);
  bridge.forget(0);
  expect([bridge.portOf(ALICE, 0), bridge.portOf(BOB, 0)]).toEqual([undefined, 1]);
});

test("what goes out is a set of other ports, and reaches where the receiver last was", () => {
  const port = fc.nat(2);
  const mac = fc.constantFrom(ALICE, BOB, CAROL);
  fc.assert(
    fc.property(fc.array(fc.tuple(port, mac, mac), { maxLength: 50 }), (frames) => {
      const bridge = make();
      const last = new Map<number, number>();
      frames.forEach(([from, sender, receiver], now) => {
        last.set(sender, from);
        const out = bridge.forward(from, sender, receiver, now);
        const known = last.get(receiver);
        const flooded = [0, 1, 2].filter((each) => each !== from);
        expect(out).toEqual(known === undefined ? flooded : flooded.filter((p) => p === known));
      });
    }),
  );
});

test("a port that does not exist is an error of the caller", () => {
  expect(() => make().forward(3, ALICE, BOB, 0)).toThrow(RangeError);
});
