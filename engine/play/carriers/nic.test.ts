/** Frames between virtual functions: what the link does, contention, and a domain that dies. */
import { expect, test } from "vitest";
import { carried, type Carried, ONE, SERVER, told, TWO } from "./carried.fixture.ts";

const START = 1_000_000;
/** Time of a full frame on a wire of 10 Gbit/s. */
const WIRE = 1_231;

const count = (run: Carried, kind: string): number =>
  told(run, START).filter((event) => event.split(" ").includes(kind)).length;

test("a frame that the link loses is sent and not received", () => {
  const run = carried({ carrier: "nic", recorded: true });
  run.send(START, ONE, { fate: "lost" });
  run.send(START + 100, ONE);
  run.finish();
  expect(run.arrivals.map(({ number }) => number)).toEqual([1]);
  expect(count(run, "packet-send")).toBe(2);
  expect(count(run, "packet-receive")).toBe(1);
});

test("a frame that the link doubles is sent once and received twice", () => {
  const run = carried({ carrier: "nic", recorded: true });
  run.send(START, ONE);
  run.send(START, ONE, { isCopy: true });
  run.finish();
  expect(run.arrivals.map(({ number }) => number)).toEqual([0, 1]);
  expect(count(run, "packet-send")).toBe(1);
  expect(count(run, "packet-receive")).toBe(2);
});

test("a copy arrives although its frame is lost", () => {
  const run = carried({ carrier: "nic" });
  run.send(START, ONE, { fate: "lost" });
  run.send(START, ONE, { isCopy: true });
  run.finish();
  expect(run.arrivals.map(({ number }) => number)).toEqual([1]);
});

test("a copy of a frame that has gone its way is a frame of its own", () => {
  const run = carried({ carrier: "nic", recorded: true });
  run.send(START, ONE);
  run.send(START + 100_000, ONE, { isCopy: true });
  run.finish();
  expect(run.arrivals.length).toBe(2);
  expect(count(run, "packet-send")).toBe(2);
});

test("a frame that is held back arrives after the one that overtakes it", () => {
  const run = carried({ carrier: "nic" });
  run.send(START, ONE, { fate: "late" });
  run.send(START + 10_000, ONE);
  run.finish();
  expect(run.arrivals.map(({ number }) => number)).toEqual([1, 0]);
});

test("frames of two senders to one receiver share its wire", () => {
  const run = carried({ carrier: "nic" });
  for (let number = 0; number < 100; number++) run.send(START, number % 2 === 0 ? ONE : TWO);
  run.finish();
  const last = Math.max(...run.arrivals.map(({ time }) => time)) - START;
  expect(last).toBeGreaterThan(100 * WIRE + 20_000);
  expect(last).toBeLessThan(100 * WIRE + 25_000);
});

test("more frames than a ring has descriptors wait in the driver and in the card", () => {
  const run = carried({ carrier: "nic" });
  for (let number = 0; number < 500; number++) run.send(START, SERVER);
  run.finish();
  expect(run.arrivals.map(({ number }) => number)).toEqual(
    Array.from({ length: 500 }, (_, number) => number),
  );
});

test.each([0, 400, 1_500, 3_000, 15_000, 22_500, 22_900, 23_300])(
  "a receiver that dies %d ns after a message was sent gets it once all the same",
  (delay) => {
    const run = carried({ carrier: "nic" });
    for (let number = 0; number < 5; number++) run.send(START + number * 300, ONE);
    run.send(START, ONE, { fate: "lost" });
    run.crash(START + delay, "server");
    run.crash(START + delay + 10, "one");
    run.finish();
    const numbers = run.arrivals.map(({ number }) => number);
    expect(numbers.toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4]);
  },
);
