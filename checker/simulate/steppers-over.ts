/**
 * Which stepper a Model is walked with: compiled code where it can be compiled, else the reference.
 */
import { compileModel } from "../compile/compile.ts";
import type { CreateCore } from "../compile/core.ts";
import { compiledStepper } from "./compiled-stepper.ts";
import type { CreateStepper } from "./simulate.ts";
import { referenceStepper } from "./stepper.ts";

/** Steppers over the given Core, or over the reference where a Model cannot be compiled. */
export function steppersOver(createCore: CreateCore): CreateStepper {
  return (model, meter) => {
    const compiled = compileModel(model);
    return "unsupported" in compiled
      ? referenceStepper(model, meter)
      : compiledStepper(model, compiled, createCore, meter);
  };
}
