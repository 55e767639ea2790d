/**
 * Effects: the statements of a block, in order.
 *
 * The scope is threaded through: a `choose` binds its name for the rest of the block, a condition
 * or an assignment changes what is known to be present. Store buffers appear here: a write to a
 * shared variable by a thread under `memory tso` goes to its buffer, `fence`, `swap` and `cas` wait
 * for it.
 */
import { noSuchMember } from "../errors.ts";
import { constant, isFalse, isTrue } from "../fold.ts";
import type { Effect, Expr, Place, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL } from "../type-relations.ts";
import { assignment, atomic, fenceEffects } from "./assignments.ts";
import { readSlots } from "./entities.ts";
import { assuming, conditionOf } from "./expression.ts";
import { forgetWrites, mentions } from "./facts.ts";
import { lineOf } from "./places.ts";
import { bind, bindWhere } from "./quantifiers.ts";
import { ownerOf, type Scope, withLocal } from "./scope.ts";
import { sendEffects } from "./send.ts";

export interface Lowered {
  readonly effects: readonly Effect[];
  /** What is known after the effects. */
  readonly scope: Scope;
}

/** Lowers a block; an absent block has no effects. */
export function effectsOf(scope: Scope, block: syntax.Block | undefined): Lowered {
  let current = scope;
  const effects: Effect[] = [];
  for (const statement of block?.statements ?? []) {
    const lowered = statementEffects(current, statement);
    effects.push(...lowered.effects);
    current = lowered.scope;
  }
  return { effects, scope: current };
}

function statementEffects(scope: Scope, statement: syntax.Statement): Lowered {
  const nothing: Lowered = { effects: [], scope };
  const { span } = statement;
  switch (statement.kind) {
    case "assign":
      return assignment(scope, statement);
    case "swap":
    case "cas":
      return atomic(scope, statement);
    case "send":
      return { effects: sendEffects(scope, statement), scope };
    case "if":
      return ifEffects(scope, statement);
    case "for":
      return forEffects(scope, statement);
    case "choose":
      return chooseEffects(scope, statement);
    case "assert": {
      const condition = conditionOf(scope, statement.condition);
      if (condition === undefined) return nothing;
      const after = assuming(scope, statement.condition, true, condition);
      return { effects: [{ effect: "assert", condition, span }], scope: after };
    }
    case "startTimer":
    case "stopTimer":
      return { effects: timerEffects(scope, statement), scope };
    case "raise":
    case "mask":
    case "unmask":
      return { effects: lineEffects(scope, statement), scope };
    case "fence":
      return { effects: fenceEffects(scope, span), scope };
  }
}

// ---------------------------------------------------------------------------- control

function ifEffects(scope: Scope, statement: Extract<syntax.Statement, { kind: "if" }>): Lowered {
  const condition = conditionOf(scope, statement.condition);
  const { condition: written } = statement;
  const yes = effectsOf(assuming(scope, written, true, condition), statement.then);
  const no = effectsOf(assuming(scope, written, false, condition), statement.else);
  const both = [...factsOutside(scope, yes.scope)].filter((fact) => no.scope.facts.has(fact));
  const after: Scope = { ...scope, facts: new Set(both) };
  if (condition === undefined) return { effects: [], scope: after };
  if (isTrue(condition)) return { effects: yes.effects, scope: after };
  if (isFalse(condition)) return { effects: no.effects, scope: after };
  const effect: Effect = {
    effect: "if",
    condition,
    then: yes.effects,
    else: no.effects,
    span: statement.span,
  };
  return { effects: [effect], scope: after };
}

function forEffects(scope: Scope, statement: Extract<syntax.Statement, { kind: "for" }>): Lowered {
  // A later round sees the writes of earlier ones, so facts about written places do not enter.
  const known = { ...scope, facts: forgetWrites(scope.facts, statement.body) };
  const bound = bind(known, { name: statement.name, domain: statement.domain });
  if (bound === undefined) return { effects: [], scope: known };
  const body = effectsOf(bound.scope, statement.body);
  const effect: Effect = {
    effect: "for",
    local: bound.local.local,
    name: bound.local.name,
    domain: bound.domain,
    body: body.effects,
    span: statement.span,
  };
  return { effects: [effect], scope: known };
}

/** What is known in `inner` about names that mean the same outside of it. */
function factsOutside(outer: Scope, inner: Scope): ReadonlySet<string> {
  const bound = [...inner.locals].flatMap(([name, value]) =>
    outer.locals.get(name) === value ? [] : [name],
  );
  return new Set([...inner.facts].filter((fact) => !bound.some((name) => mentions(fact, name))));
}

function chooseEffects(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "choose" }>,
): Lowered {
  const binder = { name: statement.name, domain: statement.domain };
  const bound = bindWhere(scope, binder, statement.where);
  if (bound === undefined) {
    return { effects: [], scope: withLocal(scope, statement.name.text, undefined) };
  }
  const { local, name } = bound.local;
  const { span } = statement;
  const filtered: Expr = {
    op: "filter",
    type: bound.domain.type,
    local,
    name,
    domain: bound.domain,
    body: bound.where,
    span,
  };
  const domain = isTrue(bound.where) ? bound.domain : filtered;
  return { effects: [{ effect: "choose", local, name, domain, span }], scope: bound.scope };
}

// ---------------------------------------------------------------------------- timers, interrupts

export function assignSlots(
  slots: readonly number[],
  index: Expr | undefined,
  type: Type,
  value: Expr,
  span: Span,
): Effect {
  const place: Place = { slots, index, path: [], type, buffer: undefined, span };
  return { effect: "assign", place, value, span };
}

function timerEffects(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "startTimer" | "stopTimer" }>,
): Effect[] {
  const { text, span } = statement.timer;
  const member = scope.instance?.members.get(text);
  if (member?.kind === "broken") return [];
  if (member?.kind !== "timer") {
    const timers = [...(scope.instance?.members ?? [])].flatMap(([name, each]) =>
      each.kind === "timer" ? [name] : [],
    );
    scope.lowering.report(noSuchMember(ownerOf(scope), "timer", text, span, timers));
    return [];
  }
  const armed = constant(BOOL, statement.kind === "startTimer", span);
  return [assignSlots([member.slot], undefined, BOOL, armed, statement.span)];
}

function lineEffects(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "raise" | "mask" | "unmask" }>,
): Effect[] {
  const line = lineOf(scope, statement.line);
  if (line === undefined) return [];
  const { span } = statement;
  const slots = statement.kind === "raise" ? line.pending : line.masked;
  const value = constant(BOOL, statement.kind !== "unmask", span);
  return [assignSlots(slots, line.index, BOOL, value, span)];
}

/** Reads a slot of type bool. */
export function flag(slot: number, span: Span): Expr {
  return readSlots(BOOL, [slot], undefined, span);
}
