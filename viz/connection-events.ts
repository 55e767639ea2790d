/**
 * Events of one connection as the steps of a ladder between client, network server and application,
 * with the edges of the windows that it lived through.
 *
 *     0.705 s   established        application ──▶ client      4.8 s before outage 1
 *     5.500 s   outage 1 begins    network server: down
 *     6.077 s   outage 1 ends      network server: up
 *     6.133 s   tcp.reset          application ──▶ client      56 ms after outage 1 ended
 */
import type { ConnectionVerdict, RecordingVerdict } from "../checker/verdict.ts";
import type { Attribute, TraceEvent } from "../traces/trace.ts";
import type { EventReport, WindowReport } from "./document.ts";
import { formatLength, type RecordingClock } from "./recording-clock.ts";
import { edgeOf } from "./recording-windows.ts";
import { cutMiddle } from "./value-report.ts";

/** Events kept of one connection; the deciding ones are always among them. */
export const CONNECTION_EVENT_LIMIT = 400;
/** Attributes listed with an event. */
const DETAIL_LIMIT = 5;
const DETAIL_LENGTH = 200;

/** Attributes that the ladder shows by position, or that say the same in every row. */
const PLACED_ATTRIBUTES = new Set(["conn", "client", "server", "by"]);
/** Events that a tracker concludes; nothing travels when they are reported. */
const CONCLUSIONS = /\.(end|gap|unanswered|closed|macChanged)$/;

type Lane = EventReport["lane"];

/** Which events of the verdict belong to which connection, and which decide. */
export interface EventIndex {
  readonly byConnection: ReadonlyMap<string, readonly number[]>;
  readonly deciding: ReadonlySet<number>;
}

/** Indexes events by the connection that they name or whose verdict points at them. */
export function indexEvents(verdict: RecordingVerdict): EventIndex {
  const ids = new Set(verdict.connections.map((connection) => connection.id));
  const byConnection = new Map<string, Set<number>>();
  const deciding = new Set<number>();
  const add = (connection: Attribute | undefined, event: number): void => {
    if (typeof connection === "string" && ids.has(connection)) {
      const events = byConnection.get(connection) ?? new Set<number>();
      byConnection.set(connection, events.add(event));
    }
  };
  verdict.events.forEach((event, index) => {
    for (const value of Object.values(event.attributes)) {
      add(value, index);
    }
  });
  for (const instance of verdict.properties.flatMap((property) => property.instances)) {
    for (const event of instance.events) {
      for (const bound of Object.values(instance.bindings)) {
        add(bound, event);
      }
      if (instance.outcome !== "holds" && verdict.events[event]?.time === instance.time) {
        deciding.add(event);
      }
    }
  }
  const sorted = [...byConnection].map(([id, events]) => {
    return [id, [...events].toSorted((left, right) => left - right)] as const;
  });
  return { byConnection: new Map(sorted), deciding };
}

/** The rows of one connection. */
export function connectionEvents(
  verdict: RecordingVerdict,
  connection: ConnectionVerdict,
  index: EventIndex,
  windows: readonly WindowReport[],
  clock: RecordingClock,
): readonly EventReport[] {
  const numbers = index.byConnection.get(connection.id) ?? [];
  const kept = keepDeciding(numbers, index.deciding);
  const events = kept.flatMap((number) => {
    const event = verdict.events[number];
    const decides = index.deciding.has(number);
    return event === undefined ? [] : [eventReport(event, verdict, windows, clock, decides)];
  });
  const begin = clock.offset(connection.established ?? connection.lastPacket);
  const end = clock.offset(connection.endedAt ?? connection.lastPacket);
  const first = Math.min(begin, events[0]?.time ?? begin);
  const last = Math.max(end, events.at(-1)?.time ?? end);
  const edges = windows.flatMap((window) => edgeReports(window, first, last));
  return [...events, ...edges].toSorted((left, right) => left.time - right.time);
}

/** The first and last events of a long list, and all that decide. */
function keepDeciding(
  numbers: readonly number[],
  deciding: ReadonlySet<number>,
): readonly number[] {
  if (numbers.length <= CONNECTION_EVENT_LIMIT) {
    return numbers;
  }
  const half = CONNECTION_EVENT_LIMIT / 2;
  const isKept = (number: number, at: number): boolean =>
    at < half || at >= numbers.length - half || deciding.has(number);
  return numbers.filter(isKept);
}

