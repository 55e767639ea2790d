/**
 * The slow twin of the judge, first half: conditions at a position, computed from the whole list of
 * positions each time they are asked for.
 *
 * Nothing is remembered, no row is copied, no witness is kept: a past operator looks through all
 * earlier positions. It follows the text of `docs/language-logs.md` and shares with the judge only
 * the types and the feed.
 */
import type { LogArgument, LogExpr, PastOperator, ResolvedLog, Sort } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import { createFeed, feed, type Happening } from "./feed.ts";
import { agree, both, either, FALSE, not, TRUE, type Truth, truth, UNKNOWN } from "./truth.ts";

export const NEVER: bigint = 1n << 100n;

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
function isFinished(story: Story, sort: Sort, id: string, index: number): boolean {
  const { log, points } = story;
  return points
    .slice(0, index)
    .some(({ happenings }) =>
      happenings.some(
        (one) => log.events[one.event]?.final === true && mainId(log, one) === `${sort} ${id}`,
      ),
    );
}

/** The truth of a condition. */
export function naiveTruth(
  story: Story,
  place: Place,
  expr: LogExpr,
  env: NaiveEnvironment,
): Truth {
  const again = (part: LogExpr): Truth => naiveTruth(story, place, part, env);
  switch (expr.kind) {
    case "constant":
      return truth(expr.value === true);
    case "occurs": {
      if (place.gap) return truth3(mayOccur(story, place, expr.event, expr.arguments, env));
      return truth(
        happeningsAt(story, place).some(
          (one) => one.event === expr.event && fits(one, expr.arguments, env),
        ),
      );
    }
    case "passed": {
      const moment = valueOf(story, place, expr.moment, env, undefined);
      return typeof moment === "bigint" ? truth(moment <= place.time) : UNKNOWN;
    }
    case "compare":
      return naiveCompare(story, place, expr, env);
    case "not":
      return not(again(expr.operand));
    case "and":
      return expr.operands.map(again).reduce<Truth>(both, TRUE);
    case "or":
      return expr.operands.map(again).reduce<Truth>(either, FALSE);
    case "past": {
      const operator = story.log.past[expr.operator];
      if (operator === undefined) return FALSE;
      return naivePast(
        story,
        place,
        operator,
        expr.slots.map((slot) => env[slot]),
      );
    }
    case "quantified": {
      const values = naiveElements(story, place, expr.domain, env).map((element) => {
        const inner = [...env];
        inner[expr.slot] = element;
        return naiveTruth(story, place, expr.body, inner);
      });
      return expr.quantifier === "exists"
        ? values.reduce<Truth>(either, FALSE)
        : values.reduce<Truth>(both, TRUE);
    }
    default:
      return FALSE;
  }
}

function truth3(possible: boolean): Truth {
  return possible ? UNKNOWN : FALSE;
}

function happeningsAt(story: Story, place: Place): readonly Happening[] {
  return place.silent || place.gap ? [] : (story.points[place.index]?.happenings ?? []);
}

function fits(one: Happening, args: readonly LogArgument[], env: NaiveEnvironment): boolean {
  return args.every((argument, index) => {
    if (argument.kind === "wildcard") return true;
    const wanted = argument.kind === "slot" ? env[argument.slot] : argument.value;
    return one.values[index] === wanted;
  });
}

function mayOccur(
  story: Story,
  place: Place,
  event: number,
  args: readonly LogArgument[],
  env: NaiveEnvironment,
): boolean {
  const declared = story.log.events[event];
  if (declared === undefined || !declared.captured || declared.final) return false;
  return args.every((argument, index) => {
    const id = argument.kind === "slot" ? env[argument.slot] : undefined;
    const sort = declared.parameters[index]?.name ?? "";
    const until = place.silent ? place.index + 1 : place.index;
    return typeof id !== "string" || !isFinished(story, sort, id, until);
  });
}

// ---------------------------------------------------------------------------- values

type Value = boolean | bigint | string | null | undefined;

function naiveCompare(
  story: Story,
  place: Place,
  expr: Extract<LogExpr, { kind: "compare" }>,
  env: NaiveEnvironment,
): Truth {
  const choices: (Happening | undefined)[] = [undefined, ...happeningsAt(story, place)];
  const results = choices.map((choice): Truth => {
    const left = valueOf(story, place, expr.left, env, choice);
    const right = valueOf(story, place, expr.right, env, choice);
    if (left === undefined || right === undefined) return FALSE;
    if (left === null || right === null) return UNKNOWN;
    const order = left < right ? -1 : left > right ? 1 : 0;
    const held = {
      "==": left === right,
      "!=": left !== right,
      "<": order < 0,
      "<=": order <= 0,
      ">": order > 0,
      ">=": order >= 0,
    };
    return truth(held[expr.operator]);
  });
  return results.reduce<Truth>(either, FALSE);
}

