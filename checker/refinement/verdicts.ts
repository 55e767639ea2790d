/**
 * Verdicts about refinements: from the walk of a graph to what is known, with its evidence.
 *
 *     a step without a counterpart   → violated, with a shortest run at both levels
 *     none, in the whole graph       → holds: as far as safety goes
 *     none, and the search ended     → unknown
 *
 * A run is followed again by `bothLevels`, and replayed, before it is shown.
 */
import type { Budget, Model, Refinement } from "../../spec/model.ts";
import type { Exploration } from "../explore/explorer.ts";
import { limitsOf, pauseWithin } from "../explore/budget.ts";
import { isWanted, confirmed, undecided, violated } from "../judgement.ts";
import { createMeter } from "../reference/meter.ts";
import type { PropertyVerdict, RefinementEvidence } from "../verdict.ts";
import { bothLevels } from "./both-levels.ts";
import { type MakeImages, referenceImages } from "./images.ts";
import { type Simulation, type SimulationTally, simulate } from "./judge.ts";
import { runThrough } from "./run-through.ts";

export interface RefinementOptions {
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
}

/** Verdicts about the refinements that the check wants judged, in the order of the text. */
export async function refinementVerdicts(
  model: Model,
  found: Exploration,
  options: RefinementOptions,
  makeImages: MakeImages = referenceImages,
): Promise<readonly PropertyVerdict[]> {
  const verdicts: PropertyVerdict[] = [];
  for (const refinement of model.refinements) {
    if (!isWanted(model, refinement.name)) continue;
    // Each has the time of the budget for itself: the search has taken its own already.
    const limits = limitsOf(options.budget, options.signal, performance.now());
    const meter = createMeter(pauseWithin(limits));
    const simulation = await simulate(found.graph, refinement, makeImages, limits, meter);
    verdicts.push(verdictOf(model, refinement, found, simulation));
  }
  return verdicts;
}

function verdictOf(
  model: Model,
  refinement: Refinement,
  found: Exploration,
  { tally, fault, stopped }: Simulation,
): PropertyVerdict {
  const { name, span } = refinement;
  const { examined } = tally;
  const about = {
    name,
    kind: "refinement",
    span,
    examined,
    premiseTrue: undefined,
    temporal: undefined,
  } as const;
  const evidence = evidenceOf(refinement, tally);
  if (fault === undefined) {
    const open = found.stopped ?? found.runsUnknown ?? stopped;
    const outcome = undecided("holds", tally, { stopped: open });
    return { ...about, ...outcome, refinement: evidence };
  }
  const steps = runThrough(model, found.graph, fault);
  const states = steps.map(({ state }) => state);
  const levels = bothLevels(refinement, states);
  const reason = levels.fault ?? "every step has a counterpart";
  const line = refinement.mapping.find(({ slot }) => slot === levels.misfit);
  const place = line?.span ?? span;
  const counterexample = confirmed(model, name, steps, { reason, why: [], span: place });
  const abstract = { system: refinement.abstract.system, steps: levels.steps };
  return { ...about, ...violated({ ...counterexample, abstract }), refinement: evidence };
}

function evidenceOf({ abstract }: Refinement, tally: SimulationTally): RefinementEvidence {
  const byName = new Map<string, number>();
  for (const [index, { name }] of abstract.transitions.entries()) {
    byName.set(name, (byName.get(name) ?? 0) + (tally.explained[index] ?? 0));
  }
  const matched = [...byName].map(([name, steps]) => ({ name, steps }));
  const idle = tally.couldMove && matched.every(({ steps }) => steps === 0);
  const { steps, stuttering, images } = tally;
  return { abstract: abstract.system, states: images, steps, stuttering, matched, idle };
}
