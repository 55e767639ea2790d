/**
 * `Verdict`: holds, violated, unknown (of a model) or inconclusive (of a recording), with evidence.
 *
 * A Verdict says what was examined, because a verdict that examined nothing is never *holds*. It is
 * plain data, versioned, and holds everything that a reporter or a page prints; nothing here needs
 * the search that found it.
 */
import type { Explorer } from "./explore/explorer.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Value } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import type {
  AbstractPath,
  Likelihood,
  Loop,
  PlayedEvidence,
  RefinementEvidence,
  TemporalEvidence,
} from "./run-evidence.ts";
import type { Loss, RecordingSource, TraceEvent } from "../traces/trace.ts";

export type {
  AbstractPath,
  AbstractStep,
  Likelihood,
  LikelihoodPoint,
  Loop,
  LoopFairness,
  Moment,
  Ordering,
  PlayedDomain,
  PlayedEvidence,
  RefinementEvidence,
  TemporalEvidence,
} from "./run-evidence.ts";

export const VERDICT_VERSION = 1;

/** Built-in properties that every check judges. */
export const BUILT_IN_PROPERTIES = ["assert", "range", "unhandled", "stuck"] as const;
export type BuiltInProperty = (typeof BUILT_IN_PROPERTIES)[number];

export type Outcome = "holds" | "violated" | "unknown";

/** Why a verdict about a model is unknown. */
export type UnknownReason =
  | { readonly reason: "states" | "memory" | "time"; readonly limit: number }
  | { readonly reason: "interrupted" }
  | { readonly reason: "not judged yet"; readonly what: string }
  /** Nothing was examined, or the search ended before this property could be judged. */
  | { readonly reason: "nothing examined" }
  /** The disk of a search on disk failed, in words. */
  | { readonly reason: "disk"; readonly why: string }
  /** A property of whole runs, which needs the states in memory. */
  | { readonly reason: "states on disk" }
  /** Only walks were taken: what they did not meet may still happen. */
  | { readonly reason: "not decided by walks"; readonly runs: number; readonly steps: number }
  /** A property of whole runs, of which a walk sees a beginning only. */
  | { readonly reason: "not judged by walks" }
  | { readonly reason: "stopped at another violation" };

/** One step of a path through a Model. `state` is the whole vector after the step. */
export interface PathStep {
  /** Index into `Model.transitions`; undefined for the initial state. */
  readonly transition: number | undefined;
  /** `app[Client1].Opened(0)`; `(initial)` for the first. */
  readonly label: string;
  /**
   * Values taken by `choose`, received fields, positions of channel faults: enough to replay the
   * step.
   */
  readonly choices: readonly Value[];
  readonly state: readonly Value[];
  /** Places of the rules and effects of this step. */
  readonly spans: readonly Span[];
}

export interface Counterexample {
  readonly steps: readonly PathStep[];
  /** True when breadth-first search proves that no shorter one exists. */
  readonly shortest: boolean;
  /** Steps of the walk that this path was shrunk from; absent when a search found it. */
  readonly shrunkFrom?: number | undefined;
  /** How likely the violation is from each step on; absent when nobody asked. */
  readonly likelihood?: Likelihood | undefined;
  /** True when an independent evaluation walked the steps and found the same violation. */
  readonly replayed: boolean;
  /** What is wrong at the end of the path, in one sentence about the model. */
  readonly reason: string;
  /** Clause breakdown of a false condition; empty for built-in properties without a condition. */
  readonly why: readonly Clause[];
  /** Culprit in the text: the property, the assert, the assignment, the mode. */
  readonly span: Span;
  /** The part of the run that is repeated for ever; undefined when the end of the path decides. */
  readonly loop: Loop | undefined;
  /** Of a refinement: what each step is in the abstract system. */
  readonly abstract?: AbstractPath | undefined;
  /** Of a run that the engine played. */
  readonly played?: PlayedEvidence | undefined;
}

/** One part of a false condition: its text, what it evaluates to, and since which step. */
export interface Clause {
  readonly text: string;
  readonly span: Span;
  readonly value: boolean;
  /** First step from which on it had this value up to the end. */
  readonly since: number;
  /** `c = Client1` for the element of a quantifier that decides. */
  readonly witness: string | undefined;
  /** Depth of nesting, for indentation. */
  readonly depth: number;
}

