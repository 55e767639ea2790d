/**
 * Does a `for` over a set come to the same whatever order it takes the elements in?
 *
 * Elements are taken in the order of their ordinals, and renaming ids changes that order. A body is
 * order-free when two of its rounds commute, which is seen from what a round touches:
 *
 *     for c in table { send rep[c].Reset }      each round its own channel           free
 *     for c in table { seen += c }              insertions into one set              free
 *     for c in table { send out.Gone(c) }       the queue remembers the order        not free
 *
 * Rounds must also not compete for how the step ends: with an `assert` and a `send` in one body,
 * the order would decide which of the two ends the step. What is not seen to be free is not free.
 */
import type { Effect, Expr, Model, Place } from "../../spec/model.ts";
import { mayMisfit } from "./misfit.ts";
import { idsIn } from "./permutation.ts";
import { innerEffects, walk } from "./walk.ts";

type Loop = Extract<Effect, { readonly effect: "for" }>;

/** A loop over a set of ids of the named type whose result may depend on their order. */
export function orderedLoop(
  model: Model,
  effects: readonly Effect[],
  name: string,
): Loop | undefined {
  return innerEffects(effects).find(
    (effect): effect is Loop =>
      effect.effect === "for" &&
      effect.domain.type.kind === "set" &&
      idsIn(effect.domain.type).has(name) &&
      !isOrderFree(model, effect),
  );
}

/** What one round touches: slots or channels, and whether the element picks a part of its own. */
interface Touch {
  readonly cells: readonly string[];
  /** The element is the index into a family, or the key of a map; else the part is shared. */
  readonly own: "index" | "key" | undefined;
  /** How it is written; two writes of one way to a shared place commute. */
  readonly way: string | undefined;
}

function isOrderFree(model: Model, loop: Loop): boolean {
  const effects = innerEffects(loop.body);
  const touches: Touch[] = [];
  const ends = new Set<string>();
  for (const effect of effects) {
    if (!note(model, effect, loop.local, touches, ends)) return false;
  }
  if (ends.size > 1) return false;
  return touches.every(
    (write) => write.way === undefined || touches.every((other) => commutes(write, other)),
  );
}

function commutes(write: Touch, other: Touch): boolean {
  if (!write.cells.some((cell) => other.cells.includes(cell))) return true;
  const apart = write.own !== undefined && write.own === other.own;
  return (
    (apart && write.cells.join() === other.cells.join()) ||
    (write.way !== "any" && write.way === other.way)
  );
}

/** Notes what an effect touches and how it can end the step; false when nothing is known of it. */
function note(
  model: Model,
  effect: Effect,
  local: number,
  touches: Touch[],
  ends: Set<string>,
): boolean {
  const reads = (expr: Expr): void => noteReads(expr, local, touches);
  switch (effect.effect) {
    case "assign": {
      const { place, value, span } = effect;
      if (place.buffer !== undefined) return false;
      const way = wayOf(place, value);
      touches.push({ ...partOf(place, local), way });
      // The set that an insertion reads is the one that it writes.
      const updated = way === "insert" || way === "remove";
      reads(updated && "element" in value ? value.element : value);
      if (place.index !== undefined) reads(place.index);
      for (const step of place.path) if (step.step === "key") reads(step.key);
      if (mayMisfit(value, place.type)) ends.add(`range ${span.start}`);
      return true;
    }
    case "send": {
      const { channels, index, message, span } = effect;
      if (channels.some((each) => model.channels[each]?.discipline === "rendezvous")) return false;
      const own = isLocal(index, local) ? "index" : undefined;
      touches.push({ cells: channels.map((each) => slotCell(model, each)), own, way: "any" });
      reads(message);
      if (index !== undefined) reads(index);
      ends.add("room");
      const type = model.channels[channels[0] ?? -1]?.message;
      if (type === undefined || mayMisfit(message, type)) ends.add(`range ${span.start}`);
      return true;
    }
    case "assert":
      reads(effect.condition);
      ends.add(`assert ${effect.span.start}`);
      return true;
    case "if":
      reads(effect.condition);
      return true;
    case "for":
      reads(effect.domain);
      return true;
    default:
      return false;
  }
}

function slotCell(model: Model, channel: number): string {
  return `${model.channels[channel]?.slot ?? -1}`;
}

/** `insert`, `remove` and one constant are ways that commute with themselves. */
function wayOf(place: Place, value: Expr): string {
  if (place.index !== undefined || place.path.length > 0) return "any";
  if (value.op === "const") return `const ${JSON.stringify(value.value)}`;
  if (value.op !== "insert" && value.op !== "remove") return "any";
  const { set } = value;
  const same = set.op === "read" && set.index === undefined && set.slots[0] === place.slots[0];
  return same && set.type.kind === "set" ? value.op : "any";
}

/** Does the element pick the member of a family, or the entry of a map, that is written? */
function partOf(place: Place, local: number): Pick<Touch, "cells" | "own"> {
  const [first] = place.path;
  const cells = place.slots.map(String);
  const key = first?.step === "key" ? first.key : undefined;
  if (isLocal(place.index, local)) return { cells, own: "index" };
  return { cells, own: isLocal(key, local) ? "key" : undefined };
}

function isLocal(expr: Expr | undefined, local: number): boolean {
  return expr?.op === "local" && expr.local === local;
}

function noteReads(expr: Expr, local: number, touches: Touch[]): void {
  const keyed = new Set<Expr>();
  walk(expr, (node) => {
    if (node.op === "index" && isLocal(node.key, local)) keyed.add(node.object);
    if ((node.op === "get" || node.op === "has") && isLocal(node.key, local)) keyed.add(node.map);
    if (node.op !== "read") return;
    const own = isLocal(node.index, local) ? "index" : keyed.has(node) ? "key" : undefined;
    touches.push({ cells: node.slots.map(String), own, way: undefined });
  });
}
