/**
 * Replay of a run against a temporal property: the steps were walked already, the rest is here.
 *
 * The formula is evaluated by its definition (`word.ts`), fairness is counted by the reference
 * evaluator (`loop-fairness.ts`); neither knows of the search that found the run.
 */
import type { Model, TemporalProperty } from "../../spec/model.ts";
import { keyOf } from "../reference/identity.ts";
import type { Loop, PathStep } from "../verdict.ts";
import { loopOf, unfairTo } from "./loop-fairness.ts";
import { evaluationOf, type Truth, type Word } from "./word.ts";

/** What contradicts the claim that this run violates the property; undefined when nothing does. */
export function contradictionOf(
  model: Model,
  property: TemporalProperty,
  steps: readonly PathStep[],
  loop: Loop | undefined,
): string | undefined {
  const states = steps.map(({ state }) => state);
  const last = steps.length - 1;
  if (loop !== undefined) {
    const key = keyOf(model);
    const { start } = loop;
    if (!Number.isInteger(start) || start < 0 || start > last) {
      return "the loop begins at no step";
    }
    if (key(states[start] ?? []) !== key(states[last] ?? [])) {
      return `the last step does not lead back to the state of step ${start}`;
    }
    const counted = loopOf(model, steps, start);
    if (counted.stutters !== loop.stutters) return "the loop has other steps than it says";
    const unfair = unfairTo(counted);
    if (unfair !== undefined) return `the loop is not fair to \`${unfair}\``;
    if (JSON.stringify(rowsOf(counted)) !== JSON.stringify(rowsOf(loop))) {
      return "the fairness of the loop is counted differently";
    }
  }
  const truth = truthOf(property, { states, start: loop?.start });
  if (truth === false) return undefined;
  return truth === true
    ? `\`${property.name}\` is true of this run`
    : `\`${property.name}\` may still become true after these steps`;
}

function rowsOf({ fairness }: Loop): readonly unknown[] {
  return fairness.map(({ transition, kind, enabled, taken }) => [transition, kind, enabled, taken]);
}

/** Truth of a property on a run: of all its instances, or of one of them. */
export function truthOf(property: TemporalProperty, word: Word): Truth {
  const { instances, quantifier, locals } = property;
  const truths = instances.map(({ formula }) => evaluationOf(word, formula, locals).at(formula, 0));
  const deciding = quantifier === "exists";
  if (truths.includes(deciding)) return deciding;
  return truths.includes(undefined) ? undefined : !deciding;
}
