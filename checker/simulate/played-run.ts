/**
 * The verdict about one run that somebody else has taken, as the engine does: told, replayed and
 * judged by the reference evaluator, like the path of a walk.
 *
 *     transition, values ──pathOf──► labels, choices, spans ──► counterexample, witnesses
 *
 * Only what the run itself met counts: a step that it could have taken and did not is no finding.
 */
import type { Model, Value } from "../../spec/model.ts";
import { limitsOf } from "../explore/budget.ts";
import { violationCulprit } from "../explore/culprits.ts";
import { judgeCondition, noteRules } from "../explore/tally.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import type { Sources } from "../source-words.ts";
import type { CheckVerdict, Counterexample, PlayedEvidence, PropertyVerdict } from "../verdict.ts";
import { OF_RUN, type Shown } from "./shown.ts";
import { verdictOf } from "./simulate.ts";
import { type Move, type ReferencePlace, referenceStepper } from "./stepper.ts";
import { placeHits, type Target, unhandledIn } from "./target.ts";
import { pathOf, type Trail } from "./trail.ts";
import { beginWalks } from "./walks.ts";

/** A step, as whoever took it knows it. */
export interface TakenStep {
  /** Index into `Model.transitions`. */
  readonly transition: number;
  /** Undefined when the step violates `assert` or a range. */
  readonly state: readonly Value[] | undefined;
  readonly violation: string | undefined;
}

export interface PlayedRun {
  readonly start: readonly Value[];
  readonly steps: readonly TakenStep[];
  /** What its end violates; empty when nothing is. */
  readonly wrong: readonly string[];
  /** Those of them that no state tells, such as a lost connection: whoever played it says so. */
  readonly failures?: readonly RunFailure[] | undefined;
  /** What whoever played it knows beside the steps. */
  readonly evidence?: PlayedEvidence | undefined;
}

export interface RunFailure {
  /** May be the name of a property of the system. */
  readonly name: string;
  /** What is wrong, in one sentence. */
  readonly reason: string;
}

/** How much was played until this run was met. */
export interface Effort {
  readonly seed: number;
  readonly runs: number;
  readonly wanted: number;
  readonly stepsPerRun: number;
  readonly steps: number;
  readonly milliseconds: number;
}

export function verdictOfRun(
  model: Model,
  run: PlayedRun,
  effort: Effort,
  sources: Sources,
): CheckVerdict {
  const meter = createMeter();
  const stepper = referenceStepper(model, meter);
  const trail = trailOf(model, run, meter);
  const plan = { ...effort, runs: effort.wanted, steps: effort.stepsPerRun, strategy: RANDOM };
  const limits = limitsOf(NO_LIMITS, undefined, 0);
  const walks = beginWalks(stepper, plan, meter, limits);
  walks.runs = effort.runs;
  walks.steps = effort.steps;
  walks.longest = trail.length - 1;
  const shown = new Map<string, Shown>();
  const show = (target: Target, length: number): void => {
    const key = `${target.property} ${target.culprit}`;
    if (shown.has(key)) return;
    const path = pathOf(stepper, trail.slice(0, length));
    const violation = trail[length - 1]?.violation;
    shown.set(key, { target, path, violation, shortest: length <= 1, shrunkFrom: length - 1 });
  };
  for (const [index, { place, violation, rules }] of trail.entries()) {
    if (violation !== undefined) {
      show({ property: violation.property, culprit: violationCulprit(violation) }, index + 1);
      break;
    }
    noteRules(walks.rules, rules, 1);
    if (walks.seen.has(place.key)) continue;
    for (const counts of [...walks.invariants, ...walks.goals]) {
      judgeCondition(counts, place.values, walks.seen.size, 1, meter);
    }
    walks.seen.add(place.key);
    for (const { name: property } of model.goals) {
      const target = { property, culprit: "" };
      if (placeHits(stepper, target, place, meter)) show(target, index + 1);
    }
  }
  const end = trail.at(-1)?.place;
  const last = end?.values ?? run.start;
  for (const { name: property, reason } of run.failures ?? []) {
    const target = { property, culprit: "" };
    const isStated = model.invariants.some(({ name }) => name === property);
    const isFalse = isStated && end !== undefined && placeHits(stepper, target, end, meter);
    show(isFalse ? target : { property, culprit: `${OF_RUN}${reason}` }, trail.length);
  }
  const failed = run.failures?.map(({ name }) => name) ?? [];
  for (const property of run.wrong) {
    if (failed.includes(property)) continue;
    const culprits = property === "unhandled" ? [...unhandledIn(model, last, meter)] : [""];
    if (property === "assert" || property === "range") continue;
    for (const culprit of culprits) show({ property, culprit }, trail.length);
  }
  const verdict = verdictOf(walks, [...shown.values()], sources, undefined, 0);
  const { statistics, simulation } = verdict;
  return {
    ...verdict,
    properties: verdict.properties.map((one) => withEvidence(one, run)),
    statistics: { ...statistics, milliseconds: effort.milliseconds },
    simulation: simulation === undefined ? undefined : { ...simulation, strategy: "played" },
  };
}

/** The order of steps tells why the end is wrong, and nothing about what was met on the way. */
function withEvidence(property: PropertyVerdict, run: PlayedRun): PropertyVerdict {
  const { evidence, wrong } = run;
  if (evidence === undefined) return property;
  const { counterexample, witness } = property;
  const isTold =
    wrong.includes(property.name) && counterexample?.steps.length === run.steps.length + 1;
  const told = (path: Counterexample, order: PlayedEvidence["order"]): Counterexample => {
    const moments = evidence.moments?.slice(0, path.steps.length);
    return { ...path, played: { ...evidence, order, moments } };
  };
  return {
    ...property,
    counterexample: counterexample && told(counterexample, isTold ? evidence.order : undefined),
    witness: witness && told(witness, undefined),
  };
}

const NO_LIMITS = { milliseconds: undefined, bytes: undefined, states: undefined };
const RANDOM = { kind: "random" } as const;

/** The moves of a run; a step that is found nowhere is told as it was claimed. */
function trailOf(model: Model, run: PlayedRun, meter: Meter): Trail<ReferencePlace> {
  const key = keyOf(model);
  const placeOf = (values: readonly Value[]): ReferencePlace => {
    return { key: key(values), values, moves: undefined };
  };
  const first = beginnings(model, meter).find(({ state }) => key(state) === key(run.start));
  let state = first?.state ?? run.start;
  const trail: Move<ReferencePlace>[] = [
    { transition: undefined, label: "", place: placeOf(state), violation: undefined, rules: [] },
  ];
  for (const { transition, state: next, violation } of run.steps) {
    const { steps } = successors(model, state, meter);
    const found = steps.find(
      (step) =>
        step.transition === transition &&
        step.violation?.property === violation &&
        (next === undefined || key(step.state) === key(next)),
    );
    // Ghosts are as this run leaves them.
    state = found?.state ?? next ?? state;
    trail.push({
      transition,
      label: found?.label ?? "",
      place: placeOf(state),
      violation: found?.violation,
      rules: found?.rules ?? [],
    });
  }
  return trail;
}
