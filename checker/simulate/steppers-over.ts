/**
 * Which stepper a Model is walked with: compiled code where it can be compiled, else the reference.
 */
import { compileModel } from "../compile/compile.ts";
import type { CreateCore } from "../compile/core.ts";
import { unsupportedBy } from "../compile/unsupported.ts";
import type { BackEnd } from "../explore/explorer.ts";
import { compiledStepper } from "./compiled-stepper.ts";
import type { CreateStepper } from "./simulate.ts";
import { PLACES_MAX, referenceStepper } from "./stepper.ts";

/** Steppers over the given Core, or over the reference where a Model cannot be compiled. */
export function steppersOver(
  createCore: CreateCore,
  backEnd: Exclude<BackEnd, "reference">,
): CreateStepper {
  return (model, meter) => {
    const otherwise = (why: string) => referenceStepper(model, meter, PLACES_MAX, why);
    const compiled = compileModel(model);
    if ("unsupported" in compiled) return otherwise(compiled.unsupported);
    try {
      return compiledStepper(model, compiled, createCore, backEnd, meter);
    } catch (error) {
      const unsupported = unsupportedBy(error);
      if (unsupported === undefined) throw error;
      return otherwise(unsupported);
    }
  };
}
