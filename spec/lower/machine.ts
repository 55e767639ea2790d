/**
 * Transitions of one instance of a machine: steps, messages, timers, interrupts and faults.
 *
 * A rule of the text becomes one transition for each instance and for each set of leaf modes from
 * which it has different effects. All transitions of one event of one instance share a frame, whose
 * first locals are the fields of the message.
 */
import { deferNeedsMailbox, misplaced, noSuchMember, wrongArguments } from "../errors.ts";
import { all, and, any, constant, isFalse, not, truth } from "../fold.ts";
import type { Effect, Expr, Transition, TransitionKind, Trigger, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL, indexValue } from "../types.ts";
import type { Builder } from "./builder.ts";
import { ruleFor } from "./builder.ts";
import { assignSlots, flag } from "./effects.ts";
import { assuming, conditionOf } from "./expression.ts";
import { startEffects, reactionEffects } from "./mode-change.ts";
import { chainOf, type ModeInfo, withInner } from "./modes.ts";
import {
  type Alternative,
  conditionOfAlternative,
  type EventOf,
  type EventRule,
  inLeaves,
  reactionsTo,
} from "./reactions.ts";
import { textOfRule } from "./rule-text.ts";
import {
  type Frame,
  type InstanceScope,
  moduleScope,
  type PortScope,
  type Scope,
  type SystemScope,
  withLocal,
} from "./scope.ts";

/** One instance of a machine and the Model that it is lowered into. */
export interface MachineContext {
  readonly builder: Builder;
  readonly system: SystemScope;
  readonly instance: InstanceScope;
  readonly machine: syntax.MachineDeclaration;
}

/** Lowers all transitions of an instance, except its faults. */
export function lowerMachine(context: MachineContext): void {
  const { builder, instance } = context;
  checkNames(context);
  builder.start.push(...startEffects(scopeOf(context, builder.startFrame), instance));
  for (const region of withInner(instance.regions)) {
    for (const [ordinal, leaf] of region.leaves.entries()) lowerSteps(context, leaf, ordinal);
  }
  for (const member of instance.members.values()) {
    if (member.kind === "port" && member.port.declaration.direction === "in") {
      lowerPort(context, member.port);
    }
  }
  for (const [name, member] of instance.members) {
    if (member.kind === "timer") lowerTimer(context, name, member.slot);
  }
  lowerInterrupts(context);
}

/** A scope in which the text of the instance's machine is read. */
export function scopeOf(context: MachineContext, frame: Frame): Scope {
  const { builder, system, instance } = context;
  return { ...moduleScope(builder.lowering, instance.home), system, instance, frame };
}

function modesOf(context: MachineContext): readonly ModeInfo[] {
  const leaves = withInner(context.instance.regions).flatMap((region) => region.leaves);
  return [...new Set(leaves.flatMap(chainOf))];
}

// ---------------------------------------------------------------------------- steps

function lowerSteps(context: MachineContext, leaf: ModeInfo, ordinal: number): void {
  const { instance } = context;
  const enabledInside = new Map<string, Expr>();
  for (const mode of chainOf(leaf).toReversed()) {
    const steps = mode.items.filter((item) => item.kind === "step");
    const here = new Map<string, Expr[]>();
    for (const rule of steps) {
      const frame: Frame = { size: 0 };
      const scope = scopeOf(context, frame);
      const own = guardOf(scope, rule);
      const name = rule.name.text;
      const inner = enabledInside.get(name);
      const modes = inLeaves(instance, leaf.region, [ordinal], rule.span);
      const guard = all([modes, ...(inner === undefined ? [] : [not(inner)]), own], rule.span);
      here.set(name, [...(here.get(name) ?? []), own]);
      const reaction = { rule, mode, leaf };
      const effects = reactionEffects(knowing(scope, rule), instance, reaction);
      addTransition(context, {
        name,
        kind: "step",
        rules: [rule],
        modes: [mode],
        guard,
        effects,
        frame,
        span: rule.span,
        trigger: undefined,
      });
    }
    for (const [name, guards] of here) {
      const before = enabledInside.get(name);
      enabledInside.set(name, any(before === undefined ? guards : [before, ...guards], leaf.span));
    }
  }
}

function guardOf(scope: Scope, rule: EventRule): Expr {
  if (rule.guard === undefined) return truth(true, rule.span);
  return conditionOf(scope, rule.guard) ?? truth(false, rule.span);
}

/** The scope of a rule's effects: its guard is true there. */
function knowing(scope: Scope, rule: EventRule): Scope {
  return rule.guard === undefined ? scope : assuming(scope, rule.guard, true);
}

// ---------------------------------------------------------------------------- events

