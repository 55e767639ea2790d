/** The shapes of what a stored verdict says about a refinement. */
import type { AbstractPath, AbstractStep, RefinementEvidence } from "../checker/verdict.ts";
import { array, boolean, literal, number, object, optional, type Shape, string } from "./shape.ts";
import { value } from "./value-shape.ts";

export const abstractPath: Shape<AbstractPath> = object<AbstractPath>({
  system: string,
  steps: array(
    object<AbstractStep>({
      kind: literal("begins", "steps", "stutters", "impossible"),
      label: optional(string),
      state: array(value),
    }),
  ),
});

export const refinement: Shape<RefinementEvidence> = object<RefinementEvidence>({
  abstract: string,
  states: number,
  steps: number,
  stuttering: number,
  matched: array(object<RefinementEvidence["matched"][number]>({ name: string, steps: number })),
  idle: boolean,
});
