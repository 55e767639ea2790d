import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryEvents, HEADER, traceOf } from "./arbitrary-trace.fixture.ts";
import { compressed, createLineWriter, traceFromLines } from "./jsonl.ts";
import { KIND } from "./kinds.ts";
import { createTrace, NOWHERE, placeOf, type Trace } from "./trace.ts";

const linesOf = (trace: Trace): string => createLineWriter(trace).next();

test("what is written is read back, to the last field, and written the same", () => {
  fc.assert(
    fc.property(arbitraryEvents, (events) => {
      const trace = traceOf(events);
      const back = traceFromLines(linesOf(trace));
      expect(back.header).toEqual(HEADER);
      expect(back.end).toBe(trace.end);
      expect(linesOf(back)).toBe(linesOf(trace));
    }),
  );
});

test("lines written while the run goes on are those written at its end", () => {
  fc.assert(
    fc.property(arbitraryEvents, fc.nat(40), (events, at) => {
      const trace = createTrace(HEADER);
      const writer = createLineWriter(trace);
      let parts = "";
      for (const [id, { place, value }] of events.entries()) {
        if (id === at) parts += writer.next();
        trace.record(id, KIND.store, place, 64, value);
      }
      parts += writer.next();
      expect(parts).toBe(linesOf(trace));
      expect(writer.next()).toBe("");
    }),
  );
});

test("a line says what is there, and nothing else", () => {
  const trace = createTrace(HEADER);
  trace.record(12, KIND.store, placeOf(0, 1, NOWHERE), 64, 1);
  const step = trace.handleOf("server.Open(Client1)");
  trace.record(15, KIND.step, placeOf(NOWHERE, 0, NOWHERE), step, 0, 0);
  const [, ...lines] = linesOf(trace).trimEnd().split("\n");
  expect(lines).toEqual([
    '{"ts_ns":12,"kind":"store","id":0,"core":0,"domain":1,"object":64,"value":1}',
    '{"ts_ns":15,"kind":"step","id":1,"domain":0,"text":"server.Open(Client1)","causes":[0]}',
  ]);
});

test("what a ring has overwritten is told", () => {
  const trace = createTrace(HEADER, { ring: 4 });
  const writer = createLineWriter(trace);
  for (let id = 0; id < 10; id++) trace.record(id, KIND.load, 0, id, 0);
  const lines = writer.next().split("\n");
  expect(lines[1]).toBe('{"ts_ns":6,"kind":"lost","first":0,"end":6}');
  expect(lines.length).toBe(1 + 1 + 4 + 1);
  expect(() => traceFromLines(lines.join("\n"))).toThrow("Line 2 is not event 0");
});

test("compressed parts, one after the other, are one text", () => {
  const parts = ["one\n", "two\n", "three\n"];
  const bytes = Buffer.concat(parts.map(compressed));
  expect(gunzipSync(bytes).toString()).toBe(parts.join(""));
});

test.each([
  ["no JSON", "{", "Line 1 is no JSON object"],
  ["no object", "[", "Line 1 is no JSON object"],
  ["no header", "{}", "Line 1 is no header of a trace of version 1"],
])("refused: %s", (_what, text, message) => {
  expect(() => traceFromLines(text)).toThrow(message);
});

test.each([
  ["an unknown kind", '{"ts_ns":1,"kind":"dance","id":0}', "Line 2 is not event 0"],
  ["a number that is a word", '{"ts_ns":"now","kind":"load","id":0}', "`ts_ns` is not a number"],
])("a line is refused: %s", (_what, line, message) => {
  expect(() => traceFromLines(`${linesOf(createTrace(HEADER))}${line}\n`)).toThrow(message);
});
