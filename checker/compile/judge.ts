/**
 * What is judged once in every new state: conditions, waiting messages.
 *
 * Counters of a condition: states in which it was true, then one for each premise level; see
 * `ConditionCounters`. A violated invariant and a reached goal are told once; messages without a
 * rule until the explorer has all culprits that it wants.
 */
import type { Expr, Invariant } from "../../spec/model.ts";
import { premisesOf } from "../premise.ts";
import { type Context, readSlot, withLocal } from "./access.ts";
import type { Routine, Term } from "./code.ts";
import { branch, emit, hold, newEmitter, routineOf } from "./emitter.ts";
import { fieldLocals } from "./outcome.ts";
import { condition, evaluate } from "./expression.ts";
import { elementsOf } from "./quantifier.ts";
import type { Layout } from "./layout.ts";
import { kindOf, lengthOf } from "./packed.ts";
import type { Plan } from "./plan.ts";
import { both, compare, either, num, ZERO } from "./terms.ts";
import { candidatesOf, elementAt } from "./transitions.ts";

export interface ConditionCounters {
  /** Counter of the states in which the condition is true. */
  readonly trueIn: number;
  /** For each premise, outermost first. */
  readonly premises: readonly number[];
}

export interface Judge {
  readonly routines: readonly Routine[];
  readonly invariants: readonly ConditionCounters[];
  readonly goals: readonly ConditionCounters[];
  /** Counter of channels with waiting messages, over all states. */
  readonly messages: number;
}

export function judgeRoutines(layout: Layout, plan: Plan): Judge {
  const { model } = layout;
  const routines: Routine[] = [];
  const judged = (property: "invariant" | "goal", subjects: readonly Invariant[]) =>
    subjects.map((subject, index) => {
      const emitter = newEmitter();
      const context: Context = { emitter, layout, locals: new Map(), state: "word" };
      const site = plan.siteOf({ property, index });
      const counters = judgeCondition(context, plan, subject.condition, site, property);
      routines.push(routineOf(emitter));
      return counters;
    });
  const invariants = judged("invariant", model.invariants);
  const goals = judged("goal", model.goals);
  const messages = plan.counter();
  const emitter = newEmitter();
  judgeMessages({ emitter, layout, locals: new Map(), state: "word" }, plan, messages);
  return { routines: [...routines, routineOf(emitter)], invariants, goals, messages };
}

function judgeCondition(
  context: Context,
  plan: Plan,
  expr: Expr,
  site: number,
  property: "invariant" | "goal",
): ConditionCounters {
  const { emitter } = context;
  const trueIn = plan.counter();
  const holds = hold(emitter, condition(context, expr));
  const told = (): void => emit(emitter, { do: "sight", site });
  const count = (): void => emit(emitter, { do: "count", counter: trueIn });
  branch(
    emitter,
    holds,
    () => {
      count();
      if (property === "goal") told();
    },
    () => {
      if (property === "invariant") told();
    },
  );
  const premises = premisesOf(expr).map(() => plan.counter());
  for (const [level, counter] of premises.entries()) {
    branch(emitter, premiseAt(context, expr, level), () => emit(emitter, { do: "count", counter }));
  }
  return { trueIn, premises };
}

/** Do the premises up to `level` hold together for some choice of the quantified elements? */
function premiseAt(context: Context, expr: Expr, level: number): Term {
  if (expr.op === "implies") {
    const own = condition(context, expr.left);
    return level === 0 ? own : both(own, premiseAt(context, expr.right, level - 1));
  }
  if (expr.op !== "forall") return ZERO;
  return elementsOf(context, evaluate(context, expr.domain)).reduce<Term>(
    (sum, { present, value }) => {
      const inner = withLocal(context, expr.local, value);
      return either(sum, both(present, premiseAt(inner, expr.body, level)));
    },
    ZERO,
  );
}

function judgeMessages(context: Context, plan: Plan, counter: number): void {
  const { emitter, layout } = context;
  const { model } = layout;
  for (const [number, channel] of model.channels.entries()) {
    const waiting = readSlot(context, channel.slot);
    const some = compare("ne", lengthOf(waiting), ZERO);
    branch(emitter, some, () => {
      emit(emitter, { do: "count", counter });
      const wanted = model.receptions.filter(
        ({ channel: own, unhandled }) =>
          own === number && !(unhandled.op === "const" && unhandled.value === false),
      );
      if (wanted.length === 0) return;
      for (const { position, offered } of candidatesOf(context, channel, waiting)) {
        const message = elementAt(waiting, position);
        for (const { kind, unhandled } of wanted) {
          const is = both(offered, compare("eq", kindOf(message), num(kind)));
          branch(emitter, is, () => {
            const locals = fieldLocals(context, message, kind);
            const bad = condition({ ...context, locals }, unhandled);
            const site = plan.siteOf({ property: "unhandled", channel: number, kind });
            branch(emitter, bad, () => emit(emitter, { do: "sight", site }));
          });
        }
      }
    });
  }
}

/** A routine that puts the truth of each condition in its bit of register 0. */
export function observeRoutine(
  layout: Layout,
  conditions: readonly { readonly condition: Expr }[],
): Routine {
  const emitter = newEmitter();
  const context: Context = { emitter, layout, locals: new Map(), state: "word" };
  const bits = conditions.reduce<Term>((sum, one, index) => {
    const bit: Term = { op: "shl", left: condition(context, one.condition), right: num(index) };
    return { op: "or", left: sum, right: bit };
  }, ZERO);
  emit(emitter, { do: "register", register: 0, value: bits });
  return routineOf(emitter);
}
