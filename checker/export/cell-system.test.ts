/**
 * Guards and assignments over cells span the graph that the reference evaluator spans.
 *
 * Counts of states, steps and errors are compared on random Models and programs, without Spin.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { cellSystemOf } from "./cell-system.ts";
import { expectedCounts } from "./expected-counts.fixture.ts";
import { type Walk, walkCells } from "./walk-cells.fixture.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 150);
/** Larger random programs take the plain searches too long. */
const STATES_MAX = 5000;

function walk(model: Model): Walk {
  const { initial, transitions, conditions, monitors, f } = cellSystemOf(model, false);
  return walkCells(
    initial.map((cells) => cells.map(({ low }) => low)),
    transitions.flatMap(({ steps }) => steps),
    [
      ...transitions.flatMap(({ violations }) => violations.map(({ when }) => when)),
      ...conditions.flatMap(({ kind, condition }) =>
        kind === "invariant" ? [f.not(condition)] : [],
      ),
      ...monitors.map(({ when }) => when),
    ],
  );
}

test("random Models", () => {
  fc.assert(
    fc.property(randomModel, (model) => {
      expect(walk(model)).toEqual(expectedCounts(model, STATES_MAX));
    }),
    { numRuns: RUNS },
  );
});

test("random programs", () => {
  fc.assert(
    fc.property(arbitraryProgram, (text) => {
      const model = modelOf(text);
      const expected = expectedCounts(model, STATES_MAX);
      if (expected === undefined) return;
      expect(walk(model)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
});
