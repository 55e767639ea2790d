/**
 * The walks of a simulation, and what was met on them.
 *
 *     run 0   (initial) ─► s1 ─► s2 ─► …        each run has its own stream of random numbers
 *     run 1   (initial) ─► s1 ─► s7 ─► …        up to `steps` steps, or until nothing is possible
 *
 * A state is judged when the walks meet it first: invariants and goals, messages without a rule,
 * being stuck, and all its possible steps for failed assertions and ranges, taken or not, because
 * they have been computed anyway. A step that violates is never taken: it leads to no state. A
 * violated invariant does not end a run, as it does not end a search.
 *
 * Facts only: for each target the first trail to it. What they are worth is said in `simulate.ts`.
 */
import type { Model } from "../../spec/model.ts";
import { parts } from "../../spec/values.ts";
import { bytesOf, limitReached, type Limits, PROGRESS_INTERVAL, rest } from "../explore/budget.ts";
import {
  type ConditionCounts,
  countCondition,
  countRules,
  judgeCondition,
  noteRules,
  type RuleTally,
} from "../explore/tally.ts";
import { MAX_CULPRITS, violationCulprit } from "../explore/culprits.ts";
import { isWanted } from "../judgement.ts";
import type { Meter } from "../reference/meter.ts";
import type { UnknownReason } from "../verdict.ts";
import { createRandom, type Random } from "./random.ts";
import type { Site } from "../compile/plan.ts";
import type { Move, Place, Stepper, Survey } from "./stepper.ts";
import { chooserOf, type Strategy, type Threads, threadsOf } from "./strategy.ts";
import {
  isStuckAt,
  placeHits,
  type Target,
  targetKey,
  targetOfMove,
  unhandledIn,
} from "./target.ts";
import type { Trail } from "./trail.ts";

export interface WalkPlan {
  readonly runs: number;
  /** Steps of one run at most. */
  readonly steps: number;
  readonly seed: number;
  readonly strategy: Strategy;
}

/** A target and the first trail to it. */
export interface Met<P extends Place> {
  readonly target: Target;
  readonly trail: Trail<P>;
}

/** What the walks have seen so far. */
export interface Walks<P extends Place> {
  readonly stepper: Stepper<P>;
  readonly meter: Meter;
  readonly limits: Limits;
  readonly plan: WalkPlan;
  readonly threads: Threads;
  /** Keys of the states that were met. */
  readonly seen: Set<string>;
  readonly invariants: readonly ConditionCounts[];
  readonly goals: readonly ConditionCounts[];
  readonly rules: RuleTally;
  /** Counters of compiled code, over the states that were met. */
  readonly counters: number[];
  /** By `targetKey`, in the order of meeting. */
  readonly met: Map<string, Met<P>>;
  /** Runs that were walked to their end. */
  runs: number;
  steps: number;
  /** Steps of the longest run. */
  longest: number;
  /** Assertions and ranges that compiled code has evaluated, besides those of the meter. */
  surveyed: { readonly asserts: number; readonly ranges: number };
  /** Waiting messages that were looked at. */
  messages: number;
  bytes: number;
}

export function beginWalks<P extends Place>(
  stepper: Stepper<P>,
  plan: WalkPlan,
  meter: Meter,
  limits: Limits,
): Walks<P> {
  const { model } = stepper;
  return {
    stepper,
    meter,
    limits,
    plan,
    threads: threadsOf(model),
    seen: new Set(),
    invariants: model.invariants.map((invariant) => countCondition(invariant, false)),
    goals: model.goals.map((goal) => countCondition(goal, true)),
    rules: countRules(model),
    counters: [],
    met: new Map(),
    runs: 0,
    steps: 0,
    longest: 0,
    surveyed: { asserts: 0, ranges: 0 },
    messages: 0,
    bytes: 0,
  };
}

/** Walks all runs of the plan; gives the limit that ended them early, if one did. */
export async function walkAll<P extends Place>(
  walks: Walks<P>,
  report: () => void,
): Promise<UnknownReason | undefined> {
  const { plan } = walks;
  while (walks.runs < plan.runs) {
    const stopped = await walkOnce(walks, createRandom(plan.seed, walks.runs), report);
    if (stopped !== undefined) return stopped;
    walks.runs++;
  }
  return undefined;
}

async function walkOnce<P extends Place>(
  walks: Walks<P>,
  random: Random,
  report: () => void,
): Promise<UnknownReason | undefined> {
  const { stepper, plan } = walks;
  const chooser = chooserOf(plan.strategy, walks.threads, plan.steps, random);
  const trail: Move<P>[] = [];
  const visited = new Set<string>();
  let possible = begin(walks);
  for (let step = 0; possible.length > 0; step++) {
    const chosen = step === 0 ? random.below(possible.length) : chooser.choose(possible);
    const move = possible[chosen];
    if (move === undefined) break;
    trail.push(move);
    if (step > 0) {
      walks.steps++;
      walks.longest = Math.max(walks.longest, step);
      if (plan.strategy.kind === "pct") chooser.arrived(visited.has(move.place.key));
    }
    visited.add(move.place.key);
    meet(walks, move.place, trail);
    if (step > 0) noteRules(walks.rules, move.rules, 1);
    if (step >= plan.steps) break;
    const stopped = await breathe(walks, report);
    if (stopped !== undefined) return stopped;
    possible = withoutViolations(stepper.steps(move.place));
  }
  return undefined;
}

