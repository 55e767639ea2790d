/**
 * Rings in granted memory: doorbells that merge, none that is lost while the fence is there, and
 * what stands when a domain dies.
 */
import { expect, test } from "vitest";
import { createRandom } from "../../schedule/random.ts";
import { carried, type Carried, ONE, told, TWO } from "./carried.fixture.ts";

const RING = "ring(512) doorbell evtchn";
const START = 1_000_000;

/** Messages so close to each other that the receiver often goes to sleep as the next one comes. */
function stream(count: number, fences: boolean): Carried {
  const run = carried({ carrier: RING, fences, seed: 3 });
  const random = createRandom(12);
  let time = START;
  for (let number = 0; number < count; number++) {
    time += 50 + random.below(400);
    run.send(time, ONE);
  }
  run.finish();
  return run;
}

test("under TSO 100,000 messages come through a ring with its fence", () => {
  expect(stream(100_000, true).arrivals.length).toBe(100_000);
});

test("without the sender's fence a doorbell is not rung, and messages are stranded", () => {
  expect(stream(100_000, false).arrivals.length).toBeLessThan(100_000);
});

test("with a memory that has no store buffers the fence makes no difference", () => {
  const run = carried({ carrier: RING, memory: "sc", fences: false });
  for (let number = 0; number < 1000; number++) run.send(START + number * 97, ONE);
  run.finish();
  expect(run.arrivals.length).toBe(1000);
});

const count = (run: Carried, kind: string, from = START): number =>
  told(run, from).filter((event) => event.split(" ")[2] === kind).length;

test("a second message while the receiver is on its way rings no second doorbell", () => {
  const run = carried({ carrier: RING, recorded: true });
  run.send(START, ONE);
  run.send(START + 2_000, ONE);
  run.finish();
  expect(run.arrivals.length).toBe(2);
  expect(count(run, "evt-send")).toBe(1);
  expect(count(run, "evt-upcall")).toBe(1);
});

test("each domain that sends has a ring and a port of its own", () => {
  const run = carried({ carrier: RING, recorded: true });
  run.send(START, ONE);
  run.send(START, TWO);
  run.finish();
  expect(count(run, "evt-send")).toBe(2);
  expect(count(run, "gnt-map", 0)).toBe(4);
});

test("a ring of more slots than a page has words is granted page by page", () => {
  const run = carried({ carrier: "ring(2048) doorbell evtchn", recorded: true });
  expect(count(run, "gnt-map", 0)).toBe(12);
  for (let number = 0; number < 3000; number++) run.send(START, ONE);
  run.finish();
  expect(run.arrivals.length).toBe(3000);
});

test("a sender that finds the ring full goes on when there is room", () => {
  const run = carried({ carrier: "ring(2) doorbell evtchn" });
  for (let number = 0; number < 50; number++) run.send(START, ONE);
  run.finish();
  expect(run.arrivals.map(({ number }) => number)).toEqual(
    Array.from({ length: 50 }, (_, number) => number),
  );
});

test("a receiver that dies loses its mapping and its port, and its next life looks", () => {
  const run = carried({ carrier: RING, recorded: true });
  run.send(START, ONE);
  // The message is in the ring, and the doorbell has been rung.
  run.crash(START + 3_000, "server");
  run.finish();
  expect(run.arrivals.length).toBe(1);
  const after = told(run, START + 3_000).map((event) => event.split(" ")[2]);
  expect(after.slice(0, 4)).toEqual(["gnt-unmap", "gnt-unmap", "gnt-map", "gnt-map"]);
});

test("what a sender that dies has put into its ring stays there, mapped", () => {
  const run = carried({ carrier: RING, recorded: true });
  run.send(START, ONE);
  run.crash(START + 3_000, "one");
  run.finish();
  expect(run.arrivals.length).toBe(1);
  // Its own mapping, of the ring by which it is answered, is another matter.
  const unmapped = told(run, START).filter((event) => event.includes("gnt-unmap"));
  expect(unmapped.map((event) => event.split(" ")[1])).toEqual(["core0@one"]);
});
