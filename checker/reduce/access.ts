/**
 * What a transition touches: the parts of the state that it reads and writes.
 *
 * A part is a slot, except that a queue has two: its front, where messages are taken, and its back,
 * where they are put. Taking from a queue that has a message and putting into one that has room do
 * not disturb each other, so they touch different parts:
 *
 *     send     writes back                     q.size, q.empty     read front and back
 *     take     reads and writes front          channel faults      read and write both
 *
 * Whether a `send` has room and whether a message waits at all is not part of this: it changes
 * which transitions are enabled, which `independence.ts` accounts for. Where a transition can
 * happen in several ways (a `choose`, a bag, a partner by rendezvous), new room could add a way, so
 * such a transition reads the front of what it sends to.
 *
 * A store buffer is a queue too. The owner of a buffer sees its own writes at once, and a flush of
 * its oldest changes nothing that it sees: its reads are tagged with the buffer.
 */
import type { Effect, Expr, Model, Place, Read, Transition } from "../../spec/model.ts";
import { ordinalOf } from "../../spec/values.ts";
import { expressionsOf, innerEffects, walk } from "./walk.ts";

/** `12`, or `12<` and `12>` for the front and the back of a queue. */
export type Part = string;

export interface Access {
  /** Read parts; the buffer through which a slot is seen, if the reader sees it through one. */
  readonly reads: ReadonlyMap<Part, ReadonlySet<number | undefined>>;
  readonly writes: ReadonlySet<Part>;
  /** Parts that a flush writes from its buffer: who reads through this buffer sees no change. */
  readonly flushes: number | undefined;
  /** Could it happen in more than one way in one state? */
  readonly branches: boolean;
}

interface Growing {
  readonly model: Model;
  readonly reads: Map<Part, Set<number | undefined>>;
  readonly writes: Set<Part>;
}

export function front(slot: number): Part {
  return `${slot}<`;
}

export function back(slot: number): Part {
  return `${slot}>`;
}

/** Is the slot a queue with two ends? A bag is not: what is put in can be taken at once. */
function hasEnds(model: Model, slot: number): boolean {
  const role = model.slots[slot]?.role;
  if (role?.role === "buffer") return true;
  if (role?.role !== "channel") return false;
  const discipline = model.channels[role.channel]?.discipline;
  return discipline === "fifo" || discipline === "mailbox";
}

/** The parts of a slot as a whole. */
export function partsOfSlot(model: Model, slot: number): readonly Part[] {
  return hasEnds(model, slot) ? [front(slot), back(slot)] : [`${slot}`];
}

function endOf(model: Model, slot: number, end: (slot: number) => Part): Part {
  return hasEnds(model, slot) ? end(slot) : `${slot}`;
}

// ---------------------------------------------------------------------------- transitions

/** What a transition touches, with every receiver that it may meet. */
export function accessOf(model: Model, transition: Transition): Access {
  const partners = partnersOf(model, transition, new Set());
  const all = [transition, ...partners];
  const branches = partners.length > 0 || branchesAlone(model, transition);
  const growing: Growing = { model, reads: new Map(), writes: new Set() };
  for (const each of all) addTransition(growing, each, branches);
  const flushes = transition.kind === "flush" ? transition.subject : undefined;
  return { reads: growing.reads, writes: growing.writes, flushes, branches };
}

/** What conditions read, and what taking the next message of a channel does. */
export function readsOf(model: Model, exprs: readonly Expr[], channel?: number): Access {
  const growing: Growing = { model, reads: new Map(), writes: new Set() };
  if (channel !== undefined) addTake(growing, channel);
  for (const expr of exprs) addReads(growing, expr);
  growing.writes.clear();
  return { reads: growing.reads, writes: growing.writes, flushes: undefined, branches: false };
}

function branchesAlone(model: Model, { trigger, kind, effects }: Transition): boolean {
  const discipline = model.channels[trigger?.channel ?? -1]?.discipline;
  if (discipline === "bag" || kind === "lossy") return true;
  if (kind === "duplicating" || kind === "reordering") return true;
  return innerEffects(effects).some(({ effect }) => effect === "choose");
}

