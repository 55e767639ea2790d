/**
 * `MutationReport`: what became of every mutant, and what every property noticed. Plain data.
 *
 *     noticed          some property, or a scenario, has another outcome than without the hole
 *     survived         other states or steps, and the same outcomes: W0507
 *     changes nothing  the very same graph in every check, so there is nothing to notice
 *     undecided        nothing was noticed before a limit ended the search
 *     refused          the text with the hole is no specification
 */
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Span } from "../../spec/source.ts";
import type { MutationOperator } from "./holes.ts";

export type Fate = "noticed" | "survived" | "changes nothing" | "undecided" | "refused";

/** A property of a check, or a scenario. */
export interface Notice {
  readonly check: string;
  readonly property: string;
}

export interface MutantResult {
  readonly operator: MutationOperator;
  /** What is missing, as it is written. */
  readonly words: string;
  readonly span: Span;
  /** The rule in which it is missing, as coverage names it. */
  readonly rule: string;
  readonly fate: Fate;
  /** Checks and scenarios whose meaning it changes. */
  readonly checks: readonly string[];
  readonly noticedBy: readonly Notice[];
}

/** What one property noticed, over all checks that judge it. */
export interface PropertyStrength {
  readonly name: string;
  readonly kind: string;
  /** Mutants that touch what it depends on, and that change something. */
  readonly touching: number;
  readonly noticed: number;
  readonly span: Span | undefined;
}

export interface MutationReport {
  readonly mutants: readonly MutantResult[];
  readonly properties: readonly PropertyStrength[];
  /** Checks that took no part, each with the reason. */
  readonly leftOut: readonly { readonly check: string; readonly reason: string }[];
  /** Mutants that were not tried, and why. */
  readonly untried: number;
  readonly stopped: "time" | "mutants" | "interrupted" | undefined;
  readonly milliseconds: number;
  /** W0507 and W0510, in the order of the mutants and of the properties. */
  readonly findings: readonly Diagnostic[];
}
