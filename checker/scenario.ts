/**
 * Runs a scenario: keeps the set of states that fit its lines, and says which line does not fit.
 *
 *     {initial} ──do app.open──► {1 state} ──…──► {many states} ──do server.Open──► {some states}
 *
 *     do t           every step of that name from every state that fits; one exists. A fault may
 *                    strike, without budget. A step that takes part through rendezvous counts too.
 *     …              all steps but faults, any number of them, none included
 *     expect e       true in every state that fits: whatever the steps left open, `e` holds
 *     must fail P    the invariant `P` is false in every state that fits
 *
 * The rejected reading of `expect`, "in some state that fits", would let a scenario pass because of
 * one lucky run, where its reader thinks of all of them. Invariants are not judged on the way: a
 * scenario may pass through states that a check reports. A step that violates `assert` or `range`
 * has no next state and fails the scenario.
 */
import type { Model, ScenarioStep } from "../spec/model.ts";
import type { CheckOptions } from "./check.ts";
import { type Limits, limitsOf, pauseWithin, reasonOf } from "./explore/budget.ts";
import { closure, distinct, type Fit, firstFits, pathOf, stateOf } from "./explore/closure.ts";
import { pathStep } from "./explore/graph.ts";
import { limitWords } from "./check-findings.ts";
import { counted, endedEarly } from "./findings.ts";
import { confirmed, undecided, violated } from "./judgement.ts";
import { frame, holds } from "./reference/evaluate.ts";
import { createMeter, type Meter } from "./reference/meter.ts";
import { type Step, successors } from "./reference/successors.ts";
import {
  expectationFailed,
  type Failure,
  invariantHolds,
  stepImpossible,
  stepViolates,
} from "./scenario-failure.ts";
import { wordsAt } from "./source-words.ts";
import {
  type CheckVerdict,
  type ExpectationResult,
  type PropertyVerdict,
  type UnknownReason,
  VERDICT_VERSION,
} from "./verdict.ts";

/** What running the lines has come to. */
interface Progress {
  fits: readonly Fit[];
  /** Distinct lines that were judged, and how. */
  readonly expectations: ExpectationResult[];
  failure: Failure | undefined;
  stopped: UnknownReason | undefined;
  /** States looked at, steps taken, and the longest way. */
  states: number;
  steps: number;
}

interface Running {
  readonly model: Model;
  readonly options: CheckOptions;
  readonly limits: Limits;
  readonly meter: Meter;
}

export async function runScenario(model: Model, options: CheckOptions): Promise<CheckVerdict> {
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const running: Running = { model, options, limits, meter: createMeter(pauseWithin(limits)) };
  const progress: Progress = {
    fits: [],
    expectations: [],
    failure: undefined,
    stopped: undefined,
    states: 0,
    steps: 0,
  };
  try {
    progress.fits = firstFits(model, running.meter);
    progress.states = progress.fits.length;
    for (const line of model.scenario) {
      if (progress.failure !== undefined || progress.stopped !== undefined) break;
      await runLine(line, progress, running);
    }
  } catch (error) {
    progress.stopped = reasonOf(error);
    if (progress.stopped === undefined) throw error;
  }
  return verdictOf(progress, running, performance.now() - began);
}

async function runLine(line: ScenarioStep, progress: Progress, running: Running): Promise<void> {
  switch (line.kind) {
    case "do":
      take(line, progress, running);
      return;
    case "gap": {
      const reached = await closure(running.model, progress.fits, running.meter, running.limits);
      progress.stopped = reached.stopped;
      arrive(progress, reached.fits);
      return;
    }
    case "expect":
      judge(line, true, progress, running);
      return;
    case "mustFail": {
      const invariant = running.model.invariants.find(({ name }) => name === line.property);
      if (invariant === undefined) return;
      const { condition, locals } = invariant;
      judge({ ...line, condition, locals }, false, progress, running);
    }
  }
}

function arrive(progress: Progress, fits: readonly Fit[]): void {
  progress.fits = fits;
  progress.states += fits.length;
}

