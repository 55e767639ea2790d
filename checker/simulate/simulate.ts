/**
 * Simulates one Model: walks it at random, shrinks what was met, and says how much was walked.
 *
 *     Model ──walks──► trails ──shrink, replay──► counterexamples ─┐
 *               └────► counts, coverage ──────────────────────────┴──► CheckVerdict
 *
 *     violated   a walk met it; the path is real, and was replayed
 *     holds      of a goal only: a walk reached it
 *     unknown    everything else, however many walks there were
 *
 * A walk proves that something can happen and never that it cannot, so an invariant never *holds*
 * here. Temporal properties speak of whole runs, of which a walk sees a beginning: not judged.
 *
 * The walks may go over compiled code; shrinking and replaying always use the reference evaluator.
 * The same Model, plan and counts of steps give the same bytes: time limits how many runs are
 * walked, and nothing else depends on it.
 */
import type { Budget, Model } from "../../spec/model.ts";
import { builtInDiagnostics, builtInVerdicts } from "../built-in-verdicts.ts";
import { judgeExpectations } from "../expectations.ts";
import { limitsOf, pauseWithin, reasonOf } from "../explore/budget.ts";
import { coverageOf } from "../explore/tally.ts";
import { leftOut } from "../judgement.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import type { Sources } from "../source-words.ts";
import {
  type CheckVerdict,
  type PropertyVerdict,
  type Simulation,
  type UnknownReason,
  VERDICT_VERSION,
} from "../verdict.ts";
import { builtInsOf, type Shown, shownTrails, statedBy } from "./shown.ts";
import { type Place, referenceStepper, type Stepper } from "./stepper.ts";
import { pctBound, type Strategy } from "./strategy.ts";
import { beginWalks, walkAll, type WalkPlan, type Walks } from "./walks.ts";

/** Walks when the user does not say how many. */
export const RUNS_DEFAULT = 1_000;
/** Steps of a walk when the user does not say how many. */
export const STEPS_DEFAULT = 100;
export const SEED_DEFAULT = 1;
/** Depth of the bugs that PCT looks for when the user does not say it. */
export const DEPTH_DEFAULT = 3;

export interface SimulateOptions {
  readonly plan: WalkPlan;
  /** Limits: time, distinct states, and the memory of their names. */
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: WalkProgress) => void) | undefined;
  /** Texts by path, to quote conditions in explanations. */
  readonly sources: Sources;
}

export interface WalkProgress {
  readonly runs: number;
  readonly steps: number;
  /** Distinct states that were met. */
  readonly states: number;
  readonly violations: number;
}

/** Makes what the walks go over; by default the reference evaluator. */
export type CreateStepper = (model: Model, meter: Meter) => Stepper<Place>;

/** The verdict of walks over a check. */
export async function simulateModel(
  model: Model,
  options: SimulateOptions,
  createStepper: CreateStepper = referenceStepper,
): Promise<CheckVerdict> {
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const meter = createMeter(pauseWithin(limits));
  const walks = beginWalks(createStepper(model, meter), options.plan, meter, limits);
  let ended: UnknownReason | undefined;
  try {
    ended = await walkAll(walks, () => options.onProgress?.(progressOf(walks)));
  } catch (error) {
    ended = reasonOf(error);
    if (ended === undefined) throw error;
  }
  const shown = await shownTrails(walks.stepper, [...walks.met.values()], options.signal);
  return verdictOf(walks, shown, options.sources, ended, began);
}

function progressOf({ runs, steps, seen, met }: Walks<Place>): WalkProgress {
  return { runs, steps, states: seen.size, violations: met.size };
}

/** What walks have found out; `began` is when, by the clock. */
export function verdictOf(
  walks: Walks<Place>,
  shown: readonly Shown[],
  sources: Sources,
  ended: UnknownReason | undefined,
  began: number,
): CheckVerdict {
  const { model } = walks.stepper;
  const { runs, steps } = walks;
  const stopped: UnknownReason = { reason: "not decided by walks", runs, steps };
  const found = {
    builtIns: builtInsOf(model, shown),
    examined: {
      assert: walks.meter.asserts + walks.surveyed.asserts,
      range: walks.meter.ranges + walks.surveyed.ranges,
      unhandled: walks.messages,
      stuck: model.allowStuck ? 0 : walks.seen.size,
    },
    stopped,
    states: walks.seen.size,
    reductions: [],
  };
  const properties = [
    ...statedBy(walks, shown, stopped, sources),
    ...builtInVerdicts(model, found, sources).map((verdict) => withShrinking(verdict, shown)),
  ];
  const expectations = judgeExpectations(countable(model, walks.seen.size), found, properties);
  const expected = new Set(model.expect.violations.map(({ name }) => name));
  const failed =
    properties.some(({ name, outcome }) => outcome === "violated" && !expected.has(name)) ||
    expectations.some(({ result, open }) => !result.met && !open);
  return {
    version: VERDICT_VERSION,
    kind: "check",
    file: model.file,
    system: model.system,
    name: model.name,
    span: model.span,
    result: failed ? "failed" : "unknown",
    properties,
    leftOut: leftOut(model),
    expectations: expectations.map(({ result }) => result),
    coverage: coverageOf(walks.rules),
    bounds: [],
    reductions: [],
    statistics: {
      states: walks.seen.size,
      transitions: steps,
      depth: walks.longest,
      milliseconds: performance.now() - began,
      complete: false,
      explorer: walks.stepper.explorer,
      fairness: [],
    },
    findings: builtInDiagnostics(model, found, sources),
    simulation: simulationOf(walks, ended),
  };
}

/**
 * Without the expected number of states, which walks never confirm; they can only find too many.
 */
function countable(model: Model, seen: number): Model {
  const { states } = model.expect;
  if (states === undefined || seen > states.count) return model;
  return { ...model, expect: { ...model.expect, states: undefined } };
}

/** A built-in verdict says what is known about its path: shrunk from what, and shortest or not. */
function withShrinking(verdict: PropertyVerdict, shown: readonly Shown[]): PropertyVerdict {
  const { counterexample } = verdict;
  const own = shown.find(({ path }) => path === counterexample?.steps);
  if (counterexample === undefined || own === undefined) return verdict;
  const { shortest, shrunkFrom } = own;
  return { ...verdict, counterexample: { ...counterexample, shortest, shrunkFrom } };
}

function simulationOf(walks: Walks<Place>, ended: UnknownReason | undefined): Simulation {
  const { plan, threads, runs, steps } = walks;
  const depth = depthOf(plan.strategy);
  const count = threads.names.length;
  return {
    seed: plan.seed,
    strategy: plan.strategy.kind,
    depth,
    runs,
    wanted: plan.runs,
    stepsPerRun: plan.steps,
    steps,
    threads: count,
    bound: depth === undefined ? undefined : pctBound(count, plan.steps, depth),
    ended,
  };
}

function depthOf(strategy: Strategy): number | undefined {
  return strategy.kind === "pct" ? strategy.depth : undefined;
}
