/**
 * From what a walk did to a path that can be shown: each move, found again by the evaluator.
 *
 *     trail    transition, place      transition, place        as the stepper saw it
 *     path     (initial), values      label, choices, values   as the reference evaluator tells it
 *
 * A trail may come from compiled code, which knows neither labels nor choices. A move that cannot
 * be found again is a defect of this program: it is put into the path as it was claimed, so that
 * the replay of the path disagrees and says where.
 */
import type { Model, Value } from "../../spec/model.ts";
import { violationCulprit } from "../explore/culprits.ts";
import { firstStep, pathStep } from "../explore/graph.ts";
import { keyOf } from "../reference/identity.ts";
import { type Beginning, beginnings, INITIAL_LABEL } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import type { PathStep } from "../verdict.ts";
import type { Move, Place, Stepper } from "./stepper.ts";

/** The moves of a run, the way to begin first. */
export type Trail<P extends Place> = readonly Move<P>[];

/** The path of a trail, with labels, choices and ghosts as the reference evaluator gives them. */
export function pathOf<P extends Place>(stepper: Stepper<P>, trail: Trail<P>): readonly PathStep[] {
  const { model } = stepper;
  const key = keyOf(model);
  const path: PathStep[] = [];
  let state: readonly Value[] | undefined;
  for (const move of trail) {
    const values = stepper.values(move.place);
    const wanted = key(values);
    const isMeant = ({ violation, ...step }: Beginning | Step): boolean =>
      violation === undefined || move.violation === undefined
        ? violation === move.violation && key(step.state) === wanted
        : violationCulprit(violation) === violationCulprit(move.violation);
    const found = foundIn(model, state, move, isMeant) ?? claimOf(model, move, values);
    path.push(found);
    state = found.state;
  }
  return path;
}

function foundIn(
  model: Model,
  state: readonly Value[] | undefined,
  move: Move<Place>,
  isMeant: (step: Beginning | Step) => boolean,
): PathStep | undefined {
  if (state === undefined) {
    const start = beginnings(model, createMeter()).find(isMeant);
    return start === undefined ? undefined : firstStep(start);
  }
  const steps = successors(model, state, createMeter()).steps;
  const step = steps.find((one) => one.transition === move.transition && isMeant(one));
  return step === undefined ? undefined : pathStep(step);
}

/** A move as it was claimed. */
function claimOf(model: Model, { transition }: Move<Place>, state: readonly Value[]): PathStep {
  const claimed = transition === undefined ? undefined : model.transitions[transition];
  const label = claimed?.name ?? INITIAL_LABEL;
  return { transition, label, choices: [], state, spans: [] };
}
