/**
 * Effects: the statements of a block, in order.
 *
 * The scope is threaded through: a `choose` binds its name for the rest of the block, a condition or
 * an assignment changes what is known to be present. Store buffers appear here: a write to a shared
 * variable by a thread under `memory tso` goes to its buffer, `fence`, `swap` and `cas` wait for it.
 */
import { misplaced, noSuchMember, portNotWired, wrongKind } from "../errors.ts";
import { binary, constant, isFalse, isTrue } from "../fold.ts";
import type { Effect, Expr, Place, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL, INT, isNumber, showType } from "../types.ts";
import { ordinalOf } from "../values.ts";
import { readSlots } from "./entities.ts";
import { anyExpression, assuming, coerce, conditionOf, expressionOf } from "./expression.ts";
import { forget, placeKey } from "./facts.ts";
import { messageOf } from "./names.ts";
import { lineOf, type PlaceInfo, placeOf } from "./places.ts";
import { bind, bindWhere } from "./quantifiers.ts";
import { newLocal, type PortScope, type Scope, textAt, withLocal } from "./scope.ts";

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
      const after = assuming(scope, statement.condition, true);
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

// ---------------------------------------------------------------------------- assignments

function assignment(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "assign" }>,
): Lowered {
  const nothing: Lowered = { effects: [], scope };
  const info = placeOf(scope, statement.place);
  if (info === undefined) return nothing;
  const reader: Scope = info.ghost ? { ...scope, ghosts: true } : scope;
  const value =
    statement.operator === "="
      ? expressionOf(reader, statement.value, info.place.type)
      : updated(reader, statement, info);
  if (value === undefined) return nothing;
  const effect: Effect = { effect: "assign", place: info.place, value, span: statement.span };
  return { effects: [effect], scope: afterWrite(scope, statement, info.place.type) };
}

/** A place that was just given a present value is known to be present. */
function afterWrite(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "assign" }>,
  type: Type,
): Scope {
  const facts = new Set(forget(scope.facts, statement.place));
  const key = placeKey(statement.place);
  const gives = statement.operator === "=" && statement.value.kind !== "none";
  if (key !== undefined && gives && type.kind === "optional") {
    const source = placeKey(statement.value);
    const value = anyExpression({ ...scope, lowering: silent(scope) }, statement.value, type);
    const present = value !== undefined && value.type.kind !== "optional";
    if (present || (source !== undefined && scope.facts.has(source))) facts.add(key);
  }
  return { ...scope, facts };
}

function silent(scope: Scope): Scope["lowering"] {
  return { ...scope.lowering, report: () => undefined };
}

/** `x += e` and `x -= e` for numbers, sets, lists and maps with optional values. */
function updated(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "assign" }>,
  info: PlaceInfo,
): Expr | undefined {
  const current = anyExpression(scope, statement.place, undefined);
  if (current === undefined) return undefined;
  const { span, value } = statement;
  const adds = statement.operator === "+=";
  const { type } = info.place;
  if (isNumber(type)) {
    const amount = expressionOf(scope, value, INT);
    if (amount === undefined) return undefined;
    return binary(adds ? "add" : "sub", current, amount, span);
  }
  if (type.kind === "set") return updatedSet(scope, current, value, type, adds, span);
  if (type.kind === "list") {
    const element = elementValue(scope, value, type.of, adds);
    if (element === undefined) return undefined;
    if (adds) return { op: "append", type, left: current, right: element, span };
    return { op: "remove", type, set: current, element, span };
  }
  const wanted = "a number, a set or a list";
  const text = textAt(scope.lowering, statement.place.span);
  scope.lowering.report(wrongKind(text, `of type ${showType(type)}`, wanted, span));
  return undefined;
}

