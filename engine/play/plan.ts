/**
 * The plan of a run: what happens at its times and under its conditions, and not by itself.
 *
 *     at 5s..9s      the seed draws a moment            when c after 0..50us    c has become true
 *     swizzle        channels stand still, in turns     heal                    nothing fails now
 *
 * A step that the Model does not allow at its time is passed over. Chance has a stream of its own,
 * so that a line more or less does not make everything else another run.
 */
import type { Convergence, PlannedStep, Swizzle } from "../../spec/deployment.ts";
import type { Random } from "../schedule/random.ts";
import type { Playing } from "./playing.ts";
import { draw } from "./waiting.ts";

const MILLION = 1_000_000;

/** What a plan does to the run. */
export interface PlanEffects {
  /** Takes one of the transitions of a line, if the Model allows one now. */
  readonly strike: (step: PlannedStep) => void;
}

/** A line with a condition. */
interface Watched {
  readonly step: PlannedStep;
  wasTrue: boolean;
  /** How often it may become true and still be seen. */
  left: number;
}

/** Puts everything that has a time on the agenda; what is given is called after each step. */
export function beginPlan<State>(
  run: Playing<State>,
  random: Random,
  { strike }: PlanEffects,
): () => void {
  const { agenda, deployment } = run;
  const { plan, swizzles } = deployment;
  const happens = (step: PlannedStep): void => {
    if (step.action === "fault" && isHealed(run)) return;
    strike(step);
  };
  const watched: Watched[] = [];
  for (const step of plan) {
    const { trigger, chance } = step;
    if (trigger.kind === "when") {
      watched.push({ step, wasTrue: false, left: trigger.times });
      continue;
    }
    const time = drawBetween(random, trigger);
    if (isDrawn(random, chance)) agenda.later(time, () => happens(step));
  }
  for (const swizzle of swizzles) beginSwizzle(run, random, swizzle);
  const isWrong = beginConvergence(run);
  const watch = (one: Watched): void => {
    const { trigger, chance } = one.step;
    if (trigger.kind !== "when" || one.left === 0) return;
    const isTrue = holdsNow(run, trigger.condition);
    if (isTrue && !one.wasTrue) {
      one.left--;
      const time = agenda.now + drawBetween(random, trigger);
      if (isDrawn(random, chance)) agenda.later(time, () => happens(one.step));
    }
    one.wasTrue = isTrue;
  };
  return () => {
    for (const one of watched) watch(one);
    isWrong();
  };
}

/** From the heal on nothing fails. */
export function isHealed<State>({ deployment, agenda }: Playing<State>): boolean {
  return deployment.heal !== undefined && agenda.now >= deployment.heal;
}

function holdsNow<State>(
  { source, system }: Playing<State>,
  condition: Convergence["condition"],
): boolean {
  return source.holds(system.state, condition);
}

function drawBetween(
  random: Random,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  return draw(random, { least: from, most: to });
}

function isDrawn(random: Random, chance: number): boolean {
  return chance >= MILLION || random.below(MILLION) < chance;
}

/** In the first half of its time channels stop, in the second they start again. */
function beginSwizzle<State>(
  { agenda, stopped }: Playing<State>,
  random: Random,
  swizzle: Swizzle,
): void {
  const begin = drawBetween(random, swizzle);
  const { channels, duration } = swizzle;
  const moments = (
    orders: readonly number[],
    from: number,
    task: (channel: number) => void,
  ): void => {
    const gap = duration / 2 / Math.max(1, orders.length - 1);
    for (const [index, channel] of orders.entries()) {
      agenda.later(from + Math.floor(index * gap), () => task(channel));
    }
  };
  const count = (channel: number, by: number): void => {
    stopped[channel] = (stopped[channel] ?? 0) + by;
  };
  moments(shuffled(random, channels), begin, (channel) => count(channel, 1));
  moments(shuffled(random, channels), begin + Math.ceil(duration / 2), (channel) =>
    count(channel, -1),
  );
}

/** Fisher and Yates. */
function shuffled(random: Random, items: readonly number[]): readonly number[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

/** Judges what must have become true; what is given is called after each step. */
function beginConvergence<State>(run: Playing<State>): () => void {
  const { agenda, deployment, failures } = run;
  const { heal = 0, converge } = deployment;
  const due: Convergence[] = [];
  const judge = ({ name, condition }: Convergence): void => {
    if (!holdsNow(run, condition) && !failures.includes(name)) failures.push(name);
  };
  for (const one of converge) {
    agenda.later(heal + one.within, () => {
      due.push(one);
      judge(one);
    });
  }
  return () => {
    for (const one of due) judge(one);
  };
}
