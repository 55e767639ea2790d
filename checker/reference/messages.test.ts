/** Receiving, sending and rendezvous: a test for each sentence of their meaning. */
import { describe, expect, test } from "vitest";
import type { Model, Value } from "../../spec/model.ts";
import { on, sketch, step } from "../model-notation.ts";
import { after, enabled, initialState, obstacles, seen } from "../step-notation.ts";
import {
  add,
  bool,
  choose,
  eq,
  id,
  inMode,
  int,
  messages,
  n,
  ne,
  no,
  node,
  optional,
  range,
  send,
  set,
  v,
  value,
  when,
  yes,
} from "../term-notation.ts";
import { createMeter } from "./meter.ts";
import { successors } from "./successors.ts";

const count = range(0, 3);
const client = id("Client", 2);
const msg = messages({ Ping: {}, Open: { c: client }, Data: { c: client } });
const OPEN1: Value = [1, 0];
const OPEN2: Value = [1, 1];
const DATA1: Value = [2, 0];

describe("receiving", () => {
  const server = (discipline: "fifo" | "mailbox" | "bag", waiting: Value[], deferred = no): Model =>
    sketch({
      instances: { server: ["Up", "Down"] },
      variables: { got: [optional(client), null] },
      channels: { req: { of: msg, discipline, capacity: 3, to: "server", initial: waiting } },
      deferred: { "req.Data": deferred },
      transitions: [
        on("server.Open", "req", "Open", ["c"], inMode("server", "Up"), [set("got", v("c"))]),
        on("server.Data", "req", "Data", ["c"], inMode("server", "Up"), [set("got", v("c"))]),
      ],
    });

  test("a fifo offers its head only", () => {
    expect(enabled(server("fifo", [OPEN1, DATA1]))).toEqual(["server.Open(Client1)"]);
  });

  test("a mailbox offers the first message that is not deferred, and looks past the others", () => {
    expect(enabled(server("mailbox", [DATA1, OPEN2], yes))).toEqual(["server.Open(Client2)"]);
    expect(enabled(server("mailbox", [DATA1, OPEN2], no))).toEqual(["server.Data(Client1)"]);
    expect(enabled(server("mailbox", [DATA1], yes))).toEqual([]);
    const model = server("mailbox", [DATA1, OPEN2], yes);
    expect(seen(model, after(model, "server.Open(Client2)"), "req")).toBe("[Data(Client1)]");
  });

  test("a bag offers every distinct message", () => {
    expect(enabled(server("bag", [OPEN1, OPEN1, OPEN2]))).toEqual([
      "server.Open(Client1)",
      "server.Open(Client2)",
    ]);
    const model = server("bag", [OPEN1, OPEN1, OPEN2]);
    const left = after(model, "server.Open(Client1)");
    expect(seen(model, left, "req")).toBe("[Open(Client1), Open(Client2)]");
  });

  test("two bags with the same messages are the same state, in whatever order they came", () => {
    const model = sketch({
      channels: { ch: { of: msg, discipline: "bag" } },
      transitions: [
        step("a.one", yes, [send("ch", "Open", value(client, 0))]),
        step("a.two", yes, [send("ch", "Open", value(client, 1))]),
      ],
    });
    expect(after(model, "a.one", "a.two")).toEqual(after(model, "a.two", "a.one"));
  });

  test("the fields of the message are bound in guard and effects, and shown in the label", () => {
    const model = sketch({
      instances: { s: ["Up"] },
      variables: { got: [optional(client), null] },
      channels: { req: { of: msg, to: "s", initial: [OPEN2] } },
      transitions: [
        on("s.First", "req", "Open", ["c"], eq(v("c"), value(client, 0))),
        on("s.Second", "req", "Open", ["c"], ne(v("c"), value(client, 0)), [set("got", v("c"))]),
      ],
    });
    expect(enabled(model)).toEqual(["s.Second(Client2)"]);
    expect(seen(model, after(model, "s.Second(Client2)"), "got")).toBe("Client2");
  });

  test("the guard sees the message still waiting, the effects see it gone", () => {
    const size = node((build, span) => ({ op: "size", type: int, of: build(v("req")), span }));
    const model = sketch({
      instances: { s: ["Up"] },
      variables: { left: [count, 3] },
      channels: { req: { of: msg, to: "s", initial: [OPEN1] } },
      transitions: [on("s.Open", "req", "Open", [], eq(size, n(1)), [set("left", size)])],
    });
    expect(seen(model, after(model, "s.Open(Client1)"), "left")).toBe("0");
  });

  test("a message makes room before a reply goes into the same channel", () => {
    const model = sketch({
      instances: { s: ["Up"] },
      channels: { req: { of: msg, capacity: 1, to: "s", initial: [OPEN1] } },
      transitions: [on("s.Open", "req", "Open", ["c"], yes, [send("req", "Data", v("c"))])],
    });
    expect(seen(model, after(model, "s.Open(Client1)"), "req")).toBe("[Data(Client1)]");
  });

  test("an ignored or dropped message is an ordinary step without effects", () => {
    const model = sketch({
      instances: { s: ["Up"] },
      channels: { req: { of: msg, to: "s", initial: [OPEN1, DATA1] } },
      transitions: [
        on("s.ignore", "req", "Open", [], yes, [], { kind: "ignore" }),
        on("s.drop", "req", "Data", [], yes, [], { kind: "drop" }),
      ],
    });
    expect(seen(model, after(model, "s.ignore(Client1)", "s.drop(Client1)"), "req")).toBe("[]");
  });

  test("a transition without its message says that it waits", () => {
    expect(obstacles(server("fifo", []))).toEqual(["message", "message"]);
  });
});