export interface PropertyVerdict {
  /** Name of the property, or a built-in one; of a scenario, its title. */
  readonly name: string;
  readonly kind:
    | "invariant"
    | "reachable"
    | "property"
    | "refinement"
    | "scenario"
    /** What a deployment wants of its runs: that they converge, that no connection is lost. */
    | "run"
    | BuiltInProperty;
  readonly outcome: Outcome;
  readonly unknown: UnknownReason | undefined;
  /** States in which it was evaluated; for `assert` and `range`, the number of evaluations. */
  readonly examined: number;
  /** For a condition `premise implies …`: states in which the premise was true. */
  readonly premiseTrue: number | undefined;
  readonly counterexample: Counterexample | undefined;
  /** For a reached goal: a shortest path to it. */
  readonly witness: Counterexample | undefined;
  readonly span: Span | undefined;
  /** For a temporal property that was judged: what was looked at. */
  readonly temporal: TemporalEvidence | undefined;
  /** Of a refinement. */
  readonly refinement?: RefinementEvidence | undefined;
}

/** How often a rule was taken; one per rule of the model. */
export interface RuleCoverage {
  /** Index into `Model.rules`. */
  readonly rule: number;
  readonly taken: number;
}

export interface BoundHit {
  readonly bound: "states" | "memory" | "time" | "faults" | "capacity";
  /** `server.crash`, `req`. */
  readonly subject: string;
  readonly limit: number;
  /** States in which the bound disabled something. */
  readonly count: number;
}

/** What a search did; the proof of work behind a verdict. */
export interface Statistics {
  readonly states: number;
  readonly transitions: number;
  /** Length of the longest shortest path. */
  readonly depth: number;
  readonly milliseconds: number;
  /** True when every reachable state was expanded. */
  readonly complete: boolean;
  readonly explorer: Explorer;
  /** Fairness that the model declares and that liveness verdicts assume: `server.Open (weak)`. */
  readonly fairness: readonly string[];
}

/** Ways to examine fewer states: see `checker/reduce`. */
export const REDUCTIONS = ["symmetry", "order", "slice"] as const;
export type ReductionName = (typeof REDUCTIONS)[number];

/** A reduction that was asked for. */
export interface Reduction {
  readonly name: ReductionName;
  readonly on: boolean;
  /** What it did, or why it is off, in words. */
  readonly detail: string;
}

/** An `expect` line and whether it came true. */
export interface ExpectationResult {
  readonly text: string;
  readonly met: boolean;
  readonly detail: string;
  readonly span: Span;
}

/** The verdict of one check or scenario. */
export interface CheckVerdict {
  readonly version: typeof VERDICT_VERSION;
  readonly kind: "check" | "scenario";
  readonly file: string;
  readonly system: string;
  readonly name: string;
  readonly span: Span;
  /**
   * `ok`: everything holds, apart from expected violations, which occurred.
   * `failed`: a property is violated unexpectedly, an expected violation did not occur, or a count
   * differs. `unknown`: neither, but something could not be judged.
   */
  readonly result: "ok" | "failed" | "unknown";
  readonly properties: readonly PropertyVerdict[];
  /** Properties of the system that `only` leaves out: nothing is known about them. */
  readonly leftOut: readonly string[];
  readonly expectations: readonly ExpectationResult[];
  readonly coverage: readonly RuleCoverage[];
  readonly bounds: readonly BoundHit[];
  readonly statistics: Statistics;
  /** The reductions that were asked for; empty when every state was examined by itself. */
  readonly reductions: readonly Reduction[];
  /** W05xx findings and errors of the scenario. */
  readonly findings: readonly Diagnostic[];
  /** How the states were met, when they were met by walking; absent when they were searched. */
  readonly simulation?: Simulation | undefined;
}