function valueOf(
  story: Story,
  place: Place,
  expr: LogExpr,
  env: NaiveEnvironment,
  choice: Happening | undefined,
): Value {
  switch (expr.kind) {
    case "constant":
      return expr.value;
    case "slot": {
      const id = env[expr.slot];
      return typeof id === "string" ? id : undefined;
    }
    case "parameter":
      if (place.gap) {
        return mayOccur(story, place, expr.event, expr.arguments, env) ? null : undefined;
      }
      if (choice?.event !== expr.event || !fits(choice, expr.arguments, env)) return undefined;
      return choice.values[expr.parameter];
    case "moment":
      return momentAt(story, place, env[expr.slot], expr.end);
    case "arithmetic": {
      const left = valueOf(story, place, expr.left, env, choice);
      const right = valueOf(story, place, expr.right, env, choice);
      if (left === undefined || right === undefined) return undefined;
      if (typeof left !== "bigint" || typeof right !== "bigint") return null;
      const results = { "+": left + right, "-": left - right, "*": left * right };
      return results[expr.operator];
    }
    case "quantified": {
      if (expr.quantifier !== "count") break;
      const values = naiveElements(story, place, expr.domain, env).map((element) => {
        const inner = [...env];
        inner[expr.slot] = element;
        return naiveTruth(story, place, expr.body, inner);
      });
      if (values.includes(UNKNOWN)) return null;
      return BigInt(values.filter((value) => value === TRUE).length);
    }
    default:
      break;
  }
  const value = naiveTruth(story, place, expr, env);
  return value === UNKNOWN ? null : value === TRUE;
}

/** The time of a moment as it is known at the place. */
export function momentAt(story: Story, place: Place, binding: NaiveBinding, end: boolean): bigint {
  if (binding === undefined || typeof binding === "string") return NEVER;
  const point = end ? binding.end : binding.begin;
  if (point === undefined || point > place.index) return NEVER;
  if (end && place.gap && point === place.index) return NEVER;
  return story.points[point]?.time ?? NEVER;
}

/** Ids seen and intervals begun up to the place. */
export function naiveElements(
  story: Story,
  place: Place,
  domain: Extract<LogExpr, { kind: "quantified" }>["domain"],
  env: NaiveEnvironment,
): readonly (string | NaiveInterval)[] {
  if (domain.kind === "seen") {
    const ids = story.points
      .slice(0, place.index + 1)
      .flatMap(({ happenings }) => happenings)
      .filter(({ event }) => event === domain.event)
      .map(({ values }) => String(values[domain.parameter]));
    return [...new Set(ids)];
  }
  const wanted = domain.arguments.map((one) => (one.kind === "slot" ? env[one.slot] : undefined));
  return story.intervals.filter(
    ({ definition, begin, ids }) =>
      definition === domain.interval &&
      begin <= place.index &&
      ids.every((id, index) => id === wanted[index]),
  );
}

// ---------------------------------------------------------------------------- the past

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
    (one) =>
      shared.includes(one.event) ||
      ids.some((id, slot) => typeof id === "string" && mentions(log, one, sorts[slot] ?? "", id)),
  );
}

function naivePast(
  story: Story,
  place: Place,
  operator: PastOperator,
  ids: readonly NaiveBinding[],
): Truth {
  const { log, points } = story;
  const entries: Place[] = [];
  const last = place.gap ? place.index - 1 : place.index;
  let current = false;
  for (let index = 0; index <= last; index++) {
    const point = points[index];
    if (point === undefined) continue;
    if (!concernsIds(log, point, operator.sorts, ids, operator.shared)) continue;
    const at = { index, wary: place.wary, silent: false, time: point.time };
    if (place.wary) entries.push({ ...at, gap: true });
    entries.push({ ...at, gap: false });
    current = index === place.index && !place.silent;
  }
  if (place.wary && !current) entries.push({ ...place, gap: true, time: timeAt(story, place) });
  return operator.operator === "previously"
    ? naivePrevious(story, entries, operator, ids)
    : naiveSince(story, entries, operator, ids, timeAt(story, place));
}

/** The time of the position; the gap before it is dated like it. */
function timeAt(story: Story, place: Place): bigint {
  return place.silent ? place.time : (story.points[place.index]?.time ?? place.time);
}

function naiveSince(
  story: Story,
  entries: readonly Place[],
  operator: PastOperator,
  ids: readonly NaiveBinding[],
  now: bigint,
): Truth {
  const { left, right, within } = operator;
  let best: Truth = FALSE;
  for (const [at, entry] of entries.entries()) {
    if (within !== undefined && now - entry.time > within) continue;
    let held = naiveTruth(story, entry, right, ids);
    if (entry.gap && held === TRUE) held = UNKNOWN;
    for (const later of entries.slice(at + 1)) {
      const kept = left === undefined ? TRUE : naiveTruth(story, later, left, ids);
      held = both(held, later.gap && kept === FALSE ? UNKNOWN : kept);
    }
    best = either(best, held);
  }
  return best;
}

/** All values that the position before the last one can have, joined. */
function naivePrevious(
  story: Story,
  entries: readonly Place[],
  operator: PastOperator,
  ids: readonly NaiveBinding[],
): Truth {
  let pairs: (readonly [Truth, Truth])[] = [[FALSE, FALSE]];
  for (const entry of entries) {
    const value = naiveTruth(story, entry, operator.right, ids);
    pairs = entry.gap
      ? pairs.flatMap(([before, last]): (readonly [Truth, Truth])[] => [
          [before, last],
          [last, value],
          [value, value],
        ])
      : pairs.map(([, last]): readonly [Truth, Truth] => [last, value]);
    const unique = new Map(pairs.map((pair) => [pair.join(), pair]));
    pairs = [...unique.values()];
  }
  const values = pairs.map(([before]) => before);
  return values.reduce<Truth>((joined, value) => agree(joined, value), values[0] ?? FALSE);
}
