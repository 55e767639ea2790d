/** Effects in order, branches, loops, choices, values and ranges: a test for each sentence. */
import { describe, expect, test } from "vitest";
import type { Model, Value } from "../../spec/model.ts";
import { sketch, step } from "../model-notation.ts";
import { after, enabled, obstacles, seen } from "../step-notation.ts";
import {
  add,
  bindLocal,
  bool,
  check,
  choose,
  each,
  eq,
  id,
  listType,
  lt,
  mapType,
  messages,
  n,
  node,
  optional,
  quantified,
  range,
  recordType,
  send,
  set,
  setOfType,
  v,
  value,
  when,
  yes,
} from "../term-notation.ts";
import { createMeter } from "./meter.ts";
import { successors } from "./successors.ts";

const count = range(0, 3);
const client = id("Client", 2);

describe("guards and assignments", () => {
  const counter = sketch({
    variables: { x: [count, 0], y: [count, 0] },
    transitions: [step("a.up", lt(v("x"), n(2)), [set("x", add(v("x"), n(1)))])],
  });

  test("a transition is enabled while its guard is true, and says when it is false", () => {
    expect(enabled(counter)).toEqual(["a.up"]);
    const end = after(counter, "a.up", "a.up");
    expect(enabled(counter, end)).toEqual([]);
    expect(obstacles(counter, end)).toEqual(["guard"]);
  });

  test("what is not assigned does not change", () => {
    expect(after(counter, "a.up")).toEqual([1, 0]);
  });

  test("effects run in order and read earlier writes", () => {
    const model = sketch({
      variables: { x: [count, 0], y: [count, 0] },
      transitions: [
        step("a.go", yes, [set("x", n(2)), set("y", add(v("x"), n(1))), set("x", n(0))]),
      ],
    });
    expect(after(model, "a.go")).toEqual([0, 3]);
  });

  test("the steps come in the order of the text, and again the same", () => {
    const model = sketch({
      variables: { x: [count, 0] },
      transitions: [step("a.b"), step("a.a", yes, [choose("i", client)])],
    });
    expect(enabled(model)).toEqual(["a.b", "a.a {i = Client1}", "a.a {i = Client2}"]);
    expect(enabled(model)).toEqual(enabled(model));
  });

  test("a member of a family is picked by its index", () => {
    const model = sketch({
      variables: { "x[Client1]": [count, 1], "x[Client2]": [count, 2], y: [count, 0] },
      transitions: [step("a.copy", yes, [set("y", v("x", value(client, 1)))])],
    });
    expect(seen(model, after(model, "a.copy"), "y")).toBe("2");
  });

  test("a write goes down into one entry of a map and one field of a record", () => {
    const entry = recordType("Entry", { seq: count, open: bool });
    const model = sketch({
      variables: {
        t: [
          mapType(client, entry),
          [
            [0, false],
            [0, false],
          ],
        ],
      },
      transitions: [step("a.go", yes, [set("t", n(3), { at: value(client, 1), field: 0 })])],
    });
    expect(seen(model, after(model, "a.go"), "t")).toBe(
      "{Client1: Entry(seq: 0, open: false), Client2: Entry(seq: 3, open: false)}",
    );
  });
});

describe("branches, loops and choices", () => {
  test("`if` takes the branch of its condition as it is then", () => {
    const model = sketch({
      variables: { x: [count, 0], y: [count, 0] },
      transitions: [
        step("a.go", yes, [
          set("x", n(1)),
          when(eq(v("x"), n(1)), [set("y", n(1))], [set("y", n(2))]),
        ]),
      ],
    });
    expect(after(model, "a.go")).toEqual([1, 1]);
  });

  test("`for` runs once for each element, in their order, over the set as it was at first", () => {
    const remove = node((build, span) => ({
      op: "remove",
      type: setOfType(count),
      set: build(v("s")),
      element: build(v("i")),
      span,
    }));
    const model = sketch({
      variables: { s: [setOfType(count), [0, 2, 3]], last: [count, 0], rounds: [count, 0] },
      transitions: [
        step("a.go", yes, [
          each("i", v("s"), [
            set("s", remove),
            set("last", v("i")),
            set("rounds", add(v("rounds"), n(1))),
          ]),
        ]),
      ],
    });
    expect(after(model, "a.go")).toEqual([[], 3, 3]);
  });

  test("`choose` gives one step for each element, in the label, and none for an empty set", () => {
    const small = quantified("filter", "k", count, lt(v("k"), v("x")));
    const model = sketch({
      variables: { x: [count, 2], y: [count, 3] },
      transitions: [step("a.pick", yes, [choose("k", small), set("y", v("k")), set("x", n(0))])],
    });
    expect(enabled(model)).toEqual(["a.pick {k = 0}", "a.pick {k = 1}"]);
    const end = after(model, "a.pick {k = 1}");
    expect(end).toEqual([0, 1]);
    expect(obstacles(model, end)).toEqual(["choose"]);
  });

  test("choices in a loop multiply", () => {
    const model = sketch({
      variables: { x: [count, 0] },
      transitions: [step("a.go", yes, [each("c", client, [choose("k", bool)])])],
    });
    expect(enabled(model)).toHaveLength(4);
  });

  test("`bind` keeps a value for later effects of the same step", () => {
    const model = sketch({
      variables: { x: [count, 1], y: [count, 2] },
      transitions: [
        step("a.swap", yes, [bindLocal("old", v("x")), set("x", v("y")), set("y", v("old"))]),
      ],
    });
    expect(after(model, "a.swap")).toEqual([2, 1]);
  });
});

