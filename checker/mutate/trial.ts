/**
 * A trial: one check, judged with and without a hole, and what differs between the two.
 *
 *     base      whole search   outcomes by property   fingerprint of its graph when needed
 *     mutant    search within `MUTANT_STATES_FACTOR` times the base
 *
 * Noticing is a change between *violated* and not, of any property: stated, built-in, or the
 * scenario itself. An expected violation that does not occur any more is noticed in the same way.
 * An expected number of states is not a property: it notices every change and explains none.
 */
import type { Budget, Model } from "../../spec/model.ts";
import { checkModel } from "../check.ts";
import type { Exploration, Explore } from "../explore/explorer.ts";
import type { Sources } from "../source-words.ts";
import type { CheckVerdict, Outcome } from "../verdict.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** A mutant may have so many times the states of the original, and takes so many times as long. */
const MUTANT_STATES_FACTOR = 10;
const MUTANT_TIME_FACTOR = 50;
/** A mutant of a small check may have this many states, and take this long (milliseconds). */
const MUTANT_STATES_MIN = 20_000;
const MUTANT_MS_MIN = 5000;

export interface TrialOptions {
  readonly signal: AbortSignal | undefined;
  readonly sources: Sources;
  readonly explore: Explore;
}

/** A check or scenario as it is written. */
export interface Base {
  readonly model: Model;
  /** The Model as text, by which a hole that does not concern the check is told. */
  readonly text: string;
  readonly verdict: CheckVerdict;
  /** By name; properties that are unknown are not in it. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /**
   * That of its graph, which is searched again when it is first needed: few mutants have as many
   * states and steps, and a graph that is kept for them would take the place of theirs.
   */
  readonly fingerprint: () => Promise<string | undefined>;
}

export interface Difference {
  /** Properties that noticed. */
  readonly noticed: readonly string[];
  /** Some property could not be judged any more. */
  readonly open: boolean;
  /** The graph is the same; undefined for scenarios, which have none. */
  readonly same: boolean | undefined;
}

/** Judges the check as it is; says why it can take no part, if it can not. */
export async function judgeBase(
  model: Model,
  budget: Budget,
  options: TrialOptions,
): Promise<Base | { readonly reason: string }> {
  const { verdict } = await judge(model, budget, options);
  if (options.signal?.aborted === true) return { reason: "it was interrupted" };
  if (!verdict.statistics.complete) return { reason: "its own search is not complete" };
  let print: Promise<string | undefined> | undefined;
  const known = verdict.properties.filter(({ outcome }) => outcome !== "unknown");
  return {
    model,
    text: JSON.stringify(model),
    verdict,
    outcomes: new Map(known.map(({ name, outcome }) => [name, outcome])),
    fingerprint: async () => {
      print ??= fingerprintOfModel(model, budget, options);
      return print;
    },
  };
}

async function fingerprintOfModel(
  model: Model,
  budget: Budget,
  { signal, explore }: TrialOptions,
): Promise<string | undefined> {
  const { graph } = await explore(model, { budget, signal, onProgress: undefined });
  return fingerprintOf(graph, signal);
}

/**
 * Judges the check with a hole; undefined when the signal was aborted before anything was known.
 */
export async function tryMutant(
  base: Base,
  mutant: Model,
  options: TrialOptions,
): Promise<Difference | undefined> {
  const { verdict, found } = await judge(mutant, budgetFor(base), options);
  if (isAborted(options)) return undefined;
  const outcomes = new Map(verdict.properties.map(({ name, outcome }) => [name, outcome]));
  const names = [...new Set([...base.outcomes.keys(), ...outcomes.keys()])];
  const judged = names.filter((name) => isJudged(base, name));
  const noticed = judged.filter((name) => {
    const now = outcomes.get(name) ?? "holds";
    const before = base.outcomes.get(name) ?? "holds";
    return now !== "unknown" && (now === "violated") !== (before === "violated");
  });
  const open =
    !verdict.statistics.complete || judged.some((name) => outcomes.get(name) === "unknown");
  const same =
    found === undefined || open ? undefined : await isSame(base, verdict, found, options.signal);
  // Two graphs that could not be compared to the end are not different for that.
  return isAborted(options) ? undefined : { noticed, open, same };
}

function isAborted({ signal }: TrialOptions): boolean {
  return signal?.aborted === true;
}

/** Is the property known in the check as it is? What has no verdict there was never examined. */
function isJudged({ verdict }: Base, name: string): boolean {
  return verdict.properties.every((one) => one.name !== name || one.outcome !== "unknown");
}

async function isSame(
  base: Base,
  { statistics }: CheckVerdict,
  found: Exploration,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  const { states, transitions } = base.verdict.statistics;
  if (statistics.states !== states || statistics.transitions !== transitions) return false;
  const fingerprint = await fingerprintOf(found.graph, signal);
  return fingerprint === undefined ? undefined : fingerprint === (await base.fingerprint());
}

async function judge(
  model: Model,
  budget: Budget,
  { signal, sources, explore }: TrialOptions,
): Promise<{ readonly verdict: CheckVerdict; readonly found: Exploration | undefined }> {
  let found: Exploration | undefined;
  const verdict = await checkModel(
    model,
    { budget, signal, onProgress: undefined, sources },
    async (one, options) => {
      found = await explore(one, options);
      return found;
    },
  );
  return { verdict, found };
}

function budgetFor({ verdict }: Base): Budget {
  const { states, milliseconds } = verdict.statistics;
  return {
    milliseconds: Math.max(MUTANT_MS_MIN, MUTANT_TIME_FACTOR * milliseconds),
    bytes: undefined,
    states: Math.max(MUTANT_STATES_MIN, MUTANT_STATES_FACTOR * states),
  };
}
