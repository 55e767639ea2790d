/**
 * The truth of a temporal formula on one run, straight from the definitions.
 *
 *     states  0  1  2  3  4        a run that repeats its steps 3 and 4 for ever: `start` is 2,
 *                   └──────┘       and state 4 is state 2 again
 *
 * Used to check counterexamples a second time and to say why a formula is false; it shares nothing
 * with the automaton. What looks ahead is the smallest or largest solution of its equation over the
 * positions, of which the last is followed by the first of the loop. What looks back may need some
 * rounds of the loop before it repeats itself, at most one for each past operator, so the loop is
 * written out so many times. Staying in a state for ever is no step: what was *previously* true
 * stays so.
 *
 * Of a run without a known end (`start` undefined) a formula is true, false or not known.
 */
import type { Temporal, Value } from "../../spec/model.ts";
import { frame, holds } from "../reference/evaluate.ts";
import { createMeter } from "../reference/meter.ts";

export interface Word {
  readonly states: readonly (readonly Value[])[];
  /**
   * The state that the last one is equal to, and behind which the loop begins; the last one itself
   * when the run stays there. Undefined when the run goes on in some way.
   */
  readonly start: number | undefined;
}

export type Truth = boolean | undefined;

export interface Evaluation {
  /** Truth of a formula at a position. */
  readonly at: (formula: Temporal, position: number) => Truth;
  /** Positions: the states of the run, then further rounds of the loop. */
  readonly positions: number;
  /** The number of the state of a position. */
  readonly stateOf: (position: number) => number;
}

/** Evaluates formulas, whose frames have `locals` places, that are as deep as `formula`. */
export function evaluationOf(word: Word, formula: Temporal, locals: number): Evaluation {
  const { states, start } = word;
  const last = states.length - 1;
  const round = start === undefined ? 0 : last - start;
  const positions = states.length + round * (pastOperators(formula) + 1);
  const stateOf = (position: number): number =>
    position <= last ? position : last - round + 1 + ((position - last - 1) % round);
  /** The position that follows the last one: the loop, the same again, or none that is known. */
  const again = start === undefined ? undefined : positions - Math.max(1, round);
  const known = new Map<Temporal, readonly Truth[]>();
  const meter = createMeter();

  const values = (part: Temporal): readonly Truth[] => {
    const made = known.get(part) ?? compute(part);
    known.set(part, made);
    return made;
  };
  const backward: Solve["backward"] = (now, least) => {
    const found: Truth[] = Array.from({ length: positions }, () => !least);
    for (let pass = 0; pass < 2; pass++) {
      for (let at = positions - 1; at >= 0; at--) {
        const next = at + 1 < positions ? at + 1 : again;
        found[at] = now(at, next === undefined ? undefined : found[next]);
      }
    }
    return found;
  };
  const forward: Solve["forward"] = (now, before) => {
    const found: Truth[] = [];
    for (let at = 0; at < positions; at++) found.push(now(at, at === 0 ? before : found[at - 1]));
    return found;
  };
  const solve = { backward, forward };
  const compute = (part: Temporal): readonly Truth[] => {
    if (part.op === "state") {
      return Array.from({ length: positions }, (_, at) => {
        const state = states[stateOf(at)] ?? [];
        return holds(part.condition, { state, locals: frame(locals), meter });
      });
    }
    return "operand" in part
      ? unary(part.op, values(part.operand), solve)
      : binary(part.op, values(part.left), values(part.right), solve);
  };
  return { at: (part, position) => values(part)[position], positions, stateOf };
}

/** The truth at a position from that at the neighbouring one. */
type Equation = (at: number, neighbour: Truth) => Truth;

interface Solve {
  /** From the position that follows: the smallest solution, or the largest. */
  readonly backward: (now: Equation, least: boolean) => readonly Truth[];
  /** From the position before; the first has `before` in its place. */
  readonly forward: (now: Equation, before: Truth) => readonly Truth[];
}

function unary(
  op: Extract<Temporal, { readonly operand: Temporal }>["op"],
  of: readonly Truth[],
  { backward, forward }: Solve,
): readonly Truth[] {
  switch (op) {
    case "not":
      return of.map(not);
    case "always":
      return backward((at, next) => both(of[at], next), false);
    case "eventually":
      return backward((at, next) => either(of[at], next), true);
    case "once":
      return forward((at, before) => either(of[at], before), false);
    case "historically":
      return forward((at, before) => both(of[at], before), true);
    case "previously":
      return of.map((_, at) => (at === 0 ? false : of[at - 1]));
  }
}

function binary(
  op: Extract<Temporal, { readonly left: Temporal }>["op"],
  left: readonly Truth[],
  right: readonly Truth[],
  { backward, forward }: Solve,
): readonly Truth[] {
  switch (op) {
    case "and":
      return left.map((each, at) => both(each, right[at]));
    case "or":
      return left.map((each, at) => either(each, right[at]));
    case "implies":
      return left.map((each, at) => either(not(each), right[at]));
    case "until":
      return backward((at, next) => either(right[at], both(left[at], next)), true);
    case "since":
      return forward((at, before) => either(right[at], both(left[at], before)), false);
    case "leadsTo": {
      const comes = backward((at, next) => either(right[at], next), true);
      return backward((at, next) => both(either(not(left[at]), comes[at]), next), false);
    }
  }
}

function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function both(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false;
  return left === undefined || right === undefined ? undefined : true;
}

function either(left: Truth, right: Truth): Truth {
  return not(both(not(left), not(right)));
}

function pastOperators(formula: Temporal): number {
  const own = ["once", "previously", "historically", "since"].includes(formula.op) ? 1 : 0;
  if (formula.op === "state") return 0;
  return "operand" in formula
    ? own + pastOperators(formula.operand)
    : own + pastOperators(formula.left) + pastOperators(formula.right);
}
