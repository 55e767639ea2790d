/**
 * From parent links to a path that a reader can follow.
 *
 * The states of the path are known; each step between them is found again among those that the
 * reference evaluator takes from the state before. So a path that is shown has been walked by the
 * reference, ghosts included. A step that it does not know is an error of this program.
 *
 * Where a stored state stands for all of its orbit, a step is taken when it leads into the orbit of
 * the next one: states of one orbit have steps that are alike, so the path can always go on.
 */
import type { Value } from "../../spec/model.ts";
import { firstStep, pathStep } from "../explore/graph.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import type { PathStep } from "../verdict.ts";
import type { Compiled } from "./compile.ts";
import type { Finder } from "./core.ts";
import { decodeState, encodeState } from "./layout.ts";

/** Thrown when compiled code and the reference evaluator disagree; never a fault of a Model. */
export class Disagreement extends Error {}

/** The shortest path to a state, an initial state first. */
export function pathThrough(compiled: Compiled, core: Finder, id: number): readonly PathStep[] {
  const ids: number[] = [];
  for (let at = id; at >= 0; at = core.parent(at)) ids.push(at);
  const { orbits } = core;
  const { layout } = compiled;
  return walk(
    compiled,
    ids.toReversed().map((each) => valuesAt(compiled, core, each)),
    orbits === undefined
      ? keyOf(layout.model)
      : (state) => orbits.canonical(encodeState(layout, state)).join(),
  );
}

/** The values of a state; ghosts have their initial values. */
export function valuesAt(compiled: Compiled, core: Finder, id: number): readonly Value[] {
  const words = new Uint32Array(compiled.code.words);
  core.read(id, words);
  return decodeState(compiled.layout, words);
}

/**
 * A path of the reference evaluator through states with the keys of the given ones, of which the
 * first is initial.
 */
function walk(
  { layout: { model } }: Compiled,
  states: readonly (readonly Value[])[],
  key: (state: readonly Value[]) => string,
): readonly PathStep[] {
  const [first, ...others] = states;
  const start = beginnings(model, createMeter()).find(
    ({ state, violation }) => violation === undefined && key(state) === key(first ?? []),
  );
  if (start === undefined) throw new Disagreement("no run begins in the first state of a path");
  const steps: PathStep[] = [firstStep(start)];
  for (const state of others) {
    const before = steps.at(-1)?.state ?? [];
    const wanted = key(state);
    const step = successors(model, before, createMeter()).steps.find(
      (one) => one.violation === undefined && key(one.state) === wanted,
    );
    if (step === undefined)
      throw new Disagreement(`no step leads to state ${steps.length} of a path`);
    steps.push(pathStep(step));
  }
  return steps;
}