interface Event {
  readonly name: string;
  readonly kind: TransitionKind;
  readonly frame: Frame;
  readonly trigger: Trigger | undefined;
  /** Must hold besides the rule's own guard, and effects that come first. */
  readonly guard: Expr;
  readonly first: readonly Effect[];
  readonly scopeFor: (rule: EventRule) => Scope;
  readonly rulesOf: (mode: ModeInfo) => readonly EventRule[];
  readonly dispositionOf: (mode: ModeInfo) => syntax.DispositionRule | undefined;
}

function alternativesOf(context: MachineContext, event: Event): readonly Alternative[] {
  const view: EventOf = {
    span: context.machine.span,
    rules: event.rulesOf,
    guard: (rule) => guardOf(event.scopeFor(rule), rule),
    disposition: event.dispositionOf,
  };
  return reactionsTo(context.instance.regions, view);
}

function lowerTaken(context: MachineContext, event: Event, alternative: Alternative): void {
  const { instance, machine } = context;
  const condition = conditionOfAlternative(instance, alternative, machine.span);
  const effects = alternative.reactions.flatMap((reaction) => {
    const scope = knowing(event.scopeFor(reaction.rule), reaction.rule);
    return reactionEffects(scope, instance, reaction);
  });
  addTransition(context, {
    name: event.name,
    kind: event.kind,
    rules: alternative.reactions.map((reaction) => reaction.rule),
    modes: alternative.reactions.map((reaction) => reaction.mode),
    guard: and(event.guard, condition),
    effects: [...event.first, ...effects],
    frame: event.frame,
    span: alternative.reactions[0]?.rule.span ?? machine.span,
    trigger: event.trigger,
  });
}

function lowerTimer(context: MachineContext, name: string, slot: number): void {
  const { span } = context.machine;
  lowerSimple(context, {
    name,
    kind: "timer",
    guard: flag(slot, span),
    first: [assignSlots([slot], undefined, BOOL, constant(BOOL, false, span), span)],
    rulesOf: (mode) =>
      mode.items.filter((item) => item.kind === "after" && item.timer.text === name).filter(isRule),
  });
}

function lowerInterrupts(context: MachineContext): void {
  const { instance, system, machine } = context;
  for (const [name, member] of [...instance.members, ...system.members]) {
    if (member.kind !== "interrupt") continue;
    const { span } = machine;
    const { pending, masked } = member;
    lowerSimple(context, {
      name,
      kind: "interrupt",
      guard: and(flag(pending, span), not(flag(masked, span))),
      first: [assignSlots([pending], undefined, BOOL, constant(BOOL, false, span), span)],
      rulesOf: (mode) =>
        mode.items
          .filter((item) => item.kind === "onInterrupt" && item.line.text === name)
          .filter(isRule),
    });
  }
}

function isRule(item: syntax.ModeItem): item is EventRule {
  return ["step", "receive", "after", "onInterrupt"].includes(item.kind);
}

function lowerSimple(
  context: MachineContext,
  event: Pick<Event, "name" | "kind" | "guard" | "first" | "rulesOf">,
): void {
  const frame: Frame = { size: 0 };
  const whole: Event = {
    ...event,
    frame,
    trigger: undefined,
    scopeFor: () => scopeOf(context, frame),
    dispositionOf: () => undefined,
  };
  for (const alternative of alternativesOf(context, whole)) {
    if (alternative.answer === "take") lowerTaken(context, whole, alternative);
  }
}

// ---------------------------------------------------------------------------- messages

function lowerPort(context: MachineContext, port: PortScope): void {
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
      mode.items.find(
        (item) =>
          item.kind === "disposition" &&
          item.events.some((each) => isThis(each.port, each.message)),
      ) as syntax.DispositionRule | undefined,
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

/** Binders are the fields of the message; the index of a `per` port is a constant of the channel. */
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
  if (rule.index !== undefined && port.per !== undefined) {
    const value = constant(port.per, indexValue(port.per, ordinal), rule.index.span);
    scope = withLocal(scope, rule.index.text, value);
  }
  for (const [local, binder] of rule.binders.entries()) {
    const type = types[local];
    if (type === undefined || binder.text === "_") continue;
    const { text: name, span } = binder;
    scope = withLocal(scope, name, { op: "local", type, local, name, span });
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
    fairness: "none",
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
    fairness: "none",
    guard,
    effects: [],
    frame: event.frame,
    span: otherwise.span,
    trigger: event.trigger,
  });
}

// ---------------------------------------------------------------------------- adding

interface NewTransition {
  readonly name: string;
  readonly kind: TransitionKind;
  readonly guard: Expr;
  readonly effects: readonly Effect[];
  readonly frame: Frame;
  readonly span: Span;
  readonly trigger: Trigger | undefined;
}

const FAIRNESS: readonly syntax.Fairness[] = ["none", "weak", "strong"];

