/** What lossy, duplicating and reordering channels do to waiting messages. */
import { describe, expect, test } from "vitest";
import type { Model, Value } from "../../spec/model.ts";
import { sketch, step } from "../model-notation.ts";
import { after, enabled, initialState, obstacles, seen } from "../step-notation.ts";
import { add, id, lt, messages, n, range, set, v, yes } from "../term-notation.ts";
import { createMeter } from "./meter.ts";
import { successors } from "./successors.ts";

const count = range(0, 3);
const client = id("Client", 2);
const msg = messages({ Ping: {}, Open: { c: client }, Data: { c: client } });
const OPEN1: Value = [1, 0];
const OPEN2: Value = [1, 1];
const DATA1: Value = [2, 0];

describe("faults of channels", () => {
  const faulty = (
    kind: "lossy" | "duplicating" | "reordering",
    waiting: Value[],
    capacity = 3,
    guard = yes,
  ): Model =>
    sketch({
      variables: { used: [count, 0] },
      channels: { req: { of: msg, capacity, initial: waiting } },
      transitions: [
        step(`req.${kind}`, guard, [set("used", add(v("used"), n(1)))], {
          kind,
          subject: "req",
          distance: 2,
        }),
      ],
    });
  const results = (model: Model): readonly string[] =>
    successors(model, initialState(model), createMeter()).steps.map(
      (s) => `${s.label}: ${seen(model, s.state, "req")}`,
    );

  test("a lossy channel loses any one message", () => {
    expect(results(faulty("lossy", [OPEN1, OPEN2]))).toEqual([
      "req.lossy Open(Client1): [Open(Client2)]",
      "req.lossy Open(Client2): [Open(Client1)]",
    ]);
  });

  test("a duplicating channel copies a message right after it, if there is room", () => {
    expect(results(faulty("duplicating", [OPEN1, OPEN2]))).toEqual([
      "req.duplicating Open(Client1): [Open(Client1), Open(Client1), Open(Client2)]",
      "req.duplicating Open(Client2): [Open(Client1), Open(Client2), Open(Client2)]",
    ]);
    expect(results(faulty("duplicating", [OPEN1, OPEN2], 2))).toEqual([]);
  });

  test("a reordering channel moves a message ahead of at most that many earlier ones", () => {
    const wide: Value[] = [OPEN1, OPEN2, DATA1, [0]];
    expect(results(faulty("reordering", wide, 4)).map((line) => line.split(": ")[1])).toEqual([
      "[Open(Client2), Open(Client1), Data(Client1), Ping]",
      "[Open(Client1), Data(Client1), Open(Client2), Ping]",
      "[Data(Client1), Open(Client1), Open(Client2), Ping]",
      "[Open(Client1), Open(Client2), Ping, Data(Client1)]",
      "[Open(Client1), Ping, Open(Client2), Data(Client1)]",
    ]);
  });

  test("equal results are one step, and a fault that changes nothing does not strike", () => {
    expect(results(faulty("lossy", [OPEN1, OPEN1]))).toHaveLength(1);
    expect(results(faulty("reordering", [OPEN1, OPEN1]))).toEqual([]);
    expect(obstacles(faulty("lossy", []))).toEqual(["nothing"]);
  });

  test("guard and effects count the budget", () => {
    const model = faulty("lossy", [OPEN1, OPEN2, DATA1], 3, lt(v("used"), n(1)));
    const struck = after(model, "req.lossy Data(Client1)");
    expect([seen(model, struck, "used"), enabled(model, struck)]).toEqual(["1", []]);
  });
});
