/** The breadth-first search: counts, shortest paths, limits, and a naive fixpoint that agrees. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model, Value } from "../../spec/model.ts";
import { on, sketch, step } from "../model-notation.ts";
import { isStuck } from "../reference/built-in.ts";
import { frame, holds } from "../reference/evaluate.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { unhandledMessages } from "../reference/messages.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import {
  add,
  check,
  eq,
  choose,
  id,
  implies,
  inMode,
  lt,
  messages,
  n,
  ne,
  no,
  quantified,
  range,
  send,
  set,
  v,
  yes,
} from "../term-notation.ts";
import { explore } from "./explore.ts";
import type { Exploration, ExploreOptions } from "./explorer.ts";
import { randomModel } from "./random-model.ts";

const NO_BUDGET: ExploreOptions = {
  budget: { milliseconds: undefined, bytes: undefined, states: undefined },
  signal: undefined,
  onProgress: undefined,
};

/** Two counters that count to `high` independently. */
function grid(high: number, more: Parameters<typeof sketch>[0] = {}): Model {
  const count = range(0, high);
  return sketch({
    variables: { x: [count, 0], y: [count, 0] },
    transitions: [
      step("a.x", lt(v("x"), n(high)), [set("x", add(v("x"), n(1)))]),
      step("a.y", lt(v("y"), n(high)), [set("y", add(v("y"), n(1)))]),
    ],
    ...more,
  });
}

function run(model: Model, budget: Partial<Model["budget"]> = {}): Promise<Exploration> {
  return explore(model, { ...NO_BUDGET, budget: { ...NO_BUDGET.budget, ...budget } });
}

function labels(path: Exploration["goals"][number]["path"]): readonly string[] | undefined {
  return path?.slice(1).map((s) => s.label);
}

describe("what is counted", () => {
  test("states, transitions and depth of the whole graph", async () => {
    const found = await run(grid(3));
    expect([found.states, found.transitions, found.depth]).toEqual([16, 24, 6]);
    expect(found.stopped).toBe(undefined);
  });

  test("ghosts do not tell states apart", async () => {
    const model = sketch({
      variables: { x: [range(0, 1), 0] },
      ghosts: { g: [range(0, 9, "wrap"), 0] },
      transitions: [step("a.go", yes, [set("g", add(v("g"), n(1)))])],
    });
    expect((await run(model)).states).toBe(1);
  });

  test("how often each rule was taken, and to how many distinct states", async () => {
    const model = sketch({
      variables: { x: [range(0, 2), 0] },
      transitions: [
        step("a.up", lt(v("x"), n(2)), [set("x", add(v("x"), n(1)))]),
        step("a.reset", yes, [set("x", n(0))]),
        step("a.never", no),
      ],
    });
    expect((await run(model)).coverage).toEqual([
      { rule: 0, taken: 2 },
      { rule: 1, taken: 3 },
      { rule: 2, taken: 0 },
    ]);
  });

  test("states in which each premise of a chain was true", async () => {
    const client = id("Client", 2);
    const chain = implies(
      eq(v("x"), n(1)),
      quantified("forall", "c", client, implies(eq(v("c"), v("y")), yes)),
    );
    const found = await run(grid(3, { invariants: { Chain: chain } }));
    expect(found.invariants[0]?.premises).toEqual([4, 2]);
  });

  test("full channels, and fault budgets that are used up", async () => {
    const model = sketch({
      instances: { b: ["Idle"] },
      variables: { used: [range(0, 1), 0] },
      channels: { ch: { of: messages({ Ping: {} }), capacity: 1, to: "b" } },
      transitions: [
        step("a.send", yes, [send("ch", "Ping")]),
        step("a.crash", lt(v("used"), n(1)), [set("used", add(v("used"), n(1)))], {
          kind: "fault",
        }),
      ],
    });
    const counter = { name: "a.crash", bound: 1, slot: 1, span: model.span };
    const found = await run({ ...model, faults: [counter] });
    expect(found.bounds).toEqual([
      { bound: "faults", subject: "a.crash", limit: 1, count: 2 },
      { bound: "capacity", subject: "ch", limit: 1, count: 2 },
    ]);
  });

  test("which slots ever changed", async () => {
    const model = grid(2, { transitions: [step("a.x", eq(v("x"), n(0)), [set("x", n(1))])] });
    expect((await run(model)).changed).toEqual([true, false]);
  });
});

describe("initial states", () => {
  test("are as many as the choices of the effects that start the run", async () => {
    const model = grid(1, { start: [choose("k", range(0, 2)), set("x", v("k"))] });
    const found = await run(model, {});
    expect([found.states, found.depth]).toEqual([4, 1]);
    const [outside] = found.builtIns;
    expect([outside?.property, outside?.path.map((s) => s.label)]).toEqual([
      "range",
      ["(initial) {k = 2}"],
    ]);
  });

  test("may be none, and then nothing was examined", async () => {
    const none = quantified("filter", "i", range(0, 2), no);
    const found = await run(grid(1, { start: [choose("k", none)], invariants: { I: yes } }));
    expect([found.states, found.invariants[0]?.examined]).toEqual([0, 0]);
  });
});

