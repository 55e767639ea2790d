/**
 * From what walks met to what is shown: trails shrunk to short paths, and verdicts about them.
 *
 *     trail of a walk ──► path ──shrink──► trail of the reference evaluator ──► path
 *                                             └─ nearest: is there a shorter one at all?
 *
 * One bounded search from the start serves all targets. It either finds a shortest path, or shows
 * how far there is none; a path of one step more than that is the shortest too.
 */
import type { Invariant, Model } from "../../spec/model.ts";
import { explainProperty, sentence } from "../explain.ts";
import { limitsOf, pauseWithin, reasonOf } from "../explore/budget.ts";
import { messageCulprit } from "../explore/culprits.ts";
import type { BuiltInViolation } from "../explore/explorer.ts";
import { confirmed, isWanted, undecided, violated } from "../judgement.ts";
import { unhandledMessages } from "../reference/messages.ts";
import { createMeter } from "../reference/meter.ts";
import type { Violation } from "../reference/outcome.ts";
import { successors } from "../reference/successors.ts";
import type { Sources } from "../source-words.ts";
import {
  type Counterexample,
  type PathStep,
  type PropertyVerdict,
  type UnknownReason,
} from "../verdict.ts";
import { nearest, shrink } from "./shrink.ts";
import { moveLabel, type Place, referenceStepper, type Stepper } from "./stepper.ts";
import { type Target, targetKey } from "./target.ts";
import { pathOf, type Trail } from "./trail.ts";
import type { Met, Walks } from "./walks.ts";

/** A target with the path that is shown for it. */
export interface Shown {
  readonly target: Target;
  readonly path: readonly PathStep[];
  /** What its last step violates, when it violates something itself. */
  readonly violation: Violation | undefined;
  /** No path with fewer steps hits the target: known for sure. */
  readonly shortest: boolean;
  /** Steps of the path as it was walked. */
  readonly shrunkFrom: number;
}

/**
 * The shown paths, in the order of meeting. After an abort, what is not shrunk yet is shown as it
 * was walked.
 */
export async function shownTrails(
  stepper: Stepper<Place>,
  met: readonly Met<Place>[],
  signal: AbortSignal | undefined,
): Promise<readonly Shown[]> {
  const walked = met.map(({ target, trail }) => ({
    target,
    trail,
    path: pathOf(stepper, trail),
    violation: trail.at(-1)?.violation,
  }));
  const asWalked = (one: (typeof walked)[number]): Shown => ({
    target: one.target,
    path: one.path,
    violation: one.violation,
    shortest: one.path.length <= 1,
    shrunkFrom: one.path.length - 1,
  });
  const limits = limitsOf(NO_LIMITS, signal, performance.now());
  const meter = createMeter(pauseWithin(limits));
  const reference = referenceStepper(stepper.model, meter);
  const shrunk: { readonly target: Target; readonly trail: Trail<Place> | undefined }[] = [];
  try {
    for (const { target, path } of walked) {
      await turn();
      limits.rested = performance.now();
      if (signal?.aborted === true) return walked.map(asWalked);
      const names = path.map(({ transition, label, choices }) => ({
        transition,
        label: moveLabel(label, choices),
      }));
      shrunk.push({ target, trail: shrink(reference, target, names, meter) });
    }
    await turn();
    limits.rested = performance.now();
    if (signal?.aborted === true) return walked.map(asWalked);
    const longest = Math.max(0, ...shrunk.map(({ trail }) => (trail?.length ?? 1) - 1));
    const targets = shrunk.map(({ target }) => target);
    const near = nearest(reference, targets, longest - 1, meter);
    return walked.map((one, index): Shown => {
      const known = near.trails.get(targetKey(one.target));
      const trail = known ?? shrunk[index]?.trail;
      if (trail === undefined) return asWalked(one);
      const shortest = known !== undefined || trail.length - 1 <= near.exhausted + 1;
      const violation = trail.at(-1)?.violation;
      const path = pathOf<Place>(reference, trail);
      return { target: one.target, path, violation, shortest, shrunkFrom: one.path.length - 1 };
    });
  } catch (error) {
    // One evaluation took too long: the paths are shown as they were walked.
    if (reasonOf(error) === undefined) throw error;
    return walked.map(asWalked);
  }
}

const NO_LIMITS = { milliseconds: undefined, bytes: undefined, states: undefined };

async function turn(): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
}

