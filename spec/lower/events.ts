/** Events of one instance: timers and interrupts, and what messages share with them. */
import { and, constant, not } from "../fold.ts";
import type { Effect, Expr, TransitionKind, Trigger } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { modelTooBig } from "../type-errors.ts";
import { BOOL } from "../type-relations.ts";
import { addTransition } from "./add-transition.ts";
import { assignSlots, flag } from "./effects.ts";
import { guardOf, knowing, type MachineContext, scopeOf } from "./machine.ts";
import { reactionEffects } from "./mode-change.ts";
import type { ModeInfo } from "./modes.ts";
import {
  type Alternative,
  ALTERNATIVES_MAX,
  conditionOfAlternative,
  type EventOf,
  type EventRule,
  reactionsTo,
} from "./reactions.ts";
import type { Frame, Scope } from "./scope.ts";

export interface Event {
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

export function alternativesOf(context: MachineContext, event: Event): readonly Alternative[] {
  const view: EventOf = {
    span: context.machine.span,
    rules: event.rulesOf,
    guard: (rule) => guardOf(event.scopeFor(rule), rule),
    disposition: event.dispositionOf,
    tooMany: () => {
      const { name } = context.machine;
      const what = `ways for the regions of \`${name.text}\` to react to one event`;
      const hint = "give the regions fewer rules for it";
      context.builder.lowering.report(
        modelTooBig(what, undefined, ALTERNATIVES_MAX, name.span, hint),
      );
    },
  };
  return reactionsTo(context.instance.regions, view);
}

export function lowerTaken(context: MachineContext, event: Event, alternative: Alternative): void {
  const { instance, machine } = context;
  const condition = conditionOfAlternative(instance, alternative, machine.span);
  const effects = alternative.reactions.flatMap((reaction, position) => {
    const scope = knowing(event.scopeFor(reaction.rule), reaction.rule);
    // The region before has run its effects: what this guard showed may no longer be true.
    const known = position === 0 ? scope : { ...scope, facts: new Set<string>() };
    return reactionEffects(known, instance, reaction);
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

export function lowerTimer(context: MachineContext, name: string, slot: number): void {
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

export function lowerInterrupts(context: MachineContext): void {
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

export function isRule(item: syntax.ModeItem): item is EventRule {
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
