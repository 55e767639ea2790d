/**
 * Which instances of a property a position concerns.
 *
 * Those whose ids an event is about, those whose interval ends, all of them when an event happens
 * that the property names without one of its ids, and those that wait for a moment that has come.
 */
import { assign, giveBirth } from "./births.ts";
import { type Instance, type PropertyMonitor, step } from "./instances.ts";
import type { Interval, MonitorState, Position } from "./monitor-state.ts";
import { isAbout, type Mention, type News } from "./take-position.ts";

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
  const sorts = property.binders.map(({ sort }) => sort);
  for (const own of news.mentions) {
    for (const instance of candidates(monitor, own)) {
      if (isAbout(own, sorts, instance.env)) found.add(instance);
    }
  }
  for (const interval of news.closed) {
    for (const instance of monitor.byInterval.get(interval) ?? []) found.add(instance);
  }
  return [...found];
}

/** Instances with one of the ids: those of the mention that the fewest instances have. */
function candidates(monitor: PropertyMonitor, mentions: readonly Mention[]): Iterable<Instance> {
  let best: ReadonlySet<Instance> | undefined;
  for (const { sort, id } of mentions) {
    if (!monitor.property.binders.some((binder) => binder.sort === sort)) continue;
    const known = monitor.byId.get(sort)?.get(id);
    if (known === undefined) return [];
    if (best === undefined || known.size < best.size) best = known;
  }
  return best ?? [];
}
