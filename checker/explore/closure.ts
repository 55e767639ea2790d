/**
 * The states that fit the lines of a scenario so far, each with a shortest way to it.
 *
 * A way is a chain of links back to the beginning, so that many states can share it:
 *
 *     (initial) ◄── app.open ◄── server.Open ◄── {fits}
 *                           ◄── app.wait    ◄── {fits}
 *
 * Limit: `GAP_STATES_MAX` states for one `…`; reaching it ends the scenario as unknown.
 */
import type { Model, Value } from "../../spec/model.ts";
import { isFault } from "../reference/built-in.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import type { Meter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import type { PathStep, UnknownReason } from "../verdict.ts";
import { type Limits, limitReached, rest } from "./budget.ts";
import { firstStep, pathStep } from "./graph.ts";

/** States that one `…` may reach. */
export const GAP_STATES_MAX = 200_000;

/** A state that fits, and how it was reached. */
export interface Fit {
  readonly step: PathStep;
  readonly before: Fit | undefined;
}

export function stateOf(fit: Fit): readonly Value[] {
  return fit.step.state;
}

/** The steps to a state that fits, the initial state first. */
export function pathOf(fit: Fit): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (let at: Fit | undefined = fit; at !== undefined; at = at.before) steps.push(at.step);
  return steps.toReversed();
}

/** The states in which a run can begin. */
export function firstFits(model: Model, meter: Meter): readonly Fit[] {
  const starts = beginnings(model, meter).filter(({ violation }) => violation === undefined);
  return distinct(
    model,
    starts.map((start) => ({ step: firstStep(start), before: undefined })),
  );
}

/** Of fits in the same state, the first. */
export function distinct(model: Model, fits: readonly Fit[]): readonly Fit[] {
  const key = keyOf(model);
  const first = new Map<string, Fit>();
  for (const fit of fits) {
    const at = key(stateOf(fit));
    if (!first.has(at)) first.set(at, fit);
  }
  return [...first.values()];
}

export interface Closure {
  readonly fits: readonly Fit[];
  readonly stopped: UnknownReason | undefined;
}

/**
 * Everything that steps other than faults can reach, none included. Steps that violate lead
 * nowhere: what other steps do in a gap is the business of checks.
 */
export async function closure(
  model: Model,
  from: readonly Fit[],
  meter: Meter,
  limits: Limits,
): Promise<Closure> {
  const key = keyOf(model);
  const fits = [...from];
  const seen = new Set(fits.map((fit) => key(stateOf(fit))));
  for (let next = 0; next < fits.length; next++) {
    const stopped = limitReached(limits, { bytes: 0, states: 0 });
    if (stopped !== undefined) return { fits, stopped };
    await rest(limits, () => {});
    const before = fits[next];
    if (before === undefined) continue;
    for (const step of successors(model, stateOf(before), meter).steps) {
      const kind = model.transitions[step.transition]?.kind;
      if (step.violation !== undefined || kind === undefined || isFault(kind)) continue;
      const at = key(step.state);
      if (seen.has(at)) continue;
      if (fits.length >= GAP_STATES_MAX) {
        return { fits, stopped: { reason: "states", limit: GAP_STATES_MAX } };
      }
      seen.add(at);
      fits.push({ step: pathStep(step), before });
    }
  }
  return { fits, stopped: undefined };
}
