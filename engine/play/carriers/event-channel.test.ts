/** Event channels alone: notifications merge, messages do not. */
import { expect, test } from "vitest";
import { carried, ONE, told, TWO } from "./carried.fixture.ts";

const START = 1_000_000;

test("two messages before the upcall are one upcall, and both are there", () => {
  const run = carried({ carrier: "evtchn", recorded: true });
  run.send(START, ONE);
  run.send(START + 1_000, ONE);
  run.finish();
  const kinds = told(run, START).map((event) => event.split(" ")[2]);
  expect(kinds.filter((kind) => kind === "evt-send").length).toBe(2);
  expect(kinds.filter((kind) => kind === "evt-upcall").length).toBe(1);
  expect(run.arrivals.map(({ number }) => number)).toEqual([0, 1]);
  expect(run.arrivals[0]?.time).toBe(run.arrivals[1]?.time);
});

test("a message whose notification comes after the upcall waits for the next one", () => {
  const run = carried({ carrier: "evtchn", recorded: true });
  run.send(START, ONE);
  run.send(START + 10_000, ONE);
  run.finish();
  const [first, second] = run.arrivals;
  expect((second?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThan(8_000);
});

test("an upcall serves all ports of a domain", () => {
  const run = carried({ carrier: "evtchn", recorded: true });
  run.send(START, ONE);
  run.send(START, TWO);
  run.finish();
  expect(new Set(run.arrivals.map(({ time }) => time)).size).toBe(1);
});

test("a notification that is lost with its receiver does not strand the message", () => {
  const run = carried({ carrier: "evtchn" });
  run.send(START, ONE);
  run.crash(START + 1_000, "server");
  run.finish();
  expect(run.arrivals.length).toBe(1);
});
