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
import { fileName } from "./recording-sentences.ts";
import { edgeOf } from "./recording-windows.ts";
import { cutMiddle } from "./value-report.ts";

/** Events kept of one connection; the deciding ones are always among them. */
export const CONNECTION_EVENT_LIMIT = 400;
/** Attributes listed with an event. */
const DETAIL_LIMIT = 5;
const DETAIL_LENGTH = 200;

/** Attributes that the ladder shows by position, or that say the same in every row. */
const PLACED_ATTRIBUTES = new Set(["conn", "client", "server", "by", "src", "pid"]);
/** Events that a tracker concludes; nothing travels when they are reported. */
const CONCLUSIONS = /\.(end|gap|unanswered|closed|macChanged)$/;

/** A bigint above this is no length of time, in nanoseconds: one day. */
const LONGEST_LENGTH = 86_400_000_000_000n;

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
  allWindows: readonly WindowReport[],
  clock: RecordingClock,
): readonly EventReport[] {
  const windows = allWindows.filter((window) => concerns(window, connection));
  const numbers = index.byConnection.get(connection.id) ?? [];
  const kept = keepDeciding(numbers, index.deciding);
  const events = kept.flatMap((number) => {
    const event = verdict.events[number];
    const decides = index.deciding.has(number);
    return event === undefined
      ? []
      : [eventReport(event, { verdict, connection, windows, clock }, decides)];
  });
  const life = lifeEvents(connection, windows, clock).filter(
    (event) => !events.some(({ time, own }) => own && time === event.time),
  );
  const all = [...events, ...life];
  const times = all.map(({ time }) => time);
  const first = times.reduce((low, time) => Math.min(low, time), Number.POSITIVE_INFINITY);
  const last = times.reduce((high, time) => Math.max(high, time), Number.NEGATIVE_INFINITY);
  const edges = windows.flatMap((window) => edgeReports(window, first, last));
  return joinEdges(all, edges).toSorted((left, right) => left.time - right.time);
}

/** Beginning and end of a connection as the tracker saw them, where no event tells them. */
function lifeEvents(
  connection: ConnectionVerdict,
  windows: readonly WindowReport[],
  clock: RecordingClock,
): readonly EventReport[] {
  const { established, endedAt, lastPacket, end } = connection;
  const mark = (kind: string, time: bigint | undefined): readonly EventReport[] =>
    time === undefined
      ? []
      : [
          {
            time: clock.offset(time),
            when: whenOf(clock.offset(time), windows),
            kind,
            lane: "client",
            to: "client",
            details: [],
            origin: "",
            decides: false,
            own: true,
            becomes: undefined,
          },
        ];
  return end === "closed" || end === "reset"
    ? [...mark("established", established), ...mark(end, endedAt ?? lastPacket)]
    : [...mark("established", established), ...mark("last packet", lastPacket)];
}

/** Windows of another server's application and gaps in another connection are left out. */
function concerns(window: WindowReport, connection: ConnectionVerdict): boolean {
  if (window.kind === "gap") {
    return window.note.includes(connection.id);
  }
  const [, subject] = /\(([^()]*:\d+)\)/.exec(window.name) ?? [];
  return subject === undefined || subject === connection.server;
}

/** An event of the infrastructure that is itself the edge of a window says so, in one row. */
function joinEdges(
  events: readonly EventReport[],
  edges: readonly EventReport[],
): readonly EventReport[] {
  const free = [...edges];
  const joined = events.map((event): EventReport => {
    const at = event.own
      ? -1
      : free.findIndex(({ time, lane }) => time === event.time && lane === event.lane);
    const edge = at < 0 ? undefined : free.splice(at, 1)[0];
    return edge === undefined
      ? event
      : {
          ...event,
          when: [...edge.details, edge.when].filter((text) => text !== "").join(", "),
          becomes: edge.becomes,
        };
  });
  return [...joined, ...free];
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

interface Setting {
  readonly verdict: RecordingVerdict;
  readonly connection: ConnectionVerdict;
  readonly windows: readonly WindowReport[];
  readonly clock: RecordingClock;
}

function eventReport(event: TraceEvent, setting: Setting, decides: boolean): EventReport {
  const { verdict, connection, windows, clock } = setting;
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
    origin:
      source === undefined ? "" : `${noun} ${event.origin.ordinal} of ${fileName(source.path)}`,
    decides,
    own: Object.values(event.attributes).includes(connection.id),
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

/** What is true or has a value; a fact that is false says nothing about this event. */
function detailsOf(event: TraceEvent, clock: RecordingClock): readonly string[] {
  const shown = Object.entries(event.attributes).filter(
    ([name, value]) => !PLACED_ATTRIBUTES.has(name) && value !== null && value !== false,
  );
  const texts = shown.map(([name, value]) =>
    value === true ? name : `${name}: ${attributeText(value, clock)}`,
  );
  return texts.slice(0, DETAIL_LIMIT).map((text) => cutMiddle(text, DETAIL_LENGTH));
}

/** A bigint is a time when it lies within the recording, and a length of time when it is small. */
function attributeText(value: Attribute, clock: RecordingClock): string {
  if (typeof value !== "bigint") {
    return String(value);
  }
  const offset = clock.offset(value);
  if (offset >= 0 && offset <= clock.duration) {
    return `at ${formatLength(offset)}`;
  }
  return value >= 0n && value <= LONGEST_LENGTH ? formatLength(Number(value)) : String(value);
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
  // The capture is taken at the client.
  const lane = window.lane === "capture" ? "client" : window.lane;
  const edge = (time: number, which: "begin" | "end"): EventReport => ({
    time,
    when: which === "begin" ? window.note : "",
    kind: "window",
    lane,
    to: lane,
    details: [`${window.name} ${which}s`],
    origin: "",
    decides: false,
    own: false,
    becomes: edgeOf(window, which),
  });
  const begin = edge(window.begin, "begin");
  return window.end === undefined ? [begin] : [begin, edge(window.end, "end")];
}