function updatedSet(
  scope: Scope,
  current: Expr,
  written: syntax.Expr,
  type: Extract<Type, { kind: "set" }>,
  adds: boolean,
  span: Span,
): Expr | undefined {
  const other = anyExpression(scope, written, type);
  if (other === undefined) return undefined;
  if (other.type.kind === "set") {
    const right = coerce(scope, other, type, written);
    if (right === undefined) return undefined;
    return { op: adds ? "union" : "difference", type, left: current, right, span };
  }
  const element = elementValue(scope, written, type.of, adds);
  if (element === undefined) return undefined;
  return { op: adds ? "insert" : "remove", type, set: current, element, span };
}

/** What is added must be present; removing `none` changes nothing. */
function elementValue(
  scope: Scope,
  written: syntax.Expr,
  of: Type,
  adds: boolean,
): Expr | undefined {
  const wanted: Type = adds || of.kind === "optional" ? of : { kind: "optional", of };
  return expressionOf(scope, written, wanted);
}

// ---------------------------------------------------------------------------- atomics

/** `swap` and `cas` act on memory, after the store buffer has drained. */
function atomic(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "swap" | "cas" }>,
): Lowered {
  const nothing: Lowered = { effects: [], scope };
  const { span } = statement;
  const info = placeOf(scope, statement.place);
  if (info === undefined) return nothing;
  const memory: Place = { ...info.place, buffer: undefined };
  const current = anyExpression(scope, statement.place, undefined);
  const value = expressionOf(scope, statement.value, info.place.type);
  const expected =
    statement.kind === "cas"
      ? expressionOf(scope, statement.expected, info.place.type)
      : constant(BOOL, true, span);
  if (current === undefined || value === undefined || expected === undefined) return nothing;
  const result = newLocal(
    scope,
    statement.kind,
    statement.kind === "cas" ? BOOL : info.place.type,
    span,
  );
  const write: Effect = { effect: "assign", place: memory, value, span };
  const effects: Effect[] = [...fenceEffects(scope, span)];
  if (statement.kind === "swap") {
    effects.push({ effect: "bind", local: result.local, value: current, span }, write);
  } else {
    const same = binary("eq", current, expected, span);
    effects.push({ effect: "bind", local: result.local, value: same, span });
    effects.push({ effect: "if", condition: result, then: [write], else: [], span });
  }
  const after: Scope = { ...scope, facts: forget(scope.facts, statement.place) };
  if (statement.target === undefined) return { effects, scope: after };
  const target = placeOf(after, statement.target);
  const fits =
    target === undefined ? undefined : coerce(after, result, target.place.type, statement.target);
  if (target === undefined || fits === undefined) return { effects, scope: after };
  effects.push({ effect: "assign", place: target.place, value: fits, span });
  return { effects, scope: { ...after, facts: forget(after.facts, statement.target) } };
}

function fenceEffects(scope: Scope, span: Span): Effect[] {
  const buffer = scope.instance?.buffer;
  return buffer === undefined ? [] : [{ effect: "fence", buffer, span }];
}

// ---------------------------------------------------------------------------- messages

function sendEffects(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "send" }>,
): Effect[] {
  const port = outPort(scope, statement.port);
  if (port === undefined) return [];
  const kind = port.message.kinds.findIndex((known) => known.name === statement.message.text);
  if (kind < 0) {
    const owner = `message \`${port.message.name}\``;
    const names = port.message.kinds.map((known) => known.name);
    const { text, span } = statement.message;
    scope.lowering.report(noSuchMember(owner, text, span, names));
    return [];
  }
  const { span } = statement;
  const message = messageOf(scope, port.message, kind, statement.arguments, span);
  const target = sendTarget(scope, statement, port);
  if (message === undefined || target === undefined) return [];
  return [{ effect: "send", ...target, message, span }];
}