function eventReport(
  event: TraceEvent,
  verdict: RecordingVerdict,
  windows: readonly WindowReport[],
  clock: RecordingClock,
  decides: boolean,
): EventReport {
  const time = clock.offset(event.time);
  const [lane, towards] = lanesOf(event);
  // While the network server is down, nobody saw the packet beyond it.
  const isOutage = windows.some((window) => isDownAt(window, time));
  const to = isOutage && lane !== towards ? "server" : towards;
  const source = verdict.sources[event.origin.source];
  const noun = source?.format === "jsonl" ? "line" : "frame";
  return {
    time,
    when: whenOf(time, windows),
    kind: cutMiddle(event.kind, DETAIL_LENGTH),
    lane,
    to,
    details: detailsOf(event, clock),
    origin: source === undefined ? "" : `${noun} ${event.origin.ordinal} of ${source.path}`,
    decides,
    becomes: undefined,
  };
}

function isDownAt(window: WindowReport, time: number): boolean {
  const isServer = window.lane === "server" && edgeOf(window, "begin")?.down === true;
  return isServer && window.begin <= time && time < (window.end ?? Number.POSITIVE_INFINITY);
}

/** Who acts, and whom a packet goes to. The TCP server of a connection is the application. */
function lanesOf({ kind, attributes }: TraceEvent): readonly [Lane, Lane] {
  const isConclusion = CONCLUSIONS.test(kind);
  if (attributes["by"] === "client") {
    return isConclusion ? ["client", "client"] : ["client", "application"];
  }
  if (attributes["by"] === "server") {
    return isConclusion ? ["application", "application"] : ["application", "client"];
  }
  if (/^(server|switch)\./.test(kind)) {
    return ["server", "server"];
  }
  return kind.startsWith("app.") ? ["application", "application"] : ["client", "client"];
}

function detailsOf(event: TraceEvent, clock: RecordingClock): readonly string[] {
  const shown = Object.entries(event.attributes).filter(
    ([name, value]) => !PLACED_ATTRIBUTES.has(name) && value !== null,
  );
  const texts = shown.map(([name, value]) =>
    cutMiddle(`${name}: ${attributeText(value, clock)}`, DETAIL_LENGTH),
  );
  return texts.slice(0, DETAIL_LIMIT);
}

/** A bigint within the recording is a time; anything else is what it is. */
function attributeText(value: Attribute, clock: RecordingClock): string {
  if (typeof value !== "bigint") {
    return String(value);
  }
  const offset = clock.offset(value);
  return offset >= 0 && offset <= clock.duration ? `at ${formatLength(offset)}` : String(value);
}

/** Relative to the last window that began, or to the first one when none has. */
function whenOf(time: number, windows: readonly WindowReport[]): string {
  const telling = windows.filter((window) => window.lane !== "capture");
  const begun = telling.filter((window) => window.begin <= time).at(-1);
  const [next] = telling;
  if (begun === undefined) {
    return next === undefined ? "" : `${formatLength(next.begin - time)} before ${next.name}`;
  }
  return begun.end === undefined || time < begun.end
    ? `${formatLength(time - begun.begin)} into ${begun.name}`
    : `${formatLength(time - begun.end)} after ${begun.name}`;
}

/** The edges of a window, when the connection lived at any time of it. */
function edgeReports(window: WindowReport, first: number, last: number): readonly EventReport[] {
  if (window.begin > last || (window.end ?? last) < first) {
    return [];
  }
  const edge = (time: number, which: "begin" | "end"): EventReport => ({
    time,
    when: which === "begin" ? window.note : "",
    kind: "window",
    lane: window.lane === "application" ? "application" : "server",
    to: window.lane === "application" ? "application" : "server",
    details: [`${window.name} ${which}s`],
    origin: "",
    decides: false,
    becomes: edgeOf(window, which),
  });
  const begin = edge(window.begin, "begin");
  return window.end === undefined ? [begin] : [begin, edge(window.end, "end")];
}
