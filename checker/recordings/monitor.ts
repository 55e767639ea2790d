/**
 * The judge of a log as a machine that takes one recorded event after the other.
 *
 *     event ─► feed ─► moments that have come ─► state of the position ─► instances ─► ends of ids
 *
 * One pass; what it keeps is bounded by the ids, intervals and open obligations, never by the
 * number of events. A final event without an id ends the recording: what comes after it is not
 * looked at.
 */
import type { MomentValue, ResolvedLog } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import { evaluate, type Environment } from "./evaluate.ts";
import { createFeed, type Feed, feed, type Happening } from "./feed.ts";
import {
  type Alarm,
  confirmedUntil,
  createPropertyMonitor,
  type Decided,
  type PropertyMonitor,
  takeInstances,
  takeMoment,
} from "./instances.ts";
import { EMPTY_MEMORY } from "./memory.ts";
import {
  idRecord,
  type Interval,
  type IntervalRow,
  type MonitorState,
  type Position,
  type Rails,
  type Row,
  type SeenIds,
  type View,
} from "./monitor-state.ts";
import { createRows } from "./rows.ts";
import { takePosition } from "./take-position.ts";
import { createTimers, nextDue, startTimer, type Timers } from "./timers.ts";
import { UNKNOWN } from "./truth.ts";
import { conclude, type Findings } from "./unfold.ts";

export interface LogMonitor {
  readonly state: MonitorState;
  readonly feed: Feed;
  readonly properties: readonly PropertyMonitor[];
  readonly timers: Timers<Alarm>;
  /** Numbers of moments of the log, by definition of their interval. */
  readonly moments: ReadonlyMap<number, readonly number[]>;
  next: number;
  first: bigint | undefined;
  last: bigint | undefined;
  /** Time of the last event that came from a capture. */
  lastCaptured: bigint | undefined;
  /** Time of the event that ended the recording. */
  ended: bigint | undefined;
  events: number;
  /** Ids for which there was no room. */
  refused: number;
}

/**
 * A judge at the start of a recording. `decided` gets each instance with the number of its
 * property.
 */
export function createMonitor(
  log: ResolvedLog,
  decided: (property: number, decided: Decided) => void,
): LogMonitor {
  const row = (sorts: readonly string[]): Row => ({
    ids: sorts.map(() => undefined),
    seen: EMPTY_MEMORY,
    wary: EMPTY_MEMORY,
    gapped: EMPTY_MEMORY,
    last: -1,
  });
  const intervalRow = (sorts: readonly string[]): IntervalRow => ({
    ids: sorts.map(() => undefined),
    open: undefined,
  });
  const seen = new Map<string, SeenIds>();
  for (const [event, { parameters }] of log.events.entries()) {
    for (const [parameter, { type }] of parameters.entries()) {
      if (type === "id") seen.set(`${event}.${parameter}`, { ids: [], born: new Map() });
    }
  }
  return {
    state: {
      log,
      past: log.past.map(({ sorts }) => createRows(row(sorts))),
      intervalRows: log.intervals.map(({ sorts }) => createRows(intervalRow(sorts))),
      intervals: log.intervals.map(() => new Map()),
      seen,
      ids: new Map(),
    },
    feed: createFeed(log),
    properties: log.properties.map((property, index) =>
      createPropertyMonitor(property, (one) => decided(index, one)),
    ),
    timers: createTimers(),
    moments: momentsByInterval(log),
    next: 0,
    first: undefined,
    last: undefined,
    lastCaptured: undefined,
    ended: undefined,
    events: 0,
    refused: 0,
  };
}

/** Which moments are taken at which intervals. */
function momentsByInterval(log: ResolvedLog): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [index, { interval }] of log.moments.entries()) {
    found.set(interval, [...(found.get(interval) ?? []), index]);
  }
  return found;
}

/** Takes the next event of the recording. */
export function takeEvent(monitor: LogMonitor, event: TraceEvent): void {
  if (monitor.ended !== undefined) return;
  monitor.events++;
  monitor.first ??= event.time;
  monitor.last = event.time;
  if (event.kind.startsWith("tcp.")) monitor.lastCaptured = event.time;
  const happenings = feed(monitor.feed, event).filter((one) => !isOver(monitor.state, one));
  if (happenings.length === 0) return;
  ring(monitor, event.time);
  const { state } = monitor;
  const position: Position = { index: monitor.next++, time: event.time, happenings, event };
  const news = takePosition(state, position);
  monitor.refused += news.refused;
  for (const interval of news.opened) begin(monitor, position, interval, false);
  for (const interval of news.closed) begin(monitor, position, interval, true);
  for (const property of monitor.properties) takeInstances(property, state, position, news);
  for (const happening of happenings) finishId(monitor, happening, event.time);
}

