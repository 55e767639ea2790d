/** Store buffers under total store order: a test for each sentence of their meaning. */
import { describe, expect, test } from "vitest";
import { sketch, step } from "../model-notation.ts";
import { after, enabled, obstacles, seen } from "../step-notation.ts";
import { fence, id, mapType, n, range, set, v, value, yes } from "../term-notation.ts";

const count = range(0, 3);
const client = id("Client", 2);

describe("store buffers", () => {
  const tso = sketch({
    instances: { p: ["Run"] },
    variables: { head: [count, 0], seen: [count, 0] },
    buffers: { "p buffer": 1 },
    transitions: [
      step("p.put", yes, [set("head", n(1), { buffer: "p buffer" })]),
      step("p.look", yes, [set("seen", v("head", undefined, "p buffer"))]),
      step("q.look", yes, [set("seen", v("head"))]),
      step("p.fence", yes, [fence("p buffer")]),
      step("p.flush", yes, [], { kind: "flush", subject: "p buffer" }),
    ],
  });

  test("a write waits in the buffer, and only its own thread sees it", () => {
    const waiting = after(tso, "p.put");
    expect(seen(tso, waiting, "head")).toBe("0");
    expect(seen(tso, after(tso, "p.put", "p.look"), "seen")).toBe("1");
    expect(seen(tso, after(tso, "p.put", "q.look"), "seen")).toBe("0");
  });

  test("a flush applies the oldest write to the memory, and says which", () => {
    const flushed = after(tso, "p.put", "p.flush head=1");
    expect([seen(tso, flushed, "head"), seen(tso, flushed, "p buffer")]).toEqual(["1", "[]"]);
    const two = sketch({
      variables: { head: [count, 0] },
      buffers: { "p buffer": 2 },
      transitions: [
        step("p.one", yes, [set("head", n(1), { buffer: "p buffer" })]),
        step("p.two", yes, [set("head", n(2), { buffer: "p buffer" })]),
        step("p.flush", yes, [], { kind: "flush", subject: "p buffer" }),
      ],
    });
    expect(after(two, "p.one", "p.two", "p.flush head=1")).toEqual([1, [[0, [], 2]]]);
  });

  test("a full buffer disables the writer, waiting writes a fence, an empty one a flush", () => {
    expect(enabled(tso, after(tso, "p.put"))).toEqual(["p.look", "q.look", "p.flush head=1"]);
    expect(obstacles(tso, after(tso, "p.put"))).toEqual(["store", "fence"]);
    expect(obstacles(tso)).toEqual(["nothing"]);
  });

  test("a write of one entry of a map keeps the other entries of the memory", () => {
    const model = sketch({
      variables: { t: [mapType(client, count), [0, 0]], y: [mapType(client, count), [0, 0]] },
      buffers: { "p buffer": 1 },
      transitions: [
        step("p.put", yes, [set("t", n(2), { at: value(client, 1), buffer: "p buffer" })]),
        step("q.put", yes, [set("t", n(1), { at: value(client, 0) })]),
        step("p.look", yes, [set("y", v("t", undefined, "p buffer"))]),
        step("p.flush", yes, [], { kind: "flush", subject: "p buffer" }),
      ],
    });
    const looked = after(model, "p.put", "q.put", "p.look");
    expect(seen(model, looked, "y")).toBe("{Client1: 1, Client2: 2}");
    const flushed = after(model, "p.put", "q.put", "p.flush t[Client2]=2");
    expect(seen(model, flushed, "t")).toBe("{Client1: 1, Client2: 2}");
  });

  test("a value outside its range violates when it is written, not when flushed", () => {
    const model = sketch({
      variables: { head: [count, 0] },
      buffers: { "p buffer": 1 },
      transitions: [step("p.put", yes, [set("head", n(4), { buffer: "p buffer" })])],
    });
    expect(enabled(model)).toEqual(["p.put !range"]);
  });
});
