/**
 * Adds to the counterexamples of a verdict how likely the violation is from each of their steps on.
 */
import type { Model } from "../../spec/model.ts";
import type { CheckVerdict, PropertyVerdict } from "../verdict.ts";
import { type LikelihoodOptions, likelihoodOf } from "./likelihood.ts";

/** The verdict with likelihoods, where its violations are ones that walks can meet. */
export async function withLikelihood(
  model: Model,
  verdict: CheckVerdict,
  options: LikelihoodOptions,
): Promise<CheckVerdict> {
  const properties: PropertyVerdict[] = [];
  for (const property of verdict.properties) {
    const { name, counterexample } = property;
    const likelihood =
      counterexample === undefined || !WALKED.has(property.kind)
        ? undefined
        : await likelihoodOf(model, name, counterexample.steps, options);
    properties.push(
      counterexample === undefined || likelihood === undefined
        ? property
        : { ...property, counterexample: { ...counterexample, likelihood } },
    );
  }
  return { ...verdict, properties };
}

/** Kinds of properties that one state, or one step, violates. */
const WALKED: ReadonlySet<PropertyVerdict["kind"]> = new Set([
  "invariant",
  "assert",
  "range",
  "unhandled",
  "stuck",
]);
