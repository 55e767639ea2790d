/**
 * `Report`: everything that one run of `check` or `trace` found, before it becomes text.
 *
 * Reporters are pure functions from a Report to a string. A Report holds verdicts as the checker
 * gave them, the Models that they are about (a state is a vector; only its Model knows the names),
 * the texts that spans point into, and what the user asked to be lenient or strict about.
 *
 *     spec ──► Model ─────┐
 *     checker ──► Verdict ┼──► Report ──► text, JSON, JUnit, SARIF, annotations, summary
 *     errors ──► Diagnostic┘
 */
import type { MutationReport } from "../checker/mutate/report.ts";
import type { StateProfile } from "../checker/profile/profile.ts";
import type { CheckVerdict, RecordingVerdict } from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import { positionOf, type Position, type SourceFile, type Span } from "../spec/source.ts";
import type { Interruption } from "./host.ts";

/** What a user may relax or tighten about unknown verdicts and findings. */
export interface Policy {
  /** What a property that cannot be judged yet counts as. */
  readonly notJudged: "unknown" | "warn";
  /** False turns "the budget ended" from unknown into a warning. */
  readonly budgetIsFailure: boolean;
  /** Findings fail the run, and JUnit counts unknown as failed. */
  readonly strict: boolean;
}

export const POLICY_DEFAULT: Policy = {
  notJudged: "unknown",
  budgetIsFailure: true,
  strict: false,
};

/** A verdict with the Model that it is about. */
export interface CheckedModel {
  readonly model: Model;
  readonly verdict: CheckVerdict;
  /** True when the verdict is that of an earlier run, from the cache. */
  readonly cached?: boolean;
  /** Where the states and the time go, when that was asked for. */
  readonly profile?: StateProfile;
}

export interface Report {
  /** Version of the tool. */
  readonly version: string;
  readonly command: "check" | "trace";
  readonly policy: Policy;
  readonly checks: readonly CheckedModel[];
  readonly recordings: readonly RecordingVerdict[];
  /** Errors and warnings of files, texts and the command line. */
  readonly diagnostics: readonly Diagnostic[];
  /** Specification texts by path. */
  readonly sources: ReadonlyMap<string, SourceFile>;
  readonly interrupted: Interruption | undefined;
  /** Checks that an interruption left undone. */
  readonly undone: number;
  /** Checks of the nightly profile, which was not asked for. */
  readonly leftOut: number;
  /** What became of the mutants, when they were asked for. */
  readonly mutation?: MutationReport;
}

/** First and last place of a span, one-based; undefined when its text is not in the Report. */
export function placeOf(
  sources: ReadonlyMap<string, SourceFile>,
  span: Span,
): { readonly start: Position; readonly end: Position } | undefined {
  const source = sources.get(span.file);
  if (source === undefined) return undefined;
  return { start: positionOf(source.text, span.start), end: positionOf(source.text, span.end) };
}

/** `netserver.libretto:49`, or only the file when its text is not at hand. */
export function placeName(sources: ReadonlyMap<string, SourceFile>, span: Span): string {
  const place = placeOf(sources, span);
  return place === undefined ? span.file : `${span.file}:${place.start.line}`;
}
