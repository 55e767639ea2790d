/**
 * Slicing: a Model without what cannot influence the judged properties.
 *
 *     invariant I reads x      x = y + 1     y = z % 2      log += x      nobody reads n
 *     relevant:  x  ◄───────────── y ◄─────────── z         log, n: frozen
 *
 * A slot is relevant when a judged property reads it, or when it decides whether and how a kept
 * transition happens: its guard, the messages it takes, the room it needs, what it chooses, and
 * what its other effects store in relevant slots. A transition is kept when it can change a
 * relevant slot or violate a built-in property. The slice keeps every slot and transition at its
 * number, so that paths and places mean the same in both Models:
 *
 *   - a slot that is not relevant is *frozen*: nothing writes it, so it keeps its initial value and
 *     tells no two states apart;
 *   - a transition that is not kept has a false guard.
 *
 * Built-in properties are judged in every check. Assertions, assignments that could leave a range
 * and channels with messages that might have no rule are therefore relevant by themselves. Whether
 * a state is *stuck* depends on every transition that is not a fault, so unless the check allows to
 * be stuck all of these are kept with their guards, and only their effects shrink: removing a
 * component that can always move would turn "stuck" around.
 *
 * Why verdicts agree: kept transitions read relevant slots only, and only kept transitions write
 * them. So a run of the Model is, without its other steps, a run of the slice, and a run of the
 * slice is a run of the Model in which the other transitions happen not to be taken. Both ends
 * agree in the relevant slots, on which the properties depend; the shortest paths are equally long.
 *
 * Source: the program slice of M. Weiser, 1981, with cone-of-influence reduction as its form for
 * transition systems (Clarke, Grumberg and Peled, "Model checking", 1999, 13.1).
 */
import type { Effect, Expr, Model, Place, Transition } from "../../spec/model.ts";
import { isFalse, truth } from "../../spec/fold.ts";
import { isWanted } from "../judgement.ts";
import { isFault } from "../reference/built-in.ts";
import { mayMisfit } from "./misfit.ts";
import { expressionsOf, innerEffects, isGhost, walk } from "./walk.ts";

export interface Slice {
  readonly model: Model;
  /** Slots that never change in the slice though they can in the Model. */
  readonly frozen: readonly number[];
  /** Transitions that never happen in the slice. */
  readonly dropped: readonly number[];
}

/** What is kept; it grows until nothing more depends on it. */
interface Cone {
  readonly model: Model;
  readonly slots: Set<number>;
  readonly transitions: Set<number>;
}

/**
 * The slice of a Model with respect to the invariants and goals that `only` leaves in. Undefined
 * when everything that can change matters.
 */
export function sliceModel(model: Model): Slice | undefined {
  const cone: Cone = { model, slots: new Set(), transitions: new Set() };
  for (const { name, condition } of [...model.invariants, ...model.goals]) {
    if (isWanted(model, name)) addReads(cone, condition);
  }
  for (const reception of model.receptions) {
    if (isFalse(reception.unhandled)) continue;
    addReads(cone, reception.unhandled);
    addQueue(cone, reception.channel);
  }
  if (!model.allowStuck) {
    for (const { regions } of model.instances) for (const slot of regions) cone.slots.add(slot);
    for (const [index, { kind }] of model.transitions.entries()) {
      if (!isFault(kind)) keep(cone, index);
    }
  }
  keepWhatWrites(cone);
  return cut(cone);
}

/** Keeps transitions, and what they depend on, until no other one matters. */
function keepWhatWrites(cone: Cone): void {
  const { model, slots, transitions } = cone;
  for (let before = -1; before !== slots.size + transitions.size; ) {
    before = slots.size + transitions.size;
    addEffects(cone, model.start);
    for (const [index, transition] of model.transitions.entries()) {
      if (!transitions.has(index) && matters(cone, transition)) keep(cone, index);
      if (transitions.has(index)) addEffects(cone, transition.effects);
    }
  }
}

/** Can it change a relevant slot, or violate a built-in property? */
function matters({ model, slots }: Cone, transition: Transition): boolean {
  const { trigger, subject, kind, effects } = transition;
  const taken = model.channels[trigger?.channel ?? -1]?.slot;
  if (taken !== undefined && slots.has(taken)) return true;
  if (subject !== undefined) {
    const changed = kind === "flush" ? subject : (model.channels[subject]?.slot ?? -1);
    if (slots.has(changed)) return true;
  }
  return innerEffects(effects).some((effect) => {
    if (effect.effect === "assert") return true;
    if (effect.effect === "assign") {
      const { place, value } = effect;
      const written = place.buffer === undefined ? place.slots : [...place.slots, place.buffer];
      return written.some((slot) => slots.has(slot)) || mayViolate(model, place, value);
    }
    if (effect.effect !== "send") return false;
    return effect.channels.some((channel) => {
      const { slot = -1, message } = model.channels[channel] ?? {};
      return slots.has(slot) || message === undefined || mayMisfit(effect.message, message);
    });
  });
}

