/**
 * Walks over a compiled Model, where it can be compiled: `CompiledForm` from what the compiler makes.
 *
 * The Core is never asked to search; only its `successors` are used. When the Code has no site for a
 * failed assertion or a range that is left, no step of any state can violate one.
 */
import { type Compiled, compileModel } from "../compile/compile.ts";
import type { Core, CreateCore } from "../compile/core.ts";
import { decodeState, encodeState } from "../compile/layout.ts";
import { type CompiledForm, compiledStepper } from "./compiled-stepper.ts";
import type { CreateStepper } from "./simulate.ts";
import { referenceStepper } from "./stepper.ts";

/** Memory of a Core that keeps no states. */
const CORE_BYTES = 2 ** 26;

/** Steppers over the given Core, or over the reference where a Model cannot be compiled. */
export function steppersOver(createCore: CreateCore): CreateStepper {
  return (model, meter) => {
    const compiled = compileModel(model);
    if ("unsupported" in compiled) return referenceStepper(model, meter);
    const core = createCore(compiled.code, { states: 1, bytes: CORE_BYTES, sight: () => true });
    return compiledStepper(model, formOf(compiled, core), meter);
  };
}

function formOf({ layout, plan }: Compiled, core: Core): CompiledForm {
  const violates = plan.sites.some(({ property }) => property === "assert" || property === "range");
  return {
    core,
    codec: {
      encode: (values) => encodeState(layout, values),
      decode: (words) => decodeState(layout, words),
    },
    labels: plan.labels,
    suspects: violates ? undefined : () => false,
  };
}
