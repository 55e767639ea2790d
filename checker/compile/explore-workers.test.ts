/**
 * Two workers find what one finds, on random Models and programs: the same states, steps, depth and
 * tallies, and counterexamples of the same lengths, whichever of them timing may choose. Both take
 * part from the first state on.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { BACK_ENDS } from "../back-end.ts";
import type { ConditionTally, Exploration } from "../explore/explorer.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { compileModel } from "./compile.ts";
import { workersExplore } from "./explore-workers.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 40);
/** Milliseconds; each run starts a thread. */
const TIME_MAX = Math.max(600_000, RUNS * 2_000);
const STATES_MAX = 5_000;

function facts(found: Exploration): unknown {
  // More states may have been under way when the limit was met.
  if (found.stopped !== undefined) return { stopped: found.stopped };
  const lengths = ({ path, ...rest }: ConditionTally): unknown => ({
    ...rest,
    steps: path?.length,
  });
  return {
    ...found,
    bytes: 0,
    milliseconds: 0,
    explorer: 0,
    graph: stepsOf(found.graph),
    invariants: found.invariants.map(lengths),
    goals: found.goals.map(lengths),
    builtIns: found.builtIns
      .map(({ property, path }) => `${property} ${path.length}`)
      .toSorted(byText),
  };
}

const byText = (one: string, other: string): number => one.localeCompare(other);

/** How many steps there are under each label: ids are others. */
function stepsOf(graph: Exploration["graph"]): unknown {
  const counts = new Map<number, number>();
  for (let id = 0; id < graph.expanded; id++) {
    const { count, labels } = graph.steps(id);
    for (let step = 0; step < count; step++) {
      const label = labels[step] ?? -1;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  return [...counts].toSorted(([one], [other]) => one - other);
}

async function agree(model: Model): Promise<boolean> {
  const budget = { ...model.budget, states: STATES_MAX };
  const options = { budget, signal: undefined, onProgress: undefined };
  if ("unsupported" in compileModel(model)) return false;
  const two = await workersExplore(2, BACK_ENDS.wasm, true)(model, options);
  expect(facts(two)).toEqual(facts(await BACK_ENDS.wasm(model, options)));
  return two.explorer.workers === 2;
}

it.each([
  ["Models", randomModel],
  ["programs", arbitraryProgram.map((text) => modelOf(text))],
] as const)(
  "random %s",
  async (_, models) => {
    let together = 0;
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        const safety = { ...model, temporal: [], refinements: [] };
        if (await agree(safety)) together++;
      }),
      { numRuns: RUNS },
    );
    expect(together).toBeGreaterThan(RUNS / 2);
  },
  TIME_MAX,
);
