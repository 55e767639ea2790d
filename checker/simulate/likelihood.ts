/**
 * How likely a violation is from each step of a counterexample on.
 *
 *     step               walks that meet it    exact: next steps that still avoid it
 *     (initial)           8 %                  4 of 4
 *     server.crash       48 %                  2 of 3
 *     server.restart     71 %                  1 of 2
 *     app.Opened        100 %
 *
 * The steps at which the numbers jump are those that matter; a reader who sees them knows where to
 * look. From each state of the path a number of random walks of a number of steps is taken, and
 * those are counted that hit the same target. They are samples, with a seed, and no probabilities
 * of the real system, whose steps are not equally likely.
 *
 * Where all states that can be reached from the path's beginning are few enough to be listed, there
 * are facts besides. The violation is *inevitable* from a state when it is violated there, or when
 * it is inevitable after every possible step: the least set with this property, computed backwards.
 * A run that ends elsewhere, or goes round for ever, has avoided it; fairness is not assumed. The
 * first state of the path from which it is inevitable is the point of no return.
 */
import type { Model } from "../../spec/model.ts";
import { keyOf } from "../reference/identity.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import type { Likelihood, LikelihoodPoint, PathStep } from "../verdict.ts";
import { avoidanceFrom } from "./avoidance.ts";
import { createRandom, type Random } from "./random.ts";
import { type Move, type Place, referenceStepper, type Stepper } from "./stepper.ts";
import { moveHits, placeHits, type Target, targetOfMove, unhandledIn } from "./target.ts";

/** Walks from each state, their steps, and their seed, when nobody asks for others. */
export const LIKELIHOOD_DEFAULTS: Omit<LikelihoodOptions, "signal"> = {
  walks: 400,
  steps: 30,
  seed: 1,
};
/** Steps of all walks for one path; a longer path gets fewer walks for each of its states. */
const STEPS_IN_ALL_MAX = 3_000_000;
/** Walks from one state at least, however long the path is. */
const WALKS_MIN = 20;

export interface LikelihoodOptions {
  readonly walks: number;
  /** Steps of a walk at most. */
  readonly steps: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The likelihood along a path that violates `property`. Undefined when the path is none of the
 * Model, when the property is not one of states (walks do not judge whole runs), or after an abort.
 */
export async function likelihoodOf(
  model: Model,
  property: string,
  path: readonly PathStep[],
  options: LikelihoodOptions,
): Promise<Likelihood | undefined> {
  const meter = createMeter();
  const stepper = referenceStepper(model, meter);
  const moves = retrace(stepper, path);
  const target = moves === undefined ? undefined : targetAt(stepper, property, moves, meter);
  if (moves === undefined || target === undefined) return undefined;
  const { seed, steps } = options;
  const fair = Math.floor(STEPS_IN_ALL_MAX / (steps * moves.length));
  const walks = Math.min(options.walks, Math.max(WALKS_MIN, fair));
  const hits: number[] = [];
  for (const [at, move] of moves.entries()) {
    await new Promise((resume) => setImmediate(resume));
    if (options.signal?.aborted === true) return undefined;
    if (move.violation !== undefined) {
      hits.push(walks);
      continue;
    }
    let count = 0;
    for (let walk = 0; walk < walks; walk++) {
      const random = createRandom(seed, at * walks + walk);
      if (walkHits(stepper, target, move.place, steps, random, meter)) count++;
    }
    hits.push(count);
  }
  return { seed, walks, steps, ...exactFacts(stepper, target, moves, hits, meter) };
}

/** Finds the moves of a path again; undefined when they are none of the Model. */
function retrace<P extends Place>(
  stepper: Stepper<P>,
  path: readonly PathStep[],
): readonly Move<P>[] | undefined {
  const key = keyOf(stepper.model);
  const moves: Move<P>[] = [];
  for (const { transition, state } of path) {
    const last = moves.at(-1);
    if (last?.violation !== undefined) return undefined;
    const possible = last === undefined ? stepper.initial() : stepper.steps(last.place);
    const wanted = key(state);
    const move = possible.find((one) => one.transition === transition && one.place.key === wanted);
    if (move === undefined) return undefined;
    moves.push(move);
  }
  return moves.length === 0 ? undefined : moves;
}

/** What the end of a path hits of a property; undefined when it hits nothing of it. */
function targetAt<P extends Place>(
  stepper: Stepper<P>,
  property: string,
  moves: readonly Move<P>[],
  meter: Meter,
): Target | undefined {
  const last = moves.at(-1);
  if (last === undefined) return undefined;
  const violated = targetOfMove(last);
  if (violated !== undefined) return violated.property === property ? violated : undefined;
  const culprits =
    property === "unhandled"
      ? [...unhandledIn(stepper.model, stepper.values(last.place), meter)]
      : [""];
  const targets = culprits.map((culprit): Target => ({ property, culprit }));
  return targets.find((target) => placeHits(stepper, target, last.place, meter));
}

/** Does one random walk from here hit the target within its steps? */
function walkHits<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  start: P,
  steps: number,
  random: Random,
  meter: Meter,
): boolean {
  let place = start;
  for (let step = 0; step < steps; step++) {
    if (placeHits(stepper, target, place, meter)) return true;
    const moves = stepper.steps(place);
    const move = moves.length === 0 ? undefined : moves[random.below(moves.length)];
    if (move === undefined) return false;
    if (move.violation !== undefined) return moveHits(target, move);
    place = move.place;
  }
  return placeHits(stepper, target, place, meter);
}

function exactFacts<P extends Place>(
  stepper: Stepper<P>,
  target: Target,
  moves: readonly Move<P>[],
  hits: readonly number[],
  meter: Meter,
): Pick<Likelihood, "points" | "noReturn" | "exact"> {
  const start = moves.slice(0, 1).filter(({ violation }) => violation === undefined);
  const known = avoidanceFrom(stepper, target, start, meter);
  const points = moves.map(({ place, violation }, at): LikelihoodPoint => {
    const facts = violation === undefined ? known?.get(place.key) : undefined;
    const isEnd = at === moves.length - 1;
    return {
      hits: hits[at] ?? 0,
      successors: isEnd ? undefined : facts?.successors,
      avoiding: isEnd ? undefined : facts?.avoiding,
    };
  });
  const before = moves.slice(0, -1);
  const noReturn = before.findIndex(({ place }) => known?.get(place.key)?.inevitable === true);
  return {
    points,
    noReturn: noReturn < 0 ? undefined : noReturn,
    exact: known !== undefined,
  };
}
