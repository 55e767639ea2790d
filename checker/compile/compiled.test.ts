/**
 * Compiled code against the reference evaluator: everything that a search finds is equal, to the
 * byte, on random Models and programs; and few of these are beyond compiled code.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { agree } from "./agreement.fixture.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 250);

/** Milliseconds; many runs on a busy machine take long, and more runs take longer. */
const TIME_MAX = Math.max(600_000, RUNS * 2_000);

/** Part of the random Models that may be left to the reference. */
const UNSUPPORTED_SHARE = 0.1;

it.each([
  ["Models", randomModel],
  ["programs", arbitraryProgram.map((text) => modelOf(text))],
] as const)(
  "random %s: the same states, steps, paths, tallies and findings",
  async (_, models) => {
    let compiled = 0;
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        if (await agree(model)) compiled++;
      }),
      { numRuns: RUNS },
    );
    expect(compiled).toBeGreaterThan(RUNS * (1 - UNSUPPORTED_SHARE));
  },
  TIME_MAX,
);
