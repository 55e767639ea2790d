/** Replay refuses a run that does not show what it claims. */
import { describe, expect, test } from "vitest";
import { replay } from "../replay.ts";
import type { Counterexample, Loop } from "../verdict.ts";
import { type Judged, judged, lowered, propertyOf } from "../verdict-notation.ts";

const TEXT = `machine M { var open : bool = false
    initial mode In { fair step turn { open = not open }  fair step leave if open -> Out }
    final mode Out { }
  }
  system S { m : M  property P: eventually m in Out  property Q: always not m.open }
  check c of S { allow stuck }`;

async function shown(property: string): Promise<Judged & { readonly run: Counterexample }> {
  const made = await judged(lowered(TEXT));
  const run = propertyOf(made.verdict, property).counterexample;
  if (run === undefined) throw new Error("no counterexample");
  return { ...made, run };
}

describe("replay of a run", () => {
  test("agrees with what was found", async () => {
    for (const property of ["P", "Q"]) {
      const { model, run } = await shown(property);
      expect(replay(model, property, run.steps, run.loop)).toEqual({ agrees: true });
    }
  });

  test("an end that decides needs no loop, and another one does", async () => {
    const { model, run } = await shown("P");
    expect(replay(model, "P", run.steps)).toMatchObject({
      agrees: false,
      reason: "`P` may still become true after these steps",
    });
  });

  test.each<[string, number, (loop: Loop) => Loop, string]>([
    ["comes back", -1, (loop) => loop, "the last step does not lead back to the state of step 0"],
    ["begins somewhere", 0, (loop) => ({ ...loop, start: 9 }), "the loop begins at no step"],
    [
      "takes what it must",
      0,
      (loop) => ({ ...loop, start: 2, stutters: true }),
      "the loop is not fair to `m.turn`",
    ],
    [
      "has the steps that it says",
      0,
      (loop) => ({ ...loop, stutters: true }),
      "the loop has other steps than it says",
    ],
    [
      "counts fairness rightly",
      0,
      (loop) => ({ ...loop, fairness: loop.fairness.map((row) => ({ ...row, enabled: 9 })) }),
      "the fairness of the loop is counted differently",
    ],
  ])("a loop %s", async (_what, cut, change, reason) => {
    const { model, run } = await shown("P");
    if (run.loop === undefined) throw new Error("no loop");
    const steps = cut < 0 ? run.steps.slice(0, cut) : run.steps;
    expect(replay(model, "P", steps, change(run.loop))).toMatchObject({ agrees: false, reason });
  });

  test("a property that is true of the run is no violation", async () => {
    const { model } = await shown("P");
    const { run } = await shown("Q");
    const loop: Loop = { start: 0, stutters: true, states: 1, fairness: [], hint: undefined };
    const steps = run.steps.slice(0, 1);
    expect(replay(model, "Q", steps, loop)).toMatchObject({ agrees: false });
  });
});
