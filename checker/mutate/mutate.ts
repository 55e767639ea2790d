/**
 * Mutation: is every part of a specification needed by some property?
 *
 *     text ──one hole at a time──► mutants ──check──► the same outcomes?
 *                                                       no      noticed
 *                                                       yes     W0507: who would miss this line?
 *
 * A guard, a clause of a guard, an effect or a fence is deleted, for all instances of its rule at
 * once, and every check and scenario of the run is judged again. It is noticed when one outcome of
 * one of them changes. What changes the graph and no outcome is either needless or says that a
 * property is missing. The idea is DeMillo, Lipton and Sayward, "Hints on test data selection",
 * 1978; here the mutants run against properties instead of test data.
 *
 * Limits: `MUTANTS_MAX` mutants, a time for all of them together, and for each a multiple of what
 * the check itself takes. A mutant that no limit lets decide is *undecided*, never "survived". When
 * mutants were left out, no property is called weak.
 */
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Budget, Model } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";
import { BACK_ENDS } from "../back-end.ts";
import type { Explore } from "../explore/explorer.ts";
import { type Sources, wordsAt } from "../source-words.ts";
import { notNoticed } from "./findings.ts";
import { BUILT_IN_PROPERTIES, type Outcome } from "../verdict.ts";
import type { Hole } from "./holes.ts";
import type { Mutant } from "./mutants.ts";
import type { Fate, MutantResult, MutationReport } from "./report.ts";
import { strengths, weakProperties } from "./strength.ts";
import { type Base, type Difference, judgeBase, type TrialOptions, tryMutant } from "./trial.ts";

/** Mutants that are tried in one run. */
export const MUTANTS_MAX = 2000;
/** Milliseconds for all mutants together, unless the caller sets another time. */
export const MUTATION_MS = 600_000;

export interface MutationOptions {
  /** Limits of each check as it is written. */
  readonly budgetOf: (model: Model) => Budget;
  /** Milliseconds for all mutants together. */
  readonly milliseconds: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly sources: Sources;
  /** The search; by default in WebAssembly. */
  readonly explore: Explore | undefined;
  /** The Models of a mutant that take part, restricted as those that were given. */
  readonly select: (models: readonly Model[]) => readonly Model[];
  readonly onProgress: ((progress: MutationProgress) => void) | undefined;
}

export interface MutationProgress {
  readonly done: number;
  readonly total: number;
  readonly survived: number;
}

/** A mutant with what was found about it, before it becomes words. */
export interface Tried {
  readonly hole: Hole;
  readonly fate: Fate;
  readonly differences: readonly { readonly base: Base; readonly difference: Difference }[];
}

/** Tries all mutants on the checks and scenarios that are given. */
export async function mutate(
  models: readonly Model[],
  mutants: readonly Mutant[],
  options: MutationOptions,
): Promise<MutationReport> {
  const began = performance.now();
  const { signal, sources, explore = BACK_ENDS.wasm } = options;
  const trial: TrialOptions = { signal, sources, explore };
  const bases: Base[] = [];
  const leftOut: { readonly check: string; readonly reason: string }[] = [];
  for (const model of models) {
    const base = await judgeBase(model, options.budgetOf(model), trial);
    if ("reason" in base) leftOut.push({ check: model.name, reason: base.reason });
    else bases.push(base);
  }
  const deadline = performance.now() + (options.milliseconds ?? MUTATION_MS);
  const tried: Tried[] = [];
  let stopped: MutationReport["stopped"] = mutants.length > MUTANTS_MAX ? "mutants" : undefined;
  let done = 0;
  for (const mutant of bases.length === 0 ? [] : mutants.slice(0, MUTANTS_MAX)) {
    const survived = tried.filter(({ fate }) => fate === "survived").length;
    options.onProgress?.({ done, total: mutants.length, survived });
    await new Promise((resume) => setImmediate(resume));
    if (performance.now() >= deadline) stopped = "time";
    const result = stopped === "time" ? "stopped" : await tryOne(mutant, bases, options, trial);
    if (result === "stopped") {
      stopped = signal?.aborted === true ? "interrupted" : "time";
      break;
    }
    if (result !== "elsewhere") tried.push(result);
    done++;
  }
  const untried = bases.length === 0 ? 0 : mutants.length - done;
  const properties = strengths(bases, tried);
  return {
    mutants: tried.map((one) => resultOf(one, models, sources)),
    properties,
    leftOut,
    untried,
    stopped: untried === 0 ? undefined : stopped,
    milliseconds: performance.now() - began,
    findings: [
      ...tried.flatMap((one) => survivorFinding(one, models, sources)),
      ...(untried === 0 ? weakProperties(properties) : []),
    ],
  };
}

