/**
 * In every state, guards and assignments over cells allow the steps of the reference evaluator.
 *
 * Next states and the number of things that are wrong are compared state by state, for random
 * Models, for random programs, and for texts that say what those do not. Spin is not needed.
 */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model, Value } from "../../spec/model.ts";
import { randomModel } from "../explore/random-model.ts";
import { pair } from "../language-notation.ts";
import { modelOf, modelsOf } from "../libretto-notation.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import { cellSystemOf } from "./cell-system.ts";
import { errorsAt } from "./expected-counts.fixture.ts";
import { cellsOfState } from "./layout.ts";
import { errorsIn, nextCells } from "./walk-cells.fixture.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 100);
/** States of one Model that are compared. */
const STATES_MAX = 300;
/** Milliseconds that `REHEARSAL_RUNS` may take. */
const PATIENCE = 60_000 + 500 * RUNS;

/** Compares the first states; gives how many there were. */
function compare(model: Model): number {
  const system = cellSystemOf(model, false);
  const cellsOf = (state: readonly Value[]): readonly number[] => {
    const cells = cellsOfState(system.layout, state, system.f).map(({ low }) => low);
    return cells.map((value, cell) => (system.layout.cells[cell]?.ghost === true ? 0 : value));
  };
  const meter = createMeter();
  const key = keyOf(model);
  const states = new Map<string, readonly Value[]>();
  for (const { violation, state } of beginnings(model, meter)) {
    if (violation === undefined) states.set(key(state), state);
  }
  expect(system.initial.length).toBe(states.size);
  let compared = 0;
  for (const state of states.values()) {
    if (compared++ >= STATES_MAX) break;
    const { steps } = successors(model, state, meter);
    const done = steps.filter(({ violation }) => violation === undefined);
    const cells = cellsOf(state);
    expect(nextCells(system, cells)).toEqual(
      done.map((step) => cellsOf(step.state).join()).toSorted(),
    );
    expect(errorsIn(system, cells)).toBe(errorsAt(model, state, steps, meter));
    for (const step of done) states.set(key(step.state), step.state);
  }
  return compared;
}

test(
  "random Models",
  () => {
    fc.assert(
      fc.property(randomModel, (model) => void compare(model)),
      { numRuns: RUNS },
    );
  },
  PATIENCE,
);

test(
  "random programs",
  () => {
    const property = fc.property(arbitraryProgram, (text) => void compare(modelOf(text)));
    fc.assert(property, { numRuns: RUNS });
  },
  PATIENCE,
);

const FLOOD = `initial mode One { step a -> Two { send o.A(1) }  step b { send o.B } }
  mode Two { step a -> One { send o.A(2) } }`;
const TAKE = "initial mode W { on i.A(n) { got = [n] }  on i.B { got = [] } }";
const DEFER =
  "initial mode W { defer i.A  on i.B -> T } mode T { on i.A(n) -> W { got = [n] } ignore i.B }";

describe("what random programs do not say", () => {
  test.each([
    ["a bag that duplicates", pair(FLOOD, TAKE, "bag(3) duplicating", "faults q.duplicating <= 2")],
    ["a bag that loses", pair(FLOOD, TAKE, "bag(3) lossy", "faults q.lossy <= 2")],
    ["a queue that reorders far", pair(FLOOD, TAKE, "fifo(4) reordering(2)")],
    ["a mailbox that loses what is deferred", pair(FLOOD, DEFER, "mailbox(3) lossy")],
    ["a mailbox that reorders", pair(FLOOD, DEFER, "mailbox(3) reordering(1)")],
    [
      "a rendezvous in a branch",
      pair(
        `var k : N = 0
      initial mode One { step a { k = (k + 1) % 3; if k == 1 { send o.A(k) } else { send o.B } } }`,
        `initial mode W { on i.A(n) if n < 4 { got = [n] }  on i.B -> X  }
        mode X { on i.B -> W  block i.A }`,
        "rendezvous",
      ),
    ],
  ])("%s", (_what, text) => {
    expect(compare(modelOf(text))).toBeGreaterThan(3);
  });

  test("records, maps of optionals, positions of lists, sets of enums", () => {
    const text = `module m
      enum E { P, Q, R }
      id K
      record In { e: E?, n: 0..3 }
      record Out { inner: In, set: set<E> }
      machine M {
        var r : Out = Out(In(none, 0), {})
        var m : map<K, In?> = {}
        var l : list<0..2; 3> = []
        var s : set<0..4> = {}
        initial mode A {
          step grow { l += 1 }
          step change { r.inner.e = Q; r.set += P; r.inner.n = l.get(1, 0) }
          step number { r.inner.n += 1; s = { x in s where x > 1 }; s += r.inner.n }
          step put { choose k in K where k not in m; m[k] = In(R, 3) }
          step pick {
            choose k in K where k in m
            if m[k] != none { m[k].n = l.size }
            if l.size > 2 { l -= 1 }
          }
          step all { for k in K { if k in m { m[k] = none } } }
        }
      }
      system S { a : M }
      check c of S { K = 2 }`;
    expect(compare(modelOf(text))).toBe(STATES_MAX + 1);
  });

  test("shared records and maps under tso", () => {
    const text = `module m
      id K
      record R { a: 0..2, b: bool }
      machine Mem {
        shared var r : R = R(0, false)
        shared var m : map<K, 0..2> = 0
        initial mode Rest { }
      }
      thread T(k: K) {
        var seen : 0..2 = 0
        One: { mem.r.a = 1; mem.m[k] = 2 }
        Two: { seen = mem.m[k]; mem.r.b = true }
        Three: { seen = swap(mem.m[k], 1) } if mem.r.b then One else Four
        Four: { fence }
      }
      system S { memory tso(2)  mem : Mem  t[k: K] : T(k) }
      check c of S { K = 2 }`;
    expect(compare(modelOf(text))).toBe(155);
  });

  test("the text that uses every construct", () => {
    const path = new URL("../../spec/judged/everything.libretto", import.meta.url);
    const models = modelsOf(readFileSync(path, "utf8")).filter(({ kind }) => kind === "check");
    expect(models.map(compare)).toEqual(models.map(() => STATES_MAX + 1));
  });
});
