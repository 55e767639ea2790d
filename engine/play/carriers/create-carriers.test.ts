/**
 * Carriers of every mechanism: what happens for one message, and laws for many.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { carried, type Carried, ONE, SERVER, told, TWO, type Wanted } from "./carried.fixture.ts";

const START = 1_000_000;

/** Names of mechanisms, as a deployment says them; the last is none. */
const MECHANISMS = [
  "hypercall",
  "evtchn",
  "ring(1)",
  "ring(2) doorbell evtchn",
  "ring(512) doorbell evtchn",
  "nic",
  undefined,
];

const wantedFor = (carrier: string | undefined): Wanted =>
  carrier === undefined ? {} : { carrier };

describe("one message is", () => {
  test.each<[name: string, carrier: string | undefined, events: string]>([
    [
      "a cache line",
      undefined,
      `0 core0@one step
       1 core0@one store after 0
       2 core2@server load after 1`,
    ],
    [
      "a trap and a copy",
      "hypercall",
      `0 core0@one step
       1 core0@one hypercall after 0
       2 core0@one store after 1`,
    ],
    [
      "a trap, bits that are set, and an upcall",
      "evtchn",
      `0 core0@one step
       1 core0@one hypercall after 0
       2 core0@one evt-send after 1
       3 core2@server evt-upcall after 2
       4 core2@server load after 2 and 3`,
    ],
    [
      "a slot and an index, which the receiver polls",
      "ring(8)",
      `0 core0@one step
       1 core0@one store after 0
       2 core0@one store after 1
       3 core0@one drain after 1
       4 core0@one drain after 2
       5 core2@server load after 2
       6 core2@server load after 1 and 5
       7 core2@server store after 6
       8 core2@server drain after 7`,
    ],
    [
      "a slot, an index, a fence, a look, a doorbell, and the same on the other side",
      "ring(8) doorbell evtchn",
      `0 core0@one step
       1 core0@one store after 0
       2 core0@one store after 1
       3 core0@one drain after 1
       4 core0@one drain after 2
       5 core0@one fence after 2
       6 core0@one load after 5
       7 core0@one hypercall after 6
       8 core0@one evt-send after 7
       9 core2@server evt-upcall after 8
       10 core2@server load after 9
       11 core2@server load after 1 and 10
       12 core2@server store after 11
       13 core2@server store after 12
       14 core2@server drain after 12
       15 core2@server drain after 13
       16 core2@server fence after 13`,
    ],
    [
      "a descriptor, a doorbell, DMA, a frame, DMA and interrupts on both sides",
      "nic",
      `0 core0@one step
       1 core0@one store after 0
       2 core0@one mmio-write after 1
       3 network-card@one dma-read after 1 and 2
       4 the-network packet-send after 3
       5 network-card@one dma-write after 3
       6 network-card@one msi after 5
       7 core0@one irq-take after 6
       8 the-network packet-receive after 4
       9 network-card@server dma-write after 8
       10 network-card@server dma-write after 9
       11 network-card@server msi after 10
       12 core2@server irq-take after 11
       13 core2@server load after 9 and 12
       14 core2@server mmio-write after 12`,
    ],
  ])("%s", (_name, carrier, events) => {
    const run = carried({ ...wantedFor(carrier), recorded: true });
    run.send(START, ONE);
    run.finish();
    expect(told(run, START)).toEqual(events.split("\n").map((line) => line.trim()));
    expect(run.arrivals.map(({ number }) => number)).toEqual([0]);
  });
});

/** Shortest and longest time for one message alone, in nanoseconds; the link's 20 us are in it. */
const LATENCIES: readonly [carrier: string | undefined, least: number, most: number][] = [
  [undefined, 20, 100],
  ["hypercall", 500, 700],
  ["evtchn", 4_800, 5_400],
  ["ring(512)", 100, 420],
  ["ring(512) doorbell evtchn", 4_900, 5_800],
  ["nic", 20_000 + 1_231 + 1_300, 20_000 + 1_231 + 2_200],
];

test.each(LATENCIES)("a message alone by %s takes from %d to %d ns", (carrier, least, most) => {
  const run = carried(wantedFor(carrier));
  const times = Array.from({ length: 500 }, (_, index) => START + index * 100_000);
  for (const time of times) run.send(time, ONE);
  run.finish();
  const taken = run.arrivals.map(({ number, time }) => time - (times[number] ?? 0));
  expect(taken.length).toBe(times.length);
  expect(Math.min(...taken)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...taken)).toBeLessThanOrEqual(most);
});