describe("what is found", () => {
  test("a shortest path to a violated invariant, and to a goal", async () => {
    const found = await run(
      grid(3, {
        invariants: { Never22: implies(eq(v("x"), n(2)), ne(v("y"), n(2))), Fine: yes },
        goals: { Far: eq(v("x"), n(3)), Nowhere: no },
      }),
    );
    expect(found.invariants.map(({ path }) => labels(path))).toEqual([
      ["a.x", "a.x", "a.y", "a.y"],
      undefined,
    ]);
    expect(found.goals.map(({ path }) => labels(path))).toEqual([["a.x", "a.x", "a.x"], undefined]);
  });

  test("the search goes on beyond a violation, and judges everything everywhere", async () => {
    const found = await run(grid(3, { invariants: { A: eq(v("x"), n(0)), B: lt(v("y"), n(3)) } }));
    expect(found.states).toBe(16);
    expect(found.invariants.map(({ path }) => path?.length)).toEqual([2, 4]);
    expect(found.invariants.map(({ examined }) => examined)).toEqual([16, 16]);
  });

  test("the end of a step that violates is no state", async () => {
    const model = grid(1, {
      transitions: [
        step("a.bad", eq(v("x"), n(0)), [set("x", n(1)), check(no)]),
        step("a.far", yes, [set("y", n(7))]),
      ],
    });
    const found = await run(model);
    expect([found.states, found.transitions]).toEqual([1, 0]);
    expect(found.builtIns.map(({ property, path }) => [property, labels(path)])).toEqual([
      ["assert", ["a.bad"]],
      ["range", ["a.far"]],
    ]);
    expect(found.coverage.map(({ taken }) => taken)).toEqual([1, 1]);
  });

  test("a message without a rule, once for each machine, mode and kind", async () => {
    const model = sketch({
      instances: { "s[1]": ["Up"], "s[2]": ["Up"] },
      channels: {
        "ch[1]": { of: messages({ Ping: {} }), capacity: 1, to: "s[1]" },
        "ch[2]": { of: messages({ Ping: {} }), capacity: 1, to: "s[2]" },
      },
      transitions: [
        step("a.1", yes, [send("ch[1]", "Ping")]),
        step("a.2", yes, [send("ch[2]", "Ping")]),
      ],
      unhandled: { "ch[1].Ping": yes, "ch[2].Ping": yes },
    });
    const { builtIns } = await run(model);
    expect(builtIns.filter(({ property }) => property === "unhandled")).toHaveLength(1);
  });

  test("stuck: no step but a fault, and some instance not in a final mode", async () => {
    const one = (modes: string[], allowStuck = false): Model =>
      sketch({
        instances: { a: modes },
        transitions: [
          step("a.go", inMode("a", "Idle"), [set("a", n(1))]),
          step("a.crash", yes, [set("a", n(1))], { kind: "fault" }),
        ],
        model: { allowStuck },
      });
    const stuck = (found: Exploration): unknown => labels(found.builtIns[0]?.path);
    expect(stuck(await run(one(["Idle", "Busy"])))).toEqual(["a.go"]);
    expect(stuck(await run(one(["Idle", "Busy!"])))).toBe(undefined);
    expect(stuck(await run(one(["Idle", "Busy"], true)))).toBe(undefined);
  });

  test("a deadlock of a receiver names what hinders it", async () => {
    const model = sketch({
      instances: { b: ["Idle"] },
      channels: { ch: { of: messages({ Ping: {} }), to: "b" } },
      transitions: [on("b.Ping", "ch", "Ping")],
    });
    const [stuck] = (await run(model)).builtIns;
    expect(stuck).toMatchObject({ hindrances: [{ transition: 0, obstacle: { why: "message" } }] });
  });
});

