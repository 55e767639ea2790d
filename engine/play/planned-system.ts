/**
 * A deployment without its times: a System in which the plan is an actor like the others.
 *
 *     system of the Model, faults held  +  actor `plan`: its lines, each at any moment it may be
 *
 * What is true whatever the latencies are is looked for here; each timed run is one of its runs, so
 * that what a timed run violates can be told by what must wait for what. Of two lines of which one
 * is always before the other, that one never comes second; a line with a condition may come as
 * often as that has become true. A line that is not possible at its time is passed over in a timed
 * run, so any later one may come next. Healing and chance only take runs away, and are left out.
 */
import type { Condition, Deployment, PlannedStep } from "../../spec/deployment.ts";
import type { Transition } from "../../spec/model.ts";
import type { Choice, System } from "../system.ts";
import { createModelSystem, type ModelSystem } from "./model-system.ts";
import type { PlayedStep, StepSource } from "../../spec/step-source.ts";

export interface PlannedState<State> {
  readonly state: State;
  readonly lines: readonly LineState[];
}

/** How far a line of the plan is. */
interface LineState {
  /** How often it has happened. */
  readonly taken: number;
  /** How often it may have happened by now. */
  readonly due: number;
  /** Its condition in the last state; true for a line that has a time. */
  readonly wasTrue: boolean;
}

export interface PlannedSystem<State> extends System<PlannedState<State>> {
  readonly source: StepSource<State>;
  /** The state of the Model. */
  readonly state: State;
  /** What is wrong now: false invariants, or what the last step violated. */
  readonly wrong: readonly string[];
  /** The step that a choice of the present state stands for. */
  stepOf(choice: Choice): PlayedStep<State>;
  /** The line of the plan that a choice is. */
  lineOf(choice: Choice): PlannedStep | undefined;
}

export function createPlannedSystem<State>(
  deployment: Deployment,
  source: StepSource<State>,
): PlannedSystem<State> {
  const { plan } = deployment;
  const planned = new Set(plan.flatMap(({ transitions }) => transitions));
  const disturbed = disturbances(deployment);
  const system: ModelSystem<State> = createModelSystem(source, {
    held: (one, index) => planned.has(index) || (isFault(one) && !disturbed(one)),
  });
  const planner = system.actors.length;
  const look = (line: LineState, step: PlannedStep): LineState =>
    lookAt(line, step, (condition) => source.holds(system.state, condition));
  let lines: readonly LineState[] = plan.map((step) => {
    const hasTime = step.trigger.kind === "time";
    return look({ taken: 0, due: hasTime ? 1 : 0, wasTrue: hasTime }, step);
  });
  const after = plan.map((step, index) =>
    plan.map((other, later) => precedes(step, index, other, later)),
  );
  const stepOfPlan = (index: number): PlayedStep<State> | undefined => {
    const line = lines[index];
    if (line === undefined || line.taken >= line.due) return undefined;
    if (lines.some(({ taken }, later) => taken > 0 && after[index]?.[later] === true))
      return undefined;
    const transitions = plan[index]?.transitions ?? [];
    return system.steps().find(({ transition }) => transitions.includes(transition));
  };
  const stepOf = (choice: Choice): PlayedStep<State> => {
    if (choice.actor !== planner) return system.stepOf(choice);
    const step = stepOfPlan(choice.action);
    if (step === undefined) throw new RangeError("The choice is none of this state");
    return step;
  };
  return {
    actors: [...system.actors, { name: "plan", kind: "operator" }],
    source,
    get state() {
      return system.state;
    },
    get wrong() {
      return system.wrong;
    },
    stepOf,
    lineOf: ({ actor, action }) => (actor === planner ? plan[action] : undefined),
    choices() {
      const ofPlan = plan.flatMap((_, index): readonly Choice[] =>
        stepOfPlan(index) === undefined ? [] : [{ actor: planner, action: index }],
      );
      return [...system.choices(), ...ofPlan];
    },
    take(choice) {
      system.force(stepOf(choice));
      lines = lines.map((line, index) => {
        const isTaken = choice.actor === planner && choice.action === index;
        const step = plan[index];
        const taken = line.taken + (isTaken ? 1 : 0);
        return step === undefined ? line : look({ ...line, taken }, step);
      });
    },
    describe: (choice) => source.describe(system.state, stepOf(choice)),
    save: () => ({ state: system.save(), lines }),
    restore(saved) {
      system.restore(saved.state);
      ({ lines } = saved);
    },
    key: () => `${JSON.stringify(lines.map(Object.values))} ${system.key()}`,
  };
}

/** Sees whether the condition of a line has become true. */
function lookAt(
  line: LineState,
  { trigger }: PlannedStep,
  holds: (condition: Condition) => boolean,
): LineState {
  if (trigger.kind === "time") return line;
  const isTrue = holds(trigger.condition);
  const rises = isTrue && !line.wasTrue && line.due < trigger.times;
  return { ...line, due: line.due + (rises ? 1 : 0), wasTrue: isTrue };
}

/** Is a line always before another one? Of equal times, the text decides. */
function precedes(
  { trigger }: PlannedStep,
  index: number,
  { trigger: other }: PlannedStep,
  later: number,
): boolean {
  if (trigger.kind !== "time" || other.kind !== "time") return false;
  return trigger.to < other.from || (trigger.to === other.from && index < later);
}

/**
 * The choices that take these steps, from the present state on, to which the System returns.
 * `lines` are the lines of the plan that the steps are: several may do the same.
 */
export function choicesOf<State>(
  system: PlannedSystem<State>,
  steps: readonly PlayedStep<State>[],
  lines: readonly (PlannedStep | undefined)[],
): readonly Choice[] | undefined {
  const start = system.save();
  const choices: Choice[] = [];
  for (const [index, { transition, way }] of steps.entries()) {
    const choice = system.choices().find((one) => {
      if (system.lineOf(one) !== lines[index]) return false;
      const step = system.stepOf(one);
      return step.transition === transition && step.way === way;
    });
    if (choice === undefined) break;
    system.take(choice);
    choices.push(choice);
  }
  system.restore(start);
  return choices.length === steps.length ? choices : undefined;
}

export function isFault({ kind }: Transition): boolean {
  return ["fault", "lossy", "duplicating", "reordering"].includes(kind);
}

/** Faults of channels that the link of this deployment brings about. */
function disturbances({ carriers, hardware }: Deployment): (one: Transition) => boolean {
  const { loss, duplication, reordering } = hardware.link;
  const parts: Readonly<Record<string, number>> = {
    lossy: loss,
    duplicating: duplication,
    reordering,
  };
  const carried = new Set(
    carriers.flatMap(({ channels, mechanism }) => (mechanism.kind === "nic" ? channels : [])),
  );
  return ({ kind, subject }) => (parts[kind] ?? 0) > 0 && carried.has(subject ?? -1);
}