/** What was met of the built-in properties, shortest path first. */
export function builtInsOf(model: Model, shown: readonly Shown[]): readonly BuiltInViolation[] {
  return shown
    .flatMap((one): BuiltInViolation[] => {
      const { target, path, violation } = one;
      const end = path.at(-1)?.state ?? [];
      switch (target.property) {
        case "assert":
        case "range":
          return violation === undefined ? [] : [{ property: target.property, violation, path }];
        case "unhandled": {
          const candidate = unhandledMessages(model, end, createMeter()).find(
            (message) => messageCulprit(model, end, message) === target.culprit,
          );
          return candidate === undefined ? [] : [{ property: "unhandled", candidate, path }];
        }
        case "stuck": {
          const { hindrances } = successors(model, end, createMeter());
          return [{ property: "stuck", hindrances, path }];
        }
        default:
          return [];
      }
    })
    .toSorted((left, right) => left.path.length - right.path.length);
}

/** Verdicts about what the text states: invariants, goals, and what walks cannot judge. */
export function statedBy(
  walks: Walks<Place>,
  shown: readonly Shown[],
  stopped: UnknownReason,
  sources: Sources,
): readonly PropertyVerdict[] {
  const { model } = walks.stepper;
  const judge = (
    subject: Invariant,
    kind: "invariant" | "reachable",
    counts: Walks<Place>["goals"][number] | undefined,
  ): PropertyVerdict => {
    const { name, span } = subject;
    const evidence = { examined: counts?.examined ?? 0, premiseTrue: counts?.premises.at(-1) };
    const common = { name, kind, span, ...evidence, temporal: undefined };
    const own = shown.find(({ target }) => target.property === name && target.culprit === "");
    if (own === undefined) return { ...common, ...undecided("holds", evidence, { stopped }) };
    const example = shownPath(model, subject, kind, own, sources);
    if (kind === "invariant") return { ...common, ...violated(example) };
    const reached = { outcome: "holds", unknown: undefined, counterexample: undefined } as const;
    return { ...common, ...reached, witness: example };
  };
  const unjudged =
    (kind: "property" | "refinement") =>
    (named: Named): PropertyVerdict => ({
      name: named.name,
      kind,
      span: named.span,
      examined: 0,
      premiseTrue: undefined,
      temporal: undefined,
      outcome: "unknown",
      unknown: { reason: "not judged by walks" },
      counterexample: undefined,
      witness: undefined,
    });
  const all = [
    ...model.invariants.map((one, at) => judge(one, "invariant", walks.invariants[at])),
    ...model.goals.map((one, at) => judge(one, "reachable", walks.goals[at])),
    ...model.temporal.map(unjudged("property")),
    ...model.refinements.map(unjudged("refinement")),
  ];
  const own = all.filter(({ name }) => isWanted(model, name));
  const broken = new Set(own.flatMap(({ name, outcome }) => (outcome === "violated" ? name : [])));
  const ofRun = ofTheRun(model, shown).filter(({ name }) => !broken.has(name));
  // What the run is said to violate takes the place of what its states leave open.
  const told = new Set(ofRun.map(({ name }) => name));
  return [...own.filter(({ name }) => !told.has(name)), ...ofRun];
}

/** Culprits begin so that are wrong with a run and with no state of it: the rest is the reason. */
export const OF_RUN = "run: ";

/** What is wrong with a run and with no state of it: whoever played it says so. */
function ofTheRun(model: Model, shown: readonly Shown[]): readonly PropertyVerdict[] {
  const stated = [...model.invariants, ...model.goals, ...model.temporal, ...model.refinements];
  return shown.flatMap(({ target, path, shortest, shrunkFrom }): readonly PropertyVerdict[] => {
    const { property: name, culprit } = target;
    if (!culprit.startsWith(OF_RUN)) return [];
    const { span } = stated.find((one) => one.name === name) ?? model;
    const told = { reason: culprit.slice(OF_RUN.length), why: [], span };
    const example = { ...confirmed(model, undefined, path, told), shortest, shrunkFrom };
    const evidence = { examined: 1, premiseTrue: undefined, temporal: undefined };
    return [{ name, kind: "run", span, ...evidence, ...violated(example) }];
  });
}

type Named = Pick<Invariant, "name" | "span">;

function shownPath(
  model: Model,
  subject: Invariant,
  kind: "invariant" | "reachable",
  { path, shortest, shrunkFrom }: Shown,
  sources: Sources,
): Counterexample {
  const { name, span } = subject;
  const states = path.map(({ state }) => state);
  const why = kind === "invariant" ? explainProperty(subject, states, sources) : [];
  const reason = kind === "invariant" ? sentence(why) : `\`${name}\` is true`;
  return { ...confirmed(model, name, path, { reason, why, span }), shortest, shrunkFrom };
}