function outPort(scope: Scope, name: syntax.Name): PortScope | undefined {
  const member = scope.instance?.members.get(name.text);
  if (member?.kind === "port" && member.port.declaration.direction === "out") return member.port;
  const ports = [...(scope.instance?.members ?? [])].flatMap(([known, each]) =>
    each.kind === "port" && each.port.declaration.direction === "out" ? [known] : [],
  );
  const machine = scope.instance?.machine.name.text ?? "";
  const owner =
    member?.kind === "port"
      ? `\`${machine}\` only receives at \`${name.text}\`; it`
      : `\`${machine}\``;
  scope.lowering.report(noSuchMember(owner, name.text, name.span, ports));
  return undefined;
}

function sendTarget(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "send" }>,
  port: PortScope,
): { readonly channels: readonly number[]; readonly index: Expr | undefined } | undefined {
  const { span, text: name } = statement.port;
  const instance = scope.instance?.name ?? "";
  const unwired = (): undefined => {
    scope.lowering.report(portNotWired(name, instance, span));
    return undefined;
  };
  if (port.per === undefined) {
    if (statement.index !== undefined) {
      const reason = `\`${name}\` is one port, so it has no index`;
      scope.lowering.report(misplaced("an index", reason, statement.index.span));
      return undefined;
    }
    const channel = port.channels[0]?.[0];
    return channel === undefined ? unwired() : { channels: [channel], index: undefined };
  }
  if (statement.index === undefined) {
    const reason = `\`${name}\` is a port per ${showType(port.per)}: say which one`;
    scope.lowering.report(misplaced(`\`${name}\``, reason, span, `write \`${name}[…]\``));
    return undefined;
  }
  const index = expressionOf(scope, statement.index, port.per);
  if (index === undefined) return undefined;
  if (index.op === "const") {
    const channel = port.channels[ordinalOf(index.value, index.type)]?.[0];
    return channel === undefined ? unwired() : { channels: [channel], index: undefined };
  }
  const channels = port.channels.flatMap((ends) => ends[0] ?? []);
  return channels.length < port.channels.length ? unwired() : { channels, index };
}

// ---------------------------------------------------------------------------- control

function ifEffects(scope: Scope, statement: Extract<syntax.Statement, { kind: "if" }>): Lowered {
  const condition = conditionOf(scope, statement.condition);
  const yes = effectsOf(assuming(scope, statement.condition, true), statement.then);
  const no = effectsOf(assuming(scope, statement.condition, false), statement.else);
  const facts = new Set([...yes.scope.facts].filter((fact) => no.scope.facts.has(fact)));
  const after: Scope = { ...scope, facts };
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
  const known = factsAfterLoop(scope, statement);
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

function factsAfterLoop(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "for" }>,
): Scope {
  let { facts } = scope;
  const visit = (block: syntax.Block | undefined): void => {
    for (const inner of block?.statements ?? []) {
      if (inner.kind === "assign") facts = forget(facts, inner.place);
      if (inner.kind === "swap" || inner.kind === "cas") {
        facts = forget(facts, inner.place);
        if (inner.target !== undefined) facts = forget(facts, inner.target);
      }
      if (inner.kind === "if") {
        visit(inner.then);
        visit(inner.else);
      }
      if (inner.kind === "for") visit(inner.body);
    }
  };
  visit(statement.body);
  return { ...scope, facts };
}

function chooseEffects(
  scope: Scope,
  statement: Extract<syntax.Statement, { kind: "choose" }>,
): Lowered {
  const binder = { name: statement.name, domain: statement.domain };
  const bound = bindWhere(scope, binder, statement.where);
  if (bound === undefined) {
    const unknown = newLocal(scope, statement.name.text, INT, statement.name.span);
    return { effects: [], scope: withLocal(scope, statement.name.text, unknown) };
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
  if (member?.kind !== "timer") {
    const timers = [...(scope.instance?.members ?? [])].flatMap(([name, each]) =>
      each.kind === "timer" ? [name] : [],
    );
    const machine = `\`${scope.instance?.machine.name.text ?? ""}\` has no timer; it`;
    scope.lowering.report(noSuchMember(machine, text, span, timers));
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
