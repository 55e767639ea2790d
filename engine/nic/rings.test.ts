/** Rings and interrupts: who owns which slot, what is written back, what latches. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { directDma } from "./dma.ts";
import { createInterrupts, THROTTLE_12K, THROTTLE_20K, THROTTLE_100K } from "./interrupts.ts";
import { type Bus, createBus } from "./pcie.ts";
import { createRingDriver, type RingDriver } from "./ring-driver.ts";
import {
  BASE,
  createRxRing,
  createTxRing,
  DD,
  DROPS,
  ENABLED,
  EOP,
  type Frame,
  HEAD,
  LENGTH,
  type Ring,
  type RxRing,
  TAIL,
  type TxRing,
  WRITE_BACK,
} from "./rings.ts";

const SLOTS = 4;
const PLACE = { base: 8, buffers: 32, length: SLOTS };
const frame = (content: number): Frame => ({
  to: 0xffee_ddcc_bbaa,
  from: 0x0200_0000_0001,
  bytes: 60 + content,
  content,
});

interface Bench {
  readonly memory: Int32Array;
  readonly bus: Bus;
  readonly tx: TxRing;
  readonly rx: RxRing;
  readonly driver: RingDriver;
}

function bench(): Bench {
  const memory = new Int32Array(64);
  const bus = createBus({ entries: 8, words: 6 }, 1, directDma(memory), () => {});
  const tx = createTxRing(bus);
  const rx = createRxRing(bus);
  for (const ring of [tx, rx]) {
    ring.set(BASE, PLACE.base);
    ring.set(LENGTH, SLOTS);
    ring.set(ENABLED, 1);
  }
  const driver = createRingDriver(PLACE, {
    load: (address) => memory[address] ?? 0,
    store: (address, value) => memory.set([value], address),
  });
  return { memory, bus, tx, rx, driver };
}

/** Writes a tail that the driver gave. */
function ringBell(ring: Ring, tail: number | undefined): void {
  if (tail !== undefined) ring.set(TAIL, tail);
}

test("head == tail means that the device has none", () => {
  const { tx, rx } = bench();
  expect([tx.owned, tx.fetch(), rx.receive(frame(1))]).toEqual([0, undefined, "blocked"]);
});

test("one slot is kept free", () => {
  const { tx, driver } = bench();
  for (const content of [1, 2, 3]) ringBell(tx, driver.send(frame(content)));
  expect([driver.free, driver.send(frame(4)), tx.owned]).toEqual([0, undefined, SLOTS - 1]);
});

test("frames are sent in order, and DD is written when RS was set", () => {
  const { tx, driver, bus, memory } = bench();
  ringBell(tx, driver.send(frame(1)));
  ringBell(tx, driver.send(frame(2)));
  memory[PLACE.base + 4 + 2] = 0;
  expect([tx.fetch(), tx.fetch(), tx.fetch()]).toEqual([frame(1), frame(2), undefined]);
  bus.posted.flush();
  expect([memory[PLACE.base + 3], memory[PLACE.base + 7]]).toEqual([DD, 0]);
  expect(driver.take()).toEqual(frame(1));
  expect(driver.take()).toBe(undefined);
});

test("the device does not know of a frame before the tail is written", () => {
  const { tx, driver } = bench();
  const tail = driver.send(frame(1));
  expect(tx.fetch()).toBe(undefined);
  ringBell(tx, tail);
  expect(tx.fetch()).toEqual(frame(1));
});

test("a received frame is there with DD and EOP, the payload first", () => {
  const { rx, driver, bus, memory } = bench();
  ringBell(rx, driver.offer());
  expect(rx.receive(frame(7))).toBe("received");
  expect([rx.get(HEAD), driver.isDone()]).toEqual([1, false]);
  bus.posted.land();
  expect([memory[PLACE.buffers + 5], driver.isDone()]).toEqual([7, false]);
  bus.posted.land();
  expect(memory[PLACE.base + 3]).toBe(DD | EOP);
  expect(driver.take()).toEqual(frame(7));
});

test("without a free descriptor a frame is dropped, or blocks when the queue does not drop", () => {
  const { rx, driver } = bench();
  expect(rx.receive(frame(1))).toBe("blocked");
  rx.set(DROPS, 1);
  expect([rx.receive(frame(1)), rx.dropped]).toEqual(["dropped", 1]);
  ringBell(rx, driver.offer());
  expect(rx.receive(frame(1))).toBe("received");
});

