/**
 * The engine: machines that are played, and the emulated hardware on which they are.
 *
 *     StepSource ──► createModelSystem ──► hunt ──► Found, with the constraints that explain it
 *     Deployment, StepSource ──► play ──► Played: events, connections, frames
 *     StepSource, XState machine ──► withPart ──► a StepSource in which the machine takes part
 *
 * Nothing here reads a clock or draws chance but from a seed: the same input gives the same run.
 */
export { createMemory, type Memory, type MemoryShape } from "./hardware/memory.ts";
export { createModelSystem, type ModelSystem } from "./play/model-system.ts";
export { createPlannedSystem, type PlannedSystem } from "./play/planned-system.ts";
export { type Played, play, type PlayOptions } from "./play/player.ts";
export type { PlayedEvent } from "./play/playing.ts";
export type { TraceNames } from "./play/run-trace.ts";
export { traceHeader, type TraceHeader } from "./record/header.ts";
export { compressed, createLineWriter, traceFromLines } from "./record/jsonl.ts";
export { perfettoJson } from "./record/perfetto.ts";
export { SHIVIZ_PARSER, shivizLog } from "./record/shiviz.ts";
export { createTrace, type Trace, type TraceEvent } from "./record/trace.ts";
export { type Found, type Hunt, hunt, type HuntOptions } from "./schedule/hunt.ts";
export { replay, type Run, run } from "./schedule/run.ts";
export { strategyOf, type StrategyName } from "./schedule/strategy.ts";
export type { Actor, Choice, System } from "./system.ts";
export {
  configOf,
  type MachineConfig,
  machineFrom,
  type StepEvent,
  systemConfigOf,
} from "./xstate/machine-of.ts";
export type { ConnectionReport } from "./traffic/connection.ts";
export { captureBytes, captureInterfaces, eventLog } from "./traffic/recording.ts";
export {
  type Misstep,
  PART_VIOLATION,
  type PartSource,
  withPart,
} from "./xstate/part.ts";
