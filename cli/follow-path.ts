/**
 * A counterexample of the search, played on the engine: the same steps as choices of actors, and
 * what had to wait for what.
 *
 *     PathStep, PathStep, … ──followPath──► ModelSystem, choices ──shrink──► ordering constraints
 */
import { keyOf } from "../checker/reference/identity.ts";
import { stepSourceOf } from "../checker/simulate/step-source.ts";
import type { Place } from "../checker/simulate/stepper.ts";
import type { PathStep } from "../checker/verdict.ts";
import { createModelSystem, type ModelSystem } from "../engine/play/model-system.ts";
import { shrink } from "../engine/schedule/shrink.ts";
import type { Choice } from "../engine/system.ts";
import type { Model } from "../spec/model.ts";
import { orderOf, reasonsOf, tell } from "./told-run.ts";

/** Steps that are taken to find the constraints, at most: a few seconds. */
const EXPLAIN_STEPS_MAX = 1_000_000;

export interface Followed {
  /** In the state in which the path begins. */
  readonly system: ModelSystem<Place>;
  readonly choices: readonly Choice[];
  /** What is violated after them. */
  readonly wrong: readonly string[];
}

/** The number of the first step that the engine does not have, where there is one. */
export function followPath(model: Model, path: readonly PathStep[]): Followed | number {
  const source = stepSourceOf(model);
  const nameOf = keyOf(model);
  const [first, ...steps] = path;
  const begin = source
    .initial()
    .findIndex((place) => nameOf(source.values(place)) === nameOf(first?.state ?? []));
  if (begin === -1) return 0;
  const system = createModelSystem(source, { begin });
  const start = system.save();
  const choices: Choice[] = [];
  for (const [index, { transition, state }] of steps.entries()) {
    const wanted = nameOf(state);
    const possible = system.choices().filter((choice) => {
      return system.stepOf(choice).transition === transition;
    });
    // A step that violates leads nowhere; its state in the path is what was computed by then.
    const choice =
      possible.find((one) => {
        const { state: next } = system.stepOf(one);
        return next !== undefined && nameOf(source.values(next)) === wanted;
      }) ?? possible.find((one) => system.stepOf(one).state === undefined);
    if (choice === undefined) return index + 1;
    system.take(choice);
    choices.push(choice);
  }
  const { wrong } = system;
  system.restore(start);
  return { system, choices, wrong };
}

/** Why the end of a path violates a property, as lines. */
export function explainPath(model: Model, path: readonly PathStep[], property: string): string {
  const followed = followPath(model, path);
  if (typeof followed === "number") return `  the engine does not have step ${followed}\n`;
  if (!followed.wrong.includes(property)) return "  no single state of the run is wrong\n";
  const { system, choices } = followed;
  const tries = Math.floor(EXPLAIN_STEPS_MAX / (choices.length + 1));
  const fails = (): boolean => system.wrong.includes(property);
  const shrunk = shrink(system, { choices, ended: "found" }, fails, tries);
  const told = tell(system, shrunk?.run.choices ?? choices);
  const order = orderOf(system, shrunk, shrunk?.run.choices ?? choices, told.steps, false);
  return reasonsOf(order);
}