describe("sending", () => {
  test("a full channel disables the sender, and the effects before it do not happen", () => {
    const model = sketch({
      variables: { x: [count, 0] },
      channels: { ch: { of: msg, capacity: 1 } },
      transitions: [step("a.go", yes, [set("x", n(1)), send("ch", "Ping")])],
    });
    const full = after(model, "a.go");
    expect(enabled(model, full)).toEqual([]);
    expect(obstacles(model, full)).toEqual(["room"]);
  });

  test("only the choices that reach the full channel are disabled", () => {
    const model = sketch({
      channels: { ch: { of: msg, capacity: 1, initial: [OPEN1] } },
      transitions: [step("a.go", yes, [choose("k", bool), when(v("k"), [send("ch", "Ping")])])],
    });
    expect(enabled(model)).toEqual(["a.go {k = false}"]);
  });

  test("a member of a family of channels is picked by its index", () => {
    const model = sketch({
      channels: { "rep[Client1]": { of: msg }, "rep[Client2]": { of: msg } },
      transitions: [step("a.go", yes, [send({ channel: "rep", index: value(client, 1) }, "Ping")])],
    });
    expect(after(model, "a.go")).toEqual([[], [[0]]]);
  });
});

describe("rendezvous", () => {
  const meeting = (...receives: ReturnType<typeof on>[]): Model =>
    sketch({
      instances: { a: ["Idle"], b: ["Idle", "Busy"] },
      variables: { x: [count, 0], y: [count, 0] },
      channels: { ch: { of: msg, discipline: "rendezvous", to: "b" } },
      transitions: [
        step("a.go", yes, [
          set("x", n(1)),
          send("ch", "Open", value(client, 1)),
          set("x", add(v("y"), n(1))),
        ]),
        ...receives,
      ],
    });

  test("a send performs the receiver's transition inside the sender's step, at that point", () => {
    const model = meeting(on("b.Open", "ch", "Open", ["c"], eq(v("x"), n(1)), [set("y", v("x"))]));
    expect(enabled(model)).toEqual(["a.go & b.Open(Client2)"]);
    const end = after(model, "a.go & b.Open(Client2)");
    expect([seen(model, end, "x"), seen(model, end, "y")]).toEqual(["2", "1"]);
  });

  test("every receiving transition whose guard holds then is a choice", () => {
    const model = meeting(
      on("b.One", "ch", "Open", ["c"]),
      on("b.Never", "ch", "Open", ["c"], eq(v("c"), value(client, 0))),
      on("b.Other", "ch", "Data", ["c"]),
      on("b.Two", "ch", "Open", ["c"], yes, [choose("k", bool)]),
    );
    expect(enabled(model)).toEqual([
      "a.go & b.One(Client2)",
      "a.go & b.Two(Client2) {k = false}",
      "a.go & b.Two(Client2) {k = true}",
    ]);
  });

  test("without a receiver the send blocks", () => {
    expect(enabled(meeting())).toEqual([]);
    expect(obstacles(meeting())).toEqual(["partner"]);
  });

  test("a receiving transition never runs alone", () => {
    const model = sketch({
      instances: { b: ["Idle"] },
      channels: { ch: { of: msg, discipline: "rendezvous", to: "b" } },
      transitions: [on("b.Ping", "ch", "Ping")],
    });
    expect(enabled(model)).toEqual([]);
  });

  test("an instance in the middle of its step cannot receive", () => {
    const model = sketch({
      instances: { a: ["Idle"], b: ["Idle"] },
      channels: {
        there: { of: msg, discipline: "rendezvous", to: "b" },
        back: { of: msg, discipline: "rendezvous", to: "a" },
      },
      transitions: [
        step("a.go", yes, [send("there", "Ping")]),
        on("b.Ping", "there", "Ping", [], yes, [send("back", "Ping")]),
        on("a.Ping", "back", "Ping", [], yes, [send("there", "Ping")]),
      ],
    });
    expect(enabled(model)).toEqual([]);
  });

  test("the rules of both sides are taken", () => {
    const model = meeting(on("b.Open", "ch", "Open"));
    const [met] = successors(model, initialState(model), createMeter()).steps;
    expect([met?.rules, met?.partners]).toEqual([[0, 1], [1]]);
  });
});
