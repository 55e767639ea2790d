/**
 * The instances of one property: one for each assignment of ids and intervals to its binders.
 *
 * An instance is born at the position at which the last of its ids and intervals appears, and is
 * judged from there. It sees the positions that concern it: events that mention one of its ids,
 * events that the property names without one, the begin and end of its intervals, and moments such
 * as `o.end + 3s`. Once it is decided, only its verdict is kept.
 *
 * Limits: `MAX_INSTANCES` undecided instances of a property, `MAX_RESIDUAL` parts of one residual.
 * What goes beyond is inconclusive with the reason *bound*.
 */
import type { ResolvedProperty } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import { elementsOf, type Environment } from "./evaluate.ts";
import {
  type Binding,
  idRecord,
  type Interval,
  type MonitorState,
  type Position,
  type View,
} from "./monitor-state.ts";
import { isDecided, type Residual, sizeOf } from "./residual.ts";
import type { News } from "./take-position.ts";
import { FALSE, type Truth, UNKNOWN } from "./truth.ts";
import { type Findings, progress, unfold } from "./unfold.ts";

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

/** Lets every instance that the position concerns take it, and gives birth to new ones. */
export function takeInstances(
  monitor: PropertyMonitor,
  state: MonitorState,
  position: Position,
  news: News,
): void {
  for (const instance of concerned(monitor, position, news)) {
    step(monitor, state, instance, position);
  }
  if (position.index === 0 && monitor.property.binders.length === 0) {
    giveBirth(monitor, state, position, []);
  }
  for (let fresh = 0; fresh < monitor.property.binders.length; fresh++) {
    assign(monitor, { state, position, news, fresh }, []);
  }
}

/** A moment that comes by itself: some time after the begin or the end of an interval. */
export interface Alarm {
  readonly interval: Interval;
  readonly end: boolean;
  readonly offset: bigint;
}

/** Lets the instances whose property names the moment take it. */
export function takeMoment(
  monitor: PropertyMonitor,
  state: MonitorState,
  position: Position,
  { interval, end, offset }: Alarm,
): void {
  const { binders, offsets } = monitor.property;
  const named = offsets.some((one) => {
    const domain = binders[one.slot]?.domain;
    const same = domain?.kind === "intervals" && domain.interval === interval.definition;
    return same && one.end === end && one.offset === offset;
  });
  if (!named) return;
  for (const instance of monitor.byInterval.get(interval) ?? []) {
    step(monitor, state, instance, position);
  }
}

function concerned(monitor: PropertyMonitor, position: Position, news: News): readonly Instance[] {
  const { property, open } = monitor;
  const everybody =
    property.binders.every(({ sort }) => sort === undefined) ||
    position.happenings.some(({ event }) => property.shared.includes(event));
  if (everybody) return [...open];
  const found = new Set<Instance>();
  for (const { sort, id } of news.mentions) {
    for (const instance of monitor.byId.get(sort)?.get(id) ?? []) found.add(instance);
  }
  for (const interval of news.closed) {
    for (const instance of monitor.byInterval.get(interval) ?? []) found.add(instance);
  }
  return [...found];
}

function step(
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
function settle(
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

// ---------------------------------------------------------------------------- birth

interface Births {
  readonly state: MonitorState;
  readonly position: Position;
  readonly news: News;
  /** The slot whose element is new here; those before it hold older ones. */
  readonly fresh: number;
}

/** Assigns elements to the binders from `env.length` on. */
function assign(monitor: PropertyMonitor, births: Births, env: readonly Binding[]): void {
  const { state, position, fresh } = births;
  const slot = env.length;
  const binder = monitor.property.binders[slot];
  if (binder === undefined) {
    giveBirth(monitor, state, position, env);
    return;
  }
  const view: View = { state, position, wary: false, gap: false, now: position.time };
  const elements = elementsOf(view, binder.domain, env);
  const born =
    binder.domain.kind === "seen"
      ? state.seen.get(`${binder.domain.event}.${binder.domain.parameter}`)?.born
      : undefined;
  const isNew = (element: string | Interval): boolean =>
    (typeof element === "string" ? born?.get(element) : element.born) === position.index;
  if (slot === fresh) {
    // New elements are the last ones.
    for (let index = elements.length - 1; index >= 0; index--) {
      const element = elements[index];
      if (element === undefined || !isNew(element)) break;
      assign(monitor, births, [...env, element]);
    }
    return;
  }
  if (slot < fresh && !hasNews(monitor, births)) return;
  for (const element of elements) {
    if (slot < fresh && isNew(element)) continue;
    assign(monitor, births, [...env, element]);
  }
}

/** Whether the domain of the fresh slot can have a new element at all. */
function hasNews(monitor: PropertyMonitor, { state, position, news, fresh }: Births): boolean {
  const domain = monitor.property.binders[fresh]?.domain;
  if (domain === undefined) return false;
  if (domain.kind === "intervals") {
    return news.opened.some(({ definition }) => definition === domain.interval);
  }
  const seen = state.seen.get(`${domain.event}.${domain.parameter}`);
  const last = seen?.ids.at(-1);
  return last !== undefined && seen?.born.get(last) === position.index;
}

function giveBirth(
  monitor: PropertyMonitor,
  state: MonitorState,
  position: Position,
  env: Environment,
): void {
  monitor.examined++;
  const { formula, binders } = monitor.property;
  const view: View = { state, position, wary: false, gap: false, now: position.time };
  const findings: Findings = { premise: false, missed: undefined };
  const aside: Findings = { premise: false, missed: undefined };
  const starts = binders.flatMap(({ sort }, slot) => {
    const id = env[slot];
    const record =
      sort === undefined || typeof id !== "string" ? undefined : idRecord(state, sort, id);
    return record === undefined ? [] : [record.first];
  });
  const instance: Instance = {
    env,
    born: position.index,
    start: starts.reduce<bigint | undefined>(
      (least, time) => (least === undefined || time < least ? time : least),
      undefined,
    ),
    seen: unfold(view, formula, env, findings),
    wary: unfold({ ...view, wary: true }, formula, env, aside),
    findings,
    lastIndex: position.index,
    lastTime: position.time,
  };
  if (!isDecided(instance.seen)) keep(monitor, instance);
  settle(monitor, state, instance, position);
}

function keep(monitor: PropertyMonitor, instance: Instance): void {
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
