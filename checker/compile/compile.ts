/**
 * `compileModel`: from a Model to Code and the meaning of its numbers.
 *
 *     Model ──layoutOf──► Layout ──routines──► Code      Plan: labels, sites, counters
 *
 * A construct that compiled code cannot do makes the whole Model *unsupported*, with the construct
 * in words; the reference search then takes its place. Nothing is approximated.
 */
import type { Model } from "../../spec/model.ts";
import type { Code } from "./code.ts";
import { type ConditionCounters, judgeRoutines } from "./judge.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { newPlan, type Plan } from "./plan.ts";
import { expandRoutines } from "./transitions.ts";
import { unsupportedBy } from "./unsupported.ts";

export interface Compiled {
  readonly layout: Layout;
  readonly plan: Plan;
  readonly code: Code;
  readonly invariants: readonly ConditionCounters[];
  readonly goals: readonly ConditionCounters[];
  /** Counter of channels with waiting messages, over all states. */
  readonly messages: number;
}

/** The Code of a Model, or what in it cannot be compiled. */
export function compileModel(model: Model): Compiled | { readonly unsupported: string } {
  try {
    const layout = layoutOf(model);
    const plan = newPlan(model);
    const judge = judgeRoutines(layout, plan);
    const expand = expandRoutines(layout, plan);
    const code: Code = {
      words: layout.words,
      registers: plan.registers(),
      labels: plan.labels.length,
      counters: plan.counters(),
      sites: plan.sites.length,
      expand,
      judge: judge.routines,
    };
    const { invariants, goals, messages } = judge;
    return { layout, plan, code, invariants, goals, messages };
  } catch (error) {
    const unsupported = unsupportedBy(error);
    if (unsupported === undefined) throw error;
    return { unsupported };
  }
}
