/** The law of reductions: with and without them, the same is true. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { checkModel } from "../check.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { loweredFile, NO_BUDGET } from "../verdict-notation.ts";
import type { ReductionName } from "../verdict.ts";
import { arbitrarySystem } from "./arbitrary-system.fixture.ts";
import { exact, lengths, outcomes, search, withoutRuns } from "./reduce-notation.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 25);
/** Part of the runs in which a reduction must have left out states. */
const FIRING = 0.15;

const systems: fc.Arbitrary<Model> = arbitrarySystem.map(modelOf);
const models: fc.Arbitrary<Model> = fc
  .oneof(
    { weight: 5, arbitrary: systems },
    { weight: 3, arbitrary: arbitraryProgram.map((text) => modelOf(text)) },
    { weight: 1, arbitrary: randomModel },
  )
  .map(withoutRuns);

type Compared = Awaited<ReturnType<typeof search>>;

/** Searches random Models both ways, and demands that the reduction has its share of effect. */
async function compare(
  wanted: readonly ReductionName[],
  agree: (whole: Compared, reduced: Compared) => void,
): Promise<void> {
  let searched = 0;
  let fired = 0;
  await fc.assert(
    fc.asyncProperty(models, async (model) => {
      const whole = await search(model);
      if (whole.stopped !== undefined) return;
      const reduced = await search(model, ...wanted);
      agree(whole, reduced);
      searched++;
      if (reduced.graph.states < whole.graph.states) fired++;
    }),
    { numRuns: RUNS },
  );
  expect(fired / searched).toBeGreaterThan(FIRING);
}

describe("random models", () => {
  test("under symmetry all counts are those of the whole graph, and paths as short", async () => {
    await compare(["symmetry"], (whole, reduced) => expect(exact(reduced)).toEqual(exact(whole)));
  });

  test("with fewer orders of steps outcomes are the same, and paths as short", async () => {
    await compare(["order"], (whole, reduced) => {
      expect(outcomes(reduced, whole)).toEqual(outcomes(whole, whole));
      expect(lengths(reduced)).toEqual(lengths(whole));
    });
  });

  test("in a slice the same is true, and paths are as short", async () => {
    await compare(["slice"], (whole, reduced) => {
      expect(outcomes(reduced, reduced)).toEqual(outcomes(whole, reduced));
      expect(lengths(reduced)).toEqual(lengths(whole));
    });
  });

  test("all together, the same is true", async () => {
    await compare(["slice", "symmetry", "order"], (whole, reduced) => {
      expect(outcomes(reduced, reduced)).toEqual(outcomes(whole, reduced));
      expect(lengths(reduced)).toEqual(lengths(whole));
    });
  });

  test("every path that a reduced search shows is a path of the model", async () => {
    let shown = 0;
    const options = { budget: NO_BUDGET, signal: undefined, onProgress: undefined };
    const reductions = ["slice", "symmetry", "order"] as const;
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        const budget = { ...NO_BUDGET, states: 400 };
        const asked = { ...options, budget, sources: new Map(), reductions };
        const { properties } = await checkModel(model, asked);
        for (const { counterexample, witness } of properties) {
          for (const path of [counterexample, witness]) {
            if (path === undefined) continue;
            expect([path.replayed, path.reason]).toEqual([true, path.reason]);
            shown++;
          }
        }
      }),
      { numRuns: RUNS },
    );
    expect(shown).toBeGreaterThan(RUNS / 2);
  });
});

describe("the examples", () => {
  const model = (file: string, name: string): Model => {
    const { models: all } = loweredFile(`models/examples/${file}.libretto`);
    const found = all.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no check ${name}`);
    return withoutRuns(found);
  };

  test.each([
    ["netserver", "crashOnce", ["symmetry"], 1769, 4986, 897],
    ["netserver", "crashOnce", ["order"], 1494, 2686, 1494],
    ["netserver", "crashOnce", ["symmetry", "order"], 758, 1375, 758],
    ["netserver", "noFaults", ["symmetry"], 127, 320, 66],
    ["device", "twoDomains", ["symmetry"], 239, 454, 120],
    ["device", "twoDomains", ["symmetry", "order"], 106, 192, 106],
    ["ring", "unfenced", ["order"], 1566, 2860, 1566],
  ] as const)("%s %s by %s: %i states, %i steps, %i stored", async (file, name, by, ...counts) => {
    const whole = await search(model(file, name));
    const found = await search(model(file, name), ...by);
    expect([found.states, found.transitions, found.graph.states]).toEqual(counts);
    expect(outcomes(found, whole)).toEqual(outcomes(whole, whole));
  });
});
