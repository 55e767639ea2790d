/**
 * Why a temporal formula is false of a run, in a sentence, and the clauses behind it.
 *
 *     p leads to q      `p` is true at step 4, and `q` never after that
 *     always r          `r` is false at step 7
 *     a until b         neither `a` nor `b` is true at step 3
 *
 * The formula is followed down to the place that decides, by its definition.
 */
import type { Temporal, Value } from "../../spec/model.ts";
import { explain } from "../explain.ts";
import { frame } from "../reference/evaluate.ts";
import { type Sources, wordsAt } from "../source-words.ts";
import type { Clause } from "../verdict.ts";
import { asCondition } from "./formula.ts";
import { type Evaluation, evaluationOf, type Word } from "./word.ts";

export interface Account {
  readonly reason: string;
  readonly why: readonly Clause[];
}

interface Telling {
  readonly word: Word;
  readonly evaluation: Evaluation;
  readonly sources: Sources;
  readonly locals: number;
}

/** Why `formula` is false at the beginning of the run. `label` names the instance. */
export function accountOf(
  formula: Temporal,
  label: string,
  word: Word,
  locals: number,
  sources: Sources,
): Account {
  const telling = { word, evaluation: evaluationOf(word, formula, locals), sources, locals };
  const where = label === "" ? "" : ` (${label})`;
  return {
    reason: `${falsehood(formula, 0, telling)}${where}`,
    why: clausesOf(formula, telling),
  };
}

/** Says why a formula is false at a position. */
function falsehood(formula: Temporal, at: number, telling: Telling): string {
  const words = quote(formula, telling);
  switch (formula.op) {
    case "always": {
      const first = firstFrom(at, formula.operand, false, telling);
      return falsehood(formula.operand, first, telling);
    }
    case "eventually":
      return `${quote(formula.operand, telling)} is never true${since(at, telling)}`;
    case "leadsTo": {
      const never: Temporal = { op: "eventually", operand: formula.right, span: formula.span };
      const first = firstWhere(at, telling, (position) => {
        return isTrue(formula.left, position, telling) && !isTrue(never, position, telling);
      });
      return owed(formula.left, formula.right, first, telling);
    }
    case "implies":
      if (formula.right.op === "eventually") {
        return owed(formula.left, formula.right.operand, at, telling);
      }
      return `${quote(formula.left, telling)} is true ${place(at, telling)}, but ${falsehood(
        formula.right,
        at,
        telling,
      )}`;
    case "and": {
      const side = isFalse(formula.left, at, telling) ? formula.left : formula.right;
      return falsehood(side, at, telling);
    }
    case "or": {
      const left = falsehood(formula.left, at, telling);
      return `${left}, and ${falsehood(formula.right, at, telling)}`;
    }
    case "until": {
      const stop = firstWhere(at, telling, (position) => {
        return !isTrue(formula.left, position, telling) || isTrue(formula.right, position, telling);
      });
      const left = quote(formula.left, telling);
      const right = quote(formula.right, telling);
      return isTrue(formula.left, stop, telling)
        ? `${right} is never true${since(at, telling)}`
        : `${left} is false ${place(stop, telling)}, before ${right} was true`;
    }
    default:
      return `${words} is false ${place(at, telling)}`;
  }
}

/** The left side is true and the right one never follows. */
function owed(left: Temporal, right: Temporal, at: number, telling: Telling): string {
  const due = `${quote(left, telling)} is true ${place(at, telling)}`;
  return `${due}, and ${quote(right, telling)} is false from there on for ever`;
}

/** Clauses of the conditions that decide, where they are conditions of single states. */
function clausesOf(formula: Temporal, telling: Telling): readonly Clause[] {
  if (formula.op !== "leadsTo") return [];
  const left = asCondition(formula.left);
  const right = asCondition(formula.right);
  const { word, sources, locals } = telling;
  if (left === undefined || right === undefined) return [];
  const never: Temporal = { op: "eventually", operand: formula.right, span: formula.span };
  const due = telling.evaluation.stateOf(
    firstWhere(0, telling, (position) => {
      return isTrue(formula.left, position, telling) && !isTrue(never, position, telling);
    }),
  );
  const until = (states: readonly (readonly Value[])[]): readonly (readonly Value[])[] => states;
  return [
    ...explain(left, frame(locals), until(word.states.slice(0, due + 1)), sources),
    ...explain(right, frame(locals), until(word.states), sources),
  ];
}

function isTrue(formula: Temporal, at: number, { evaluation }: Telling): boolean {
  return evaluation.at(formula, at) === true;
}

function isFalse(formula: Temporal, at: number, { evaluation }: Telling): boolean {
  return evaluation.at(formula, at) === false;
}

function firstFrom(at: number, formula: Temporal, truth: boolean, telling: Telling): number {
  return firstWhere(at, telling, (position) => telling.evaluation.at(formula, position) === truth);
}

function firstWhere(
  at: number,
  { evaluation }: Telling,
  test: (position: number) => boolean,
): number {
  for (let position = at; position < evaluation.positions; position++) {
    if (test(position)) return position;
  }
  return at;
}

function quote(formula: Temporal, { sources }: Telling): string {
  return `\`${wordsAt(sources, formula.span)}\``;
}

function place(at: number, { evaluation }: Telling): string {
  const step = evaluation.stateOf(at);
  return step === 0 ? "in the initial state" : `at step ${step}`;
}

function since(at: number, telling: Telling): string {
  const step = telling.evaluation.stateOf(at);
  return step === 0 ? "" : ` from step ${step} on`;
}
