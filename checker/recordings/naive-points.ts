/**
 * What the slow twin of the judge knows of a recording: its points, and which ids they are about.
 *
 * A point is an event with everything that it makes happen, without what comes after the end of an
 * id. Questions are answered by looking through the whole list.
 */
import type { ResolvedLog, Sort } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import { createFeed, feed, type Happening } from "./feed.ts";

/** An event with everything that it makes happen. */
export interface Point {
  readonly time: bigint;
  readonly happenings: readonly Happening[];
}

export interface NaiveInterval {
  readonly definition: number;
  readonly ids: readonly string[];
  readonly ordinal: number;
  /** Index of the point at which it begins, and of the one at which it ends. */
  readonly begin: number;
  end: number | undefined;
}

export interface Story {
  readonly log: ResolvedLog;
  readonly points: readonly Point[];
  readonly intervals: readonly NaiveInterval[];
  /** Time of the end of the recording. */
  readonly end: bigint;
}

export type NaiveBinding = string | NaiveInterval | undefined;
export type NaiveEnvironment = readonly NaiveBinding[];

/** Where and how a condition is asked. */
export interface Place {
  /** Index of the point at or before which it is asked. */
  readonly index: number;
  readonly wary: boolean;
  /** Just before the point. */
  readonly gap: boolean;
  /** A moment after the point, at which nothing happens. */
  readonly silent: boolean;
  readonly time: bigint;
}

/** The points of the events: what they make happen, without what comes after the end of an id. */
export function pointsOf(log: ResolvedLog, events: readonly TraceEvent[]): readonly Point[] {
  const source = createFeed(log);
  const finished = new Set<string>();
  const points: Point[] = [];
  for (const event of events) {
    const happenings = feed(source, event).filter((one) => !finished.has(mainId(log, one) ?? ""));
    if (happenings.length > 0) points.push({ time: event.time, happenings });
    let ended = false;
    for (const one of happenings) {
      if (log.events[one.event]?.final !== true) continue;
      const id = mainId(log, one);
      if (id === undefined) ended = true;
      else finished.add(id);
    }
    if (ended) break;
  }
  return points;
}

/** Sort and value of the first id of a happening. */
function mainId(log: ResolvedLog, { event, values }: Happening): string | undefined {
  const parameters = log.events[event]?.parameters ?? [];
  const at = parameters.findIndex(({ type }) => type === "id");
  return at < 0 ? undefined : `${parameters[at]?.name} ${String(values[at])}`;
}

/** Whether a happening mentions the id. */
export function mentions(log: ResolvedLog, one: Happening, sort: Sort, id: string): boolean {
  const parameters = log.events[one.event]?.parameters ?? [];
  return parameters.some(
    ({ name, type }, index) => type === "id" && name === sort && one.values[index] === id,
  );
}

/** Whether the final event of the id lies before the point. */
export function isFinished(story: Story, sort: Sort, id: string, index: number): boolean {
  const { log, points } = story;
  return points
    .slice(0, index)
    .some(({ happenings }) =>
      happenings.some(
        (one) => log.events[one.event]?.final === true && mainId(log, one) === `${sort} ${id}`,
      ),
    );
}

/** Whether the point is a position of an operator or interval for these ids. */
export function concernsIds(
  log: ResolvedLog,
  point: Point,
  sorts: readonly Sort[],
  ids: readonly NaiveBinding[],
  shared: readonly number[],
): boolean {
  if (sorts.length === 0) return true;
  return point.happenings.some(
    (one) => shared.includes(one.event) || isAboutIds(log, one, sorts, ids),
  );
}

/** It mentions one of the ids, and no other id of a kind that the combination has. */
function isAboutIds(
  log: ResolvedLog,
  one: Happening,
  sorts: readonly Sort[],
  ids: readonly NaiveBinding[],
): boolean {
  const kinds = (log.events[one.event]?.parameters ?? [])
    .filter(({ name, type }) => type === "id" && sorts.includes(name))
    .map(({ name }) => name);
  const mentionsKind = (kind: Sort): boolean =>
    ids.some(
      (id, slot) => sorts[slot] === kind && typeof id === "string" && mentions(log, one, kind, id),
    );
  return kinds.length > 0 && kinds.every(mentionsKind);
}
