/**
 * Faults of machines and channels, with their budgets.
 *
 * A fault may strike while the check's budget lasts: `faults server.crash <= 1` gives the Model a
 * counter, which is part of the state. A fault without a budget never strikes and has no
 * transition; one that is `unbounded` has no counter. One budget serves all instances of a family.
 */
import { and, any, binary, constant, truth } from "../fold.ts";
import type { Effect, Expr, FaultBudget, Type } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { INT } from "../type-relations.ts";
import { addSlot, type Builder, ruleFor } from "./builder.ts";
import { assignSlots, effectsOf } from "./effects.ts";
import { readSlots } from "./entities.ts";
import { type MachineContext, scopeOf } from "./machine.ts";
import { targetOf, restartEffects } from "./mode-change.ts";
import { leavesOf } from "./modes.ts";
import { inLeaves } from "./reactions.ts";
import type { Frame, InstanceScope } from "./scope.ts";

/** The budget of a fault, with its counter; undefined when it never strikes. */
export function budgetFor(builder: Builder, name: string): FaultBudget | undefined {
  const known = builder.faults.find((fault) => fault.name === name);
  if (known !== undefined) return known;
  const given = builder.bounds.get(name);
  if (given === undefined || given.bound === 0) return undefined;
  const { bound, span } = given;
  const budget: FaultBudget = { name, bound, slot: counterSlot(builder, name, bound, span), span };
  builder.faults.push(budget);
  return budget;
}

function counterSlot(
  builder: Builder,
  name: string,
  bound: number | undefined,
  span: Span,
): number | undefined {
  if (bound === undefined) return undefined;
  return addSlot(builder, {
    name: `faults ${name}`,
    type: counterType(bound),
    initial: 0,
    role: { role: "faults", fault: name },
    span,
  });
}

function counterType(bound: number): Type {
  return { kind: "range", name: undefined, low: 0, high: bound, overflow: "fail" };
}

/** Guard and effects that spend one unit of a budget. */
export function spending(budget: FaultBudget, span: Span): { guard: Expr; effects: Effect[] } {
  const { slot, bound } = budget;
  if (slot === undefined || bound === undefined) return { guard: truth(true, span), effects: [] };
  const type = counterType(bound);
  const used = readSlots(type, [slot], undefined, span);
  const more = binary("add", used, constant(INT, 1, span), span);
  return {
    guard: binary("lt", used, constant(INT, bound, span), span),
    effects: [assignSlots([slot], undefined, type, more, span)],
  };
}

/** Lowers the faults of one instance. */
export function lowerFaults(context: MachineContext, family: string): void {
  for (const item of context.machine.items) {
    if (item.kind === "fault") lowerFault(context, family, item);
  }
}

function lowerFault(context: MachineContext, family: string, fault: syntax.FaultDeclaration): void {
  const { builder, instance, machine } = context;
  const frame: Frame = { size: 0 };
  const scope = scopeOf(context, frame);
  const { span } = fault;
  const sources = fault.from.map((path) => targetOf(scope, instance, path, undefined));
  const target =
    fault.target === undefined ? undefined : targetOf(scope, instance, fault.target, undefined);
  const body = effectsOf(scope, fault.body).effects;
  const budget = budgetFor(builder, `${family}.${fault.name.text}`);
  if (budget === undefined) return;
  const from = sources.flatMap((mode) =>
    mode === undefined ? [] : [inLeaves(instance, mode.region, leavesOf(mode), span)],
  );
  const spend = spending(budget, span);
  const here = fault.from.length === 0 ? truth(true, span) : any(from, span);
  const rule = ruleFor(builder, fault, () => ({
    text: `${machine.name.text} fault ${fault.name.text}`,
    machine: machine.name.text,
    kind: "fault",
    span,
  }));
  builder.transitions.push({
    name: `${instance.name}.${fault.name.text}`,
    kind: "fault",
    rules: [rule],
    instance: instance.index,
    fairness: "none",
    trigger: undefined,
    guard: and(spend.guard, here, span),
    effects: [
      ...spend.effects,
      ...lossEffects(builder, instance, fault),
      ...body,
      ...restartEffects(scope, instance, target, span),
    ],
    locals: frame.size,
    span,
    subject: undefined,
    distance: undefined,
  });
}

/**
 * What a fault takes away: volatile variables, armed timers, pending interrupts, maybe the inbox.
 */
function lossEffects(
  builder: Builder,
  instance: InstanceScope,
  fault: syntax.FaultDeclaration,
): Effect[] {
  const { span } = fault;
  const durable = new Set(
    instance.machine.kind === "machine"
      ? instance.machine.items.flatMap((item) =>
          item.kind === "var" && (item.durable || item.ghost) ? [item.name.text] : [],
        )
      : [],
  );
  const lost: number[] = [];
  for (const [name, member] of instance.members) {
    if (member.kind === "variable" && !durable.has(name)) lost.push(member.slot);
    if (member.kind === "timer") lost.push(member.slot);
    if (member.kind === "interrupt") lost.push(member.pending, member.masked);
    if (member.kind !== "port" || !fault.dropInbox) continue;
    if (member.port.declaration.direction !== "in") continue;
    for (const channel of member.port.channels.flat()) {
      const queue = builder.channels[channel];
      if (queue !== undefined) lost.push(queue.slot);
    }
  }
  return lost.flatMap((slot) => {
    const known = builder.slots[slot];
    if (known === undefined) return [];
    const initial = constant(known.type, known.initial, span);
    return [assignSlots([slot], undefined, known.type, initial, span)];
  });
}

/** Lowers the faults that a channel declares; `family` is its name in the system. */
export function lowerChannelFaults(
  builder: Builder,
  family: syntax.ChannelDeclaration,
  channels: readonly number[],
  distances: ReadonlyMap<syntax.ChannelFault, number>,
): void {
  for (const fault of family.faults) {
    const budget = budgetFor(builder, `${family.name.text}.${fault.fault}`);
    if (budget === undefined) continue;
    const spend = spending(budget, fault.span);
    const rule = ruleFor(builder, fault, () => ({
      text: `${family.name.text} ${fault.fault}`,
      machine: family.name.text,
      kind: fault.fault,
      span: fault.span,
    }));
    for (const channel of channels) {
      const queue = builder.channels[channel];
      if (queue === undefined) continue;
      builder.transitions.push({
        name: `${queue.name}.${fault.fault}`,
        kind: fault.fault,
        rules: [rule],
        instance: undefined,
        fairness: "none",
        trigger: undefined,
        guard: spend.guard,
        effects: spend.effects,
        locals: 0,
        span: fault.span,
        subject: channel,
        distance: distances.get(fault),
      });
    }
  }
}
