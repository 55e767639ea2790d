/** Compiled code behind the walks: the same verdicts as the evaluator, and a defect is thrown. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import { createJavaScriptCore } from "../compile/javascript-core.ts";
import type { CreateCore } from "../compile/core.ts";
import { createWasmCore } from "../compile/wasm-core.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { loweredFile, summary } from "../verdict-notation.ts";
import type { CheckVerdict } from "../verdict.ts";
import { timeless, walkedModel } from "./simulate-notation.ts";
import { steppersOver } from "./steppers-over.ts";

const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 30);

describe.each([
  ["javascript" as const, createJavaScriptCore],
  ["wasm" as const, createWasmCore],
])("%s", (backEnd, createCore) => {
  const over = steppersOver(createCore, backEnd);

  test.each([
    ["random programs", arbitraryProgram.map(modelOf)],
    ["random Models", randomModel],
  ])("walks over %s give the verdicts of walks over the evaluator", async (_what, models) => {
    let violations = 0;
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        const walking = { runs: 10, steps: 20 };
        const reference = await walkedModel(model, walking);
        const compiled = await walkedModel(model, { ...walking, over });
        expect(summary(compiled)).toEqual(summary(reference));
        expect(facts(compiled)).toEqual(facts(reference));
        violations += summary(compiled).filter((line) => line.includes("violated")).length;
      }),
      { numRuns: RUNS },
    );
    expect(violations).toBeGreaterThan(0);
  });

  test("the shipped models: every byte of the verdict is the same", async () => {
    for (const name of ["netserver", "ring", "device", "modeswitch"]) {
      for (const model of loweredFile(`models/examples/${name}.libretto`).models) {
        if (model.kind !== "check") continue;
        const reference = await walkedModel(model, { runs: 30 });
        const compiled = await walkedModel(model, { runs: 30, over });
        expect(compiled.statistics.explorer).toEqual({
          backEnd,
          notCompiled: undefined,
          workers: 1,
        });
        const { explorer } = reference.statistics;
        const renamed = { ...compiled, statistics: { ...compiled.statistics, explorer } };
        expect(timeless(renamed)).toEqual(timeless(reference));
      }
    }
  });
});

/** What was walked and judged, apart from the paths. */
function facts({ coverage, simulation, properties, statistics }: CheckVerdict): unknown {
  const examined = properties.map(({ name, examined: count, premiseTrue }) => [
    name,
    count,
    premiseTrue,
  ]);
  return [coverage, simulation, examined, statistics.states];
}

const LIGHT = `machine Light { initial mode Off { step on -> On } mode On { step off -> Off } }
  system S { l : Light  invariant Dark: l in Off } check c of S { }`;

test.each([
  ["a step that it should not take", 0],
  ["a violation that it does not tell", 2],
])("compiled code with %s is a defect, and is thrown", async (_what, lost) => {
  const broken: CreateCore = (code, options) => {
    const core = createJavaScriptCore(code, options);
    return {
      ...core,
      successors(words) {
        const found = core.successors(words);
        const kept = [...found.labels].flatMap((label, index) => (label === lost ? [] : [index]));
        return {
          count: kept.length,
          labels: Uint32Array.from(kept, (index) => found.labels[index] ?? 0),
          words: Uint32Array.from(
            kept.flatMap((index) => [
              ...found.words.subarray(index * code.words, (index + 1) * code.words),
            ]),
          ),
        };
      },
    };
  };
  await expect(
    walkedModel(modelOf(LIGHT), { over: steppersOver(broken, "javascript") }),
  ).rejects.toThrow("compiled code and the reference evaluator differ in a state of `c`");
});