describe("values and their ranges", () => {
  const store = (type: typeof count, to: number): Model =>
    sketch({
      variables: { x: [type, 0] },
      transitions: [step("a.go", yes, [set("x", n(to)), set("x", add(v("x"), n(0)))])],
    });

  test("leaving a plain range is a violation, and the write does not happen", () => {
    expect(enabled(store(count, 4))).toEqual(["a.go !range"]);
    expect(enabled(store(count, -1))).toEqual(["a.go !range"]);
    const [bad] = successors(store(count, 4), [0], createMeter()).steps;
    expect(bad?.state).toEqual([0]);
    expect(bad?.violation).toMatchObject({ value: 4, type: count, before: 0 });
  });

  test("`wrap` continues at the other end, `saturate` stays at this one", () => {
    expect(after(store(range(0, 3, "wrap"), 5), "a.go")).toEqual([1]);
    expect(after(store(range(0, 3, "wrap"), -1), "a.go")).toEqual([3]);
    expect(after(store(range(-2, 3, "wrap"), 4), "a.go")).toEqual([-2]);
    expect(after(store(range(0, 3, "saturate"), 9), "a.go")).toEqual([3]);
    expect(after(store(range(0, 3, "saturate"), -9), "a.go")).toEqual([0]);
  });

  test("a number may leave its range on the way, as long as what is stored is inside", () => {
    const model = sketch({
      variables: { x: [count, 3] },
      transitions: [step("a.go", yes, [set("x", add(add(v("x"), n(1)), n(-1)))])],
    });
    expect(enabled(model)).toEqual(["a.go"]);
  });

  test("ranges hold inside records, sets, maps, lists, optionals and messages", () => {
    const inside = (type: Parameters<typeof value>[0], bad: Value): readonly string[] =>
      enabled(
        sketch({
          variables: { x: [type, null] },
          transitions: [step("a.go", yes, [set("x", value(type, bad))])],
        }),
      );
    expect(inside(recordType("R", { a: bool, n: count }), [true, 4])).toEqual(["a.go !range"]);
    expect(inside(setOfType(count), [0, 4])).toEqual(["a.go !range"]);
    expect(inside(mapType(client, optional(count)), [null, 4])).toEqual(["a.go !range"]);
    expect(inside(listType(count, 2), [4])).toEqual(["a.go !range"]);
    expect(inside(optional(count), 4)).toEqual(["a.go !range"]);
    expect(inside(messages({ A: { n: count } }), [0, 4])).toEqual(["a.go !range"]);
    expect(inside(optional(count), null)).toEqual(["a.go"]);
  });

  test("wrapped elements that become equal are one element of a set", () => {
    const type = setOfType(range(0, 1, "wrap"));
    const model = sketch({
      variables: { x: [type, []] },
      transitions: [step("a.go", yes, [set("x", value(type, [1, 3]))])],
    });
    expect(after(model, "a.go")).toEqual([[1]]);
  });

  test("a list that grows past its capacity is a violation", () => {
    const type = listType(count, 1);
    const grow = node((build, span) => ({
      op: "append",
      type,
      left: build(v("x")),
      right: build(n(1)),
      span,
    }));
    const model = sketch({
      variables: { x: [type, []] },
      transitions: [step("a.go", yes, [set("x", grow)])],
    });
    const full = after(model, "a.go");
    expect(enabled(model, full)).toEqual(["a.go !range"]);
  });

  test("a message argument outside its field's range is a violation", () => {
    const model = sketch({
      channels: { ch: { of: messages({ A: { n: count } }) } },
      transitions: [step("a.go", yes, [send("ch", "A", n(4))])],
    });
    expect(enabled(model)).toEqual(["a.go !range"]);
  });

  test("a failed assertion ends the step where it stands", () => {
    const model = sketch({
      variables: { x: [count, 0] },
      transitions: [step("a.go", yes, [set("x", n(1)), check(eq(v("x"), n(0))), set("x", n(2))])],
    });
    const [bad] = successors(model, [0], createMeter()).steps;
    expect([bad?.violation?.property, bad?.state]).toEqual(["assert", [1]]);
  });

  test("an assertion that holds lets the step go on, and is counted", () => {
    const model = sketch({
      variables: { x: [count, 0] },
      transitions: [step("a.go", yes, [check(eq(v("x"), n(0))), set("x", n(2))])],
    });
    const meter = createMeter();
    expect(successors(model, [0], meter).steps.map((s) => s.state)).toEqual([[2]]);
    expect([meter.asserts, meter.ranges]).toEqual([1, 1]);
  });
});
