/**
 * Unfolding a formula at a position: what it says about now, and what is left for later.
 *
 *     always p      p now, and the same again
 *     eventually p  p now, or the same again
 *     p until q     q now, or p now and the same again
 *     p release q   q now, and p now or the same again
 *
 * A wait whose deadline has passed is decided before the position is looked at: an obligation is
 * broken, a promise is kept. `within 3s after o.end` counts from the end of `o`, which may not have
 * come.
 */
import type { Formula } from "../../spec/log.ts";
import { type Environment, evaluate } from "./evaluate.ts";
import { type Interval, NEVER, type View } from "./monitor-state.ts";
import { allOf, isDecided, oneOf, type Residual, type Temporal, type Wait } from "./residual.ts";
import { FALSE, not, TRUE, type Truth, UNKNOWN } from "./truth.ts";

/** What is found out while unfolding. */
export interface Findings {
  /** A premise was true. */
  premise: boolean;
  /** The latest deadline that was missed. */
  missed: bigint | undefined;
}

/** The residual of a formula that begins at this position. */
export function unfold(
  view: View,
  formula: Formula,
  env: Environment,
  findings: Findings,
): Residual {
  switch (formula.kind) {
    case "state":
      return evaluate(view, formula.expr, env);
    case "at":
      return remembered(view, formula.moment, formula.negated, env);
    case "and":
      return allOf(formula.operands.map((operand) => unfold(view, operand, env, findings)));
    case "or":
      return oneOf(formula.operands.map((operand) => unfold(view, operand, env, findings)));
    case "premise":
      return premise(unfold(view, formula.operand, env, findings), findings);
    default: {
      const { bound } = formula;
      const deadline =
        bound === undefined || bound.after !== undefined ? undefined : view.now + bound.duration;
      return goOn(view, { kind: "wait", formula, deadline }, env, findings);
    }
  }
}

/** The residual after one more position. */
export function progress(
  view: View,
  residual: Residual,
  env: Environment,
  findings: Findings,
): Residual {
  if (isDecided(residual)) return residual;
  switch (residual.kind) {
    case "and":
      return allOf(residual.parts.map((part) => progress(view, part, env, findings)));
    case "or":
      return oneOf(residual.parts.map((part) => progress(view, part, env, findings)));
    case "at":
      return remembered(view, residual.moment, residual.negated, env);
    case "premise":
      return premise(progress(view, residual.inner, env, findings), findings);
    case "wait":
      return goOn(view, residual, env, findings);
  }
}

/** What a residual amounts to when the recording ends at `end`; unknown is pending. */
export function conclude(
  residual: Residual,
  end: bigint,
  env: Environment,
  findings: Findings,
): Truth {
  if (isDecided(residual)) return residual;
  switch (residual.kind) {
    case "and": {
      const decided = allOf(residual.parts.map((part) => conclude(part, end, env, findings)));
      return isDecided(decided) ? decided : UNKNOWN;
    }
    case "or": {
      const decided = oneOf(residual.parts.map((part) => conclude(part, end, env, findings)));
      return isDecided(decided) ? decided : UNKNOWN;
    }
    case "at":
      return UNKNOWN;
    case "premise": {
      const inner = conclude(residual.inner, end, env, findings);
      if (inner === FALSE) findings.premise = true;
      return inner;
    }
    case "wait": {
      if (!isObligation(residual.formula)) return TRUE;
      const deadline = deadlineOf(residual, env);
      if (deadline >= end) return UNKNOWN;
      miss(findings, deadline);
      return FALSE;
    }
  }
}

/** Whether something must still happen; the others must only not be broken. */
function isObligation(formula: Temporal): boolean {
  return formula.kind === "eventually" || formula.kind === "until";
}

function premise(inner: Residual, findings: Findings): Residual {
  if (!isDecided(inner)) return { kind: "premise", inner };
  if (inner === FALSE) findings.premise = true;
  return inner;
}

function goOn(view: View, wait: Wait, env: Environment, findings: Findings): Residual {
  const { formula } = wait;
  const deadline = deadlineOf(wait, env);
  if (deadline < view.now) {
    if (!isObligation(formula)) return TRUE;
    miss(findings, deadline);
    return FALSE;
  }
  const counts = startOf(wait, env) <= view.now;
  // A position in a gap may not be there: it can neither keep a promise for certain nor break one.
  const must = (part: Residual): Residual => (view.gap ? oneOf([part, UNKNOWN]) : part);
  const may = (part: Residual): Residual => (view.gap ? allOf([part, UNKNOWN]) : part);
  const unfolded = (operand: Formula): Residual => unfold(view, operand, env, findings);
  switch (formula.kind) {
    case "eventually":
      return counts ? oneOf([may(unfolded(formula.operand)), wait]) : wait;
    case "always":
      return counts ? allOf([must(unfolded(formula.operand)), wait]) : wait;
    case "until": {
      const left = allOf([must(unfolded(formula.left)), wait]);
      return counts ? oneOf([may(unfolded(formula.right)), left]) : left;
    }
    case "release": {
      const left = oneOf([may(unfolded(formula.left)), wait]);
      return counts ? allOf([must(unfolded(formula.right)), left]) : left;
    }
  }
}

function miss(findings: Findings, deadline: bigint): void {
  if (findings.missed === undefined || findings.missed < deadline) findings.missed = deadline;
}

/** The last time that counts; an end that has not come is never. */
function deadlineOf(wait: Wait, env: Environment): bigint {
  const { bound } = wait.formula;
  if (bound === undefined) return NEVER;
  if (bound.after === undefined) return wait.deadline ?? NEVER;
  const start = startOf(wait, env);
  return start === NEVER ? NEVER : start + bound.duration;
}

/** The first time that counts. */
function startOf(wait: Wait, env: Environment): bigint {
  const after = wait.formula.bound?.after;
  if (after === undefined) return -NEVER;
  const moment = after.kind === "arithmetic" ? after.left : after;
  const offset = after.kind === "arithmetic" ? after.right : undefined;
  if (moment.kind !== "moment") return NEVER;
  const interval = env[moment.slot];
  if (interval === undefined || typeof interval === "string") return NEVER;
  const time = moment.end ? interval.end : interval.begin;
  if (time === NEVER || offset?.kind !== "constant" || typeof offset.value !== "bigint")
    return time;
  return time + offset.value;
}

/** The value that the condition had at the moment; the residual itself when it has not come. */
function remembered(view: View, moment: number, negated: boolean, env: Environment): Residual {
  const value = view.state.log.moments[moment];
  const waiting: Residual = { kind: "at", moment, negated };
  const interval = value === undefined ? undefined : env[value.slot];
  if (value === undefined || interval === undefined || typeof interval === "string") return waiting;
  if (view.gap && isCurrent(view, value.end, interval)) return waiting;
  const known = interval.remembered.get(moment);
  if (known === undefined) return waiting;
  const id = value.id === undefined ? undefined : env[value.id.slot];
  const rails = (typeof id === "string" ? known.byId.get(id) : undefined) ?? known.fresh;
  const held = view.wary ? rails.wary : rails.seen;
  return negated ? not(held) : held;
}

/** In the gap before the position of a moment, the moment has not come. */
function isCurrent(view: View, end: boolean, interval: Interval): boolean {
  return (end ? interval.ended : interval.born) === view.position.index;
}
