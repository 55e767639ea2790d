/**
 * The slow twin of the judge, second half: intervals, instances and what has to hold from then on.
 *
 * Everything is evaluated over the finished list of positions; `always`, `eventually`, `until` and
 * `release` look through all later positions of the instance. Quadratic and worse, and meant to be
 * read.
 */
import type { Bound, Formula, ResolvedLog, ResolvedProperty } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import {
  concernsIds,
  momentAt,
  type NaiveBinding,
  naiveElements,
  type NaiveEnvironment,
  type NaiveInterval,
  naiveTruth,
  NEVER,
  type Place,
  pointsOf,
  type Story,
} from "./naive-past.ts";
import { both, either, FALSE, not, TRUE, type Truth, UNKNOWN } from "./truth.ts";

/** What the slow twin finds about an instance. */
export interface NaiveInstance {
  readonly property: string;
  /** Ids, and `definition/ids/ordinal` for intervals. */
  readonly assignment: readonly string[];
  readonly seen: Truth;
  readonly wary: Truth;
}

/** Judges all instances of all properties on the whole list of events. */
export function judgeNaively(
  log: ResolvedLog,
  events: readonly TraceEvent[],
): readonly NaiveInstance[] {
  const points = pointsOf(log, events);
  const intervals: NaiveInterval[] = [];
  const end = endOf(log, events, points.at(-1)?.time);
  const story: Story = { log, points, intervals, end };
  for (const definition of log.intervals.keys()) addIntervals(story, intervals, definition);
  return log.properties.flatMap((property) => judgeProperty(story, property));
}

/** The time of the last event, or of a final event without ids. */
function endOf(
  log: ResolvedLog,
  events: readonly TraceEvent[],
  lastPoint: bigint | undefined,
): bigint {
  const ends = log.events.some(
    ({ final, parameters }) => final && parameters.every(({ type }) => type !== "id"),
  );
  const last = events.at(-1)?.time ?? 0n;
  if (!ends || lastPoint === undefined) return last;
  const points = pointsOf(log, events);
  const happened = points.at(-1)?.happenings.some(({ event }) => {
    const declared = log.events[event];
    return declared?.final === true && declared.parameters.every(({ type }) => type !== "id");
  });
  return happened === true ? lastPoint : last;
}

function seenAt(story: Story, index: number): Place {
  const time = story.points[index]?.time ?? 0n;
  return { index, wary: false, gap: false, silent: false, time };
}

// ---------------------------------------------------------------------------- intervals

function addIntervals(story: Story, intervals: NaiveInterval[], definition: number): void {
  const declared = story.log.intervals[definition];
  if (declared === undefined) return;
  for (const ids of tuples(story, declared.sorts)) {
    const born = Math.max(
      0,
      ...ids.map((id, slot) =>
        story.points.findIndex((point) =>
          concernsIds(story.log, point, [declared.sorts[slot] ?? ""], [id], []),
        ),
      ),
    );
    let open: NaiveInterval | undefined;
    let ordinal = 0;
    for (let index = born; index < story.points.length; index++) {
      const point = story.points[index];
      if (point === undefined) continue;
      if (!concernsIds(story.log, point, declared.sorts, ids, declared.shared)) continue;
      const place = seenAt(story, index);
      if (open !== undefined) {
        if (naiveTruth(story, place, declared.until, ids) !== TRUE) continue;
        open.end = index;
        open = undefined;
      } else if (naiveTruth(story, place, declared.from, ids) === TRUE) {
        open = { definition, ids, ordinal: ++ordinal, begin: index, end: undefined };
        intervals.push(open);
      }
    }
  }
}

/** All combinations of ids of these sorts. */
function tuples(story: Story, sorts: readonly string[]): readonly (readonly string[])[] {
  return sorts.reduce<readonly (readonly string[])[]>(
    (known, sort) => known.flatMap((ids) => idsOf(story, sort).map((id) => [...ids, id])),
    [[]],
  );
}

function idsOf({ log, points }: Story, sort: string): readonly string[] {
  const found = new Set<string>();
  for (const { event, values } of points.flatMap(({ happenings }) => happenings)) {
    for (const [index, { name, type }] of (log.events[event]?.parameters ?? []).entries()) {
      if (type === "id" && name === sort) found.add(String(values[index]));
    }
  }
  return [...found];
}