/** `elsewhere`: the hole is in no check of the run. */
async function tryOne(
  { hole, models }: Mutant,
  bases: readonly Base[],
  options: MutationOptions,
  trial: TrialOptions,
): Promise<Tried | "elsewhere" | "stopped"> {
  const lowered = models();
  if (lowered === undefined) return { hole, fate: "refused", differences: [] };
  const chosen = options.select(lowered);
  const differences: Tried["differences"][number][] = [];
  for (const base of bases) {
    const { kind, name, file } = base.model;
    const model = chosen.find((one) => one.kind === kind && one.name === name && one.file === file);
    if (model === undefined || JSON.stringify(model) === base.text) continue;
    const difference = await tryMutant(base, model, trial);
    if (difference === undefined) return "stopped";
    differences.push({ base, difference });
  }
  return differences.length === 0 ? "elsewhere" : { hole, fate: fateOf(differences), differences };
}

function fateOf(differences: Tried["differences"]): Fate {
  const all = differences.map(({ difference }) => difference);
  if (all.some(({ noticed }) => noticed.length > 0)) return "noticed";
  if (all.some(({ open }) => open)) return "undecided";
  const graphs = all.flatMap(({ same }) => (same === undefined ? [] : [same]));
  return graphs.length > 0 && graphs.every(Boolean) ? "changes nothing" : "survived";
}

// ---------------------------------------------------------------------------- words

function resultOf(one: Tried, models: readonly Model[], sources: Sources): MutantResult {
  const { hole, fate, differences } = one;
  return {
    operator: hole.operator,
    words: wordsAt(sources, hole.span),
    span: hole.span,
    rule: ruleText(hole, models),
    fate,
    checks: differences.map(({ base }) => base.model.name),
    noticedBy: differences.flatMap(({ base, difference }) =>
      difference.noticed.map((property) => ({ check: base.model.name, property })),
    ),
  };
}

/** The rule as coverage names it; a block or fault, which is no rule of its own, by its place. */
function ruleText({ rule, place }: Hole, models: readonly Model[]): string {
  const same = (span: Span): boolean =>
    span.file === rule.file && span.start === rule.start && span.end === rule.end;
  for (const model of models) {
    const found = model.rules.find(({ span }) => same(span));
    if (found !== undefined) return found.text;
  }
  return place;
}

function survivorFinding(
  one: Tried,
  models: readonly Model[],
  sources: Sources,
): readonly Diagnostic[] {
  if (one.fate !== "survived") return [];
  const bases = one.differences.map(({ base }) => base);
  const builtIn: readonly string[] = BUILT_IN_PROPERTIES;
  const stated = bases.flatMap(({ verdict }) =>
    verdict.properties.filter(({ kind }) => !builtIn.includes(kind)),
  );
  const namesOf = (outcome: Outcome): readonly string[] => [
    ...new Set(stated.filter((one) => one.outcome === outcome).map(({ name }) => name)),
  ];
  const { operator, span } = one.hole;
  const about = {
    rule: ruleText(one.hole, models),
    checks: [...new Set(bases.map(({ model }) => model.name))],
    holding: namesOf("holds"),
    open: namesOf("unknown"),
  };
  return [notNoticed(operator, wordsAt(sources, span), span, about)];
}