describe("limits", () => {
  test("of states: stops there, with everything found until then", async () => {
    const found = await run(grid(50, { invariants: { Small: lt(v("x"), n(2)) } }), { states: 100 });
    expect([found.states, found.stopped]).toEqual([100, { reason: "states", limit: 100 }]);
    expect(labels(found.invariants[0]?.path)).toEqual(["a.x", "a.x"]);
  });

  test("of memory, by the search's own account", async () => {
    const found = await run(grid(50), { bytes: 20_000 });
    expect(found.stopped).toEqual({ reason: "memory", limit: 20_000 });
    expect(found.bytes).toBeLessThan(21_000);
  });

  test("of time, also inside one huge quantifier", async () => {
    const wide = range(0, 9_999);
    const slow = quantified("forall", "p", wide, quantified("forall", "q", wide, yes));
    const began = performance.now();
    const found = await run(grid(1, { invariants: { Slow: slow } }), { milliseconds: 50 });
    expect(found.stopped).toEqual({ reason: "time", limit: 50 });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test("of outcomes of one step", async () => {
    const wide = range(0, 999);
    const model = grid(1, {
      transitions: [step("a.go", yes, [choose("p", wide), choose("q", wide)])],
    });
    expect((await run(model)).stopped).toEqual({ reason: "states", limit: 100_000 });
  });

  test("an abort ends the search, because it lets the event loop turn", async () => {
    const controller = new AbortController();
    const model = grid(2_000);
    const seen: number[] = [];
    const searching = explore(model, {
      ...NO_BUDGET,
      signal: controller.signal,
      onProgress: ({ states, queue, milliseconds }) => {
        seen.push(states);
        expect(queue).toBeGreaterThan(0);
        expect(milliseconds).toBeGreaterThan(0);
        setImmediate(() => controller.abort());
      },
    });
    const found = await searching;
    expect(found.stopped).toEqual({ reason: "interrupted" });
    expect(seen.length).toBeGreaterThan(0);
  });
});

// ---------------------------------------------------------------------------- the naive twin

interface Naive {
  readonly states: number;
  readonly transitions: number;
  /** Shortest number of steps to a state with the property; undefined when there is none. */
  readonly nearest: (has: (state: readonly Value[]) => boolean) => number | undefined;
}

/** Reachable states by layers, each layer made from all states before it until nothing is new. */
function naive(model: Model): Naive {
  const key = keyOf(model);
  const initial = beginnings(model, createMeter()).filter((start) => start.violation === undefined);
  const states = new Map(initial.map(({ state }) => [key(state), state]));
  const distance = new Map([...states.keys()].map((at) => [at, 0]));
  const edges = new Set<string>();
  for (let layer = 0, before = 0; before < states.size; layer++) {
    before = states.size;
    for (const [from, state] of Array.from(states)) {
      for (const next of successors(model, state, createMeter()).steps) {
        if (next.violation !== undefined) continue;
        const to = key(next.state);
        edges.add(JSON.stringify([from, next.transition, next.label, to]));
        if (states.has(to)) continue;
        states.set(to, next.state);
        distance.set(to, layer + 1);
      }
    }
  }
  return {
    states: states.size,
    transitions: edges.size,
    nearest: (has) => {
      const near = [...states].flatMap(([at, state]) =>
        has(state) ? [distance.get(at) ?? 0] : [],
      );
      return near.length === 0 ? undefined : Math.min(...near);
    },
  };
}

describe("the naive fixpoint", () => {
  test("has the same states, transitions and shortest lengths, for random models", async () => {
    await fc.assert(
      fc.asyncProperty(randomModel, async (model) => {
        const found = await run(model);
        const twin = naive(model);
        const meter = createMeter();
        const value = (index: number, state: readonly Value[]): boolean => {
          const subject = [...model.invariants, ...model.goals][index];
          if (subject === undefined) throw new Error("no such condition");
          return holds(subject.condition, { state, locals: frame(subject.locals), meter });
        };
        const length = (path: { length: number } | undefined): number | undefined =>
          path === undefined ? undefined : path.length - 1;
        const first = (property: string): number | undefined =>
          length(found.builtIns.find((builtIn) => builtIn.property === property)?.path);
        const steps = (state: readonly Value[]): ReturnType<typeof successors>["steps"] =>
          successors(model, state, createMeter()).steps;
        const violates = (property: string) => (state: readonly Value[]) =>
          steps(state).some((s) => s.violation?.property === property);
        const nearestStep = (property: string): number | undefined => {
          const starts = beginnings(model, meter);
          if (starts.some(({ violation }) => violation?.property === property)) return 0;
          const before = twin.nearest(violates(property));
          return before === undefined ? undefined : before + 1;
        };

        expect([found.states, found.transitions]).toEqual([twin.states, twin.transitions]);
        const [i, j] = found.invariants;
        expect(length(i?.path)).toBe(twin.nearest((state) => !value(0, state)));
        expect(length(j?.path)).toBe(twin.nearest((state) => !value(1, state)));
        expect(length(found.goals[0]?.path)).toBe(twin.nearest((state) => value(2, state)));
        expect(first("stuck")).toBe(twin.nearest((state) => isStuck(model, state, steps(state))));
        expect(first("unhandled")).toBe(
          twin.nearest((state) => unhandledMessages(model, state, meter).length > 0),
        );
        expect(first("assert")).toBe(nearestStep("assert"));
        expect(first("range")).toBe(nearestStep("range"));
      }),
      { numRuns: 150 },
    );
  });
});
