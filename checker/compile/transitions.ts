/**
 * Transitions of a Model to the routines that expand a state: the compiled twin of
 * `reference/successors.ts`.
 *
 *     one transition     block { guard or leave; begin; take the message; effects; emit }
 *
 * A transition that can begin in several ways (bags, mailboxes, channel faults) has a block for
 * each. Several transitions share a routine until it is long; the last routine says what is known
 * only when all were tried: is the state stuck, which bounds were felt.
 */
import type { Channel, Transition } from "../../spec/model.ts";
import { applyEntry } from "./parts.ts";
import { type Context, readSlot, writeSlot } from "./access.ts";
import { repeats, withoutElement } from "./list-access.ts";
import { struck } from "./channel-faults.ts";
import type { Routine, Term } from "./code.ts";
import { rowPart } from "./codec.ts";
import { block, branch, emit, type Emitter, hold, newEmitter, routineOf } from "./emitter.ts";
import { fieldLocals, type StepContext } from "./outcome.ts";
import { performAll } from "./effects.ts";
import { condition } from "./expression.ts";
import type { Layout } from "./layout.ts";
import { asInteger, kindOf, lane, lengthOf, listShape, type Packed, partOf } from "./packed.ts";
import { MOVED, type Plan } from "./plan.ts";
import { both, compare, either, not, num, ONE, ZERO } from "./terms.ts";

/** Commands of a routine after which the next transition begins another one. */
const ROUTINE_COMMANDS = 4_000;
const BITS = 32;

export function expandRoutines(layout: Layout, plan: Plan): readonly Routine[] {
  const routines: Routine[] = [];
  let emitter = newEmitter();
  for (const number of layout.model.transitions.keys()) {
    expandTransition(layout, plan, emitter, number);
    if (emitter.commands < ROUTINE_COMMANDS) continue;
    routines.push(routineOf(emitter));
    emitter = newEmitter();
  }
  conclude(layout, plan, emitter);
  return [...routines, routineOf(emitter)];
}

function expandTransition(layout: Layout, plan: Plan, emitter: Emitter, number: number): void {
  const { model } = layout;
  const transition = model.transitions[number];
  if (transition === undefined) return;
  const channel = model.channels[transition.trigger?.channel ?? -1];
  if (channel?.discipline === "rendezvous") return;
  const before: Context = { emitter, layout, locals: new Map(), state: "word" };
  const step: StepContext = {
    ...before,
    state: "next",
    plan,
    transition: number,
    partners: [],
    busy: transition.instance === undefined ? [] : [transition.instance],
    way: -1,
  };
  if (channel !== undefined) {
    receive(before, step, transition, channel);
    return;
  }
  block(emitter, (way) => {
    branch(emitter, not(condition(before, transition.guard)), () => leaveWay(emitter, way));
    const inner = { ...step, way };
    switch (transition.kind) {
      case "flush":
        flush(inner, transition);
        return;
      case "lossy":
      case "duplicating":
      case "reordering":
        strike(inner, transition);
        return;
      default:
        emit(emitter, { do: "begin" });
        performAll(transition.effects, inner, finish);
    }
  });
}

function leaveWay(emitter: Emitter, way: number): void {
  emit(emitter, { do: "leave", block: way });
}

/** The state that was made is a successor. */
function finish(context: StepContext): void {
  const { plan, emitter, transition, partners } = context;
  plan.noteMove(emitter, transition);
  emit(emitter, { do: "emit", label: plan.labelOf(transition, partners) });
}

// ---------------------------------------------------------------------------- messages

function receive(
  before: Context,
  step: StepContext,
  transition: Transition,
  channel: Channel,
): void {
  const { emitter } = before;
  const waiting = readSlot(before, channel.slot);
  const kind = transition.trigger?.kind ?? -1;
  for (const { position, offered } of candidatesOf(before, channel, waiting)) {
    block(emitter, (way) => {
      const inner = { ...step, way };
      branch(emitter, not(offered), () => leaveWay(emitter, way));
      const message = elementAt(waiting, position);
      const other = not(compare("eq", kindOf(message), num(kind)));
      branch(emitter, other, () => leaveWay(emitter, way));
      const locals = fieldLocals(before, message, kind);
      const holds = condition({ ...before, locals }, transition.guard);
      branch(emitter, not(holds), () => leaveWay(emitter, way));
      emit(emitter, { do: "begin" });
      writeSlot(inner, channel.slot, withoutElement(emitter, waiting, position).lanes);
      performAll(transition.effects, { ...inner, locals }, finish);
    });
  }
}

export function elementAt(list: Packed, position: number): Packed {
  return partOf(list.lanes, rowPart(listShape(list.type).row, position));
}

