/**
 * Arrows of a path: each message from the step that sent it to the step that took it.
 *
 * A Model has no messages, only channels whose contents change. Every channel is followed with a
 * list of tokens, one for each waiting message, and each step moves the tokens as its kind allows:
 *
 *     before  [a: Open(c1), b: Data(c1)]     server.Open takes a          token a is received
 *     after   [b: Data(c1), c: Data(c1)]     and one more has been added  token c is sent
 *
 * What the trigger takes is removed first; the rest is matched by value, in order. What is left
 * over before the step has been lost or discarded, what is left over after it has been sent or
 * duplicated. Equal messages may be exchanged by this matching; no reader could tell the
 * difference.
 *
 * Store buffers are followed the same way: a store travels from its thread to the buffer and is
 * flushed from the buffer to memory. A write to a variable of another lane is an arrow without
 * delay.
 */
import type { PathStep } from "../checker/verdict.ts";
import type { Model, Transition, Value } from "../spec/model.ts";
import type { Span } from "../spec/source.ts";
import type { Arrow, Fate } from "./document.ts";
import type { LanePlan } from "./path-lanes.ts";
import { meetingsOf } from "./rendezvous.ts";
import { cutMiddle, elementOf, elementsOf, storeText, type ValueWords } from "./value-report.ts";

/** Longer texts of messages are cut in the middle, in UTF-16 units. */
export const ARROW_TEXT_LIMIT = 400;

type Open = { -readonly [Key in keyof Arrow]: Arrow[Key] };

interface Token {
  readonly json: string;
  readonly arrow: Open;
}

interface Follow {
  readonly model: Model;
  readonly plan: LanePlan;
  readonly words: ValueWords;
  readonly arrows: Open[];
  readonly queues: Map<number, Token[]>;
}

/** The step of a path as the follower sees it. */
interface Move {
  readonly step: number;
  readonly transition: Transition | undefined;
  readonly before: readonly Value[];
  readonly after: readonly Value[];
  readonly spans: readonly Span[];
}

/** What the follower needs of a step. */
type FollowedStep = Pick<PathStep, "transition" | "state" | "spans">;

/** All arrows, in the order of their beginning. */
export function arrowsOfPath(
  model: Model,
  plan: LanePlan,
  steps: readonly FollowedStep[],
  first: number,
  words: ValueWords,
): readonly Arrow[] {
  const follow: Follow = { model, plan, words, arrows: [], queues: new Map() };
  const initial = steps[0]?.state ?? [];
  forEachQueue(model, (slot, lane) => {
    const items = elementsOf(initial[slot]);
    follow.queues.set(
      slot,
      items.map((item) => newToken(follow, slot, item, { from: undefined, to: lane(plan) })),
    );
  });
  for (let index = 1; index < steps.length; index++) {
    const transition = steps[index]?.transition;
    const move: Move = {
      step: first + index,
      transition: transition === undefined ? undefined : model.transitions[transition],
      before: steps[index - 1]?.state ?? [],
      after: steps[index]?.state ?? [],
      spans: steps[index]?.spans ?? [],
    };
    forEachQueue(model, (slot, lane) => moveQueue(follow, slot, lane(plan), move));
    const met = meetingArrows(follow, move);
    foreignWrites(follow, move, met);
  }
  return follow.arrows;
}

type LaneOf = (plan: LanePlan) => number;

function forEachQueue(model: Model, visit: (slot: number, lane: LaneOf) => void): void {
  for (const channel of model.channels) {
    visit(channel.slot, (plan) => plan.ofInstance.get(channel.receiver) ?? 0);
  }
  model.slots.forEach((slot, index) => {
    if (slot.role.role === "buffer") {
      visit(index, (plan) => plan.ofSlot.get(index) ?? 0);
    }
  });
}

function newToken(
  follow: Follow,
  slot: number,
  item: Value,
  ends: { from: number | undefined; to: number; sent?: number; copy?: boolean },
): Token {
  const { model, words } = follow;
  const declared = model.slots[slot];
  const isBuffer = declared?.role.role === "buffer";
  const channel = model.channels.find((candidate) => candidate.slot === slot);
  const text =
    isBuffer || channel === undefined
      ? storeText(model, item, words)
      : words.print(channel.message, item);
  const arrow: Open = {
    kind: isBuffer ? "store" : "message",
    text: cutMiddle(text, ARROW_TEXT_LIMIT),
    from: ends.from,
    to: ends.to,
    sent: ends.sent,
    received: undefined,
    fate: "waiting",
    via: declared?.name ?? "",
    copy: ends.copy ?? false,
  };
  follow.arrows.push(arrow);
  return { json: JSON.stringify(item), arrow };
}

