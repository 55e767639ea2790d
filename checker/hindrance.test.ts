/** What holds each instance: one reason for each kind of obstacle. */
import { describe, expect, test } from "vitest";
import { holdings, reasonOf } from "./hindrance.ts";
import { on, sketch, step } from "./model-notation.ts";
import { createMeter } from "./reference/meter.ts";
import { successors } from "./reference/successors.ts";
import { initialState } from "./step-notation.ts";
import {
  and,
  choose,
  fence,
  inMode,
  lt,
  messages,
  n,
  no,
  range,
  send,
  set,
  v,
  quantified,
  yes,
} from "./term-notation.ts";

const ping = messages({ Ping: {}, Pong: {} });
const count = range(0, 3);

/** Why the first transition of a sketch is not enabled at first. */
function reason(...given: Parameters<typeof sketch>): string {
  const model = sketch(...given);
  const state = initialState(model);
  const [first] = successors(model, state, createMeter()).hindrances;
  const transition = model.transitions[first?.transition ?? -1];
  if (first === undefined || transition === undefined) throw new Error("it is enabled");
  return reasonOf(model, transition, first.obstacle, state, new Map());
}

describe("a transition is not enabled", () => {
  test("because its guard is false", () => {
    expect(reason({ transitions: [step("a.go", no)] })).toBe(
      "`a.go` is not enabled: `this condition` is false",
    );
  });

  test("because its rule stands in another mode", () => {
    const instances = { a: ["Idle", "Busy"] };
    expect(reason({ instances, transitions: [step("a.go", inMode("a", "Busy"))] })).toBe(
      "`go` is not enabled: no rule of that name in `Idle`",
    );
  });

  test("because no message, or another one, can be taken", () => {
    const receive = (initial: [number][]): string =>
      reason({
        instances: { a: ["Idle"] },
        channels: { ch: { of: ping, to: "a", initial } },
        transitions: [on("a.Ping", "ch", "Ping")],
      });
    expect(receive([])).toBe("waits for a message on `ch`");
    expect(receive([[1]])).toBe("waits for another message than `Pong` on `ch`");
  });

  test("because a channel is full, or nobody receives", () => {
    const sending = (discipline: "fifo" | "rendezvous"): string =>
      reason({
        instances: { a: ["Idle"], b: ["Idle"] },
        channels: { ch: { of: ping, discipline, capacity: 1, to: "b", initial: [[0]] } },
        transitions: [step("a.go", yes, [send("ch", "Ping")])],
      });
    expect(sending("fifo")).toBe("`go` needs room in `ch`, which is full");
    expect(sending("rendezvous")).toBe("`go` finds nobody who receives on `ch`");
  });

  test("because of a store buffer", () => {
    const waiting = (effect: ReturnType<typeof set> | undefined): string =>
      reason({
        instances: { a: ["Idle"] },
        variables: { x: [count, 0] },
        buffers: { "a buffer": 0 },
        transitions: [
          effect === undefined
            ? step("a.flush", yes, [], { kind: "flush", subject: "a buffer" })
            : step("a.go", yes, [effect]),
        ],
      });
    expect(waiting(set("x", n(1), { buffer: "a buffer" }))).toBe(
      "`go` needs room in `a buffer`, which is full",
    );
    expect(waiting(undefined)).toBe("`flush` finds `a buffer` empty");
  });

  test("because waiting writes keep a fence", () => {
    const model = sketch({
      instances: { a: ["Idle"] },
      variables: { x: [count, 0] },
      buffers: { "a buffer": 1 },
      transitions: [
        step("a.put", yes, [set("x", n(1), { buffer: "a buffer" })]),
        step("a.fence", yes, [fence("a buffer")]),
      ],
    });
    const [put] = successors(model, initialState(model), createMeter()).steps;
    const state = put?.state ?? [];
    const { hindrances } = successors(model, state, createMeter());
    const words = hindrances.flatMap(({ transition, obstacle }) => {
      const own = model.transitions[transition];
      return own === undefined ? [] : [reasonOf(model, own, obstacle, state, new Map())];
    });
    expect(words).toEqual([
      "`put` needs room in `a buffer`, which is full",
      "`fence` waits until `a buffer` is empty",
    ]);
  });

  test("because there is nothing to choose from", () => {
    const none = quantified("filter", "k", count, no);
    expect(reason({ transitions: [step("a.go", yes, [choose("i", none)])] })).toBe(
      "`a.go` has nothing to choose from in `this condition`",
    );
  });
});

test("instances at their end, faults and other modes do not speak", () => {
  const model = sketch({
    instances: { a: ["Idle", "Busy"], b: ["End!"], c: ["Idle"] },
    variables: { x: [count, 0] },
    transitions: [
      step("a.go", and(inMode("a", "Idle"), lt(v("x"), n(0)))),
      step("a.stop", inMode("a", "Busy")),
      step("a.crash", no, [], { kind: "fault" }),
      step("b.go", no),
    ],
  });
  const state = initialState(model);
  const { hindrances } = successors(model, state, createMeter());
  expect(holdings(model, state, hindrances, new Map())).toEqual([
    "`a` in `Idle`: `go` is not enabled: `this condition` is false",
    "`c` in `Idle`: has no step",
  ]);
});