test("a write-back address takes the head instead of DD", () => {
  const { tx, driver, bus, memory } = bench();
  tx.set(WRITE_BACK, 60);
  ringBell(tx, driver.send(frame(1)));
  tx.fetch();
  bus.posted.flush();
  expect([memory[60], memory[PLACE.base + 3]]).toEqual([1, 0]);
});

test("a descriptor that the device may not read stops its queue", () => {
  const { tx, rx } = bench();
  for (const ring of [tx, rx]) {
    ring.set(BASE, 1000);
    ring.set(TAIL, 1);
  }
  expect([tx.fetch(), rx.receive(frame(1))]).toEqual([undefined, "deaf"]);
  expect([tx.get(ENABLED), rx.get(ENABLED)]).toEqual([0, 0]);
});

test("a tail outside the ring is ignored", () => {
  const { tx } = bench();
  for (const tail of [SLOTS, -1]) tx.set(TAIL, tail);
  expect([tx.get(TAIL), tx.owned]).toEqual([0, 0]);
});

test("whatever the order of steps, what is offered is received once, in order", () => {
  const steps = fc.array(fc.constantFrom("offer", "frame", "land", "take"), { maxLength: 120 });
  fc.assert(
    fc.property(steps, (choices) => {
      const { rx, driver, bus } = bench();
      const sent: number[] = [];
      const taken: number[] = [];
      for (const choice of choices) {
        if (choice === "offer") ringBell(rx, driver.offer());
        else if (choice === "frame") {
          if (rx.receive(frame(sent.length)) === "received") sent.push(sent.length);
        } else if (choice === "land") {
          if (bus.posted.waiting > 0) bus.posted.land();
        } else {
          const got = driver.take();
          if (got !== undefined) taken.push(got.content);
        }
        expect(rx.owned).toBeLessThan(SLOTS);
      }
      expect(taken).toEqual(sent.slice(0, taken.length));
    }),
  );
});

test("unmasking with a latched cause raises at once", () => {
  let posted = 0;
  const interrupts = createInterrupts(() => void posted++);
  interrupts.raise(1, 0);
  expect([posted, interrupts.due]).toEqual([0, undefined]);
  interrupts.unmask(2, 0);
  expect(posted).toBe(0);
  interrupts.unmask(1, 0);
  expect(posted).toBe(1);
});

test("a driver that reads EICR, clearing it, after its last ring scan loses an interrupt", () => {
  let posted = 0;
  const interrupts = createInterrupts(() => void posted++);
  interrupts.raise(1, 0);
  expect([interrupts.readCauses(), interrupts.readCauses()]).toEqual([1, 0]);
  interrupts.unmask(1, 0);
  expect(posted).toBe(0);
});

test("automatic clear and mask take effect with the interrupt", () => {
  let posted = 0;
  const interrupts = createInterrupts(() => void posted++);
  interrupts.setAutoMask(1);
  interrupts.setAutoClear(1);
  interrupts.unmask(3, 0);
  interrupts.raise(1, 0);
  interrupts.raise(1, 1);
  expect(posted).toBe(1);
  interrupts.raise(2, 2);
  expect(posted).toBe(2);
  expect(interrupts.readCauses()).toBe(3);
});

test.each([
  [THROTTLE_100K, 10_000],
  [THROTTLE_20K, 50_000],
  [THROTTLE_12K, 84_000],
])("throttle %i: at least %i ns between interrupts, and none is lost", (value, interval) => {
  const times: number[] = [];
  let now = 3e9;
  const interrupts = createInterrupts(() => void times.push(now));
  interrupts.setThrottle(value);
  interrupts.unmask(1, now);
  interrupts.raise(1, now);
  now += 100;
  interrupts.raise(1, now);
  interrupts.raise(1, now);
  expect([times, interrupts.due]).toEqual([[3e9], 3e9 + interval]);
  now += interval - 101;
  interrupts.expire(now);
  expect(times.length).toBe(1);
  now++;
  interrupts.expire(now);
  expect([times, interrupts.due]).toEqual([[3e9, 3e9 + interval], undefined]);
});
