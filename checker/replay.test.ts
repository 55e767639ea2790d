/** The law of replay: every counterexample replays, and a tampered one does not. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model } from "../spec/model.ts";
import { checkModel } from "./check.ts";
import { randomModel } from "./explore/random-model.ts";
import { sketch, step } from "./model-notation.ts";
import { replay } from "./replay.ts";
import { add, choose, lt, n, range, set, v, yes } from "./term-notation.ts";
import { NO_BUDGET } from "./verdict-notation.ts";
import type { CheckVerdict, PathStep } from "./verdict.ts";

function check(model: Model): Promise<CheckVerdict> {
  const options = { budget: NO_BUDGET, signal: undefined, onProgress: undefined };
  return checkModel(model, { ...options, sources: new Map() });
}

/** Counts to 3; `I` is violated after 2 steps, `a.jump` chooses. */
const counter = sketch({
  variables: { x: [range(0, 3), 0] },
  transitions: [
    step("a.up", lt(v("x"), n(3)), [set("x", add(v("x"), n(1)))]),
    step("a.jump", yes, [choose("k", range(0, 1)), set("x", v("k"))]),
  ],
  invariants: { I: lt(v("x"), n(2)), J: lt(v("x"), n(9)) },
  goals: { G: lt(n(2), v("x")) },
});

async function pathOf(name: string): Promise<readonly PathStep[]> {
  const verdict = await check(counter);
  const property = verdict.properties.find((one) => one.name === name);
  const path = property?.counterexample ?? property?.witness;
  if (path === undefined) throw new Error(`no path for ${name}`);
  return path.steps;
}

describe("replay", () => {
  test("agrees with the paths of the search", async () => {
    expect(replay(counter, "I", await pathOf("I"))).toEqual({ agrees: true });
    expect(replay(counter, "G", await pathOf("G"))).toEqual({ agrees: true });
  });

  test("names a step that is not possible, and what is", async () => {
    const path = await pathOf("I");
    const tampered = path.map((one, index) => (index === 1 ? { ...one, label: "a.down" } : one));
    expect(replay(counter, "I", tampered)).toEqual({
      agrees: false,
      step: 1,
      reason:
        "`a.down` is not possible there; possible: `a.up`, `a.jump {k = 0}`, `a.jump {k = 1}`",
    });
  });

  test("compares choices and states", async () => {
    const [first, ...rest] = await pathOf("I");
    if (first === undefined) throw new Error("the path is empty");
    const jump = { ...first, transition: 1, label: "a.jump {k = 1}", choices: [0], state: [1] };
    expect(replay(counter, "I", [first, jump])).toMatchObject({ agrees: false, step: 1 });
    const elsewhere = rest.map((one) => ({ ...one, state: [3] }));
    expect(replay(counter, "I", [first, ...elsewhere])).toMatchObject({
      agrees: false,
      step: 1,
      reason: "`a.up` leads to another state",
    });
  });

  test("judges the end anew", async () => {
    const path = await pathOf("I");
    expect(replay(counter, "I", path.slice(0, -1))).toMatchObject({
      agrees: false,
      step: 1,
      reason: "`I` is true in the last state",
    });
    expect(replay(counter, "J", path)).toMatchObject({ agrees: false });
    expect(replay(counter, "G", path)).toMatchObject({ reason: "`G` is false in the last state" });
    expect(replay(counter, "stuck", path)).toMatchObject({ reason: "the last state is not stuck" });
    expect(replay(counter, "assert", path)).toMatchObject({ agrees: false });
    expect(replay(counter, "Other", path)).toMatchObject({ agrees: false });
    expect(replay(counter, "I", [])).toMatchObject({ agrees: false, step: 0 });
  });

  test("survives the way through a JSON file", async () => {
    const stored: PathStep[] = JSON.parse(JSON.stringify(await pathOf("I")));
    expect(replay(counter, "I", stored)).toEqual({ agrees: true });
  });

  test("agrees with every path of random models, and with none that is tampered", async () => {
    let paths = 0;
    await fc.assert(
      fc.asyncProperty(randomModel, fc.nat(), async (model, where) => {
        const { properties } = await check(model);
        for (const { name, counterexample, witness } of properties) {
          const path = counterexample ?? witness;
          if (path === undefined) continue;
          paths++;
          expect(path.replayed, `${name}: ${path.reason}`).toBe(true);
          const at = where % path.steps.length;
          const other = path.steps.map((one, index) =>
            index === at ? { ...one, state: [...one.state, 0] } : one,
          );
          expect(replay(model, name, other)).toMatchObject({ agrees: false });
          const renamed = path.steps.map((one, index) =>
            index === at ? { ...one, label: `${one.label}?` } : one,
          );
          expect(replay(model, name, renamed)).toMatchObject({ agrees: false, step: at });
        }
      }),
      { numRuns: 100 },
    );
    expect(paths).toBeGreaterThan(100);
  });
});
