/**
 * Checks one Model: explores it, judges its properties, and says what the result is worth.
 *
 *     Model ──explore──► Exploration ──judge, replay──► properties ─┐
 *                             └──────► expectations, findings ──────┴──► CheckVerdict
 *
 *     failed    a property is violated unexpectedly, or an expectation did not come true
 *     unknown   not failed, and something could not be judged: each such property says why
 *     ok        everything else
 *
 * A check that stated and found nothing to judge is *unknown* too: what examined nothing never
 * holds.
 */
import type { Budget, Model } from "../spec/model.ts";
import { builtInDiagnostics, builtInVerdicts } from "./built-in-verdicts.ts";
import { checkFindings } from "./check-findings.ts";
import { type Expectation, judgeExpectations } from "./expectations.ts";
import { BACK_ENDS } from "./back-end.ts";
import type { Exploration, Explore, Progress } from "./explore/explorer.ts";
import { leftOut, statedVerdicts } from "./judgement.ts";
import { exploreReduced } from "./reduce/explore-reduced.ts";
import { withHonestPaths } from "./reduce/worth.ts";
import { refinementVerdicts } from "./refinement/verdicts.ts";
import { runScenario } from "./scenario.ts";
import type { Sources } from "./source-words.ts";
import { temporalVerdicts } from "./temporal/judge.ts";
import {
  type BoundHit,
  type CheckVerdict,
  type PropertyVerdict,
  type ReductionName,
  type Statistics,
  VERDICT_VERSION,
} from "./verdict.ts";

export interface CheckOptions {
  /** Limits of the search; usually those of the Model, with what the command line sets. */
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
  /** Ways to examine fewer states; none unless asked for. */
  readonly reductions?: readonly ReductionName[] | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Texts by path, to quote conditions in explanations. */
  readonly sources: Sources;
}

/** The verdict of a check or scenario. `explore` is the search; by default in WebAssembly. */
export async function checkModel(
  model: Model,
  options: CheckOptions,
  explore: Explore = BACK_ENDS.wasm,
): Promise<CheckVerdict> {
  if (model.kind === "scenario") return runScenario(model, options);
  const found = await exploreReduced(explore, model, options);
  const began = performance.now();
  const temporal = await temporalVerdicts(model, found, options);
  const judging = performance.now() - began;
  const properties = [
    ...statedVerdicts(model, found, temporal, options.sources),
    ...(await refinementVerdicts(model, found, options)),
    ...builtInVerdicts(model, found, options.sources),
  ].map((verdict) => withHonestPaths(verdict, found));
  const expectations = judgeExpectations(model, found, properties);
  return {
    version: VERDICT_VERSION,
    kind: "check",
    file: model.file,
    system: model.system,
    name: model.name,
    span: model.span,
    result: resultOf(model, properties, expectations),
    properties,
    leftOut: leftOut(model),
    expectations: expectations.map(({ result }) => result),
    coverage: found.coverage,
    bounds: [...found.bounds, ...endedBy(model, found)],
    statistics: statisticsOf(model, found, judging),
    reductions: found.reductions,
    findings: [
      ...builtInDiagnostics(model, found, options.sources),
      ...checkFindings(model, found, properties),
    ],
  };
}

function resultOf(
  model: Model,
  properties: readonly PropertyVerdict[],
  expectations: readonly Expectation[],
): CheckVerdict["result"] {
  const expected = new Set(model.expect.violations.map(({ name }) => name));
  const failed =
    properties.some(({ name, outcome }) => outcome === "violated" && !expected.has(name)) ||
    expectations.some(({ result, open }) => !result.met && !open);
  if (failed) return "failed";
  const open =
    properties.some(({ outcome }) => outcome === "unknown") ||
    expectations.some((expectation) => expectation.open);
  return open || (properties.length === 0 && expectations.length === 0) ? "unknown" : "ok";
}

/** The limit that ended the search, as a bound that was hit. */
function endedBy(model: Model, { stopped, queue }: Exploration): readonly BoundHit[] {
  switch (stopped?.reason) {
    case "states":
    case "memory":
    case "time":
      return [{ bound: stopped.reason, subject: model.name, limit: stopped.limit, count: queue }];
    default:
      return [];
  }
}

/** `judging` are the milliseconds that properties of runs took after the search. */
function statisticsOf(model: Model, found: Exploration, judging: number): Statistics {
  const { states, transitions, depth, stopped, explorer } = found;
  const milliseconds = found.milliseconds + judging;
  const complete = stopped === undefined;
  return {
    states,
    transitions,
    depth,
    milliseconds,
    complete,
    explorer,
    fairness: fairnessOf(model),
  };
}

/** `server.Open (weak)`, each once, in the order of the Model. */
export function fairnessOf(model: Model): readonly string[] {
  const named = model.transitions.flatMap(({ name, fairness }) =>
    fairness === "none" ? [] : [`${name} (${fairness})`],
  );
  return [...new Set(named)];
}
