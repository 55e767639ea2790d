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
import { modelOf, modelsOf } from "../libretto-notation.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import { cellSystemOf } from "./cell-system.ts";
import { errorsAt } from "./expected-counts.fixture.ts";
import { FEATURES } from "./features.fixture.ts";
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

describe("what random programs do not say", () => {
  test.each(FEATURES)("$what", ({ text }) => {
    expect(compare(modelOf(text))).toBeGreaterThan(3);
  });

  test("the text that uses every construct", () => {
    const path = new URL("../../spec/judged/everything.libretto", import.meta.url);
    const models = modelsOf(readFileSync(path, "utf8")).filter(({ kind }) => kind === "check");
    expect(models.map(compare)).toEqual(models.map(() => STATES_MAX + 1));
  });
});