// ---------------------------------------------------------------------------- instances

function judgeProperty(story: Story, property: ResolvedProperty): readonly NaiveInstance[] {
  if (story.points.length === 0) return [];
  return assignments(story, property, []).map((env) => {
    const born = Math.max(
      0,
      ...env.map((element, slot) => bornAt(story, property, env, element, slot)),
    );
    const verdict = (wary: boolean): Truth => {
      const line = timeline(story, property, env, born, wary);
      return holds({ story, line, env }, property.formula, 0);
    };
    return {
      property: property.name,
      assignment: env.map((element) => (typeof element === "string" ? element : nameOf(element))),
      seen: verdict(false),
      wary: verdict(true),
    };
  });
}

/** Definition, ids and ordinal. */
function nameOf(interval: NaiveInterval | undefined): string {
  if (interval === undefined) return "";
  return `${interval.definition}/${interval.ids.join()}/${interval.ordinal}`;
}

function assignments(
  story: Story,
  property: ResolvedProperty,
  env: NaiveEnvironment,
): readonly NaiveEnvironment[] {
  const binder = property.binders[env.length];
  if (binder === undefined) return [env];
  const last = seenAt(story, story.points.length - 1);
  return naiveElements(story, last, binder.domain, env).flatMap((element) =>
    assignments(story, property, [...env, element]),
  );
}

function bornAt(
  story: Story,
  property: ResolvedProperty,
  env: NaiveEnvironment,
  element: NaiveBinding,
  slot: number,
): number {
  if (element === undefined || typeof element !== "string") return element?.begin ?? 0;
  const domain = property.binders[slot]?.domain;
  if (domain === undefined) return 0;
  return story.points.findIndex((_point, index) =>
    naiveElements(story, seenAt(story, index), domain, env).includes(element),
  );
}

/** The positions of an instance in order, from its birth on. */
function timeline(
  story: Story,
  property: ResolvedProperty,
  env: NaiveEnvironment,
  born: number,
  wary: boolean,
): readonly Place[] {
  const sorts = property.binders.map(({ sort }) => sort ?? "");
  const everything = property.binders.every(({ sort }) => sort === undefined);
  const line: Place[] = [];
  const moments = momentsOf(story, property, env);
  const add = (place: Place): void => {
    const before = line.at(-1);
    if (wary && before !== undefined) line.push({ ...place, gap: true, time: before.time });
    line.push(place);
  };
  const ring = (before: number, until: bigint): void => {
    while (moments[0] !== undefined && moments[0].time <= until && moments[0].after < before) {
      const [moment] = moments.splice(0, 1);
      if (moment === undefined || before <= born) continue;
      add({ index: before - 1, wary, gap: false, silent: true, time: moment.time });
    }
  };
  for (const [index, point] of story.points.entries()) {
    ring(index, point.time);
    if (index < born) continue;
    const ends = env.some((one) => typeof one === "object" && one.end === index);
    const concerned =
      index === born ||
      everything ||
      ends ||
      concernsIds(story.log, point, sorts, env, property.shared);
    if (concerned) add({ index, wary, gap: false, silent: false, time: point.time });
  }
  ring(story.points.length, story.end);
  return line;
}

interface Moment {
  readonly time: bigint;
  /** The point that sets it off. */
  readonly after: number;
}

