/**
 * Is a loop fair? Counted by the reference evaluator, for the reader and for replay.
 *
 *     transition          kind     enabled   taken   verdict
 *     server.Data         weak     2 of 9    yes     taken
 *     app[C1].write       weak     6 of 9    no      allowed: not enabled in 3 of 9 states
 *
 * A transition is enabled in a state that has a step with it, or a step in which it takes part by
 * rendezvous; steps that violate a built-in property do not count, because they lead nowhere.
 */
import type { Model } from "../../spec/model.ts";
import { equalValues } from "../../spec/values.ts";
import { keyOf } from "../reference/identity.ts";
import { createMeter } from "../reference/meter.ts";
import { type Step, successors } from "../reference/successors.ts";
import type { Loop, LoopFairness, PathStep } from "../verdict.ts";
import { fairBitsOf } from "./fairness.ts";

/** What happens in a loop, by transition. */
interface Counts {
  /** Different states. */
  readonly states: number;
  /** In how many of them each transition is enabled. */
  readonly enabled: ReadonlyMap<number, number>;
  readonly taken: ReadonlySet<number>;
}

/** Kinds of transitions that a user can declare fair. */
const DECLARABLE: ReadonlySet<string> = new Set(["step", "receive", "timer", "interrupt"]);
/** Transitions that one hint names. */
const HINTED_MAX = 3;

/** The loop that begins behind step `start` of a path, with its fairness. */
export function loopOf(model: Model, steps: readonly PathStep[], start: number): Loop {
  const counts = countLoop(model, steps, start);
  return {
    start,
    stutters: start === steps.length - 1,
    states: counts.states,
    fairness: fairBitsOf(model).transitions.map((index) => rowOf(model, index, counts)),
    hint: hintOf(model, counts),
  };
}

/** Names a transition to which the loop is not fair; undefined when there is none. */
export function unfairTo({ fairness, states }: Loop): string | undefined {
  return fairness.find(({ kind, enabled, taken }) => {
    const due = kind === "strong" ? enabled > 0 : enabled === states;
    return due && !taken;
  })?.transition;
}

function countLoop(model: Model, steps: readonly PathStep[], start: number): Counts {
  const key = keyOf(model);
  const seen = new Set<string>();
  const enabled = new Map<number, number>();
  const taken = new Set<number>();
  for (let at = start; at < Math.max(start + 1, steps.length - 1); at++) {
    const state = steps[at]?.state ?? [];
    const possible = successors(model, state, createMeter()).steps;
    const next = steps[at + 1];
    const step = possible.find((each) => next !== undefined && isSame(each, next));
    for (const each of step === undefined ? [] : takenBy(step)) taken.add(each);
    if (seen.has(key(state))) continue;
    seen.add(key(state));
    const here = new Set(possible.filter(isGood).flatMap(takenBy));
    for (const each of here) enabled.set(each, (enabled.get(each) ?? 0) + 1);
  }
  return { states: seen.size, enabled, taken };
}

function isGood({ violation }: Step): boolean {
  return violation === undefined;
}

function takenBy({ transition, partners }: Step): readonly number[] {
  return [transition, ...partners];
}

function isSame(step: Step, wanted: PathStep): boolean {
  return (
    step.transition === wanted.transition &&
    step.label === wanted.label &&
    equalValues(step.choices, wanted.choices) &&
    equalValues(step.state, wanted.state)
  );
}

function rowOf(model: Model, index: number, counts: Counts): LoopFairness {
  const kind = model.transitions[index]?.fairness === "strong" ? "strong" : "weak";
  const enabled = counts.enabled.get(index) ?? 0;
  const taken = counts.taken.has(index);
  const transition = nameOf(model, index);
  return { transition, kind, enabled, taken, verdict: verdictOf(enabled, taken, counts.states) };
}

function verdictOf(enabled: number, taken: boolean, states: number): string {
  if (taken) return "taken";
  if (enabled === 0) return "never enabled";
  if (enabled === states) return "enabled for ever and never taken";
  return `allowed: not enabled in ${states - enabled} of ${states} states`;
}

/** The name of a transition, with the condition of its rule where the name is not the only one. */
function nameOf(model: Model, index: number): string {
  const transition = model.transitions[index];
  const name = transition?.name ?? "?";
  if (model.transitions.filter((other) => other.name === name).length < 2) return name;
  const text = model.rules[transition?.rules[0] ?? -1]?.text ?? "";
  const condition = text.indexOf(" if ");
  return condition < 0 ? name : `${name}${text.slice(condition)}`;
}

/** First what could be strongly fair in place of fair; else what could be fair at all. */
function hintOf(model: Model, { states, enabled, taken }: Counts): string | undefined {
  const skipped = [...enabled.keys()]
    .filter((index) => !taken.has(index))
    .toSorted((left, right) => left - right);
  const named = (fairness: string, everywhere: boolean): readonly string[] =>
    skipped
      .filter((index) => {
        const transition = model.transitions[index];
        const always = enabled.get(index) === states;
        return (
          transition?.fairness === fairness &&
          DECLARABLE.has(transition.kind) &&
          always === everywhere
        );
      })
      .map((index) => `\`${nameOf(model, index)}\``);
  const stronger = named("weak", false);
  if (stronger.length > 0) return advice(stronger, "strongly fair");
  const fair = named("none", true);
  if (fair.length > 0) return advice(fair, "fair");
  const strong = named("none", false);
  return strong.length > 0 ? advice(strong, "strongly fair") : undefined;
}

function advice(names: readonly string[], fairness: string): string {
  const shown = names.slice(0, HINTED_MAX);
  const rest = names.length - shown.length;
  const listed = rest > 0 ? `${shown.join(", ")} (or ${rest} more)` : shown.join(" or ");
  return `declare ${listed} \`${fairness}\` if no real run can pass it over for ever`;
}