function moveQueue(follow: Follow, slot: number, lane: number, move: Move): void {
  const { step, transition, before, after } = move;
  if (before[slot] === after[slot]) {
    return;
  }
  const tokens = [...(follow.queues.get(slot) ?? [])];
  const items = elementsOf(after[slot]);
  const taken = takenIndex(follow.model, slot, transition, tokens, before, items);
  if (taken !== undefined) {
    const [token] = tokens.splice(taken, 1);
    finish(token, step, transition?.kind === "drop" ? "dropped" : "received");
    if (token !== undefined && transition?.kind === "flush") {
      flushArrow(
        follow,
        lane,
        elementOf(elementsOf(before[slot])[0] ?? null, 0),
        token.arrow,
        step,
      );
    }
  }
  const from = senderLane(follow, transition);
  const copy = transition?.kind === "duplicating";
  follow.queues.set(
    slot,
    items.map((item) => {
      const json = JSON.stringify(item);
      const found = tokens.findIndex((token) => token.json === json);
      const kept = found >= 0 ? tokens.splice(found, 1)[0] : undefined;
      return kept ?? newToken(follow, slot, item, { from, to: lane, sent: step, copy });
    }),
  );
  for (const token of tokens) {
    finish(token, step, transition?.kind === "lossy" ? "lost" : fateOf(transition));
  }
}

function fateOf(transition: Transition | undefined): Fate {
  return transition?.kind === "fault" ? "discarded" : "unknown";
}

function finish(token: Token | undefined, step: number, fate: Fate): void {
  if (token !== undefined) {
    token.arrow.received = step;
    token.arrow.fate = fate;
  }
}

/** Which waiting message the step takes: by the trigger, preferring one that is gone afterwards. */
function takenIndex(
  model: Model,
  slot: number,
  transition: Transition | undefined,
  tokens: readonly Token[],
  before: readonly Value[],
  items: readonly Value[],
): number | undefined {
  if (transition?.kind === "flush") {
    return transition.subject === slot && tokens.length > 0 ? 0 : undefined;
  }
  const trigger = transition?.trigger;
  if (trigger === undefined || model.channels[trigger.channel]?.slot !== slot) {
    return undefined;
  }
  const values = elementsOf(before[slot]);
  const after = items.map((item) => JSON.stringify(item));
  const candidates = tokens
    .map((_, index) => index)
    .filter((index) => elementOf(values[index] ?? null, 0) === trigger.kind);
  const gone = candidates.find((index) => {
    const { json } = tokens[index] ?? { json: "" };
    const waiting = tokens.filter((token) => token.json === json).length;
    return after.filter((item) => item === json).length < waiting;
  });
  return gone ?? candidates[0];
}

function senderLane(follow: Follow, transition: Transition | undefined): number | undefined {
  const { instance } = transition ?? { instance: undefined };
  return instance === undefined ? undefined : follow.plan.ofInstance.get(instance);
}

function flushArrow(follow: Follow, from: number, target: Value, store: Arrow, step: number): void {
  const to = follow.plan.ofSlot.get(Number(target));
  if (to !== undefined) {
    const common = { from, to, sent: step, received: step, fate: "received" as const };
    follow.arrows.push({ ...common, kind: "flush", text: store.text, via: store.via, copy: false });
  }
}

/** Messages without a queue; gives the lanes of their receivers, who write their own variables. */
function meetingArrows(follow: Follow, move: Move): ReadonlySet<number> {
  const { model, plan } = follow;
  const { step, transition, spans, before, after } = move;
  const actor = transition?.instance;
  const met = new Set<number>();
  for (const { channel, receiver, message } of actor === undefined
    ? []
    : meetingsOf(model, actor, spans, before, after)) {
    const to = plan.ofInstance.get(receiver) ?? 0;
    met.add(to);
    follow.arrows.push({
      kind: "message",
      text: message,
      from: senderLane(follow, transition),
      to,
      sent: step,
      received: step,
      fate: "received",
      via: model.channels[channel]?.name ?? "",
      copy: false,
    });
  }
  return met;
}

/** Writes of one instance to variables of another, and raised interrupts: they arrive at once. */
function foreignWrites(follow: Follow, move: Move, met: ReadonlySet<number>): void {
  const { model, plan, words } = follow;
  const from = senderLane(follow, move.transition);
  if (from === undefined || move.transition?.kind === "flush") {
    return;
  }
  model.slots.forEach((slot, index) => {
    const after = move.after[index];
    const { role } = slot;
    const to = plan.ofSlot.get(index);
    const same = after === undefined || after === move.before[index];
    if (same || to === undefined || to === from || met.has(to)) {
      return;
    }
    const isWrite = role.role === "variable" && !role.ghost;
    const isRaise = role.role === "pending" && after === true;
    if (!(isWrite || isRaise) || JSON.stringify(after) === JSON.stringify(move.before[index])) {
      return;
    }
    const label = shortName(slot.name);
    const text = isRaise ? label : `${label} = ${words.print(slot.type, after)}`;
    const ends = { from, to, sent: move.step, received: move.step, fate: "received" as const };
    const kind = isRaise ? "raise" : "write";
    const cut = cutMiddle(text, ARROW_TEXT_LIMIT);
    follow.arrows.push({ ...ends, kind, text: cut, via: slot.name, copy: false });
  });
}

/** `table` of `server.table`; a name without a dot stays. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