function momentsOf(story: Story, property: ResolvedProperty, env: NaiveEnvironment): Moment[] {
  const found = new Map<string, Moment>();
  for (const { slot, end, offset } of property.offsets) {
    const domain = property.binders[slot]?.domain;
    for (const element of env) {
      if (element === undefined || typeof element === "string") continue;
      if (domain?.kind !== "intervals" || domain.interval !== element.definition) continue;
      const after = end ? element.end : element.begin;
      const start = after === undefined ? undefined : story.points[after]?.time;
      if (after === undefined || start === undefined) continue;
      found.set(`${after} ${offset}`, { time: start + offset, after });
    }
  }
  return [...found.values()].toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

// ---------------------------------------------------------------------------- what has to hold

interface Judging {
  readonly story: Story;
  readonly line: readonly Place[];
  readonly env: NaiveEnvironment;
}

function holds(judging: Judging, formula: Formula, at: number): Truth {
  const { story, line, env } = judging;
  const place = line[at];
  if (place === undefined) return UNKNOWN;
  switch (formula.kind) {
    case "state":
      return naiveTruth(story, place, formula.expr, env);
    case "at":
      return remembered(judging, formula.moment, formula.negated, place.wary);
    case "and":
      return formula.operands.map((one) => holds(judging, one, at)).reduce<Truth>(both, TRUE);
    case "or":
      return formula.operands.map((one) => holds(judging, one, at)).reduce<Truth>(either, FALSE);
    case "premise":
      return holds(judging, formula.operand, at);
    case "eventually":
      return ahead(judging, formula.bound, at, undefined, formula.operand);
    case "until":
      return ahead(judging, formula.bound, at, formula.left, formula.right);
    case "always":
      return not(ahead(judging, formula.bound, at, undefined, formula.operand, true));
    case "release":
      return not(ahead(judging, formula.bound, at, formula.left, formula.right, true));
  }
}

/**
 * `left until right` from position `at` on, within the bound. With `negated`, the same of the
 * negated operands, where nothing is pending at the end: `always p` is not (eventually not p).
 */
function ahead(
  judging: Judging,
  bound: Bound | undefined,
  at: number,
  left: Formula | undefined,
  right: Formula,
  negated = false,
): Truth {
  const { story, line } = judging;
  const value = (formula: Formula, index: number): Truth => {
    const plain = holds(judging, formula, index);
    return negated ? not(plain) : plain;
  };
  const [from, until] = window(judging, bound, line[at]?.time ?? 0n);
  let kept: Truth = TRUE;
  let best: Truth = FALSE;
  for (let index = at; index < line.length; index++) {
    const place = line[index];
    if (place === undefined) continue;
    if (place.time > until(place)) break;
    if (from(place) <= place.time) {
      const met = value(right, index);
      best = either(best, both(kept, place.gap ? both(met, UNKNOWN) : met));
    }
    const held = left === undefined ? TRUE : value(left, index);
    kept = both(kept, place.gap ? either(held, UNKNOWN) : held);
  }
  const last = line.at(-1);
  const deadline = last === undefined ? NEVER : until({ ...last, index: story.points.length });
  return negated || deadline < story.end ? best : either(best, both(kept, UNKNOWN));
}

/** The first and the last time that count, as known at a place. */
function window(
  { story, env }: Judging,
  bound: Bound | undefined,
  start: bigint,
): readonly [(place: Place) => bigint, (place: Place) => bigint] {
  if (bound === undefined) return [() => -NEVER, () => NEVER];
  const { after, duration } = bound;
  if (after === undefined) return [() => -NEVER, () => start + duration];
  const moment = (place: Place): bigint => {
    const inner = after.kind === "arithmetic" ? after.left : after;
    const offset = after.kind === "arithmetic" ? after.right : undefined;
    if (inner.kind !== "moment") return NEVER;
    const time = momentAt(story, place, env[inner.slot], inner.end);
    const more =
      offset?.kind === "constant" && typeof offset.value === "bigint" ? offset.value : 0n;
    return time === NEVER ? NEVER : time + more;
  };
  return [moment, (place) => (moment(place) === NEVER ? NEVER : moment(place) + duration)];
}

/** The condition at its moment; unknown when the moment has not come when the recording ends. */
function remembered(
  { story, env }: Judging,
  moment: number,
  negated: boolean,
  wary: boolean,
): Truth {
  const value = story.log.moments[moment];
  const interval = value === undefined ? undefined : env[value.slot];
  if (value === undefined || interval === undefined || typeof interval === "string") return UNKNOWN;
  const point = value.end ? interval.end : interval.begin;
  const start = point === undefined ? undefined : story.points[point]?.time;
  if (point === undefined || start === undefined || start + value.offset > story.end)
    return UNKNOWN;
  const time = start + value.offset;
  let index = point;
  if (value.offset > 0n) {
    while (index + 1 < story.points.length && (story.points[index + 1]?.time ?? time) < time)
      index++;
  }
  const place: Place = { index, wary, gap: false, silent: value.offset > 0n, time };
  const given: NaiveBinding[] = [];
  given[value.slot] = interval;
  if (value.id !== undefined) given[value.id.slot] = env[value.id.slot];
  const held = naiveTruth(story, place, value.operand, given);
  return negated ? not(held) : held;
}
