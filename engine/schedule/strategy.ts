/**
 * Strategies: who goes next when several could.
 *
 *     round robin   each actor in turn; a baseline that finds almost nothing
 *     random        every choice as likely
 *     lazy drain    like random, but what only completes what others began (drains of store
 *                   buffers, deliveries) happens seldom, or when nothing else can
 *     PCT           actors have random priorities, the highest goes; at depth - 1 random moments
 *                   the one that would go falls behind all others
 *
 * PCT is from Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler with
 * probabilistic guarantees of finding bugs" (2010): a run of at most k steps of n actors finds a
 * bug that needs d ordering constraints with probability at least 1 / (n * k^(d - 1)). The actors
 * include drains and devices: with these hidden inside cores the bound would not apply.
 *
 * A strategy keeps what it knows of one run; make a new one for each.
 */
import type { Actor, Choice } from "../system.ts";
import { createRandom, type Random } from "./random.ts";

export interface Strategy {
  /** Index into `choices`, of which there is at least one. */
  pick(choices: readonly Choice[]): number;
}

export type StrategyName = "round robin" | "random" | "lazy drain" | "pct";

/** How seldom lazy drain lets drains and deliveries go while others can. */
export const DRAIN_CHANCE = 0.05;

export function roundRobin(): Strategy {
  let last = -1;
  return {
    pick(choices) {
      const after = choices.findIndex(({ actor }) => actor > last);
      const index = after === -1 ? 0 : after;
      last = choices[index]?.actor ?? last;
      return index;
    },
  };
}

export function uniform(random: Random): Strategy {
  return { pick: ({ length }) => random.below(length) };
}

export function lazyDrain(actors: readonly Actor[], random: Random): Strategy {
  const completes = actors.map(({ kind }) => kind === "drain" || kind === "delivery");
  return {
    pick(choices) {
      const begin = choices.flatMap(({ actor }, index) => (completes[actor] ? [] : [index]));
      if (begin.length === 0 || random.chance(DRAIN_CHANCE)) return random.below(choices.length);
      return begin[random.below(begin.length)] ?? 0;
    },
  };
}

/** `depth` of the bug that is looked for, `steps` that a run takes at most. */
export function pct(
  actors: readonly Actor[],
  random: Random,
  depth: number,
  steps: number,
): Strategy {
  // A higher number goes first; those that fall behind get numbers below all of them.
  const order = shuffled(actors.length, random);
  const priority = order.map((place) => place + depth);
  const changes = new Map<number, number>();
  for (let change = 1; change < depth; change++) changes.set(random.below(steps), change);
  let step = 0;
  const priorityOf = ({ actor }: Choice): number => priority[actor] ?? 0;
  const highest = (choices: readonly Choice[]): Choice | undefined =>
    choices.reduce<Choice | undefined>(
      (best, choice) =>
        best === undefined || priorityOf(choice) > priorityOf(best) ? choice : best,
      undefined,
    );
  return {
    pick(choices) {
      const falls = changes.get(step++);
      const first = highest(choices);
      if (falls !== undefined && first !== undefined) priority[first.actor] = depth - 1 - falls;
      const actor = highest(choices)?.actor;
      const own = choices.flatMap((choice, index) => (choice.actor === actor ? [index] : []));
      return own[random.below(own.length)] ?? 0;
    },
  };
}

/** A random order of the numbers below `count`. */
function shuffled(count: number, random: Random): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [numbers[last], numbers[other]] = [numbers[other] ?? 0, numbers[last] ?? 0];
  }
  return numbers;
}

/** The strategy of a name for one run. */
export function strategyOf(
  name: StrategyName,
  actors: readonly Actor[],
  seed: number,
  { depth, steps }: { readonly depth: number; readonly steps: number },
): Strategy {
  const random = createRandom(seed);
  switch (name) {
    case "round robin":
      return roundRobin();
    case "random":
      return uniform(random);
    case "lazy drain":
      return lazyDrain(actors, random);
    case "pct":
      return pct(actors, random, depth, steps);
  }
}
