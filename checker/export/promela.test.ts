/**
 * The Promela export means the same: Spin counts the states, steps and errors that we count.
 *
 * Where Spin is not installed these tests are skipped, and say so; `promela-text.test.ts` looks at
 * the text everywhere.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { loweredFile } from "../verdict-notation.ts";
import { expectedCounts } from "./expected-counts.fixture.ts";
import { exportPromela } from "./promela.ts";
import { runSpin, spinInstalled, type SpinResult } from "./spin.fixture.ts";

/** Random Models and programs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = process.env["REHEARSAL_RUNS"];
const MODELS = Number(RUNS ?? 20);
const PROGRAMS = Number(RUNS ?? 10);
/** Milliseconds for all of them: each is compiled, which a busy machine does slowly. */
const PATIENCE = 60_000 + 5000 * Math.max(MODELS, PROGRAMS);
/** Larger random programs would take Spin's depth-first search too long in a test. */
const STATES_MAX = 20_000;

function spin(model: Model): SpinResult {
  const made = exportPromela(model, { ghosts: false });
  if (made.value === undefined) throw new Error(made.error.title);
  return runSpin(made.value);
}

/** What Spin should count. A run that begins with a violation is one more error. */
function expected(model: Model): SpinResult | undefined {
  const counts = expectedCounts(model, STATES_MAX);
  const violates = beginnings(model, createMeter()).some((one) => one.violation !== undefined);
  return counts === undefined ? undefined : { ...counts, errors: counts.errors + Number(violates) };
}

describe.skipIf(!spinInstalled)(
  "Spin agrees about the examples (skipped where spin and gcc are not installed)",
  () => {
    const files = ["netserver", "modeswitch", "ring", "device"];
    const checks = files.flatMap((file) =>
      loweredFile(`models/examples/${file}.libretto`)
        .models.filter(({ kind }) => kind === "check")
        .map((model) => [`${file} ${model.name}`, model] as const),
    );
    test.each(checks)("%s", (_name, model) => {
      expect(spin(model)).toEqual(expected(model));
    });

    test("the numbers are those of the language page", () => {
      const model = loweredFile("models/examples/netserver.libretto").models.find(
        ({ name }) => name === "crashOnce",
      );
      expect(model === undefined ? undefined : spin(model)).toMatchObject({
        states: 1769,
        transitions: 4986,
      });
    });
  },
);

describe.skipIf(!spinInstalled)(
  "Spin agrees about random Models and programs (skipped without spin and gcc)",
  () => {
    test("Models", { timeout: PATIENCE }, () => {
      fc.assert(
        fc.property(randomModel, (model) => {
          expect(spin(model)).toEqual(expected(model));
        }),
        { numRuns: MODELS, endOnFailure: true },
      );
    });

    test("programs", { timeout: PATIENCE }, () => {
      fc.assert(
        fc.property(arbitraryProgram, (text) => {
          const model = modelOf(text);
          const wanted = expected(model);
          if (wanted === undefined) return;
          expect(spin(model)).toEqual(wanted);
        }),
        { numRuns: PROGRAMS, endOnFailure: true },
      );
    });
  },
);
