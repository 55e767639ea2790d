/**
 * Verdicts about the properties that a text states: from counts of an Exploration to what is known.
 *
 *     invariant      violated somewhere → violated      complete → holds      else unknown
 *     reachable      true somewhere     → holds         complete → violated   else unknown
 *     temporal                          judged on the whole graph (`temporal/judge.ts`)
 *
 * Refinements have a room of their own, `refinement/verdicts.ts`.
 * A path is replayed before it becomes part of a verdict. What was examined in no state never
 * holds.
 */
import type { Invariant, Model } from "../spec/model.ts";
import type { ConditionTally, Exploration } from "./explore/explorer.ts";
import { explainProperty, sentence } from "./explain.ts";
import { replay } from "./replay.ts";
import type { Sources } from "./source-words.ts";
import type {
  Clause,
  Counterexample,
  Loop,
  PathStep,
  PropertyVerdict,
  UnknownReason,
} from "./verdict.ts";

/** Is the property to be judged, as far as `only` says? */
export function isWanted(model: Model, name: string): boolean {
  return model.only === undefined || model.only.includes(name);
}

/** The stated properties that `only` leaves out, in the order of the text. */
export function leftOut(model: Model): readonly string[] {
  const { invariants, goals, temporal, refinements } = model;
  return [...invariants, ...goals, ...temporal, ...refinements]
    .map(({ name }) => name)
    .filter((name) => !isWanted(model, name));
}

/**
 * Verdicts in the order of the text: invariants, goals, temporal properties as they were judged,
 * then temporal properties.
 */
export function statedVerdicts(
  model: Model,
  found: Exploration,
  temporal: readonly PropertyVerdict[],
  sources: Sources,
): readonly PropertyVerdict[] {
  const all = [
    ...model.invariants.map((invariant, index) =>
      invariantVerdict(model, invariant, found.invariants[index], found, sources),
    ),
    ...model.goals.map((goal, index) => goalVerdict(model, goal, found.goals[index], found)),
    ...temporal,
  ];
  return all.filter(({ name }) => isWanted(model, name));
}

function invariantVerdict(
  model: Model,
  invariant: Invariant,
  tally: ConditionTally | undefined,
  found: Exploration,
  sources: Sources,
): PropertyVerdict {
  const { name, span } = invariant;
  const path = tally?.path;
  const evidence = evidenceOf(tally);
  if (path === undefined) {
    const outcome = undecided("holds", evidence, found);
    return { name, kind: "invariant", span, ...evidence, ...outcome, temporal: undefined };
  }
  const states = path.map(({ state }) => state);
  const why = explainProperty(invariant, states, sources);
  const counterexample = confirmed(model, name, path, { reason: sentence(why), why, span });
  const outcome = violated(counterexample);
  return { name, kind: "invariant", span, ...evidence, ...outcome, temporal: undefined };
}

function goalVerdict(
  model: Model,
  goal: Invariant,
  tally: ConditionTally | undefined,
  found: Exploration,
): PropertyVerdict {
  const { name, span } = goal;
  const path = tally?.path;
  const evidence = evidenceOf(tally);
  if (path === undefined) {
    const outcome = undecided("violated", evidence, found);
    return { name, kind: "reachable", span, ...evidence, ...outcome, temporal: undefined };
  }
  const witness = confirmed(model, name, path, { reason: `\`${name}\` is true`, why: [], span });
  return {
    name,
    kind: "reachable",
    span,
    ...evidence,
    outcome: "holds",
    unknown: undefined,
    counterexample: undefined,
    witness,
    temporal: undefined,
  };
}

function evidenceOf(
  tally: ConditionTally | undefined,
): Pick<PropertyVerdict, "examined" | "premiseTrue"> {
  return { examined: tally?.examined ?? 0, premiseTrue: tally?.premises.at(-1) };
}

type Outcome = Pick<PropertyVerdict, "outcome" | "unknown" | "counterexample" | "witness">;

/** What is known when no state decided: `complete` if all states were seen, else unknown. */
export function undecided(
  complete: "holds" | "violated",
  { examined }: { readonly examined: number },
  { stopped }: { readonly stopped: UnknownReason | undefined },
): Outcome {
  const nothing: UnknownReason | undefined =
    examined === 0 ? { reason: "nothing examined" } : undefined;
  const unknown = stopped ?? nothing;
  const outcome = unknown === undefined ? complete : "unknown";
  return { outcome, unknown, counterexample: undefined, witness: undefined };
}

export function violated(counterexample: Counterexample): Outcome {
  return { outcome: "violated", unknown: undefined, counterexample, witness: undefined };
}

/**
 * A path with its replay, and whether its end violates the property, if one is given. A
 * disagreement is said in the reason, and `replayed` is false.
 */
export function confirmed(
  model: Model,
  property: string | undefined,
  steps: readonly PathStep[],
  about: {
    readonly reason: string;
    readonly why: readonly Clause[];
    readonly span: Counterexample["span"];
    readonly shortest?: boolean;
    readonly loop?: Loop | undefined;
  },
): Counterexample {
  const answer = replay(model, property, steps, about.loop);
  const doubt = answer.agrees
    ? ""
    : `; but a second evaluation disagrees at step ${answer.step}: ${answer.reason}`;
  const reason = `${about.reason}${doubt}`;
  return {
    steps,
    shortest: about.shortest ?? true,
    replayed: answer.agrees,
    reason,
    why: about.why,
    span: about.span,
    loop: about.loop,
  };
}
