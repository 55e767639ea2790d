/**
 * The instances of one property: one for each assignment of ids and intervals to its binders.
 *
 * An instance is born at the position at which the last of its ids and intervals appears, and is
 * judged from there. It sees the positions that concern it: events that are about its ids,
 * events that the property names without one, the begin and end of its intervals, and moments such
 * as `o.end + 3s`. Once it is decided, only its verdict is kept.
 *
 * Limits: `MAX_INSTANCES` undecided instances of a property, `MAX_RESIDUAL` parts of one residual.
 * What goes beyond is inconclusive with the reason *bound*.
 */
import type { ResolvedProperty } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import type { Environment } from "./evaluate.ts";
import { holdsForever, type Over } from "./forever.ts";
import {
  idRecord,
  type Interval,
  type MonitorState,
  type Position,
  type View,
} from "./monitor-state.ts";
import { isDecided, type Residual, sizeOf } from "./residual.ts";
import { FALSE, TRUE, type Truth, UNKNOWN } from "./truth.ts";
import { type Findings, progress } from "./unfold.ts";

/** Undecided instances of one property. */
export const MAX_INSTANCES = 1_000_000;
/** Parts of what is still open about one instance. */
export const MAX_RESIDUAL = 256;

export interface Instance {
  readonly env: Environment;
  /** Index of the position at which it was born. */
  readonly born: number;
  /** From when on the recording matters to it; undefined is from its start. */
  readonly start: bigint | undefined;
  seen: Residual;
  wary: Residual;
  readonly findings: Findings;
  /** Index and time of its last position. */
  lastIndex: number;
  lastTime: bigint;
}

/** An instance that has been judged. */
export interface Decided {
  readonly env: Environment;
  readonly start: bigint | undefined;
  readonly verdict: Truth;
  /** The verdict when something may be missing. */
  readonly wary: Truth;
  readonly premise: boolean;
  /** When it was decided; undefined at the end of the recording. */
  readonly time: bigint | undefined;
  /** The deadline that was missed, if that decided it. */
  readonly missed: bigint | undefined;
  readonly event: TraceEvent | undefined;
  /** Names of the declared events that happened with it. */
  readonly happened: readonly string[];
  /**
   * Last mention of its ids: what is missing before it cannot be a final event. Undefined: nothing
   * can.
   */
  readonly confirmed: bigint | undefined;
  readonly bound: boolean;
}

export interface PropertyMonitor {
  readonly property: ResolvedProperty;
  readonly open: Set<Instance>;
  readonly byId: Map<string, Map<string, Set<Instance>>>;
  readonly byInterval: Map<Interval, Set<Instance>>;
  readonly decided: (decided: Decided) => void;
  examined: number;
  refused: number;
}

export function createPropertyMonitor(
  property: ResolvedProperty,
  decided: (decided: Decided) => void,
): PropertyMonitor {
  return {
    property,
    open: new Set(),
    byId: new Map(),
    byInterval: new Map(),
    decided,
    examined: 0,
    refused: 0,
  };
}

/** Lets an instance take a position, on both rails. */
export function step(
  monitor: PropertyMonitor,
  state: MonitorState,
  instance: Instance,
  position: Position,
): void {
  const { env, findings } = instance;
  const view: View = { state, position, wary: false, gap: false, now: position.time };
  const gap: View = { ...view, wary: true, gap: true, now: instance.lastTime };
  const aside: Findings = { premise: false, missed: undefined };
  instance.seen = progress(view, instance.seen, env, findings);
  const gapped = progress(gap, instance.wary, env, aside);
  const wary = progress({ ...view, wary: true }, gapped, env, aside);
  instance.wary = sizeOf(wary) > MAX_RESIDUAL ? UNKNOWN : wary;
  instance.lastIndex = position.index;
  instance.lastTime = position.time;
  settle(monitor, state, instance, position);
}