/** `do t`: all steps of that name from all states that fit. */
function take(
  line: Extract<ScenarioStep, { kind: "do" }>,
  progress: Progress,
  { model, meter, options }: Running,
): void {
  const taken: { readonly step: Step; readonly before: Fit }[] = progress.fits.flatMap((before) =>
    successors(model, stateOf(before), meter)
      .steps.filter((step) => isNamed(step, line.transitions))
      .map((step) => ({ step, before })),
  );
  progress.steps += taken.length;
  const bad = taken.find(({ step }) => step.violation !== undefined);
  if (bad?.step.violation !== undefined) {
    const fit = { step: pathStep(bad.step), before: bad.before };
    progress.failure = stepViolates(line, fit, bad.step.violation, options.sources);
    return;
  }
  const fits = taken.map(({ step, before }): Fit => ({ step: pathStep(step), before }));
  if (fits.length === 0) {
    progress.failure = stepImpossible(line, progress.fits, model, options.sources);
    return;
  }
  arrive(progress, distinct(model, fits));
}

function isNamed(step: Step, transitions: readonly number[]): boolean {
  return [step.transition, ...step.partners].some((number) => transitions.includes(number));
}

/** `expect` and `must fail`: a condition that has one value in every state that fits. */
function judge(
  line: Exclude<ScenarioStep, { kind: "do" | "gap" }> & {
    readonly condition: Extract<ScenarioStep, { kind: "expect" }>["condition"];
    readonly locals: number;
  },
  wanted: boolean,
  progress: Progress,
  { meter, options }: Running,
): void {
  const wrong = progress.fits.filter((fit) => {
    const scope = { state: stateOf(fit), locals: frame(line.locals), meter };
    return holds(line.condition, scope) !== wanted;
  });
  const [first] = wrong;
  const count = { wrong: wrong.length, all: progress.fits.length };
  const states = counted(count.all, "state");
  progress.expectations.push({
    text: wordsAt(options.sources, line.span),
    met: first === undefined,
    detail: first === undefined ? `in ${states}` : `${!wanted} in ${count.wrong} of ${states}`,
    span: line.span,
  });
  if (first === undefined) return;
  progress.failure =
    line.kind === "expect"
      ? expectationFailed(line, first, count, options.sources)
      : invariantHolds(line, first, count, options.sources);
}

// ---------------------------------------------------------------------------- the verdict

function verdictOf(progress: Progress, { model }: Running, milliseconds: number): CheckVerdict {
  const { failure, stopped, fits } = progress;
  const property = propertyOf(progress, model);
  const findings = failure === undefined ? [] : [failure.diagnostic];
  if (stopped !== undefined) {
    const limit = limitWords(stopped);
    findings.push(endedEarly(model.name, limit, model.span, progress.states, [model.name]));
  }
  const depth = fits.reduce((longest, fit) => Math.max(longest, pathOf(fit).length - 1), 0);
  const result = { holds: "ok", violated: "failed", unknown: "unknown" } as const;
  return {
    version: VERDICT_VERSION,
    kind: "scenario",
    file: model.file,
    system: model.system,
    name: model.name,
    span: model.span,
    result: result[property.outcome],
    properties: [property],
    leftOut: [],
    expectations: progress.expectations,
    coverage: [],
    bounds: [],
    reductions: [],
    statistics: {
      states: progress.states,
      transitions: progress.steps,
      depth,
      milliseconds,
      complete: stopped === undefined,
      explorer: { backEnd: "reference", notCompiled: undefined, workers: 1 },
      fairness: [],
    },
    findings,
  };
}

/** The scenario as one property: it holds when every line fits, and something was looked at. */
function propertyOf({ failure, stopped, ...progress }: Progress, model: Model): PropertyVerdict {
  const { name, span } = model;
  const examined = progress.steps + progress.expectations.length;
  const common = {
    name,
    kind: "scenario",
    examined,
    premiseTrue: undefined,
    span,
    temporal: undefined,
  } as const;
  if (failure === undefined) return { ...common, ...undecided("holds", { examined }, { stopped }) };
  if (failure.path.length === 0)
    return { ...common, ...undecided("violated", { examined: 1 }, { stopped }) };
  return { ...common, ...violated(confirmed(model, name, failure.path, failure)) };
}
