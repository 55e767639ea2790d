/**
 * What an abstract variable holds when a refinement does not say: the value of its namesake.
 *
 * A variable of the implementation with the same name, role and type is its namesake: `app[c].conn`
 * of both, the modes of two instances of one machine, two queues of one discipline. Where there is
 * only one value to choose from, that value is taken. Everything else must be written.
 */
import { constant } from "../fold.ts";
import type { Channel, Expr, Slot, Type } from "../model.ts";
import type { Span } from "../source.ts";
import { readSlots } from "./entities.ts";

/** A system after lowering, as far as its variables go. */
export interface Variables {
  readonly slots: readonly Slot[];
  readonly channels: readonly Channel[];
}

/** The value of `slots[index]` of the abstract system; undefined when the refinement must say. */
export function namesakeOf(
  abstraction: Variables,
  index: number,
  implementation: Variables,
  span: Span,
): Expr | undefined {
  const slot = abstraction.slots[index];
  if (slot === undefined) return undefined;
  const only = onlyValue(abstraction, slot);
  if (only !== undefined) return constant(slot.type, only, span);
  const twin = implementation.slots.findIndex((other) => other.name === slot.name);
  const other = implementation.slots[twin];
  if (other === undefined || !fits(abstraction, slot, implementation, other)) {
    // A mask cannot be named in a line, so it is as it begins.
    return slot.role.role === "masked" ? constant(slot.type, slot.initial, span) : undefined;
  }
  return readSlots(other.type, [twin], undefined, span);
}

/** A machine without a choice of modes, and a rendezvous, in which nothing ever waits. */
function onlyValue(system: Variables, { type, initial, role }: Slot): Slot["initial"] | undefined {
  if (type.kind === "mode" && type.leaves.length === 1 && !mayBeInactive(role)) return initial;
  if (role.role !== "channel") return undefined;
  return system.channels[role.channel]?.discipline === "rendezvous" ? initial : undefined;
}

/** A region inside a mode is inactive while that mode is. */
export function mayBeInactive(role: Slot["role"]): boolean {
  return role.role === "mode" && role.region.includes(".");
}

function fits(abstraction: Variables, slot: Slot, implementation: Variables, other: Slot): boolean {
  if (other.role.role !== slot.role.role) return false;
  if (other.role.role === "variable" && other.role.ghost) return false;
  if (slot.role.role === "channel" && other.role.role === "channel") {
    const mine = abstraction.channels[slot.role.channel];
    const theirs = implementation.channels[other.role.channel];
    const ordered = mine?.discipline !== "bag" && theirs?.discipline !== "bag";
    const alike = ordered || mine?.discipline === theirs?.discipline;
    return alike && mine !== undefined && same(mine.message, theirs?.message);
  }
  if (slot.role.role === "buffer") return sameMemory(abstraction, implementation);
  return same(slot.type, other.type);
}

function same(left: Type, right: Type | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** A waiting write names its variable by number: both systems must number them alike. */
function sameMemory(abstraction: Variables, implementation: Variables): boolean {
  return implementation.slots.every(({ name, type, role }, index) => {
    if (role.role !== "variable" || !role.shared) return true;
    const mine = abstraction.slots[index];
    return mine !== undefined && mine.name === name && same(mine.type, type);
  });
}
