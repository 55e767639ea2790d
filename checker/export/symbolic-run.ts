/**
 * `SymbolicRun`: one way through the effects of a transition, under way.
 *
 * Two things can stand against it. A condition that blocks goes into the guard of the run; one that
 * violates goes into the guard as well, and is noted as a violation where it is false.
 */
import type { Model } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";
import { type ExportLimit, tooLarge } from "./export-limit.ts";
import type { Formula, Formulas } from "./formula.ts";
import type { Layout } from "./layout.ts";
import type { SymbolicScope } from "./symbolic-evaluate.ts";
import type { Symbolic, SymbolicList } from "./symbolic.ts";

/** Ways through one transition. */
export const RUNS_MAX = 4096;

/** E0570: a transition has more than `RUNS_MAX` ways. */
export function tooManyRuns(): ExportLimit {
  const hint = "export a check with smaller ids or ranges";
  return tooLarge("one transition has too many outcomes", `${RUNS_MAX} outcomes`, hint);
}

/** One way through some effects. Never changed in place. */
export interface SymbolicRun {
  readonly guard: Formula;
  readonly state: readonly Symbolic[];
  readonly locals: readonly (Symbolic | undefined)[];
  /** What was chosen and who took part, for the label. */
  readonly remarks: readonly string[];
}

/** A place in the text where a step can violate, and the states in which it does. */
export interface SymbolicViolation {
  readonly property: "assert" | "range";
  readonly when: Formula;
  readonly remarks: readonly string[];
  readonly span: Span;
}

export interface SymbolicSetting {
  readonly layout: Layout;
  readonly f: Formulas;
  /** Instances in the middle of their step. */
  readonly busy: readonly number[];
  /** Filled while effects are performed. */
  readonly violations: SymbolicViolation[];
}

export type Runs = readonly SymbolicRun[];

export function scopeOf(run: SymbolicRun, setting: SymbolicSetting): SymbolicScope {
  return { f: setting.f, state: run.state, locals: run.locals, stores: setting.layout.stores };
}

export function withLocal(run: SymbolicRun, local: number, value: Symbolic): SymbolicRun {
  const locals = [...run.locals];
  locals[local] = value;
  return { ...run, locals };
}

export function withSlot(run: SymbolicRun, slot: number, value: Symbolic): SymbolicRun {
  return { ...run, state: run.state.with(slot, value) };
}

/** The run where the condition holds; nothing where it cannot. */
export function when(condition: Formula, run: SymbolicRun, f: Formulas): Runs {
  const guard = f.and(run.guard, condition);
  return guard === f.no ? [] : [{ ...run, guard }];
}

/**
 * The run where `violates` is false; elsewhere the step ends in a violation.
 */
export function unless(
  property: "assert" | "range",
  violates: Formula,
  span: Span,
  run: SymbolicRun,
  setting: SymbolicSetting,
): Runs {
  const { f } = setting;
  const reached = f.and(run.guard, violates);
  if (reached !== f.no) {
    setting.violations.push({ property, when: reached, remarks: run.remarks, span });
  }
  return when(f.not(violates), run, f);
}

/** Is the slot a ghost, which is no part of a state? */
export function isGhost(model: Model, slot: number): boolean {
  const role = model.slots[slot]?.role;
  return role?.role === "variable" && role.ghost;
}

/** A list that the guard keeps within its capacity. */
export function cut(list: SymbolicList, capacity: number): SymbolicList {
  return { ...list, elements: list.elements.slice(0, capacity) };
}
