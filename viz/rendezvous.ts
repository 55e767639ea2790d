/**
 * Who met whom in a step: messages of rendezvous channels, which never wait anywhere.
 *
 * A rendezvous leaves no trace in the state but what its receiver does, so it is found by the rules
 * that the step says it took: a receiving rule on a rendezvous channel of the actor. Instances of
 * one machine share their rules; of these the one whose part of the state changed is taken, and
 * when nothing changed, the first. That may name the wrong one of several equal receivers that
 * change nothing; the state, and so every verdict, is the same.
 */
import type { Model, Transition, Value } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";

export interface Meeting {
  /** Index into `Model.channels`. */
  readonly channel: number;
  readonly receiver: number;
  /** Name of the message's kind. */
  readonly message: string;
}

/** The meetings of a step of `actor`, at most one for each rule that received. */
export function meetingsOf(
  model: Model,
  actor: number,
  spans: readonly Span[],
  before: readonly Value[],
  after: readonly Value[],
): readonly Meeting[] {
  const receiving = model.transitions.filter((transition) => isPartner(model, transition, actor));
  const byRule = new Map<string, Transition[]>();
  for (const transition of receiving) {
    const rule = transition.rules.find((number) => {
      const span = model.rules[number]?.span;
      return span !== undefined && spans.some((taken) => isWithin(span, taken));
    });
    if (rule !== undefined) {
      const key = `${rule} ${transition.trigger?.kind}`;
      byRule.set(key, [...(byRule.get(key) ?? []), transition]);
    }
  }
  return [...byRule.values()].flatMap((candidates) => {
    const changed = candidates.find(({ instance }) => hasChanged(model, instance, before, after));
    return meeting(model, changed ?? candidates[0]);
  });
}

function isPartner(model: Model, transition: Transition, actor: number): boolean {
  const { trigger, instance } = transition;
  const channel = trigger === undefined ? undefined : model.channels[trigger.channel];
  const isRendezvous = channel?.discipline === "rendezvous" && channel.senders.includes(actor);
  return isRendezvous && instance !== actor;
}

function isWithin(rule: Span, taken: Span): boolean {
  return rule.file === taken.file && rule.start <= taken.start && taken.end <= rule.end;
}

function hasChanged(
  model: Model,
  instance: number | undefined,
  before: readonly Value[],
  after: readonly Value[],
): boolean {
  return model.slots.some(({ role }, slot) => {
    const isOwn = (role.role === "mode" || role.role === "variable") && role.instance === instance;
    return isOwn && JSON.stringify(before[slot]) !== JSON.stringify(after[slot]);
  });
}

function meeting(model: Model, transition: Transition | undefined): readonly Meeting[] {
  const { trigger } = transition ?? {};
  const channel = trigger === undefined ? undefined : model.channels[trigger.channel];
  if (trigger === undefined || channel?.message.kind !== "message") {
    return [];
  }
  const message = channel.message.kinds[trigger.kind]?.name ?? channel.name;
  return [{ channel: trigger.channel, receiver: channel.receiver, message }];
}
