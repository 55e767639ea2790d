/**
 * Partial-order reduction: of steps that do not disturb each other, one order is enough.
 *
 *     full            s ──a──► ──b──►        reduced         s ──a──► ──b──►
 *                     s ──b──► ──a──►
 *
 * In each state a *stubborn set* of transitions is made, and only its steps are taken. It begins
 * with an enabled transition and is closed under three rules:
 *
 *   - an enabled member brings all transitions that conflict with it;
 *   - a member that is not enabled brings all transitions that could help to enable it;
 *   - a watcher of a property brings all transitions that could make it see something new.
 *
 * Outside the set nothing can disturb an enabled member, so a run that takes no member can have one
 * put in front, and a run that takes members can have its first one moved to the front. Neither
 * changes the end of the run: its last step, what a watcher sees, or that no step follows. The
 * first enabled member is never a fault, because "stuck" means that only faults are left.
 *
 * *Ignoring.* Members put in front again and again could put off the others for ever. So a set is
 * used only if one of its steps leads to a state whose steps are not yet taken; among these states
 * the order of a breadth-first search rises and so ends at a state in which all steps are taken.
 *
 * What is preserved: for each judged invariant, goal and premise, whether it is ever true and ever
 * false; each transition that ever happens; violations of `assert` and `range`; messages without a
 * rule; whether a state is stuck. What is not: numbers of states and steps, the length of shortest
 * paths, temporal properties.
 *
 * Chains of local steps need no fusing of their own: each is a stubborn set by itself, so the
 * states between them have one successor each.
 *
 * Sources: A. Valmari, "Stubborn sets for reduced state space generation", 1990; for the proviso of
 * breadth-first search D. Bošnački, S. Leue and A. Lluch Lafuente, "Partial-order reduction for
 * general state exploring algorithms", 2006.
 */
import type { Model, Value } from "../../spec/model.ts";
import { part, parts } from "../../spec/values.ts";
import type { Reducer } from "../explore/reducer.ts";
import { isFault } from "../reference/built-in.ts";
import { frame, type Scope } from "../reference/evaluate.ts";
import { unpackEntry } from "../reference/memory.ts";
import { candidates } from "../reference/messages.ts";
import { createMeter } from "../reference/meter.ts";
import type { Obstacle } from "../reference/outcome.ts";
import type { Step, Successors } from "../reference/successors.ts";
import { readsOf } from "./access.ts";
import { type Conjunct, conjunctsOf, unmet } from "./conjuncts.ts";
import { type Dependence, dependenceOf, fillers, takers, type Watcher } from "./dependence.ts";

/** One state, and what is enabled in it. */
interface Place {
  readonly dependence: Dependence;
  readonly state: readonly Value[];
  readonly enabled: ReadonlySet<number>;
  readonly obstacles: ReadonlyMap<number, readonly Obstacle[]>;
  /** Watchers that have seen what they watch for; nothing more is owed to them. */
  readonly satisfied: ReadonlySet<Watcher>;
}

/** Chooses the steps to follow in each state of a Model. */
export function stubbornSteps(model: Model): Reducer["follow"] {
  const dependence = dependenceOf(model);
  const satisfied = new Set<Watcher>();
  return (state, found, leadsOn) => {
    for (const watcher of dependence.watchers) {
      if (!satisfied.has(watcher) && isSeen(watcher, state)) satisfied.add(watcher);
    }
    const enabled = new Set(found.steps.map(({ transition }) => transition));
    if (enabled.size < 2) return found.steps;
    const place = { dependence, state, enabled, obstacles: obstaclesOf(found), satisfied };
    for (const set of stubbornSets(place)) {
      const steps = found.steps.filter(({ transition }) => set.has(transition));
      if (steps.some((step: Step) => leadsOn(step))) return steps;
    }
    return found.steps;
  };
}

function obstaclesOf({ hindrances }: Successors): ReadonlyMap<number, readonly Obstacle[]> {
  const found = new Map<number, Obstacle[]>();
  for (const { transition, obstacle } of hindrances) {
    found.set(transition, [...(found.get(transition) ?? []), obstacle]);
  }
  return found;
}

/** Messages without a rule are several, so there is always more to be seen of them. */
function isSeen(watcher: Watcher, state: readonly Value[]): boolean {
  if (watcher.kind !== "condition") return false;
  const scope = { state, locals: frame(watcher.locals), meter: createMeter() };
  return unmet(watcher.conjuncts, scope).length === 0;
}

/** Stubborn sets that leave out some enabled transition, those with few enabled ones first. */
function stubbornSets(place: Place): readonly ReadonlySet<number>[] {
  const { enabled, dependence } = place;
  const sets: { readonly set: ReadonlySet<number>; readonly size: number }[] = [];
  for (const seed of enabled) {
    const kind = dependence.model.transitions[seed]?.kind;
    if (kind === undefined || isFault(kind)) continue;
    const set = closure(place, seed);
    if (set === undefined) continue;
    const size = [...enabled].filter((transition) => set.has(transition)).length;
    sets.push({ set, size });
  }
  return sets.toSorted((left, right) => left.size - right.size).map(({ set }) => set);
}

