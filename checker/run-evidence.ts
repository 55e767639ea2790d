/**
 * What a verdict says of runs beside their steps: the loop of a counterexample, what it is in an
 * abstract system, how likely it is, and what was looked at.
 *
 *     step 8 ──9──► ○ ──10──► ○ ──11──► the state of step 8 again
 *       └ start      └─────────┴ for ever, with each fair transition accounted for
 */
import type { Value } from "../spec/model.ts";

/**
 * The loop of a counterexample to a temporal property. The steps after `start` are repeated for
 * ever; the last of them leads back to the state of step `start`.
 */
export interface Loop {
  readonly start: number;
  /** No step follows: the run stays in the state of step `start` for ever. */
  readonly stutters: boolean;
  /** Different states in the loop. */
  readonly states: number;
  /** Every transition that is declared fair. */
  readonly fairness: readonly LoopFairness[];
  /** What to declare fair if no real run does this for ever, in one sentence. */
  readonly hint: string | undefined;
}

/** Why a loop is fair to one transition. */
export interface LoopFairness {
  /** Its name; with the condition of its rule where several have one name. */
  readonly transition: string;
  readonly kind: "weak" | "strong";
  /** States of the loop in which it is enabled. */
  readonly enabled: number;
  readonly taken: boolean;
  /** `taken`, `never enabled`, `allowed: not enabled in 3 of 9 states` */
  readonly verdict: string;
}

/** What a run is in the abstract system of a refinement. */
export interface AbstractPath {
  readonly system: string;
  /** One for each state of the run. */
  readonly steps: readonly AbstractStep[];
}

export interface AbstractStep {
  /** `impossible`: the abstract system does nothing of the kind; only the last one is. */
  readonly kind: "begins" | "steps" | "stutters" | "impossible";
  /** `link[Client1].connect`, when it steps. */
  readonly label: string | undefined;
  /**
   * The abstract state, ghosts at their initial values. Of an impossible step a value may be
   * outside of its type.
   */
  readonly state: readonly Value[];
}

/** How likely a violation is from each state of its path on, one entry for each step. */
export interface Likelihood {
  readonly seed: number;
  /** Random walks that were taken from each state. */
  readonly walks: number;
  /** Steps of a walk at most. */
  readonly steps: number;
  readonly points: readonly LikelihoodPoint[];
  /**
   * First step from which on every run goes into the violation, whatever happens next. Undefined
   * when there is none before the end; `exact` says whether that is known at all.
   */
  readonly noReturn: number | undefined;
  /** True when the whole state graph was at hand: `noReturn` and `avoiding` are facts. */
  readonly exact: boolean;
}

export interface LikelihoodPoint {
  /** Walks from here that met the violation. */
  readonly hits: number;
  /** Steps that are possible here, and those of them after which it can still be avoided. */
  readonly successors: number | undefined;
  readonly avoiding: number | undefined;
}

export interface TemporalEvidence {
  /** Assignments of the outer quantifiers that were judged; the first violated one is the last. */
  readonly instances: number;
  /** Those whose premise was true in no state: `c = Client2`. */
  readonly vacuous: readonly string[];
  /** Loops of the graph, strongly connected as far as possible, that could have been fair. */
  readonly loops: number;
  /** `within` was written, and there is no clock: the property was judged without its bound. */
  readonly withoutBound: boolean;
}

/**
 * What was examined for a refinement. It is about safety: steps are compared, and nothing is said
 * about what the implementation must do in the end.
 */
export interface RefinementEvidence {
  /** Name of the abstract system. */
  readonly abstract: string;
  /** Distinct abstract states that the states of the implementation map to. */
  readonly states: number;
  /** Steps of the implementation, and how many of them change nothing in the abstract system. */
  readonly steps: number;
  readonly stuttering: number;
  /** Transitions of the abstract system, and how many steps each explains. */
  readonly matched: readonly { readonly name: string; readonly steps: number }[];
  /** The abstract system could have moved, and no step ever moved it. */
  readonly idle: boolean;
}

/** Of a run that the engine played: where and when its steps were, and why it comes to this. */
export interface PlayedEvidence {
  /**
   * The order of steps on which the violation depends: the fewest such. Empty: none is needed.
   * Undefined where it is not known, or depends on more than the order.
   */
  readonly order: readonly Ordering[] | undefined;
  /** One for each step of the path, that of the initial state first; undefined without times. */
  readonly moments: readonly Moment[] | undefined;
  /** What runs together; empty where nobody said. */
  readonly domains: readonly PlayedDomain[];
}

/** One step waits until another is done. */
export interface Ordering {
  /** Number of the step that waits; undefined: its actor does not go on. */
  readonly step: number | undefined;
  /** Number of the step before it; undefined when that is not on this path. */
  readonly after: number | undefined;
  /** `prod.flush ring.head=1 (step 11) waits until cons.Recheck (step 10) is done` */
  readonly words: string;
}

export interface Moment {
  /** Nanoseconds since the start. */
  readonly time: number;
  /** Undefined for the network and for the plan. */
  readonly core: number | undefined;
  readonly cause: "program" | "drain" | "plan" | "link";
}

export interface PlayedDomain {
  readonly name: string;
  /** Indices into `Model.instances`. */
  readonly instances: readonly number[];
}