/** The ways to begin that do not violate; those that do are noted. */
function begin<P extends Place>(walks: Walks<P>): readonly Move<P>[] {
  const starts = walks.stepper.initial();
  noteViolations(walks, starts, []);
  return withoutViolations(starts);
}

function withoutViolations<P extends Place>(moves: readonly Move<P>[]): readonly Move<P>[] {
  const isClean = (move: Move<P>): boolean => move.violation === undefined;
  return moves.every(isClean) ? moves : moves.filter(isClean);
}

/** Lets the event loop turn now and then, and gives the limit that is reached. */
async function breathe<P extends Place>(
  walks: Walks<P>,
  report: () => void,
): Promise<UnknownReason | undefined> {
  const { limits } = walks;
  if (walks.seen.size >= limits.states) return { reason: "states", limit: limits.states };
  if (walks.bytes > limits.bytes) return { reason: "memory", limit: limits.bytes };
  if (performance.now() - limits.rested >= PROGRESS_INTERVAL) await rest(limits, report);
  return limitReached(limits, { bytes: 0, states: 0 });
}

// ---------------------------------------------------------------------------- judging

/** Judges a place that is new. */
function meet<P extends Place>(walks: Walks<P>, place: P, trail: Trail<P>): void {
  const { seen, stepper } = walks;
  if (seen.has(place.key)) return;
  const id = seen.size;
  seen.add(place.key);
  walks.bytes += bytesOf(place.key, stepper.model.slots.length);
  const survey = stepper.survey(place);
  if (survey === undefined) evaluate(walks, place, id);
  else countSurvey(walks, survey);
  if (survey !== undefined && !survey.finds.some((find) => isNews(walks, find))) return;
  noteAll(walks, place, trail);
}

/** Evaluates and counts the conditions of a place, and the messages that wait there. */
function evaluate<P extends Place>(walks: Walks<P>, place: P, id: number): void {
  const { stepper, meter } = walks;
  const values = stepper.values(place);
  for (const counts of [...walks.invariants, ...walks.goals]) {
    judgeCondition(counts, values, id, 1, meter);
  }
  walks.messages += waitingIn(stepper.model, values);
}

/** Counts what compiled code has counted, in the same places as `evaluate` does. */
function countSurvey<P extends Place>(walks: Walks<P>, { counted, meaning }: Survey): void {
  const { counters } = walks;
  for (const counter of counted) counters[counter] = (counters[counter] ?? 0) + 1;
  const times = (counter: number): number => counters[counter] ?? 0;
  const settle = (all: readonly ConditionCounts[], own: Survey["meaning"]["goals"]): void => {
    for (const [index, counts] of all.entries()) {
      const { trueIn = -1, premises = [] } = own[index] ?? {};
      counts.examined++;
      counts.trueIn = times(trueIn);
      for (const [level, premise] of premises.entries()) counts.premises[level] = times(premise);
    }
  };
  settle(walks.invariants, meaning.invariants);
  settle(walks.goals, meaning.goals);
  walks.messages = times(meaning.messages);
  walks.surveyed = { asserts: times(meaning.plan.asserts), ranges: times(meaning.plan.ranges) };
}

/** Is it something that no walk has met yet? Culprits of messages take an evaluation to tell. */
function isNews<P extends Place>({ met, stepper }: Walks<P>, find: Site): boolean {
  const { model } = stepper;
  switch (find.property) {
    case "invariant":
    case "goal": {
      const subjects = find.property === "goal" ? model.goals : model.invariants;
      const name = subjects[find.index]?.name ?? "";
      return isWanted(model, name) && !met.has(targetKey({ property: name, culprit: "" }));
    }
    case "stuck":
      return !met.has(targetKey({ property: "stuck", culprit: "" }));
    case "unhandled":
      return true;
    default:
      return !met.has(targetKey({ property: find.property, culprit: violationCulprit(find) }));
  }
}

/** Notes everything that the place, or a step of it, hits. */
function noteAll<P extends Place>(walks: Walks<P>, place: P, trail: Trail<P>): void {
  const { stepper, meter, met } = walks;
  const { model } = stepper;
  const values = stepper.values(place);
  for (const { name } of [...model.invariants, ...model.goals]) {
    const target = { property: name, culprit: "" };
    if (!isWanted(model, name) || met.has(targetKey(target))) continue;
    if (placeHits(stepper, target, place, meter)) note(walks, target, trail);
  }
  for (const culprit of unhandledIn(model, values, meter)) {
    note(walks, { property: "unhandled", culprit }, trail);
  }
  noteViolations(walks, stepper.allSteps(place), trail);
  if (isStuckAt(stepper, place)) note(walks, { property: "stuck", culprit: "" }, trail);
}

function waitingIn(model: Model, values: ReturnType<Stepper<Place>["values"]>): number {
  return model.channels.filter(({ slot }) => parts(values[slot] ?? null).length > 0).length;
}

function noteViolations<P extends Place>(
  walks: Walks<P>,
  moves: readonly Move<P>[],
  trail: Trail<P>,
): void {
  for (const move of moves) {
    const target = targetOfMove(move);
    if (target !== undefined) note(walks, target, [...trail, move]);
  }
}

function note<P extends Place>({ met }: Walks<P>, target: Target, trail: Trail<P>): void {
  const key = targetKey(target);
  if (met.has(key)) return;
  const alike = [...met.values()].filter((one) => one.target.property === target.property);
  if (alike.length < MAX_CULPRITS) met.set(key, { target, trail: [...trail] });
}