/** Positions whose messages could be taken next, and the condition under which each is. */
export function candidatesOf(
  context: Context,
  channel: Channel,
  waiting: Packed,
): readonly { readonly position: number; readonly offered: Term }[] {
  const { emitter } = context;
  const length = hold(emitter, lengthOf(waiting));
  const { capacity } = listShape(waiting.type);
  const inside = (position: number): Term => compare("gt", length, num(position));
  const positions = Array.from({ length: capacity }, (_, position) => position);
  switch (channel.discipline) {
    case "fifo":
      return capacity === 0 ? [] : [{ position: 0, offered: compare("ne", length, ZERO) }];
    case "bag":
      return positions.map((position) => ({
        position,
        offered: both(inside(position), not(repeats(emitter, waiting, position))),
      }));
    case "mailbox": {
      let before: Term = ONE;
      return positions.map((position) => {
        const deferred = hold(emitter, isDeferred(context, channel, elementAt(waiting, position)));
        const offered = hold(emitter, both(both(before, inside(position)), not(deferred)));
        before = hold(emitter, both(before, deferred));
        return { position, offered };
      });
    }
    case "rendezvous":
      return [];
  }
}

function isDeferred(context: Context, channel: Channel, message: Packed): Term {
  const { model } = context.layout;
  return model.receptions
    .filter((reception) => model.channels[reception.channel] === channel)
    .reduce<Term>((sum, { kind, deferred }) => {
      if (deferred.op === "const" && deferred.value === false) return sum;
      const is = compare("eq", kindOf(message), num(kind));
      const locals = fieldLocals(context, message, kind);
      return either(sum, both(is, condition({ ...context, locals }, deferred)));
    }, ZERO);
}

// ---------------------------------------------------------------------------- flushes and faults

/** The oldest waiting write reaches the memory. */
function flush(context: StepContext, transition: Transition): void {
  const { emitter, layout, way } = context;
  const buffer = transition.subject ?? -1;
  const waiting = readSlot({ ...context, state: "word" }, buffer);
  const empty = compare("eq", lengthOf(waiting), ZERO);
  branch(emitter, empty, () => leaveWay(emitter, way));
  const { capacity } = listShape(waiting.type);
  if (capacity === 0) return;
  emit(emitter, { do: "begin" });
  const entry = elementAt(waiting, 0);
  for (const [number, kind] of (layout.stores.get(buffer) ?? []).entries()) {
    branch(emitter, compare("eq", kindOf(entry), num(number)), () => {
      const memory = readSlot(context, kind.slot);
      const { lanes, exists } = applyEntry(emitter, memory, entry, kind, number);
      branch(emitter, exists, () => writeSlot(context, kind.slot, lanes));
    });
  }
  writeSlot(context, buffer, withoutElement(emitter, waiting, 0).lanes);
  performAll(transition.effects, context, finish);
}

/** A channel fault: one block for each result that differs from those before it. */
function strike(context: StepContext, transition: Transition): void {
  const { emitter, layout } = context;
  const channel = layout.model.channels[transition.subject ?? -1];
  if (channel === undefined) return;
  const waiting = readSlot({ ...context, state: "word" }, channel.slot);
  for (const { possible, result } of struck(emitter, transition, channel, waiting)) {
    block(emitter, (way) => {
      branch(emitter, not(possible), () => leaveWay(emitter, way));
      emit(emitter, { do: "begin" });
      writeSlot(context, channel.slot, result.lanes);
      performAll(transition.effects, { ...context, way }, finish);
    });
  }
}

// ---------------------------------------------------------------------------- at the end

function conclude(layout: Layout, plan: Plan, emitter: Emitter): void {
  const { model } = layout;
  const context: Context = { emitter, layout, locals: new Map(), state: "word" };
  if (!model.allowStuck) {
    const still = compare("eq", { op: "register", register: MOVED }, ZERO);
    branch(emitter, still, () => {
      const ended = model.instances.reduce<Term>(
        (sum, instance) =>
          instance.regions.reduce<Term>((all, slot, region) => {
            const mode = hold(emitter, lane(readSlot(context, slot)));
            const inactive: Term = compare("eq", mode, ZERO);
            const finals = (instance.finals[region] ?? []).map((leaf) =>
              compare("eq", mode, num(leaf + 1)),
            );
            return both(
              all,
              finals.reduce((any, term) => either(any, term), inactive),
            );
          }, sum),
        ONE,
      );
      branch(emitter, not(ended), () => {
        emit(emitter, { do: "sight", site: plan.siteOf({ property: "stuck" }) });
      });
    });
  }
  tellBounds(context, plan);
}

/** Counters of states in which a bound was felt; see `boundCounters`. */
function tellBounds(context: Context, plan: Plan): void {
  const { emitter } = context;
  for (const bit of plan.bounds.keys()) {
    const register = MOVED + 1 + Math.floor(bit / BITS);
    const counter = plan.boundCounter(plan.bounds[bit] ?? -1);
    const felt: Term = {
      op: "and",
      left: { op: "register", register },
      right: num(1 << (bit % BITS)),
    };
    branch(emitter, felt, () => emit(emitter, { do: "count", counter }));
  }
  for (const { slot, bound } of context.layout.model.faults) {
    if (slot === undefined || bound === undefined) continue;
    const used = compare("ge", lane(asInteger(readSlot(context, slot))), num(bound));
    const counter = plan.boundCounter(slot);
    branch(emitter, used, () => emit(emitter, { do: "count", counter }));
  }
}
