/**
 * `Explore`: from a Model to all that was found in its state graph. The seam between what is judged
 * and how states are enumerated.
 *
 * The reference explorer (`explore.ts`) is breadth-first over the reference evaluator; a compiled
 * one takes its place behind the same function type, and the two are compared. An Exploration is
 * facts only: which properties were violated where, how often rules were taken, which bounds
 * disabled something. Expectations, findings and the final result are made from it in `check.ts`.
 *
 * Laws of every explorer:
 *   - states are counted in full, ghosts aside, and each is expanded once;
 *   - paths are shortest, and the same Model gives the same paths;
 *   - a violation does not end the search; every property is judged in every state;
 *   - a limit or an abort ends it cleanly, with everything found until then.
 */
import type { Budget, Model } from "../../spec/model.ts";
import type { CheckpointProblem } from "./checkpoint-problem.ts";
import type { Candidate } from "../reference/messages.ts";
import type { Violation } from "../reference/outcome.ts";
import type { Hindrance } from "../reference/successors.ts";
import type { StateGraph } from "./state-graph.ts";
import type {
  BoundHit,
  PathStep,
  Reduction,
  ReductionName,
  RuleCoverage,
  UnknownReason,
} from "../verdict.ts";

export type Explore = (model: Model, options: ExploreOptions) => Promise<Exploration>;

export interface ExploreOptions {
  readonly budget: Budget;
  readonly signal: AbortSignal | undefined;
  /** Ways to examine fewer states; none unless asked for. */
  readonly reductions?: readonly ReductionName[] | undefined;
  /** Called about every `PROGRESS_INTERVAL` milliseconds. */
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /**
   * Layers that are needed; all when undefined. An explorer may stop after them and is then not
   * complete, though nothing stopped it.
   */
  readonly depth?: number | undefined;
  /** Keep what was found on disk; compiled searches can. */
  readonly checkpoint?: CheckpointWish | undefined;
}

/** Where a search is saved, and whether it goes on with what was saved there. */
export interface CheckpointWish {
  readonly folder: string;
  readonly resume: boolean;
  /** A checkpoint could not be written; the search goes on, and the one before stays valid. */
  readonly onProblem: (problem: CheckpointProblem) => void;
}

export type BackEnd = "wasm" | "javascript" | "reference";

/** How states are kept: whole, or as trees that share what they have in common. */
export type Storage = "plain" | "compressed";

/** What explored, and why it was not compiled code where that was asked for. */
export interface Explorer {
  readonly backEnd: BackEnd;
  readonly notCompiled: string | undefined;
  readonly workers: number;
  /** Of a search on disk: bytes there at most, and times that what was gathered was written. */
  readonly spilled?: { readonly bytes: number; readonly runs: number } | undefined;
  /** Plain where it is not said. */
  readonly storage?: Storage | undefined;
}

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  /** States found and not yet expanded. */
  readonly queue: number;
  readonly depth: number;
  /** Accounted memory of states and keys. */
  readonly bytes: number;
  readonly milliseconds: number;
}

/** A condition over all states that were found. */
export interface ConditionTally {
  /** States in which it was evaluated. */
  readonly examined: number;
  /** States in which it was true. */
  readonly trueIn: number;
  /**
   * For each premise of the condition, outermost first: states in which it and those before held.
   */
  readonly premises: readonly number[];
  /** Shortest path to a state that violates (invariant) or reaches (goal) it. */
  readonly path: readonly PathStep[] | undefined;
}

/**
 * A violated built-in property; one for each place in the text that is to blame, shortest path
 * first.
 */
export type BuiltInViolation =
  | {
      readonly property: "assert" | "range";
      readonly violation: Violation;
      readonly path: readonly PathStep[];
    }
  | {
      readonly property: "unhandled";
      readonly candidate: Candidate;
      readonly path: readonly PathStep[];
    }
  | {
      readonly property: "stuck";
      readonly hindrances: readonly Hindrance[];
      readonly path: readonly PathStep[];
    };

export interface Exploration {
  /** What was done to examine fewer states, and what was asked for and not done. */
  readonly reductions: readonly Reduction[];
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** States that were found and not expanded; 0 when the search is complete. */
  readonly queue: number;
  /** Why the search ended early; undefined when every reachable state was expanded. */
  readonly stopped: UnknownReason | undefined;
  /** In the order of `Model.invariants` and `Model.goals`. */
  readonly invariants: readonly ConditionTally[];
  readonly goals: readonly ConditionTally[];
  readonly builtIns: readonly BuiltInViolation[];
  /** How much each built-in property was examined: evaluations, waiting messages, states. */
  readonly examined: {
    readonly assert: number;
    readonly range: number;
    readonly unhandled: number;
    readonly stuck: number;
  };
  readonly coverage: readonly RuleCoverage[];
  readonly bounds: readonly BoundHit[];
  /** For each slot: did it ever differ from its initial value? */
  readonly changed: readonly boolean[];
  readonly explorer: Explorer;
  /** Orders of steps were left out, and no search for shortest paths came to its end. */
  readonly pathsMayBeLonger?: boolean | undefined;
  /**
   * Everything that was found, for properties of runs. With reductions it has only the states that
   * were stored, so properties of runs turn them off.
   */
  readonly graph: StateGraph;
  /** Why properties of runs cannot be judged: the graph has nothing then. */
  readonly runsUnknown?: UnknownReason | undefined;
}
