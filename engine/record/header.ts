/**
 * The header of a trace: all that is needed to have the same run again, and the names of things.
 *
 * The same version, scenario, settings and seed give the same bytes; `scenario` is a hash over the
 * texts, so that nobody replays a run on another specification without noticing.
 */

/** Data that JSON keeps as it is. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export const TRACE_FORMAT = "rehearsal-trace";
/** Counts changes of the record, of the kinds, and of their meaning. */
export const TRACE_VERSION = 1;

export interface TraceHeader {
  readonly format: typeof TRACE_FORMAT;
  readonly version: typeof TRACE_VERSION;
  /** Version of the program that ran. */
  readonly engine: string;
  /** Hash of the texts of the specification. */
  readonly scenario: string;
  /** Names of what was played: file, system, deployment, check. */
  readonly subject: { readonly [key: string]: Json };
  readonly seed: number;
  readonly memory: { readonly model: "sc" } | { readonly model: "tso"; readonly entries: number };
  /** Name and parameters of the strategy. */
  readonly schedule: { readonly [key: string]: Json };
  /** What was planned to happen, and what was drawn for this seed. */
  readonly plan: readonly Json[];
  readonly draws: { readonly [key: string]: Json };
  /** How the run ended, where that is known beforehand, as for a run that is played once more. */
  readonly outcome: { readonly [key: string]: Json };
  readonly cores: number;
  /** Names by the numbers that events give. */
  readonly domains: readonly string[];
  readonly components: readonly string[];
}

export function traceHeader(
  parts: Pick<TraceHeader, "engine" | "scenario" | "seed" | "cores"> &
    Partial<Omit<TraceHeader, "format" | "version">>,
): TraceHeader {
  return {
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    subject: {},
    memory: { model: "sc" },
    schedule: {},
    plan: [],
    draws: {},
    outcome: {},
    domains: [],
    components: [],
    ...parts,
  };
}
