/** What is measured is a machine that works. */
import { expect, test } from "vitest";
import { traceHeader } from "../../engine/record/header.ts";
import { createTrace, type Trace } from "../../engine/record/trace.ts";
import { runActors } from "./actor-round-trips.ts";
import { CORES, runCores } from "./core-loop.ts";

const traced = (seed: number): { readonly trace: Trace; readonly sum: number } => {
  const header = traceHeader({ engine: "bench", scenario: "cores", seed, cores: CORES });
  const trace = createTrace(header);
  return { trace, sum: runCores(seed, 5000, trace).sum };
};

test("a trace changes nothing in the run", () => {
  for (let seed = 1; seed <= 10; seed++) {
    expect(traced(seed).sum).toBe(runCores(seed, 5000, undefined).sum);
  }
});

test("every event that is counted is recorded", () => {
  expect(traced(3).trace.end).toBe(5000);
});

test("every load reads what its cause wrote, or the 0 that was there", () => {
  const { trace } = traced(7);
  const kinds = new Set<string>();
  for (let id = 0; id < trace.end; id++) {
    const { kind, object, value, causes } = trace.event(id);
    kinds.add(kind);
    if (kind !== "load") continue;
    const [cause] = causes;
    const wrote = cause === undefined ? { object, value: 0 } : trace.event(cause);
    expect(wrote).toMatchObject({ object, value });
  }
  expect([...kinds].toSorted()).toEqual(["drain", "fence", "load", "rmw", "store"]);
});

test("actors complete their round trips", () => {
  expect(runActors(100)).toBe(200);
});
