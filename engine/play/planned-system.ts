/**
 * A deployment without its times: a System in which the plan is an actor like the others.
 *
 *     system of the Model, faults held  +  actor `plan`: its steps, in their order, at any moment
 *
 * What is true whatever the latencies are is looked for here; each timed run is one of its runs, so
 * that what a timed run violates can be told by what must wait for what. A step of the plan that is
 * not possible at its time is passed over in a timed run, so any later one may come next.
 */
import type { Deployment, PlannedStep } from "../../spec/deployment.ts";
import type { Transition } from "../../spec/model.ts";
import type { Choice, System } from "../system.ts";
import { createModelSystem, type ModelSystem } from "./model-system.ts";
import type { PlayedStep, StepSource } from "./step-source.ts";

export interface PlannedState<State> {
  readonly state: State;
  /** Steps of the plan that are over. */
  readonly over: number;
}

export interface PlannedSystem<State> extends System<PlannedState<State>> {
  readonly source: StepSource<State>;
  /** The state of the Model. */
  readonly state: State;
  /** What is wrong now: false invariants, or what the last step violated. */
  readonly wrong: readonly string[];
  /** The step that a choice of the present state stands for. */
  stepOf(choice: Choice): PlayedStep<State>;
}

export function createPlannedSystem<State>(
  deployment: Deployment,
  source: StepSource<State>,
): PlannedSystem<State> {
  const plan = deployment.plan.toSorted((one, other) => earliest(one) - earliest(other));
  const planned = new Set(plan.flatMap(({ transitions }) => transitions));
  const disturbed = disturbances(deployment);
  const system: ModelSystem<State> = createModelSystem(source, {
    held: (one, index) => planned.has(index) || (isFault(one) && !disturbed(one)),
  });
  const planner = system.actors.length;
  let over = 0;
  const stepOfPlan = (index: number): PlayedStep<State> | undefined => {
    const transitions = plan[index]?.transitions ?? [];
    return system.steps().find(({ transition }) => transitions.includes(transition));
  };
  const stepOf = (choice: Choice): PlayedStep<State> => {
    if (choice.actor !== planner) return system.stepOf(choice);
    const step = choice.action >= over ? stepOfPlan(choice.action) : undefined;
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
    choices() {
      const later = plan.flatMap((_, index): readonly Choice[] =>
        index >= over && stepOfPlan(index) !== undefined ? [{ actor: planner, action: index }] : [],
      );
      return [...system.choices(), ...later];
    },
    take(choice) {
      system.force(stepOf(choice));
      if (choice.actor === planner) over = choice.action + 1;
    },
    describe: (choice) => source.describe(system.state, stepOf(choice)),
    save: () => ({ state: system.save(), over }),
    restore(saved) {
      system.restore(saved.state);
      ({ over } = saved);
    },
    key: () => `${over} ${system.key()}`,
  };
}

/** The choices that take these steps, from the present state on, to which the System returns. */
export function choicesOf<State>(
  system: PlannedSystem<State>,
  steps: readonly PlayedStep<State>[],
): readonly Choice[] | undefined {
  const start = system.save();
  const choices: Choice[] = [];
  for (const { transition, way } of steps) {
    const choice = system.choices().find((one) => {
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

function earliest({ trigger }: PlannedStep): number {
  return trigger.from;
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
