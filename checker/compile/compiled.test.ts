/**
 * Compiled code against the reference evaluator: everything that a search finds is equal, to the
 * byte, on random Models and programs; and few of these are beyond compiled code.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model } from "../../spec/model.ts";
import { explore } from "../explore/explore.ts";
import type { Exploration } from "../explore/explorer.ts";
import { randomModel } from "../explore/random-model.ts";
import { modelOf } from "../libretto-notation.ts";
import { compileModel } from "./compile.ts";
import { BACK_ENDS, COMPRESSED } from "../back-end.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 250);

const STATES_MAX = 5_000;
/** Milliseconds; many runs on a busy machine take long, and more runs take longer. */
const TIME_MAX = Math.max(600_000, RUNS * 2_000);

/** Part of the random Models that may be left to the reference. */
const UNSUPPORTED_SHARE = 0.1;

/** All facts but those that speak of the explorer itself. */
function facts(found: Exploration): unknown {
  // A state in which a limit is met is taken back by compiled code, and not by the reference.
  if (found.stopped !== undefined) return { states: found.states, stopped: found.stopped };
  return { ...found, bytes: 0, milliseconds: 0, explorer: 0, graph: edgesOf(found.graph) };
}

function edgesOf(graph: Exploration["graph"]): unknown {
  return Array.from({ length: graph.expanded }, (_, id) => {
    const { count, labels, targets } = graph.steps(id);
    return Array.from({ length: count }, (_step, index) => {
      return [graph.labels[labels[index] ?? -1], targets[index]];
    });
  });
}

async function agree(model: Model): Promise<boolean> {
  const budget = { ...model.budget, states: STATES_MAX };
  const options = { budget, signal: undefined, onProgress: undefined };
  if ("unsupported" in compileModel(model)) return false;
  const wanted = facts(await explore(model, options));
  for (const compiled of [BACK_ENDS.javascript, BACK_ENDS.wasm, COMPRESSED]) {
    const found = await compiled(model, options);
    expect(facts(found)).toEqual(wanted);
  }
  return true;
}

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
