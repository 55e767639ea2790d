/**
 * The part of a Model that its system gives, whether a check, a scenario or a refinement asks.
 */
import { type Model, MODEL_VERSION } from "../model.ts";
import type { ModuleScope } from "../program.ts";
import type * as syntax from "../syntax.ts";
import type { Builder } from "./builder.ts";
import type { Properties } from "./properties.ts";
import { printedSettings } from "./settings.ts";

type Assembled = Pick<
  Model,
  | "version"
  | "module"
  | "file"
  | "system"
  | "settings"
  | "memory"
  | "instances"
  | "channels"
  | "slots"
  | "start"
  | "startLocals"
  | "rules"
  | "transitions"
  | "receptions"
  | "invariants"
  | "goals"
  | "temporal"
  | "faults"
>;

/** The parts of a Model that come from its system. */
export function assemble(
  builder: Builder,
  module: ModuleScope,
  system: syntax.SystemDeclaration,
  properties: Properties,
): Assembled {
  return {
    version: MODEL_VERSION,
    module: module.module.name?.text ?? "",
    file: module.module.path,
    system: system.name.text,
    settings: printedSettings(builder.lowering, module),
    memory: builder.memory,
    instances: builder.instances,
    channels: builder.channels,
    slots: builder.slots,
    start: builder.start,
    startLocals: builder.startFrame.size,
    rules: builder.rules,
    transitions: builder.transitions,
    receptions: builder.receptions,
    ...properties,
    faults: builder.faults,
  };
}
