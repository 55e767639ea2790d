/**
 * What a search notes down while it goes: conditions, rules, bounds, and what ever changed.
 *
 * Counts only; states are known by their ids in the graph. Everything is kept in the order of the
 * Model, so that two searches of one Model give the same bytes.
 */
import type { Invariant, Model, Value } from "../../spec/model.ts";
import { equalValues, part } from "../../spec/values.ts";
import { premisesMet, premisesOf } from "../premise.ts";
import { frame, holds } from "../reference/evaluate.ts";
import type { Meter } from "../reference/meter.ts";
import type { Hindrance } from "../reference/successors.ts";
import type { BoundHit, RuleCoverage } from "../verdict.ts";

/** Counts of one condition, and the first state in which it had the value that matters. */
export interface ConditionCounts {
  readonly subject: Invariant;
  /** False for invariants, true for goals. */
  readonly wanted: boolean;
  examined: number;
  trueIn: number;
  readonly premises: number[];
  first: number | undefined;
}

export function countCondition(subject: Invariant, wanted: boolean): ConditionCounts {
  const premises = premisesOf(subject.condition).map(() => 0);
  return { subject, wanted, examined: 0, trueIn: 0, premises, first: undefined };
}

export function judgeCondition(
  counts: ConditionCounts,
  state: readonly Value[],
  id: number,
  weight: number,
  meter: Meter,
): void {
  const { condition, locals } = counts.subject;
  const scope = { state, locals: frame(locals), meter };
  const value = holds(condition, scope);
  counts.examined += weight;
  if (value) counts.trueIn += weight;
  if (value === counts.wanted) counts.first ??= id;
  const met = counts.premises.length === 0 ? 0 : premisesMet(condition, scope);
  for (let level = 0; level < met; level++)
    counts.premises[level] = (counts.premises[level] ?? 0) + weight;
}

// ---------------------------------------------------------------------------- rules

/** By rule: how often it was taken, steps that violate included. */
export type RuleTally = number[];

export function countRules(model: Model): RuleTally {
  return model.rules.map(() => 0);
}

export function noteRules(tally: RuleTally, rules: readonly number[], weight: number): void {
  for (const rule of rules) tally[rule] = (tally[rule] ?? 0) + weight;
}

export function coverageOf(tally: RuleTally): readonly RuleCoverage[] {
  return tally.map((taken, rule) => ({ rule, taken }));
}

// ---------------------------------------------------------------------------- bounds

/** For each slot: states in which it was full, or used up, and therefore disabled something. */
export type BoundTally = number[];

export function countBounds(model: Model): BoundTally {
  return model.slots.map(() => 0);
}

export function noteBounds(
  tally: BoundTally,
  model: Model,
  state: readonly Value[],
  hindrances: readonly Hindrance[],
  weight: number,
): void {
  const full = hindrances.flatMap(({ obstacle }) => {
    if (obstacle.why === "room") return [model.channels[obstacle.channel]?.slot ?? -1];
    return obstacle.why === "store" ? [obstacle.buffer] : [];
  });
  const used = model.faults.flatMap(({ slot, bound }) =>
    slot !== undefined && bound !== undefined && Number(part(state, slot)) >= bound ? [slot] : [],
  );
  for (const slot of new Set([...full, ...used])) tally[slot] = (tally[slot] ?? 0) + weight;
}

/**
 * Counts by slot in the whole graph: over all states that one stands for, slots that stand for each
 * other are met equally often.
 */
export function spreadCounts(
  tally: BoundTally,
  alike: readonly (readonly number[])[],
): readonly number[] {
  const spread = [...tally];
  for (const slots of alike) {
    const sum = slots.reduce((total, slot) => total + (tally[slot] ?? 0), 0);
    for (const slot of slots) spread[slot] = sum / slots.length;
  }
  return spread;
}

export function boundHits(tally: readonly number[], model: Model): readonly BoundHit[] {
  return model.slots.flatMap(({ name, role }, slot): BoundHit[] => {
    const count = tally[slot] ?? 0;
    if (count === 0) return [];
    switch (role.role) {
      case "channel": {
        const limit = model.channels[role.channel]?.capacity ?? 0;
        return [{ bound: "capacity", subject: name, limit, count }];
      }
      case "buffer":
        return [{ bound: "capacity", subject: name, limit: role.entries, count }];
      default: {
        const fault = model.faults.find((candidate) => candidate.slot === slot);
        if (fault?.bound === undefined) return [];
        return [{ bound: "faults", subject: fault.name, limit: fault.bound, count }];
      }
    }
  });
}

// ---------------------------------------------------------------------------- change

/** Marks the slots in which `state` differs from their initial values. */
export function noteChanges(changed: boolean[], model: Model, state: readonly Value[]): void {
  for (const [slot, { initial }] of model.slots.entries()) {
    if (changed[slot] !== true && !equalValues(part(state, slot), initial)) changed[slot] = true;
  }
}

/** The marks of the whole graph: slots that stand for each other change together. */
export function spreadMarks(
  changed: readonly boolean[],
  alike: readonly (readonly number[])[],
): readonly boolean[] {
  const spread = [...changed];
  for (const slots of alike) {
    const any = slots.some((slot) => changed[slot] === true);
    for (const slot of slots) spread[slot] = any;
  }
  return spread;
}
