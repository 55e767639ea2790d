/** Messages of one instance: for each queue and kind, what takes, ignores, defers or misses it. */
import { any, constant, isFalse, truth } from "../fold.ts";
import type { Expr, Type } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { indexValue } from "../type-relations.ts";
import { pushTransition } from "./add-transition.ts";
import { ruleFor } from "./builder.ts";
import { alternativesOf, type Event, isRule, lowerTaken } from "./events.ts";
import { type MachineContext, scopeOf } from "./machine.ts";
import { type Alternative, conditionOfAlternative, type EventRule } from "./reactions.ts";
import { textOfRule } from "./rule-text.ts";
import { type Frame, type PortScope, type Scope, withLocal } from "./scope.ts";

export function lowerPort(context: MachineContext, port: PortScope): void {
  for (const [ordinal, channels] of port.channels.entries()) {
    for (const channel of channels) {
      for (const kind of port.message.kinds.keys())
        lowerMessage(context, port, ordinal, channel, kind);
    }
  }
}

function lowerMessage(
  context: MachineContext,
  port: PortScope,
  ordinal: number,
  channel: number,
  kind: number,
): void {
  const { builder, instance, machine } = context;
  const message = port.message.kinds[kind];
  if (message === undefined) return;
  const types = message.fields.map((field) => field.type);
  const frame: Frame = { size: types.length };
  const isThis = (name: syntax.Name, kindName: syntax.Name): boolean =>
    name.text === port.declaration.name.text && kindName.text === message.name;
  const event: Event = {
    name: message.name,
    kind: "receive",
    frame,
    trigger: { channel, kind },
    guard: truth(true, machine.span),
    first: [],
    scopeFor: (rule) => receiveScope(context, frame, rule, types, port, ordinal),
    rulesOf: (mode) =>
      mode.items
        .filter((item) => item.kind === "receive" && isThis(item.port, item.message))
        .filter(isRule),
    dispositionOf: (mode) =>
      mode.items
        .filter((item) => item.kind === "disposition")
        .find((item) => item.events.some((each) => isThis(each.port, each.message))),
  };
  const alternatives = alternativesOf(context, event);
  const when = (chosen: (alternative: Alternative) => boolean): Expr =>
    any(
      alternatives
        .filter(chosen)
        .map((alternative) => conditionOfAlternative(instance, alternative, machine.span)),
      machine.span,
    );
  for (const alternative of alternatives) {
    if (alternative.answer === "take") lowerTaken(context, event, alternative);
    if (alternative.answer === "ignore") lowerConsumed(context, event, alternative, "ignore");
  }
  const otherwise = machine.items.find((item) => item.kind === "otherwise");
  const uncovered = when((alternative) => alternative.answer === "none");
  if (otherwise?.disposition === "drop" && !isFalse(uncovered)) {
    lowerDropped(context, event, otherwise, uncovered);
  }
  const fails = otherwise === undefined || otherwise.disposition === "fail";
  builder.receptions.push({
    channel,
    kind,
    locals: frame.size,
    deferred: when((alternative) => alternative.answer === "defer"),
    unhandled: fails ? uncovered : truth(false, machine.span),
  });
}

/**
 * Binders are the fields of the message; the index of a `per` port is a constant of the channel.
 */
function receiveScope(
  context: MachineContext,
  frame: Frame,
  rule: EventRule,
  types: readonly Type[],
  port: PortScope,
  ordinal: number,
): Scope {
  let scope = scopeOf(context, frame);
  if (rule.kind !== "receive") return scope;
  if (rule.index !== undefined) {
    const { text, span } = rule.index;
    const { per } = port;
    const value = per === undefined ? undefined : constant(per, indexValue(per, ordinal), span);
    scope = withLocal(scope, text, value);
  }
  const isWhole = rule.binders.length === types.length;
  for (const [local, binder] of rule.binders.entries()) {
    const type = isWhole ? types[local] : undefined;
    const { text: name, span } = binder;
    if (name === "_") continue;
    const value: Expr | undefined =
      type === undefined ? undefined : { op: "local", type, local, name, span };
    scope = withLocal(scope, name, value);
  }
  return scope;
}

function lowerConsumed(
  context: MachineContext,
  event: Event,
  alternative: Alternative,
  word: "ignore",
): void {
  const { builder, instance, machine } = context;
  const { disposition } = alternative;
  if (disposition === undefined) return;
  const text = textOfRule(builder.lowering, machine.name.text, undefined, disposition);
  const rule = ruleFor(builder, disposition, () => ({
    text,
    machine: machine.name.text,
    kind: word,
    span: disposition.span,
  }));
  pushTransition(context, {
    name: word,
    kind: word,
    rules: [rule],
    fairness: "weak",
    guard: conditionOfAlternative(instance, alternative, disposition.span),
    effects: [],
    frame: event.frame,
    span: disposition.span,
    trigger: event.trigger,
  });
}

function lowerDropped(
  context: MachineContext,
  event: Event,
  otherwise: syntax.OtherwiseDeclaration,
  guard: Expr,
): void {
  const { builder, machine } = context;
  const rule = ruleFor(builder, otherwise, () => ({
    text: `${machine.name.text} otherwise drop`,
    machine: machine.name.text,
    kind: "drop",
    span: otherwise.span,
  }));
  pushTransition(context, {
    name: "drop",
    kind: "drop",
    rules: [rule],
    fairness: "weak",
    guard,
    effects: [],
    frame: event.frame,
    span: otherwise.span,
    trigger: event.trigger,
  });
}
