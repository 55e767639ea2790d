import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryEvents, HEADER, traceOf } from "./arbitrary-trace.fixture.ts";
import { KIND, KINDS } from "./kinds.ts";
import { createTrace, NONE, NOWHERE, placeName, placeOf, type TraceEvent } from "./trace.ts";

test("an event comes out as it was recorded", () => {
  const trace = createTrace(HEADER);
  const sent = trace.record(2 ** 52 + 1, KIND.store, placeOf(1, 0, NOWHERE), 0xffff_fffe, 9);
  const read = trace.record(2 ** 52 + 3, KIND.load, placeOf(0, NOWHERE, NOWHERE), 64, 9, sent);
  trace.chose(3);
  expect(trace.event(sent)).toEqual({
    id: 0,
    time: 2 ** 52 + 1,
    kind: "store",
    core: 1,
    domain: 0,
    component: undefined,
    object: 0xffff_fffe,
    value: 9,
    choice: 0,
    causes: [],
  });
  expect(trace.event(read)).toMatchObject({ kind: "load", core: 0, choice: 3, causes: [sent] });
});

test("a growing trace keeps every event", () => {
  const trace = createTrace(HEADER);
  const place = placeOf(0, 0, NOWHERE);
  for (let id = 0; id < 20_000; id++) trace.record(id * 3, KIND.load, place, id, id ^ 5, id - 1);
  expect([trace.first, trace.end]).toEqual([0, 20_000]);
  for (const id of [1, 4095, 4096, 8192, 19_999]) {
    expect(trace.event(id)).toMatchObject({ time: id * 3, object: id, causes: [id - 1] });
  }
});

test("a ring keeps the newest events, numbered as before", () => {
  fc.assert(
    fc.property(arbitraryEvents, (events) => {
      const [whole, ring] = [traceOf(events), traceOf(events, 8)];
      expect(ring.first).toBe(Math.max(0, events.length - 8));
      const both = (id: number): readonly TraceEvent[] => [whole.event(id), ring.event(id)];
      for (let id = ring.first; id < ring.end; id++) {
        const [wanted, kept] = both(id);
        expect(kept).toEqual(wanted);
      }
      if (ring.first > 0) expect(() => ring.event(ring.first - 1)).toThrow("is not kept");
    }),
  );
});

test.each([
  ["an event to come", () => createTrace(HEADER).event(0)],
  ["a choice without an event", () => createTrace(HEADER).chose(1)],
  ["a text that nobody gave", () => createTrace(HEADER).textOf(0)],
  ["a ring of nothing", () => createTrace(HEADER, { ring: 0 })],
])("refused: %s", (_what, use) => {
  expect(use).toThrow(RangeError);
});

test("equal texts have one handle", () => {
  const trace = createTrace(HEADER);
  const handles = ["a.go", "b.go", "a.go"].map((text) => trace.handleOf(text));
  expect(handles).toEqual([0, 1, 0]);
  expect(trace.textOf(1)).toBe("b.go");
});

test("every kind has its own code, which fits a byte", () => {
  expect(KINDS.map((kind) => KINDS[KIND[kind]])).toEqual([...KINDS]);
  expect(KINDS.length).toBeLessThan(256);
});

test.each([
  [placeOf(0, 0, NOWHERE), "core0@server"],
  [placeOf(NOWHERE, NOWHERE, 0), "nic"],
  [placeOf(3, NOWHERE, NOWHERE), "core3"],
  [placeOf(NOWHERE, 9, 7), "part7@domain9"],
  [placeOf(NOWHERE, NOWHERE, NOWHERE), "machine"],
])("place %i is called %s", (place, name) => {
  const trace = createTrace(HEADER);
  trace.record(0, KIND.load, place, 0, 0, NONE);
  expect(placeName(HEADER, trace.event(0))).toBe(name);
});
