/** What a slice leaves out, and what it must keep. */
import { describe, expect, test } from "vitest";
import type { Model } from "../../spec/model.ts";
import { modelOf } from "../libretto-notation.ts";
import { lengths, outcomes, search } from "./reduce-notation.ts";
import { sliceModel } from "./slice.ts";

/** A machine that works, one that only counts, and a log that nobody reads. */
function system(lines: string, check = "allow stuck"): Model {
  return modelOf(`module test
type N = 0..3 wrap
machine Work {
  var x : N = 0
  var y : N = 0
  var log : N = 0
  initial mode On {
    step move { x = y; log += 1 }
    step turn if x < 3 { y += 1 }
  }
}
machine Idle {
  var n : N = 0
  initial mode On { step tick { n += 1 } }
}
system S {
  work : Work
  idle : Idle
  ${lines}
}
check c of S { ${check} }`);
}

function frozen(model: Model): readonly string[] {
  return sliceModel(model)?.frozen.map((slot) => model.slots[slot]?.name ?? "?") ?? [];
}

describe("a slice", () => {
  test("leaves out what no property depends on, and machines that only change that", async () => {
    const model = system("invariant I: work.x < 3");
    expect(frozen(model)).toEqual(["work.log", "idle.n"]);
    const [whole, sliced] = [await search(model), await search(model, "slice")];
    expect([whole.states, sliced.states]).toEqual([208, 13]);
    expect(lengths(sliced)).toEqual(lengths(whole));
    expect(outcomes(sliced, sliced)).toEqual(outcomes(whole, sliced));
  });

  test("shows states of the whole model", async () => {
    const { invariants } = await search(system("invariant I: work.x < 2"), "slice");
    const end = invariants[0]?.path?.at(-1)?.state;
    expect(end).toEqual([0, 2, 2, 1, 0, 0]);
  });

  test("keeps machines that can always move, unless the check allows to be stuck", () => {
    const model = system("invariant I: work.x < 3", "");
    expect(frozen(model)).toEqual(["work.log", "idle.n"]);
    expect(sliceModel(model)?.dropped).toEqual([]);
    expect(sliceModel({ ...model, allowStuck: true })?.dropped.length).toBe(1);
  });

  test("follows `only`", () => {
    expect(frozen(system("invariant I: work.x < 3  invariant J: idle.n < 3"))).toEqual([
      "work.log",
    ]);
    expect(
      frozen(system("invariant I: work.x < 3  invariant J: idle.n < 3", "only J  allow stuck")),
    ).toEqual(["work.x", "work.y", "work.log"]);
  });

  test("says nothing of rules that it leaves out", async () => {
    const model = system("invariant I: work.x < 3");
    const { coverage, reductions } = await search(model, "slice");
    expect(coverage.map(({ rule }) => model.rules[rule]?.text)).toEqual([
      "Work.On step move",
      "Work.On step turn if x < 3",
    ]);
    expect(reductions[0]?.detail).toBe("without work.log, idle.n and without 1 transition");
  });

  test.each([
    ["what may leave its range", "var n : 0..3 = 0", "n += 1"],
    ["what an assertion reads", "var n : N = 0", "n += 1; assert n < 3"],
  ])("keeps %s", (_, variable, body) => {
    const model = modelOf(`module test
type N = 0..3 wrap
machine M { ${variable}  initial mode On { step up { ${body} } } }
system S { m : M }
check c of S { allow stuck }`);
    expect(sliceModel(model)).toBeUndefined();
  });
});
