/**
 * Runs described by what must wait for what, instead of step by step.
 *
 *     { actor: 2, step: 0, after: { actor: 0, step: 3 } }
 *     the first step of actor 2 waits until actor 0 has taken its fourth
 *
 * A *base* order says who goes when nothing is constrained: each actor as long as it can, cores
 * before what completes their work. A list of constraints then names only what differs from it.
 * Such a list stays meaningful when parts of it are taken away, which a list of step numbers does
 * not: every number behind the change would mean another step.
 */
import type { Actor, Choice, System } from "../system.ts";
import type { Run } from "./run.ts";

export interface Constraint {
  readonly actor: number;
  /** Zero-based: how many steps the actor has taken before this one. */
  readonly step: number;
  readonly after: { readonly actor: number; readonly step: number };
}

/**
 * What each actor does in its steps, in order. Beyond the end of its list, or where an action is
 * not possible, an actor does the first thing that it can.
 */
export type Actions = readonly (readonly number[])[];

/** Actors in the order in which they are asked, when nothing is constrained. */
export function baseOrder(actors: readonly Actor[]): readonly number[] {
  const rank = ({ kind }: Actor): number => (kind === "drain" || kind === "delivery" ? 0 : 1);
  return actors
    .map((_, index) => index)
    .toSorted((one, other) => {
      const [first, second] = [actors[one], actors[other]];
      if (first === undefined || second === undefined) return 0;
      return rank(first) - rank(second) || one - other;
    });
}

/** Runs in the base order under constraints; one that cannot be kept any more is ignored. */
export function steer(
  system: System,
  constraints: readonly Constraint[],
  actions: Actions,
  steps: number,
  watch: () => boolean,
): Run {
  const order = baseOrder(system.actors);
  const counts = new Int32Array(system.actors.length);
  const waits = new Map<string, Constraint[]>();
  for (const one of constraints) {
    const key = `${one.actor} ${one.step}`;
    const known = waits.get(key);
    if (known === undefined) waits.set(key, [one]);
    else known.push(one);
  }
  // What an actor did not do in the run that is told, it does only when nobody else can go.
  const isFree = (actor: number): boolean =>
    (counts[actor] ?? 0) < (actions[actor]?.length ?? 0) &&
    (waits.get(`${actor} ${counts[actor]}`) ?? []).every(
      ({ after }) => (counts[after.actor] ?? 0) > after.step,
    );
  const taken: Choice[] = [];
  for (;;) {
    if (watch()) return { choices: taken, ended: "found" };
    const choices = system.choices();
    if (choices.length === 0) return { choices: taken, ended: "end" };
    if (taken.length >= steps) return { choices: taken, ended: "steps" };
    const able = order.filter((actor) => choices.some((choice) => choice.actor === actor));
    // When everybody waits for somebody who cannot go, the constraints have no more to say.
    const actor = able.find(isFree) ?? able[0] ?? 0;
    const wanted = actions[actor]?.[counts[actor] ?? 0];
    const own = choices.filter((choice) => choice.actor === actor);
    const choice = own.find(({ action }) => action === wanted) ?? own[0];
    if (choice === undefined) return { choices: taken, ended: "end" };
    system.take(choice);
    taken.push(choice);
    counts[actor] = (counts[actor] ?? 0) + 1;
  }
}

/** Each step of a run waits for the step before it, if that is another actor's. */
export function constraintsOf(choices: readonly Choice[]): readonly Constraint[] {
  const counts = new Map<number, number>();
  const result: Constraint[] = [];
  let before: { readonly actor: number; readonly step: number } | undefined;
  for (const { actor } of choices) {
    const step = counts.get(actor) ?? 0;
    counts.set(actor, step + 1);
    if (before !== undefined && before.actor !== actor) result.push({ actor, step, after: before });
    before = { actor, step };
  }
  return result;
}

/** What each actor did in a run. */
export function actionsOf(actors: readonly Actor[], choices: readonly Choice[]): Actions {
  return actors.map((_, index) =>
    choices.filter(({ actor }) => actor === index).map(({ action }) => action),
  );
}
