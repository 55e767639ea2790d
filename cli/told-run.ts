/**
 * A run that fails, in words: what must wait for what, and the steps under just these constraints.
 *
 *     it happens because
 *       prod.flush ring.head=1 (step 11) waits until cons.Recheck (step 10) is done
 */
import type { PlayedStep, StepSource } from "../spec/step-source.ts";
import type { Shrunk } from "../engine/schedule/shrink.ts";
import type { Choice, System } from "../engine/system.ts";
import type { PlayedRun, TakenStep } from "../checker/simulate/played-run.ts";
import type { Ordering } from "../checker/verdict.ts";

/** A System over a Model, with or without the plan of a deployment. */
export interface Played<State, Saved> extends System<Saved> {
  readonly wrong: readonly string[];
  readonly source: StepSource<State>;
  /** The state of the Model. */
  readonly state: State;
  stepOf(choice: Choice): PlayedStep<State>;
}

export interface ToldStep {
  readonly actor: string;
  readonly label: string;
}

export interface Told {
  readonly steps: readonly ToldStep[];
  readonly run: PlayedRun;
}

/** Takes the choices from the present state, to which the System returns. */
export function tell<State, Saved>(system: Played<State, Saved>, choices: readonly Choice[]): Told {
  const { source, actors } = system;
  const before = system.save();
  const start = source.values(system.state);
  const steps: ToldStep[] = [];
  const taken: TakenStep[] = [];
  for (const choice of choices) {
    const step = system.stepOf(choice);
    steps.push({ actor: actors[choice.actor]?.name ?? "", label: system.describe(choice) });
    taken.push(takenStep(source, step));
    system.take(choice);
  }
  const { wrong } = system;
  system.restore(before);
  return { steps, run: { start, steps: taken, wrong } };
}

export function takenStep<State>(source: StepSource<State>, step: PlayedStep<State>): TakenStep {
  const { transition, state, violation } = step;
  return { transition, state: state === undefined ? undefined : source.values(state), violation };
}

/**
 * What must wait for what in a run of these choices, which may be a longer one than that under the
 * constraints; undefined when it depends on more than the order.
 */
export function orderOf(
  { actors }: System,
  shrunk: Shrunk | undefined,
  choices: readonly Choice[],
  steps: readonly ToldStep[],
  numbered: boolean,
): readonly Ordering[] | undefined {
  const place = (who: number, index: number): number | undefined => {
    const own = choices.flatMap(({ actor }, at) => (actor === who ? [at + 1] : []));
    return own[index];
  };
  const named = (step: number): string =>
    `${steps[step - 1]?.label}${numbered ? ` (step ${step})` : ""}`;
  return shrunk?.constraints.map(({ actor, step: index, after: before }): Ordering => {
    const step = place(actor, index);
    const after = place(before.actor, before.step);
    if (step === undefined) {
      return { step, after, words: `${actors[actor]?.name ?? ""} does not go on` };
    }
    const first = after === undefined ? (actors[before.actor]?.name ?? "") : named(after);
    return { step, after, words: `${named(step)} waits until ${first} is done` };
  });
}

/** Why a run fails, as lines. */
export function reasonsOf(order: readonly Ordering[] | undefined): string {
  if (order === undefined) return "  the run depends on more than the order of its steps\n";
  if (order.length === 0) return NO_ORDER;
  const shown = order.slice(0, CONSTRAINTS_SHOWN).map(({ words }) => `    ${words}\n`);
  const rest = order.length - shown.length;
  const more = rest > 0 ? `    … and ${rest} more\n` : "";
  return `  it happens because\n${shown.join("")}${more}`;
}

const NO_ORDER =
  "  no order is needed: it happens when everybody goes on for as long as possible\n";

/** Constraints that are printed; a run that needs more is not explained by them. */
const CONSTRAINTS_SHOWN = 10;
