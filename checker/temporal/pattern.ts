/**
 * Formulas that need no automaton: the common ones, over conditions of single states.
 *
 *     always p                                            no state is not p
 *     eventually q                                        from the first state on: no fair way
 *     p leads to q,  always (p implies eventually q)      from states with p on: that avoids q
 *     always eventually q                                 from every state on
 *
 * The last three are one question, *avoiding*: is there a fair run that stays for ever in states
 * without q, once it has come to a place where q is due?
 */
import type { Expr, Temporal } from "../../spec/model.ts";
import { asCondition } from "./formula.ts";

export type Pattern =
  | { readonly kind: "always"; readonly condition: Expr }
  | { readonly kind: "avoiding"; readonly due: Due; readonly goal: Expr };

/** Where the goal is due: in initial states, in all, or where a premise is true. */
export type Due = "initial" | "everywhere" | { readonly premise: Expr };

/** The pattern of a formula; undefined when it needs the automaton. */
export function patternOf(formula: Temporal): Pattern | undefined {
  switch (formula.op) {
    case "eventually": {
      const goal = asCondition(formula.operand);
      return goal && { kind: "avoiding", due: "initial", goal };
    }
    case "leadsTo": {
      const premise = asCondition(formula.left);
      const goal = premise && asCondition(formula.right);
      return premise && goal && { kind: "avoiding", due: { premise }, goal };
    }
    case "always":
      return patternOfAlways(formula.operand);
    default:
      return undefined;
  }
}

function patternOfAlways(operand: Temporal): Pattern | undefined {
  const condition = asCondition(operand);
  if (condition !== undefined) return { kind: "always", condition };
  if (operand.op === "eventually") {
    const goal = asCondition(operand.operand);
    return goal && { kind: "avoiding", due: "everywhere", goal };
  }
  if (operand.op === "implies" && operand.right.op === "eventually") {
    const premise = asCondition(operand.left);
    const goal = premise && asCondition(operand.right.operand);
    return premise && goal && { kind: "avoiding", due: { premise }, goal };
  }
  return undefined;
}

/** The premise without which a formula says nothing, as far as it is about single states. */
export function premiseOf(formula: Temporal): Expr | undefined {
  if (formula.op === "leadsTo") return asCondition(formula.left);
  if (formula.op !== "always" || asCondition(formula.operand) !== undefined) {
    return formula.op === "always" ? premiseOfCondition(asCondition(formula.operand)) : undefined;
  }
  return formula.operand.op === "implies" ? asCondition(formula.operand.left) : undefined;
}

function premiseOfCondition(condition: Expr | undefined): Expr | undefined {
  return condition?.op === "implies" ? condition.left : undefined;
}
