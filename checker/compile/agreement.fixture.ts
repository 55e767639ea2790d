/** A Model in the reference evaluator and in each back end: everything that a search finds. */
import { expect } from "vitest";
import type { Model } from "../../spec/model.ts";
import { BACK_ENDS, COMPRESSED } from "../back-end.ts";
import { explore } from "../explore/explore.ts";
import type { Exploration } from "../explore/explorer.ts";
import { compileModel } from "./compile.ts";

const STATES_MAX = 5_000;

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

/** Expects all to find the same. False when compiled code leaves the Model to the reference. */
export async function agree(model: Model): Promise<boolean> {
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