/**
 * The stubborn set that grows from a transition; undefined when it takes in all that is enabled.
 */
function closure(place: Place, seed: number): ReadonlySet<number> | undefined {
  const members = new Set([seed]);
  const { enabled, dependence } = place;
  const { transitions } = dependence.model;
  let taken = 0;
  for (const node of members) {
    if (enabled.has(node)) taken++;
    if (taken === enabled.size) return undefined;
    const watcher = dependence.watchers[node - transitions.length];
    const next =
      watcher !== undefined
        ? place.satisfied.has(watcher)
          ? []
          : disclosers(place, watcher)
        : enabled.has(node)
          ? dependence.conflicts(node, flushedSlot(place, node))
          : enablers(place, node);
    for (const each of next) members.add(each);
  }
  return members;
}

/** Where the oldest write of a buffer goes when it is flushed. */
function flushedSlot({ dependence, state }: Place, transition: number): number | undefined {
  const buffer = dependence.accesses[transition]?.flushes;
  const [oldest] = buffer === undefined ? [] : parts(part(state, buffer));
  return oldest === undefined ? undefined : unpackEntry(oldest).slot;
}

// ---------------------------------------------------------------------------- what could help

/** Transitions of which one must happen before the given one is enabled. */
function enablers(place: Place, transition: number): Iterable<number> {
  const { dependence, obstacles } = place;
  const access = dependence.accesses[transition];
  if (access === undefined) return [];
  if (access.branches) return dependence.writersOf(access);
  return (obstacles.get(transition) ?? []).flatMap((obstacle) => [
    ...remedies(place, transition, obstacle),
  ]);
}

function remedies(place: Place, transition: number, obstacle: Obstacle): readonly number[] {
  const { dependence } = place;
  const { model, accesses, writersOf } = dependence;
  // What it reads decides that it comes to the place where it is held.
  const access = accesses[transition];
  const onTheWay = access === undefined ? [] : [...writersOf(access)];
  switch (obstacle.why) {
    case "guard":
      return guardWriters(place, transition);
    case "message":
      return messageWriters(place, obstacle.channel);
    case "room":
      return [...onTheWay, ...takers(dependence, model.channels[obstacle.channel]?.slot ?? -1)];
    case "store":
    case "fence":
      return [...onTheWay, ...takers(dependence, obstacle.buffer)];
    case "nothing":
      return fillers(dependence, obstacle.slot);
    default:
      return onTheWay;
  }
}

/** What changes a guard that is false; for a message that waits also what changes the message. */
function guardWriters(place: Place, index: number): readonly number[] {
  const { dependence, state } = place;
  const { model } = dependence;
  const transition = model.transitions[index];
  if (transition === undefined) return [];
  const { trigger, guard, locals } = transition;
  const meter = createMeter();
  const offered =
    trigger === undefined ? undefined : candidates(model, trigger.channel, state, meter)[0];
  const fields = offered === undefined ? [] : parts(offered.message).slice(1);
  const scope = { state, locals: frame(locals, fields), meter };
  return mender(dependence, conjunctsOf(guard, true), scope, trigger?.channel);
}

/** Of the conjuncts that are not as needed, one must change: the one with the fewest writers. */
function mender(
  dependence: Dependence,
  conjuncts: readonly Conjunct[],
  scope: Scope,
  channel: number | undefined,
): readonly number[] {
  const choices = unmet(conjuncts, scope)
    .map(({ expr }) => [...dependence.writersOf(readsOf(dependence.model, [expr], channel))])
    .toSorted((left, right) => left.length - right.length);
  return choices[0] ?? [];
}

/** Who can bring a message of another kind to the head of a queue. */
function messageWriters({ dependence, state }: Place, index: number): readonly number[] {
  const { model } = dependence;
  const channel = model.channels[index];
  if (channel === undefined) return [];
  const { slot, discipline } = channel;
  if (parts(part(state, slot)).length === 0) return fillers(dependence, slot);
  const taking = [...dependence.writersOf(readsOf(model, [], index))];
  return discipline === "fifo" ? taking : [...taking, ...fillers(dependence, slot)];
}

/** Transitions of which one must happen before a watcher can see something new. */
function disclosers(place: Place, watcher: Watcher): readonly number[] {
  const { dependence, state } = place;
  if (watcher.kind === "condition") {
    const scope = { state, locals: frame(watcher.locals), meter: createMeter() };
    return mender(dependence, watcher.conjuncts, scope, undefined);
  }
  const { slot = -1, discipline } = dependence.model.channels[watcher.channel] ?? {};
  if (parts(part(state, slot)).length === 0) return fillers(dependence, slot);
  const seen = [...dependence.writersOf(watcher.access)];
  return discipline === "fifo" ? seen : [...seen, ...fillers(dependence, slot)];
}
