/**
 * Why a line of a scenario does not fit: the state in which it does not, and what stands in its
 * way.
 *
 * The state shown is the first of those that fit, to which the way is shortest. A step that is not
 * possible is explained twice: what keeps each transition of that name, and what was possible
 * instead.
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Expr, Model, ScenarioStep } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import { explain, sentence } from "./explain.ts";
import { type Fit, pathOf, stateOf } from "./explore/closure.ts";
import {
  cannotDo,
  counted,
  doesNotFail,
  expectationFails,
  violatesInScenario,
} from "./findings.ts";
import { isInMode, reasonOf, transitionScope, writtenGuard } from "./hindrance.ts";
import { frame, holds } from "./reference/evaluate.ts";
import { createMeter } from "./reference/meter.ts";
import type { Violation } from "./reference/outcome.ts";
import { successors } from "./reference/successors.ts";
import { type Sources, wordsAt } from "./source-words.ts";
import type { Clause, PathStep } from "./verdict.ts";

/** Labels listed in one note. */
const MAX_LABELS = 8;

export interface Failure {
  readonly diagnostic: Diagnostic;
  /** Steps to the state in which the line does not fit. */
  readonly path: readonly PathStep[];
  readonly reason: string;
  readonly why: readonly Clause[];
  readonly span: Span;
}

type Line<Kind extends ScenarioStep["kind"]> = Extract<ScenarioStep, { readonly kind: Kind }>;

/** `do t` where no step of that name is possible. */
export function stepImpossible(
  line: Line<"do">,
  fits: readonly Fit[],
  model: Model,
  sources: Sources,
): Failure {
  const [first] = fits;
  const path = first === undefined ? [] : pathOf(first);
  const state = first === undefined ? [] : stateOf(first);
  const { steps, hindrances } =
    first === undefined ? { steps: [], hindrances: [] } : successors(model, state, createMeter());
  const own = hindrances.filter(({ transition }) => line.transitions.includes(transition));
  const reasons = own.flatMap(({ transition, obstacle }) => {
    const known = model.transitions[transition];
    return known === undefined ? [] : [reasonOf(model, known, obstacle, state, sources)];
  });
  // A transition without a hindrance of its own receives by rendezvous: it waits for a sender.
  const why = reasons.length === 0 ? ["nobody sends what it receives"] : [...new Set(reasons)];
  const notes = [...why, instead(steps.map(({ label }) => label)), ...after(path, fits.length)];
  const states = path.map((step) => step.state);
  const blocked = own.find(({ obstacle }) => obstacle.why === "guard")?.transition;
  const clauses = guardClauses(model, blocked, states, sources);
  return {
    diagnostic: cannotDo(line.name, line.span, notes),
    path,
    reason: `\`do ${line.name}\` is not possible here: ${why.join("; ")}`,
    why: clauses,
    span: line.span,
  };
}

/**
 * What makes the written guard of a transition false in the last state; none when it is the mode.
 */
function guardClauses(
  model: Model,
  number: number | undefined,
  states: readonly PathStep["state"][],
  sources: Sources,
): readonly Clause[] {
  const transition = model.transitions[number ?? -1];
  const state = states.at(-1) ?? [];
  if (transition === undefined || !isInMode(model, transition, state)) return [];
  const scope = transitionScope(model, transition, state);
  return writtenGuard(model, transition)
    .filter((conjunct) => !holds(conjunct, scope))
    .flatMap((conjunct) => explain(conjunct, scope.locals, states, sources));
}

/** `do t` where a step of that name violates a built-in property. */
export function stepViolates(
  line: Line<"do">,
  fit: Fit,
  violation: Violation,
  sources: Sources,
): Failure {
  const path = pathOf(fit);
  const { property, span } = violation;
  const culprit =
    violation.property === "assert"
      ? `\`${wordsAt(sources, violation.condition.span)}\` is false`
      : `\`${wordsAt(sources, span)}\` leaves its range`;
  const why =
    violation.property === "assert"
      ? explain(
          violation.condition,
          violation.locals,
          path.map(({ state }) => state),
          sources,
        )
      : [];
  const notes = after(path, 1);
  return {
    diagnostic: violatesInScenario(property, line.span, span, notes),
    path,
    reason: `\`do ${line.name}\` violates \`${property}\`: ${culprit}`,
    why,
    span,
  };
}

interface Judged {
  readonly span: Span;
  readonly condition: Expr;
  readonly locals: number;
}

/** `expect e` where `e` is false. */
export function expectationFailed(
  line: Judged,
  fit: Fit,
  count: { readonly wrong: number; readonly all: number },
  sources: Sources,
): Failure {
  const path = pathOf(fit);
  const states = path.map(({ state }) => state);
  const why = explain(line.condition, frame(line.locals), states, sources);
  const text = wordsAt(sources, line.condition.span);
  const notes = [...some("false", count), ...after(path, 1)];
  return {
    diagnostic: expectationFails(text, line.span, sentence(why), notes),
    path,
    reason: `\`${text}\` is expected and false: ${sentence(why)}`,
    why,
    span: line.span,
  };
}

/** `must fail P` where `P` is true. */
export function invariantHolds(
  line: Judged & { readonly property: string },
  fit: Fit,
  count: { readonly wrong: number; readonly all: number },
  sources: Sources,
): Failure {
  const path = pathOf(fit);
  const states = path.map(({ state }) => state);
  const why = explain(line.condition, frame(line.locals), states, sources);
  const notes = [...some("true", count), ...after(path, 1)];
  return {
    diagnostic: doesNotFail(line.property, line.span, `true: ${sentence(why)}`, notes),
    path,
    reason: `\`${line.property}\` must fail here and is true: ${sentence(why)}`,
    why,
    span: line.span,
  };
}

function some(value: string, count: { readonly wrong: number; readonly all: number }): string[] {
  if (count.all === 1) return [];
  return [`${value} in ${count.wrong} of ${counted(count.all, "state")} that fit the lines before`];
}

function instead(labels: readonly string[]): string {
  const distinct = [...new Set(labels)];
  if (distinct.length === 0) return "no step is possible here";
  const more = distinct.length > MAX_LABELS ? `, and ${distinct.length - MAX_LABELS} more` : "";
  return `possible instead: ${distinct.slice(0, MAX_LABELS).join(", ")}${more}`;
}

function after(path: readonly PathStep[], fits: number): readonly string[] {
  if (fits > 1) return [`in none of ${counted(fits, "state")} that fit the lines before`];
  const labels = path.slice(1).map(({ label }) => label);
  if (labels.length === 0) return ["in the initial state"];
  const shown = labels.length > MAX_LABELS ? ["…", ...labels.slice(-MAX_LABELS)] : labels;
  return [`after ${shown.join(", ")}`];
}
