/** The run behind a list of states of a graph: each step taken again by the reference evaluator. */
import type { Model } from "../../spec/model.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { firstStep, pathStep } from "../explore/graph.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import type { PathStep } from "../verdict.ts";

/**
 * Steps through these states, the first being initial. Of several steps between two states the
 * first in the order of the Model is taken. Ends early where the evaluator finds no step, which
 * `replay` then reports.
 */
export function runThrough(
  model: Model,
  graph: StateGraph,
  ids: readonly number[],
): readonly PathStep[] {
  const key = keyOf(model);
  const meter = createMeter();
  const path: PathStep[] = [];
  for (const id of ids) {
    const wanted = key(graph.state(id));
    const before = path.at(-1);
    const possible =
      before === undefined
        ? beginnings(model, meter).map((one) => ({ one, step: firstStep(one) }))
        : successors(model, before.state, meter).steps.map((one) => ({ one, step: pathStep(one) }));
    const found = possible.find(
      ({ one }) => one.violation === undefined && key(one.state) === wanted,
    );
    if (found === undefined) break;
    path.push(found.step);
  }
  return path;
}