function keep(cone: Cone, index: number): void {
  const { model, slots, transitions } = cone;
  const transition = model.transitions[index];
  if (transition === undefined) return;
  transitions.add(index);
  addReads(cone, transition.guard);
  const { trigger, subject, kind } = transition;
  if (trigger !== undefined) addQueue(cone, trigger.channel);
  if (subject !== undefined && kind === "flush") slots.add(subject);
  if (subject !== undefined && kind !== "flush") addQueue(cone, subject);
}

/** A queue, and what decides which of its messages is next. */
function addQueue(cone: Cone, channel: number): void {
  cone.slots.add(cone.model.channels[channel]?.slot ?? -1);
  for (const reception of cone.model.receptions) {
    if (reception.channel === channel) addReads(cone, reception.deferred);
  }
}

/** What the effects of a kept transition depend on. Assignments to other slots are left out. */
function addEffects(cone: Cone, effects: readonly Effect[]): void {
  for (const effect of innerEffects(effects)) {
    if (effect.effect === "assign") {
      if (!isKept(cone, effect)) continue;
      const { place } = effect;
      for (const slot of place.slots) cone.slots.add(slot);
      if (place.buffer !== undefined) cone.slots.add(place.buffer);
    }
    if (effect.effect === "send") {
      for (const each of effect.channels) cone.slots.add(cone.model.channels[each]?.slot ?? -1);
    }
    if (effect.effect === "fence") cone.slots.add(effect.buffer);
    for (const expr of expressionsOf(effect)) addReads(cone, expr);
  }
}

/** Is the assignment performed in the slice? A write to a store buffer takes up room there. */
function isKept(
  { model, slots }: Cone,
  { place, value }: Extract<Effect, { readonly effect: "assign" }>,
): boolean {
  if (place.buffer !== undefined || mayViolate(model, place, value)) return true;
  return place.slots.some((slot) => slots.has(slot));
}

/** A ghost that would leave its range keeps its value instead. */
function mayViolate({ slots }: Model, place: Place, value: Expr): boolean {
  return !place.slots.every((slot) => isGhost(slots[slot])) && mayMisfit(value, place.type);
}

function addReads({ slots }: Cone, expr: Expr): void {
  walk(expr, (node) => {
    if (node.op !== "read") return;
    for (const slot of node.slots) slots.add(slot);
    if (node.buffer !== undefined) slots.add(node.buffer);
  });
}

// ---------------------------------------------------------------------------- the smaller Model

function cut(cone: Cone): Slice | undefined {
  const { model, slots, transitions } = cone;
  const kept = (effects: readonly Effect[]): readonly Effect[] =>
    effects.flatMap((effect): readonly Effect[] => {
      switch (effect.effect) {
        case "assign":
          return isKept(cone, effect) ? [effect] : [];
        case "if":
          return [{ ...effect, then: kept(effect.then), else: kept(effect.else) }];
        case "for":
          return [{ ...effect, body: kept(effect.body) }];
        default:
          return [effect];
      }
    });
  const shrunk = model.transitions.map(
    (transition, index): Transition =>
      transitions.has(index)
        ? { ...transition, effects: kept(transition.effects) }
        : { ...transition, trigger: undefined, guard: truth(false, transition.span), effects: [] },
  );
  const frozen = [...writtenSlots(model)].filter((slot) => !slots.has(slot));
  const dropped = [...model.transitions.keys()].filter((index) => !transitions.has(index));
  if (frozen.length === 0 && dropped.length === 0) return undefined;
  return { model: { ...model, start: kept(model.start), transitions: shrunk }, frozen, dropped };
}

/** Slots that something can change, in the order of the Model. */
function writtenSlots(model: Model): ReadonlySet<number> {
  const effects = [...model.start, ...model.transitions.flatMap((each) => each.effects)];
  const written = innerEffects(effects).flatMap((effect) => {
    if (effect.effect === "assign") return effect.place.slots;
    if (effect.effect !== "send") return [];
    return effect.channels.flatMap((channel) => model.channels[channel]?.slot ?? []);
  });
  return new Set(written.toSorted((left, right) => left - right));
}
