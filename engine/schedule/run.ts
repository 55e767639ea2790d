/**
 * One run of a System under a Strategy: the list of choices that were taken, which is all that is
 * needed to take them again.
 */
import type { Choice, System } from "../system.ts";
import type { Strategy } from "./strategy.ts";

export interface Run {
  readonly choices: readonly Choice[];
  /** `end`: no choice was left. `found`: the watcher wanted to stop. `steps`: the limit was met. */
  readonly ended: "end" | "found" | "steps";
}

/**
 * Runs from the present state for at most `steps` steps. `watch` is asked in each state, the first
 * included, and ends the run by saying true.
 */
export function run(
  system: System,
  strategy: Strategy,
  steps: number,
  watch: () => boolean = () => false,
): Run {
  const taken: Choice[] = [];
  for (;;) {
    if (watch()) return { choices: taken, ended: "found" };
    const choices = system.choices();
    const choice = choices[choices.length === 0 ? 0 : strategy.pick(choices)];
    if (choice === undefined) return { choices: taken, ended: "end" };
    if (taken.length >= steps) return { choices: taken, ended: "steps" };
    system.take(choice);
    taken.push(choice);
  }
}

/** Takes the same choices again; throws a RangeError where one is not possible. */
export function replay(system: System, choices: readonly Choice[]): void {
  for (const choice of choices) system.take(choice);
}