/** Receiving transitions of rendezvous channels on which the effects send, and theirs in turn. */
function partnersOf(
  model: Model,
  { effects }: Transition,
  seen: Set<number>,
): readonly Transition[] {
  const channels = innerEffects(effects).flatMap((effect) =>
    effect.effect === "send" ? effect.channels : [],
  );
  return channels
    .filter((channel) => model.channels[channel]?.discipline === "rendezvous")
    .flatMap((channel) => {
      if (seen.has(channel)) return [];
      seen.add(channel);
      const met = model.transitions.filter(({ trigger }) => trigger?.channel === channel);
      return met.flatMap((each) => [each, ...partnersOf(model, each, seen)]);
    });
}

function addTransition(growing: Growing, transition: Transition, branches: boolean): void {
  const { model, writes } = growing;
  const { guard, trigger, kind, subject, effects } = transition;
  if (trigger !== undefined) addTake(growing, trigger.channel);
  if (kind === "flush" && subject !== undefined) {
    addRead(growing, front(subject), undefined);
    writes.add(front(subject));
    for (const slot of storedThrough(model, subject)) writes.add(`${slot}`);
    return;
  }
  addReads(growing, guard);
  if (subject !== undefined) {
    const slot = model.channels[subject]?.slot ?? -1;
    for (const part of partsOfSlot(model, slot)) {
      addRead(growing, part, undefined);
      writes.add(part);
    }
  }
  for (const effect of innerEffects(effects)) addEffect(growing, effect, branches);
}

function addTake(growing: Growing, channel: number): void {
  const { model, writes } = growing;
  const slot = model.channels[channel]?.slot ?? -1;
  addRead(growing, endOf(model, slot, front), undefined);
  writes.add(endOf(model, slot, front));
  if (model.channels[channel]?.discipline !== "mailbox") return;
  for (const reception of model.receptions) {
    if (reception.channel === channel) addReads(growing, reception.deferred);
  }
}

function addEffect(growing: Growing, effect: Effect, branches: boolean): void {
  const { model, writes } = growing;
  for (const expr of expressionsOf(effect)) addReads(growing, expr);
  if (effect.effect === "assign") addAssignment(growing, effect.place, branches);
  if (effect.effect === "send") {
    for (const channel of members(effect.channels, effect.index)) {
      const slot = model.channels[channel]?.slot ?? -1;
      writes.add(endOf(model, slot, back));
      if (branches) addRead(growing, endOf(model, slot, front), undefined);
    }
  }
  if (effect.effect === "fence") {
    addRead(growing, back(effect.buffer), undefined);
    if (branches) addRead(growing, front(effect.buffer), undefined);
  }
}

function addAssignment(growing: Growing, place: Place, branches: boolean): void {
  const { model, writes } = growing;
  if (place.buffer !== undefined) {
    writes.add(back(place.buffer));
    // Whether the part exists at all is looked up in what the owner sees.
    if (place.path.length > 0) {
      for (const slot of members(place.slots, place.index)) {
        addRead(growing, `${slot}`, place.buffer);
      }
    }
    if (branches) addRead(growing, front(place.buffer), undefined);
    return;
  }
  for (const slot of members(place.slots, place.index)) {
    for (const part of partsOfSlot(model, slot)) writes.add(part);
  }
}

/** Slots for which writes can wait in a buffer. */
export function storedThrough(model: Model, buffer: number): readonly number[] {
  const effects = [...model.start, ...model.transitions.flatMap((each) => each.effects)];
  const slots = innerEffects(effects).flatMap((effect) =>
    effect.effect === "assign" && effect.place.buffer === buffer ? effect.place.slots : [],
  );
  return [...new Set(slots)];
}

// ---------------------------------------------------------------------------- expressions

function addReads(growing: Growing, expr: Expr): void {
  walk(expr, (node) => {
    if (node.op === "read") addSlots(growing, node);
  });
}

function addSlots(growing: Growing, { slots, index, buffer }: Read): void {
  for (const slot of members(slots, index)) {
    for (const part of partsOfSlot(growing.model, slot)) addRead(growing, part, buffer);
  }
  if (buffer !== undefined) addRead(growing, back(buffer), undefined);
}

function addRead({ reads }: Growing, part: Part, through: number | undefined): void {
  reads.set(part, (reads.get(part) ?? new Set()).add(through));
}

/** The members of a family that an index can mean: one when it is a constant. */
function members(family: readonly number[], index: Expr | undefined): readonly number[] {
  if (index === undefined) return family.slice(0, 1);
  if (index.op !== "const") return family;
  const type = index.type.kind === "optional" ? index.type.of : index.type;
  const member = family[ordinalOf(index.value, type)];
  return member === undefined ? [] : [member];
}
