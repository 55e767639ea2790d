/**
 * What must be so for a condition to be true: its conjuncts, each with the truth that it needs.
 *
 *     not (a implies b and c)    needs    a true,  b and c false
 *
 * While one of them is not as needed, the condition stays false until somebody changes what that
 * one reads. The finer the conjuncts, the fewer can change it.
 */
import type { Expr } from "../../spec/model.ts";
import { and } from "../../spec/fold.ts";
import { holds, type Scope } from "../reference/evaluate.ts";

export interface Conjunct {
  readonly expr: Expr;
  readonly truth: boolean;
}

export function conjunctsOf(expr: Expr, truth: boolean): readonly Conjunct[] {
  switch (expr.op) {
    case "not":
      return conjunctsOf(expr.operand, !truth);
    case "and":
      if (!truth) break;
      return [...conjunctsOf(expr.left, true), ...conjunctsOf(expr.right, true)];
    case "or":
      if (truth) break;
      return [...conjunctsOf(expr.left, false), ...conjunctsOf(expr.right, false)];
    case "implies":
      if (truth) break;
      return [...conjunctsOf(expr.left, true), ...conjunctsOf(expr.right, false)];
    default:
      break;
  }
  return [{ expr, truth }];
}

/** The conjuncts that are not as needed. */
export function unmet(conjuncts: readonly Conjunct[], scope: Scope): readonly Conjunct[] {
  return conjuncts.filter(({ expr, truth }) => holds(expr, scope) !== truth);
}

/**
 * For each premise of an invariant, outermost first: the condition that it and those before it hold
 * for some choice of the quantified elements (see `premise.ts`).
 */
export function premisesAsConditions(condition: Expr): readonly Expr[] {
  if (condition.op === "forall") {
    return premisesAsConditions(condition.body).map((body) => ({
      ...condition,
      op: "exists",
      body,
    }));
  }
  if (condition.op !== "implies") return [];
  const { left, right } = condition;
  return [left, ...premisesAsConditions(right).map((inner) => and(left, inner))];
}