test.each(MECHANISMS)("many messages at once by %s wait for each other", (carrier) => {
  const run = carried(wantedFor(carrier));
  for (let number = 0; number < 300; number++) run.send(START, number % 2 === 0 ? ONE : TWO);
  run.finish();
  expect(run.arrivals.length).toBe(300);
  const last = Math.max(...run.arrivals.map(({ time }) => time)) - START;
  const alone = LATENCIES.find(([name]) => name === carrier)?.[2] ?? 5_800;
  if (carrier === undefined) expect(last).toBeLessThanOrEqual(alone);
  else expect(last).toBeGreaterThan(2 * alone);
});

// ---------------------------------------------------------------------------- laws

interface Load {
  readonly wanted: Wanted;
  readonly sends: readonly { readonly time: number; readonly sender: number }[];
  readonly crashes: readonly { readonly time: number; readonly domain: string }[];
}

/** Moments lie close to each other, so that much happens at once. */
const times = fc.integer({ min: 0, max: 60_000 });
const sends = fc.array(fc.record({ time: times, sender: fc.constantFrom(ONE, TWO, SERVER) }), {
  maxLength: 120,
});
const crash = fc.record({ time: times, domain: fc.constantFrom("one", "two", "server") });
const loads = (crashes: number): fc.Arbitrary<Load> =>
  fc.record({
    wanted: fc.record({
      carrier: fc.constantFrom(...MECHANISMS.filter((one) => one !== undefined)),
      memory: fc.constantFrom("sc", "tso(1)", "tso(2)", "tso(8)"),
      seed: fc.nat(),
      oneCore: fc.boolean(),
      oneDomain: fc.boolean(),
    }),
    sends,
    crashes: fc.array(crash, { maxLength: crashes }),
  });

function runOf({ wanted, sends: all, crashes }: Load, more: Wanted = {}): Carried {
  const run = carried({ ...wanted, ...more });
  for (const { time, sender } of all) run.send(time, sender);
  for (const { time, domain } of crashes) run.crash(time, domain);
  run.finish();
  return run;
}

test("law: every message arrives once, after it was sent", () => {
  fc.assert(
    fc.property(loads(6), (load) => {
      const { arrivals } = runOf(load);
      const numbers = arrivals.map(({ number }) => number).toSorted((one, other) => one - other);
      expect(numbers).toEqual(load.sends.map((_, index) => index));
      for (const { number, time } of arrivals) {
        expect(time).toBeGreaterThan(load.sends[number]?.time ?? time);
      }
    }),
    { numRuns: 150 },
  );
});

test("law: without crashes, what one domain sends on one channel keeps its order", () => {
  fc.assert(
    fc.property(loads(0), (load) => {
      const { arrivals } = runOf(load);
      for (const one of [ONE, TWO, SERVER]) {
        const order = arrivals
          .map(({ number }) => load.sends[number])
          .filter((send) => send?.sender === one)
          .map((send) => send?.time ?? 0);
        expect(order).toEqual(order.toSorted((before, after) => before - after));
      }
    }),
    { numRuns: 100 },
  );
});

test("law: the same seed gives the same run, recorded or not", () => {
  fc.assert(
    fc.property(loads(3), (load) => {
      const plain = runOf(load);
      const recorded = runOf(load, { recorded: true });
      const again = runOf(load, { recorded: true });
      const shape = ({ arrivals }: Carried): readonly (readonly number[])[] =>
        arrivals.map(({ number, time }) => [number, time]);
      expect(shape(recorded)).toEqual(shape(plain));
      expect(told(again, 0)).toEqual(told(recorded, 0));
    }),
    { numRuns: 60 },
  );
});

test("law: causes come before what they cause, and lead from an arrival to its sending", () => {
  fc.assert(
    fc.property(loads(3), (load) => {
      const { trace, arrivals } = runOf(load, { recorded: true });
      if (trace === undefined) throw new Error("nothing is recorded");
      let last = 0;
      for (let id = 0; id < trace.end; id++) {
        const { causes, time } = trace.event(id);
        for (const cause of causes) expect(cause).toBeLessThan(id);
        expect(time).toBeGreaterThanOrEqual(last);
        last = time;
      }
      for (const { number, cause } of arrivals) {
        let event = trace.event(cause);
        while (event.kind !== "step") event = trace.event(event.causes[0] ?? -1);
        expect(trace.textOf(event.object)).toBe(`send ${number}`);
      }
    }),
    { numRuns: 60 },
  );
});
