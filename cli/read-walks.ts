/**
 * Shapes of what a JSON report says about walks: a simulation, and the likelihood of a violation.
 *
 * Beside `read-report.ts`, which reads all the rest.
 */
import type { Likelihood, LikelihoodPoint, Simulation, UnknownReason } from "../checker/verdict.ts";
import { array, boolean, literal, number, object, optional, type Shape } from "./shape.ts";

export const likelihood: Shape<Likelihood> = object<Likelihood>({
  seed: number,
  walks: number,
  steps: number,
  points: array(
    object<LikelihoodPoint>({
      hits: number,
      successors: optional(number),
      avoiding: optional(number),
    }),
  ),
  noReturn: optional(number),
  exact: boolean,
});

/** The shape of a simulation, given that of the reason which ended it. */
export function simulationOf(reason: Shape<UnknownReason>): Shape<Simulation> {
  return object<Simulation>({
    seed: number,
    strategy: literal("random", "pct", "played"),
    depth: optional(number),
    runs: number,
    wanted: number,
    stepsPerRun: number,
    steps: number,
    threads: number,
    bound: optional(number),
    ended: optional(reason),
  });
}
