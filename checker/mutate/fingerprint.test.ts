/** Fingerprints of graphs agree exactly when the graphs do, as sets of states and named steps. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Model } from "../../spec/model.ts";
import { explore } from "../explore/explore.ts";
import { randomModel } from "../explore/random-model.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 60);

async function graphOf(model: Model): Promise<StateGraph> {
  const budget = { milliseconds: undefined, bytes: undefined, states: undefined };
  return (await explore(model, { budget, signal: undefined, onProgress: undefined })).graph;
}

/** The slow twin: everything there is, sorted. */
function whole(graph: StateGraph): readonly string[] {
  const { model, states, labels } = graph;
  const ids = Array.from({ length: states }, (_, id) => id);
  const edges = ids.flatMap((id) => {
    const { count, labels: taken, targets } = graph.steps(id);
    return Array.from({ length: count }, (_, index) => {
      const label = labels[taken[index] ?? -1];
      const all = label === undefined ? [] : [label.transition, ...label.partners];
      const names = all.map((transition) => model.transitions[transition]?.name);
      return JSON.stringify([graph.state(id), names, graph.state(targets[index] ?? -1)]);
    });
  });
  return [...ids.map((id) => JSON.stringify(graph.state(id))), ...edges].toSorted();
}

test("without a transition the print is the same exactly when nothing is missing", async () => {
  const seen = new Set<boolean>();
  await fc.assert(
    fc.asyncProperty(randomModel, fc.nat(), async (model, choice) => {
      const dropped = choice % Math.max(1, model.transitions.length);
      const less = { ...model, transitions: model.transitions.toSpliced(dropped, 1) };
      const [left, right] = [await graphOf(model), await graphOf(less)];
      const same = JSON.stringify(whole(left)) === JSON.stringify(whole(right));
      const prints = await Promise.all([left, right].map((g) => fingerprintOf(g, undefined)));
      expect(prints[0] === prints[1]).toBe(same);
      seen.add(same);
    }),
    { numRuns: RUNS },
  );
  expect(seen).toEqual(new Set([true, false]));
});

test("the order in which states are found does not matter", async () => {
  await fc.assert(
    fc.asyncProperty(randomModel, async (model) => {
      const turned = { ...model, transitions: model.transitions.toReversed() };
      const [left, right] = [await graphOf(model), await graphOf(turned)];
      expect(await fingerprintOf(left, undefined)).toBe(await fingerprintOf(right, undefined));
    }),
    { numRuns: RUNS },
  );
});

test("an abort ends the walk", async () => {
  const [model] = fc.sample(randomModel, { numRuns: 1, seed: 1 });
  if (model === undefined) throw new Error("no model");
  const stop = new AbortController();
  stop.abort();
  expect(await fingerprintOf(await graphOf(model), stop.signal)).toBeUndefined();
});
