/**
 * How instances of a property come into being.
 *
 * An instance is born at the position at which the last of its ids and intervals appears. For each
 * binder in turn, the new elements of its domain are combined with the older ones of the binders
 * before it and with all of those behind it, so that each combination is made once. Ids that are
 * over are left out: nothing that appears later concerns them.
 */
import { elementsOf, type Environment } from "./evaluate.ts";
import { type Instance, isOver, keep, type PropertyMonitor, settle } from "./instances.ts";
import {
  type Binding,
  idRecord,
  type Interval,
  type MonitorState,
  type Position,
  type View,
} from "./monitor-state.ts";
import { isDecided } from "./residual.ts";
import type { News } from "./take-position.ts";
import { type Findings, unfold } from "./unfold.ts";

export interface Births {
  readonly state: MonitorState;
  readonly position: Position;
  readonly news: News;
  /** The slot whose element is new here; those before it hold older ones. */
  readonly fresh: number;
}

/** Assigns elements to the binders from `env.length` on. */
export function assign(monitor: PropertyMonitor, births: Births, env: readonly Binding[]): void {
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
    // An id that is over is not assigned together with what appears later.
    if (isOver(state, binder.sort, element)) continue;
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

export function giveBirth(
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