/** The walks behind a verdict of `rehearsal simulate`, or the runs of `rehearsal run`. */
export interface Simulation {
  readonly seed: number;
  /** `played`: by the engine, whose schedules take turns. */
  readonly strategy: "random" | "pct" | "played";
  /** Of PCT: the depth of the bugs that are looked for. */
  readonly depth: number | undefined;
  /** Runs that were walked to their end, of those that were wanted. */
  readonly runs: number;
  readonly wanted: number;
  /** Steps that a run may have. */
  readonly stepsPerRun: number;
  /** Steps that were taken in all. */
  readonly steps: number;
  /** Who moves independently: instances, faults, store buffers. */
  readonly threads: number;
  /** Of PCT: the probability that one run meets a given bug of the depth, at least. */
  readonly bound: number | undefined;
  /** What ended the walks early. */
  readonly ended: UnknownReason | undefined;
}

// ---------------------------------------------------------------------------- recordings

export type RecordingOutcome = "holds" | "violated" | "inconclusive";

/** Why a recording cannot decide. */
export interface Inconclusive {
  readonly reason: "loss" | "truncated" | "pending" | "unobserved" | "bound";
  readonly detail: string;
}

/**
 * The verdict about one element of a property's quantifiers, for example one connection and one
 * outage.
 */
export interface InstanceVerdict {
  /** `conn` → `10.0.0.2:41001 > 10.0.0.10:80 #1`, in the order of the binders. */
  readonly bindings: Readonly<Record<string, string>>;
  readonly outcome: RecordingOutcome;
  readonly inconclusive: Inconclusive | undefined;
  /** One sentence with times. */
  readonly reason: string;
  /** Time of the deciding event, ns since the epoch. */
  readonly time: bigint | undefined;
  /** Events that show it: indices into `RecordingVerdict.events`. */
  readonly events: readonly number[];
}

export interface LogPropertyVerdict {
  readonly name: string;
  readonly kind: "invariant" | "reachable" | "property";
  readonly outcome: RecordingOutcome;
  readonly inconclusive: readonly Inconclusive[];
  /** Assignments examined, and those in which the premise was true. */
  readonly examined: number;
  readonly premiseTrue: number | undefined;
  /** All violated and inconclusive instances, then examples of holding ones. */
  readonly instances: readonly InstanceVerdict[];
  readonly span: Span;
}

/**
 * A stretch of time that decides verdicts: an outage of the network server, a mode switch, a killed
 * application.
 */
export interface RecordingWindow {
  readonly kind: string;
  /** `outage 1`, as instances of properties name it. */
  readonly name: string;
  readonly begin: bigint;
  /** Undefined: still open at the end of the recording. */
  readonly end: bigint | undefined;
}

/** One connection as the tracker saw it and the properties judged it. */
export interface ConnectionVerdict {
  /** `10.0.0.2:41001 > 10.0.0.10:80 #1`: client, server, generation. */
  readonly id: string;
  readonly client: string;
  readonly server: string;
  readonly established: bigint | undefined;
  readonly lastPacket: bigint;
  /** How it ended in the capture. */
  readonly end: "open" | "closed" | "reset" | "silent";
  readonly endedAt: bigint | undefined;
  readonly outcome: "kept" | "lost" | "inconclusive";
  /** Name of the property that says it was lost, as `server-restart`; undefined unless lost. */
  readonly cause: string | undefined;
  readonly reason: string;
}

/** The verdict of one `log` on one recording. */
export interface RecordingVerdict {
  readonly version: typeof VERDICT_VERSION;
  readonly kind: "recording";
  /** File of the `log` declaration. */
  readonly file: string;
  readonly log: string;
  readonly span: Span;
  readonly sources: readonly RecordingSource[];
  readonly result: RecordingOutcome;
  readonly properties: readonly LogPropertyVerdict[];
  readonly losses: readonly Loss[];
  readonly windows: readonly RecordingWindow[];
  readonly connections: readonly ConnectionVerdict[];
  /** Events that instances of properties point at, in time order. */
  readonly events: readonly TraceEvent[];
  readonly statistics: {
    readonly events: number;
    readonly first: bigint | undefined;
    readonly last: bigint | undefined;
    readonly milliseconds: number;
    /** Kinds of events that no declaration of the log binds and nothing ignores. */
    readonly unbound: readonly { readonly kind: string; readonly count: number }[];
  };
  readonly findings: readonly Diagnostic[];
}