/** Files the instance as decided or as open. */
export function settle(
  monitor: PropertyMonitor,
  state: MonitorState,
  instance: Instance,
  position: Position,
): void {
  const { seen, wary, env, findings, start } = instance;
  const tooLarge = sizeOf(seen) > MAX_RESIDUAL;
  if (!isDecided(seen) && !tooLarge) return;
  drop(monitor, instance);
  const verdict = isDecided(seen) ? seen : UNKNOWN;
  const missed = verdict === FALSE ? findings.missed : undefined;
  monitor.decided({
    env,
    start,
    verdict,
    wary: isDecided(wary) ? wary : UNKNOWN,
    premise: findings.premise,
    time: missed ?? position.time,
    missed,
    event: missed === undefined ? position.event : undefined,
    happened: missed === undefined ? namesOf(state, position) : [],
    confirmed: confirmedUntil(monitor, state, env),
    bound: !isDecided(seen),
  });
}

function namesOf(state: MonitorState, position: Position): readonly string[] {
  const names = position.happenings.map(({ event }) => state.log.events[event]?.name ?? "");
  return [...new Set(names)];
}

/** Until when no final event about one of its ids can be missing. */
export function confirmedUntil(
  monitor: PropertyMonitor,
  state: MonitorState,
  env: Environment,
): bigint | undefined {
  let until: bigint | undefined;
  for (const [slot, { sort }] of monitor.property.binders.entries()) {
    const id = env[slot];
    if (sort === undefined || typeof id !== "string") continue;
    const record = idRecord(state, sort, id);
    if (record === undefined || record.finished) continue;
    if (until === undefined || record.last < until) until = record.last;
  }
  return until;
}

// ---------------------------------------------------------------------------- the end of an id

/**
 * An id has had its final event: decides its instances that nothing can break any longer. Whether
 * some are left.
 */
export function finishInstances(
  monitor: PropertyMonitor,
  state: MonitorState,
  sort: string,
  id: string,
): boolean {
  let left = false;
  for (const instance of monitor.byId.get(sort)?.get(id) ?? []) {
    const over = overSlots(monitor, state, instance.env);
    if (!holdsForever(instance.seen, over)) {
      left = true;
      continue;
    }
    drop(monitor, instance);
    monitor.decided({
      env: instance.env,
      start: instance.start,
      verdict: TRUE,
      wary: holdsForever(instance.wary, over) ? TRUE : UNKNOWN,
      premise: instance.findings.premise,
      time: instance.lastTime,
      missed: undefined,
      event: undefined,
      happened: [],
      confirmed: confirmedUntil(monitor, state, instance.env),
      bound: false,
    });
  }
  return left;
}

/** Whether the element is an id whose final event has happened. */
export function isOver(
  state: MonitorState,
  sort: string | undefined,
  element: string | Interval,
): boolean {
  if (sort === undefined || typeof element !== "string") return false;
  return idRecord(state, sort, element)?.finished === true;
}

function overSlots(monitor: PropertyMonitor, state: MonitorState, env: Environment): Over {
  const over = new Set<number>();
  for (const [slot, { sort }] of monitor.property.binders.entries()) {
    const element = env[slot];
    if (element !== undefined && isOver(state, sort, element)) over.add(slot);
  }
  return over;
}

/** Keeps an undecided instance, if there is room. */
export function keep(monitor: PropertyMonitor, instance: Instance): void {
  if (monitor.open.size >= MAX_INSTANCES) {
    monitor.refused++;
    return;
  }
  monitor.open.add(instance);
  for (const [slot, { sort }] of monitor.property.binders.entries()) {
    const element = instance.env[slot];
    if (typeof element === "string" && sort !== undefined) {
      const ids = monitor.byId.get(sort) ?? new Map<string, Set<Instance>>();
      monitor.byId.set(sort, ids);
      ids.set(element, (ids.get(element) ?? new Set()).add(instance));
    } else if (element !== undefined && typeof element !== "string") {
      const known = monitor.byInterval.get(element) ?? new Set();
      monitor.byInterval.set(element, known.add(instance));
    }
  }
}

function drop(monitor: PropertyMonitor, instance: Instance): void {
  if (!monitor.open.delete(instance)) return;
  for (const [slot, { sort }] of monitor.property.binders.entries()) {
    const element = instance.env[slot];
    if (typeof element === "string" && sort !== undefined) {
      const ids = monitor.byId.get(sort);
      const known = ids?.get(element);
      known?.delete(instance);
      if (known?.size === 0) ids?.delete(element);
    } else if (element !== undefined && typeof element !== "string") {
      const known = monitor.byInterval.get(element);
      known?.delete(instance);
      if (known?.size === 0) monitor.byInterval.delete(element);
    }
  }
}
