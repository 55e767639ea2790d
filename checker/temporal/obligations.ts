/**
 * Obligations: what a run still has to do, as a graph of shared nodes.
 *
 *     5  until 0 4        true until (a and always not b)
 *     4  and 1 3
 *     3  release 2 …
 *     1  a     2  not b     0  true
 *
 * Formulas in negation normal form; equal ones are one node, so a set of obligations is a set of
 * numbers. Constants are folded where that is a matter of form: `or` with true is true.
 */
import type { Present } from "./formula.ts";

export type Obligation =
  | { readonly op: "true" | "false" }
  | { readonly op: "literal"; readonly present: Present; readonly positive: boolean }
  | {
      readonly op: "and" | "or" | "until" | "release";
      readonly left: number;
      readonly right: number;
    };

export interface Obligations {
  readonly all: readonly Obligation[];
  readonly truth: number;
  readonly falsehood: number;
  /** The number of a node; an equal one is found again. */
  readonly add: (node: Obligation) => number;
  readonly literal: (present: Present, positive: boolean) => number;
}

export function obligations(): Obligations {
  const all: Obligation[] = [];
  const known = new Map<string, number>();
  const add = (node: Obligation): number => {
    const key = JSON.stringify(node);
    const number = known.get(key) ?? all.push(node) - 1;
    known.set(key, number);
    return number;
  };
  const truth = add({ op: "true" });
  const falsehood = add({ op: "false" });
  const literal = (present: Present, positive: boolean): number =>
    add({ op: "literal", present, positive });
  return { all, truth, falsehood, add, literal };
}

export function and(nodes: Obligations, left: number, right: number): number {
  if (left === nodes.falsehood || right === nodes.falsehood) return nodes.falsehood;
  if (left === nodes.truth || left === right) return right;
  return right === nodes.truth ? left : nodes.add({ op: "and", left, right });
}

export function or(nodes: Obligations, left: number, right: number): number {
  if (left === nodes.truth || right === nodes.truth) return nodes.truth;
  if (left === nodes.falsehood || left === right) return right;
  return right === nodes.falsehood ? left : nodes.add({ op: "or", left, right });
}

export function until(nodes: Obligations, left: number, right: number): number {
  return nodes.add({ op: "until", left, right });
}

export function always(nodes: Obligations, operand: number): number {
  return nodes.add({ op: "release", left: nodes.falsehood, right: operand });
}
