/** Clocks, and the exports for viewers, read back and held against the trace. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryEvents, HEADER, traceOf } from "./arbitrary-trace.fixture.ts";
import { forEachClock } from "./clocks.ts";
import { KIND } from "./kinds.ts";
import { perfettoJson } from "./perfetto.ts";
import { SHIVIZ_PARSER, shivizLog } from "./shiviz.ts";
import { createTrace, NOWHERE, placeOf, type Trace } from "./trace.ts";

/** For each event, all events before it, found by walking back over places and causes. */
function reachedFrom(trace: Trace): readonly ReadonlySet<number>[] {
  const latest = new Map<number, number>();
  const before: Set<number>[] = [];
  for (let id = 0; id < trace.end; id++) {
    const own = latest.get(trace.placeAt(id));
    const direct = [...trace.event(id).causes, ...(own === undefined ? [] : [own])];
    before.push(new Set(direct.flatMap((one) => [one, ...(before[one] ?? [])])));
    latest.set(trace.placeAt(id), id);
  }
  return before;
}

const isBelow = (one: readonly number[], other: readonly number[]): boolean =>
  one.every((count, index) => count <= (other[index] ?? 0)) && one.join() !== other.join();

test("one clock is below another exactly where one event leads to the other", () => {
  fc.assert(
    fc.property(arbitraryEvents, (events) => {
      const trace = traceOf(events);
      const clocks: number[][] = [];
      forEachClock(trace, (_event, _place, clock) => clocks.push([...clock]));
      const before = reachedFrom(trace);
      for (const [id, clock] of clocks.entries()) {
        for (const [other, wanted] of clocks.entries()) {
          expect(isBelow(wanted, clock)).toBe(before[id]?.has(other));
        }
      }
    }),
  );
});

/** The example of `clocks.ts`. */
function twoCores(): Trace {
  const trace = createTrace(HEADER);
  const [a, b] = [placeOf(0, 0, NOWHERE), placeOf(1, 1, NOWHERE)];
  trace.record(1000, KIND.store, a, 64, 1);
  trace.record(1001, KIND.load, b, 64, 1, 0);
  trace.record(2500, KIND["evt-send"], a, 3, 1);
  trace.record(2_000_000, KIND.step, b, trace.handleOf("app[Client1].wake"), 0, 2);
  return trace;
}

test("ShiViz reads events, hosts and clocks", () => {
  const found = Array.from(shivizLog(twoCores()).matchAll(new RegExp(SHIVIZ_PARSER, "g")));
  expect(found.map(({ groups }) => [groups?.["event"], groups?.["host"]])).toEqual([
    ["store 64 = 1", "core0@server"],
    ["load 64 = 1", "core1@app[Client1]"],
    ["evt-send 3 = 1", "core0@server"],
    ["step app[Client1].wake", "core1@app[Client1]"],
  ]);
  const last: unknown = JSON.parse(found[3]?.groups?.["clock"] ?? "");
  expect(last).toEqual({ "core0@server": 2, "core1@app[Client1]": 2 });
});

test("ShiViz: the own count of a host goes up by one with each of its events", () => {
  fc.assert(
    fc.property(arbitraryEvents, (events) => {
      const counts = new Map<string, number>();
      for (const { groups } of shivizLog(traceOf(events)).matchAll(
        new RegExp(SHIVIZ_PARSER, "g"),
      )) {
        const host = groups?.["host"] ?? "";
        const clock = JSON.parse(groups?.["clock"] ?? "") as Record<string, number>;
        expect(clock[host]).toBe((counts.get(host) ?? 0) + 1);
        counts.set(host, clock[host] ?? 0);
      }
    }),
  );
});

interface Viewed {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly id?: number;
  readonly name: string;
  readonly args?: { readonly name?: string; readonly id?: number };
}

const viewed = (trace: Trace): readonly Viewed[] =>
  (JSON.parse(perfettoJson(trace)) as { traceEvents: Viewed[] }).traceEvents;

test("Perfetto: domains are processes, cores are threads, nanoseconds are kept", () => {
  const found = viewed(twoCores());
  const names = found.filter(({ ph }) => ph === "M").map(({ args }) => args?.name);
  expect(names).toEqual(["server", "core0@server", "app[Client1]", "core1@app[Client1]"]);
  const slices = found.filter(({ ph }) => ph === "X");
  expect(slices.map(({ name, pid, ts }) => [name, pid, ts])).toEqual([
    ["store 64 = 1", 1, 1],
    ["load 64 = 1", 2, 1.001],
    ["evt-send 3 = 1", 1, 2.5],
    ["step app[Client1].wake", 2, 2000],
  ]);
  expect(perfettoJson(twoCores())).toContain('"ts":1.001}');
});

test("Perfetto: every event is a slice, and every arrow leads from a cause to its event", () => {
  fc.assert(
    fc.property(arbitraryEvents, (events) => {
      const trace = traceOf(events, 16);
      const found = viewed(trace);
      const slices = found.filter(({ ph }) => ph === "X");
      expect(slices.map(({ args }) => args?.id)).toEqual(
        Array.from({ length: trace.end - trace.first }, (_, index) => trace.first + index),
      );
      const [begins, ends] = ["s", "f"].map((ph) => found.filter((one) => one.ph === ph));
      const drawn = ends?.map(({ ts }, index) => [begins?.[index]?.ts, ts]);
      const wanted = slices.flatMap(({ args, ts }) =>
        trace
          .event(args?.id ?? 0)
          .causes.filter((cause) => cause >= trace.first)
          .map((cause) => [Number((trace.event(cause).time / 1000).toFixed(3)), ts]),
      );
      expect(drawn).toEqual(wanted);
    }),
  );
});