function addTransition(
  context: MachineContext,
  parts: NewTransition & {
    readonly rules: readonly EventRule[];
    readonly modes: readonly ModeInfo[];
  },
): void {
  const { builder, machine } = context;
  const rules = parts.rules.map((rule, index) =>
    ruleFor(builder, rule, () => ({
      text: textOfRule(builder.lowering, machine.name.text, parts.modes[index], rule),
      machine: machine.name.text,
      kind: parts.kind,
      span: rule.span,
    })),
  );
  const strength = Math.max(...parts.rules.map((rule) => FAIRNESS.indexOf(rule.fairness)));
  pushTransition(context, { ...parts, rules, fairness: FAIRNESS[strength] ?? "none" });
}

function pushTransition(
  context: MachineContext,
  parts: NewTransition & {
    readonly rules: readonly number[];
    readonly fairness: syntax.Fairness;
  },
): void {
  const { builder, instance } = context;
  if (isFalse(parts.guard)) return;
  const transition: Transition = {
    name: `${instance.name}.${parts.name}`,
    kind: parts.kind,
    rules: parts.rules,
    instance: instance.index,
    fairness: parts.fairness,
    trigger: parts.trigger,
    guard: parts.guard,
    effects: parts.effects,
    locals: parts.frame.size,
    span: parts.span,
    subject: undefined,
    distance: undefined,
  };
  builder.transitions.push(transition);
}

// ---------------------------------------------------------------------------- names in rules

/** Ports, messages, timers and binders that rules name must exist, also where nothing can arrive. */
function checkNames(context: MachineContext): void {
  for (const mode of modesOf(context)) {
    for (const item of mode.items) {
      if (item.kind === "receive") checkReceive(context, item);
      if (item.kind === "after") checkMember(context, item.timer, "timer");
      if (item.kind === "onInterrupt") checkMember(context, item.line, "interrupt");
      if (item.kind === "disposition") {
        for (const event of item.events) checkDisposition(context, item, event);
      }
      if (item.kind === "entry" || item.kind === "exit") continue;
    }
  }
}

function portNamed(context: MachineContext, name: syntax.Name): PortScope | undefined {
  const { instance, builder, machine } = context;
  const member = instance.members.get(name.text);
  if (member?.kind === "port" && member.port.declaration.direction === "in") return member.port;
  const ports = [...instance.members].flatMap(([known, each]) =>
    each.kind === "port" && each.port.declaration.direction === "in" ? [known] : [],
  );
  const owner = `\`${machine.name.text}\` has no port to receive from; it`;
  builder.lowering.report(
    noSuchMember(
      member === undefined ? `\`${machine.name.text}\`` : owner,
      name.text,
      name.span,
      ports,
    ),
  );
  return undefined;
}

function kindNamed(
  context: MachineContext,
  port: PortScope,
  name: syntax.Name,
): Type & { kind: "message" } extends { kinds: readonly (infer K)[] } ? K | undefined : never {
  const found = port.message.kinds.find((kind) => kind.name === name.text);
  if (found !== undefined) return found;
  const owner = `message \`${port.message.name}\``;
  const names = port.message.kinds.map((kind) => kind.name);
  context.builder.lowering.report(noSuchMember(owner, name.text, name.span, names));
  return undefined;
}

function checkReceive(context: MachineContext, rule: syntax.ReceiveRule): void {
  const { lowering } = context.builder;
  const port = portNamed(context, rule.port);
  const kind = port === undefined ? undefined : kindNamed(context, port, rule.message);
  if (port === undefined || kind === undefined) return;
  const { length } = rule.binders;
  if (length > 0 && length !== kind.fields.length) {
    lowering.report(wrongArguments(kind.name, kind.fields.length, length, rule.message.span));
  }
  if (rule.index !== undefined && port.per === undefined) {
    const reason = `\`${rule.port.text}\` is one port, so it has no index`;
    lowering.report(misplaced("an index", reason, rule.index.span));
  }
}

function checkDisposition(
  context: MachineContext,
  rule: syntax.DispositionRule,
  event: syntax.EventName,
): void {
  const { builder } = context;
  const port = portNamed(context, event.port);
  if (port === undefined || kindNamed(context, port, event.message) === undefined) return;
  if (rule.disposition !== "defer") return;
  for (const channel of port.channels.flat()) {
    const wired = builder.channels[channel];
    if (wired !== undefined && (wired.discipline === "fifo" || wired.discipline === "rendezvous")) {
      builder.lowering.report(deferNeedsMailbox(wired.name, event.span, wired.span));
      return;
    }
  }
}

function checkMember(
  context: MachineContext,
  name: syntax.Name,
  kind: "timer" | "interrupt",
): void {
  const { instance, system, builder, machine } = context;
  const member = instance.members.get(name.text) ?? system.members.get(name.text);
  if (member?.kind === kind) return;
  const known = [...instance.members, ...system.members].flatMap(([each, found]) =>
    found.kind === kind ? [each] : [],
  );
  const owner = `\`${machine.name.text}\``;
  builder.lowering.report(noSuchMember(owner, name.text, name.span, known));
}