/** Whether the event is about an id whose final event has happened. */
function isOver(state: MonitorState, { event, values }: Happening): boolean {
  const parameters = state.log.events[event]?.parameters ?? [];
  const first = parameters.findIndex(({ type }) => type === "id");
  const id = values[first];
  const sort = parameters[first]?.name ?? "";
  return typeof id === "string" && idRecord(state, sort, id)?.finished === true;
}

function finishId(monitor: LogMonitor, { event, values }: Happening, time: bigint): void {
  const declared = monitor.state.log.events[event];
  if (declared === undefined || !declared.final) return;
  const first = declared.parameters.findIndex(({ type }) => type === "id");
  const id = values[first];
  if (typeof id !== "string") {
    monitor.ended = time;
    return;
  }
  const record = idRecord(monitor.state, declared.parameters[first]?.name ?? "", id);
  if (record !== undefined) record.finished = true;
}

// ---------------------------------------------------------------------------- moments

/** An interval begins or ends: its moments are remembered, and those after it are awaited. */
function begin(monitor: LogMonitor, position: Position, interval: Interval, end: boolean): void {
  const { log } = monitor.state;
  const awaited = new Set<bigint>();
  for (const index of monitor.moments.get(interval.definition) ?? []) {
    const moment = log.moments[index];
    if (moment === undefined || moment.end !== end) continue;
    if (moment.offset === 0n) rememberMoment(monitor.state, position, interval, index, moment);
    else awaited.add(moment.offset);
  }
  for (const { property } of monitor.properties) {
    for (const { slot, end: atEnd, offset } of property.offsets) {
      const domain = property.binders[slot]?.domain;
      const same = domain?.kind === "intervals" && domain.interval === interval.definition;
      if (same && atEnd === end) awaited.add(offset);
    }
  }
  for (const offset of awaited) {
    startTimer(monitor.timers, position.time + offset, { interval, end, offset });
  }
}

/** Lets the moments come that are due at `time` or before. */
function ring(monitor: LogMonitor, time: bigint): void {
  for (;;) {
    const due = nextDue(monitor.timers, time);
    if (due === undefined) return;
    const { interval, end, offset } = due.what;
    const { state } = monitor;
    const position: Position = {
      index: monitor.next++,
      time: due.time,
      happenings: [],
      event: undefined,
    };
    for (const index of monitor.moments.get(interval.definition) ?? []) {
      const moment = state.log.moments[index];
      if (moment !== undefined && moment.end === end && moment.offset === offset) {
        rememberMoment(state, position, interval, index, moment);
      }
    }
    for (const property of monitor.properties) takeMoment(property, state, position, due.what);
  }
}

/**
 * Evaluates the condition of `e at m` for every id, and keeps what differs from an id never seen.
 */
function rememberMoment(
  state: MonitorState,
  position: Position,
  interval: Interval,
  index: number,
  moment: MomentValue,
): void {
  const view: View = { state, position, wary: false, gap: false, now: position.time };
  const env: (string | Interval | undefined)[] = [];
  env[moment.slot] = interval;
  const railsOf = (given: Environment): Rails => ({
    seen: evaluate(view, moment.operand, given),
    wary: evaluate({ ...view, wary: true }, moment.operand, given),
  });
  const { id } = moment;
  const fresh = railsOf(env);
  const byId = new Map<string, Rails>();
  if (id !== undefined) {
    for (const known of state.ids.get(id.sort)?.keys() ?? []) {
      const given = [...env];
      given[id.slot] = known;
      const rails = railsOf(given);
      if (rails.seen !== fresh.seen || rails.wary !== fresh.wary) byId.set(known, rails);
    }
  }
  interval.remembered.set(index, { fresh, byId });
}

// ---------------------------------------------------------------------------- the end

/** The recording has ended at `end`: decides what is still open. */
export function finishMonitor(monitor: LogMonitor, end: bigint): void {
  ring(monitor, end);
  for (const property of monitor.properties) {
    for (const { env, seen, wary, start, findings } of property.open) {
      const aside: Findings = { premise: false, missed: undefined };
      const verdict = conclude(seen, end, env, findings);
      property.decided({
        env,
        start,
        verdict,
        wary: conclude(wary, end, env, aside),
        premise: findings.premise,
        time: verdict === UNKNOWN ? undefined : findings.missed,
        missed: verdict === UNKNOWN ? undefined : findings.missed,
        event: undefined,
        happened: [],
        confirmed: confirmedUntil(property, monitor.state, env),
        bound: false,
      });
    }
    property.open.clear();
  }
}
