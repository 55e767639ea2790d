/**
 * The fewest ordering constraints that still make a run fail: the explanation of the failure.
 *
 *     all constraints of the run ──ddmin──► a list of which none can be left out
 *
 * Delta debugging after Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input"
 * (2002): parts of the list are left out, in halves at first, then in smaller parts, as long as the
 * run fails without them. The number of constraints that remain bounds the depth of the bug in the
 * sense of PCT. No constraint means that the base order alone fails.
 */
import type { Choice, System } from "../system.ts";
import { actionsOf, type Constraint, constraintsOf, steer } from "./constraints.ts";
import type { Run } from "./run.ts";

export interface Shrunk {
  readonly constraints: readonly Constraint[];
  /** The run under these constraints; it fails as the first one did. */
  readonly run: Run;
  /** Runs that were tried. */
  readonly tries: number;
}

/** Runs that are tried at most. */
export const TRIES_MAX = 20_000;

/**
 * Shrinks a failing run that began in the present state, to which the System returns. `fails` is
 * asked in each state. Undefined when the run cannot be told by constraints: then replay it as it
 * is.
 */
export function shrink<Saved>(
  system: System<Saved>,
  failing: Run,
  fails: () => boolean,
  triesMax: number = TRIES_MAX,
): Shrunk | undefined {
  const start = system.save();
  const actions = actionsOf(system.actors, failing.choices);
  // A steered run takes other ways around, so it may need more steps.
  const steps = failing.choices.length * 2 + system.actors.length;
  const trial = { tries: 0 };
  const attempt = (constraints: readonly Constraint[]): Run | undefined => {
    trial.tries++;
    system.restore(start);
    const tried = steer(system, constraints, actions, steps, fails);
    return tried.ended === "found" ? tried : undefined;
  };
  const all = constraintsOf(failing.choices);
  const first = attempt(all);
  if (first === undefined) {
    system.restore(start);
    return undefined;
  }
  const least = minimal({ constraints: all, run: first }, attempt, () => trial.tries < triesMax);
  // A step that never came is no explanation: name the last one that did come before.
  const told = least.constraints.map((one) => tightened(one, least.run.choices));
  const retold = attempt(told);
  system.restore(start);
  const { tries } = trial;
  return retold === undefined ? { ...least, tries } : { constraints: told, run: retold, tries };
}

interface Failing {
  readonly constraints: readonly Constraint[];
  readonly run: Run;
}

/** Leaves out parts of the constraints, halves at first and single ones in the end. */
function minimal(
  failing: Failing,
  attempt: (constraints: readonly Constraint[]) => Run | undefined,
  mayTry: () => boolean,
): Failing {
  let best = failing;
  for (let parts = 1; best.constraints.length > 0 && mayTry(); ) {
    const { length } = best.constraints;
    const size = Math.ceil(length / parts);
    const smaller = withoutPart(best.constraints, size, attempt, mayTry);
    if (smaller === undefined && size === 1) break;
    parts = smaller === undefined ? Math.min(parts * 2, length) : Math.max(1, parts - 1);
    best = smaller ?? best;
  }
  return best;
}

/** The first part of this size that can be left out. */
function withoutPart(
  constraints: readonly Constraint[],
  size: number,
  attempt: (constraints: readonly Constraint[]) => Run | undefined,
  mayTry: () => boolean,
): Failing | undefined {
  for (let from = 0; from < constraints.length && mayTry(); from += size) {
    const rest = [...constraints.slice(0, from), ...constraints.slice(from + size)];
    const run = attempt(rest);
    if (run !== undefined) return { constraints: rest, run };
  }
  return undefined;
}

/** The same constraint with the last step that the other actor took before in this run. */
function tightened(constraint: Constraint, choices: readonly Choice[]): Constraint {
  const { actor, step, after } = constraint;
  let own = 0;
  let others = 0;
  for (const choice of choices) {
    if (choice.actor === actor && own++ === step) break;
    if (choice.actor === after.actor) others++;
  }
  return others > 0 && others <= after.step
    ? { actor, step, after: { actor: after.actor, step: others - 1 } }
    : constraint;
}
