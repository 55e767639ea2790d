/**
 * Premises of a condition: what must be true before it says anything.
 *
 *     server in Up and quiet  implies  forall c: app[c] in Open  implies  c in server.table
 *     ─────── premise 1 ────                    ─── premise 2 ──
 *
 * An invariant whose premises never hold together is true of anything, so the number of states in
 * which they held belongs to its verdict. An element of a quantifier counts by itself: premise 2
 * holds in a state where it is true of some `c`.
 */
import type { Expr } from "../spec/model.ts";
import { parts } from "../spec/values.ts";
import { bind, evaluate, holds, type Scope } from "./reference/evaluate.ts";

/** The premises, outermost first; none for a condition of another form. */
export function premisesOf(condition: Expr): readonly Expr[] {
  if (condition.op === "forall") return premisesOf(condition.body);
  if (condition.op === "implies") return [condition.left, ...premisesOf(condition.right)];
  return [];
}

/** How many premises hold together for some choice of the quantified elements. */
export function premisesMet(condition: Expr, scope: Scope): number {
  if (condition.op === "implies") {
    return holds(condition.left, scope) ? 1 + premisesMet(condition.right, scope) : 0;
  }
  // Without a premise inside, the elements need not be visited.
  if (condition.op !== "forall" || premisesOf(condition).length === 0) return 0;
  return parts(evaluate(condition.domain, scope))
    .map((element) => premisesMet(condition.body, bind(scope, condition.local, element)))
    .reduce((most, met) => Math.max(most, met), 0);
}
