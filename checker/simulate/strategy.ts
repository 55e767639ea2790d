/**
 * How a walk chooses: uniformly, or by the priorities of PCT.
 *
 *     random   each possible step is as likely as any other
 *     pct      the thread with the highest priority goes on, whatever the others could do; at
 *              depth - 1 random moments the thread that has just moved falls behind all others
 *
 * PCT is the scheduler of Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler
 * with probabilistic guarantees of finding bugs" (ASPLOS 2010). A bug has depth d when d ordered
 * events make it happen; most have depth 1, 2 or 3. Of n threads and at most k steps, one run meets
 * a given bug of depth d with a probability of at least
 *
 *     1 / (n · k^(d-1))
 *
 * which does not shrink with the number of interleavings, as that of uniform choice does.
 *
 * What the bound assumes, and what is different here: the bug shows within the k steps of a run; d
 * is at least the bug's depth; and what a thread does next is determined by the order of threads
 * alone. Where a thread itself could go several ways, one is chosen uniformly, and the bound is to
 * be multiplied with the probability of those choices. A thread that comes back to a state of the
 * same run would go round for ever, so it falls behind (the paper lets threads that spin yield);
 * runs that do so are not covered.
 */
import type { Model, Transition } from "../../spec/model.ts";
import { isFault } from "../reference/built-in.ts";
import type { Random } from "./random.ts";
import type { Move, Place } from "./stepper.ts";

export type Strategy =
  | { readonly kind: "random" }
  /** `depth` is at least 1. */
  | { readonly kind: "pct"; readonly depth: number };

/** Makes the choices of one run. */
export interface Chooser {
  /** Index of the move to take; there is at least one, and none of them violates. */
  choose(moves: readonly Move<Place>[]): number;
  /** Tells what came of the last choice: a state that this run has been to before? */
  arrived(again: boolean): void;
}

/** A chooser for one run of at most `steps` steps. */
export function chooserOf(
  strategy: Strategy,
  threads: Threads,
  steps: number,
  random: Random,
): Chooser {
  if (strategy.kind === "pct") return byPriority(strategy.depth, threads, steps, random);
  return { choose: (moves) => random.below(moves.length), arrived: () => undefined };
}

/** Who moves independently of whom. */
export interface Threads {
  readonly names: readonly string[];
  /** By transition: index into `names`. */
  readonly of: readonly number[];
}

/**
 * The threads of a Model: each instance, and beside them whatever may strike or not: each fault,
 * each fault of a channel, each store buffer that writes back.
 */
export function threadsOf(model: Model): Threads {
  const names: string[] = [];
  const index = new Map<string, number>();
  const of = model.transitions.map((transition) => {
    const name = threadName(model, transition);
    const known = index.get(name) ?? names.push(name) - 1;
    index.set(name, known);
    return known;
  });
  return { names, of };
}

function threadName(model: Model, { name, kind, instance }: Transition): string {
  const owner = instance === undefined ? undefined : model.instances[instance]?.name;
  return owner === undefined || isFault(kind) || kind === "flush" ? `${kind} ${name}` : owner;
}

/** The probability that one run meets a given bug of this depth, by the bound above. */
export function pctBound(threads: number, steps: number, depth: number): number {
  return 1 / (Math.max(1, threads) * steps ** (depth - 1));
}

function byPriority(depth: number, threads: Threads, steps: number, random: Random): Chooser {
  // Priorities from `depth` on are the threads' own; those below are for change points.
  const priorities = shuffled(threads.names.length, random).map((rank) => depth + rank);
  const changes = new Map<number, number>();
  for (let point = 1; point < depth; point++) changes.set(1 + random.below(steps), point);
  let taken = 0;
  let running = -1;
  let lowest = 0;
  return {
    choose(moves) {
      const threadOf = (move: Move<Place>): number => threads.of[move.transition ?? -1] ?? -1;
      const priorityOf = (move: Move<Place>): number => priorities[threadOf(move)] ?? 0;
      const highest = Math.max(...moves.map(priorityOf));
      const able = moves.flatMap((move, at) => (priorityOf(move) === highest ? [at] : []));
      const chosen = able[random.below(able.length)] ?? 0;
      const move = moves[chosen];
      running = move === undefined ? -1 : threadOf(move);
      return chosen;
    },
    arrived(again) {
      taken++;
      const change = changes.get(taken);
      if (change !== undefined) priorities[running] = change;
      // Below all change points, and below those that fell behind before.
      if (again) priorities[running] = --lowest;
    },
  };
}

/** The numbers below `count` in random order (Fisher and Yates). */
function shuffled(count: number, random: Random): number[] {
  const numbers = Array.from({ length: count }, (_, number) => number);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const swapped = numbers[last] ?? 0;
    numbers[last] = numbers[other] ?? 0;
    numbers[other] = swapped;
  }
  return numbers;
}
