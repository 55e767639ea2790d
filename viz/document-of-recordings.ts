/**
 * The document of a `rehearsal trace`: verdicts of recordings, reduced to what a page draws.
 *
 * Connections come in the order in which they tell something: lost, not to be judged, examined by a
 * property, all others; each kind in the order of their beginning.
 */
import type {
  ConnectionVerdict,
  LogPropertyVerdict,
  RecordingVerdict,
} from "../checker/verdict.ts";
import type { SourceFile } from "../spec/source.ts";
import { connectionEvents, type EventIndex, indexEvents } from "./connection-events.ts";
import {
  type ConnectionReport,
  type LogPropertyReport,
  REPORT_VERSION,
  type RecordingReport,
  type ReportDocument,
} from "./document.ts";
import { findingReport } from "./document-of-checks.ts";
import { indexPlaces, type PlaceIndex } from "./places.ts";
import { clockOf, formatDate, type RecordingClock } from "./recording-clock.ts";
import {
  connectionMark,
  connectionVerdictText,
  fileName,
  isIdle,
  logPropertyEvidence,
  logPropertyHeadline,
  outcomeMark,
  recordingCaveats,
  recordingCounts,
  recordingHeadline,
} from "./recording-sentences.ts";
import { windowReports } from "./recording-windows.ts";
import { count, formatNumber } from "./sentences.ts";
import { cutMiddle } from "./value-report.ts";

/** Connections shown of one recording. */
export const CONNECTION_LIMIT = 2_000;
/** Events shown of one recording, over all connections. */
export const EVENT_LIMIT = 5_000;
/** Instances shown of one property. */
export const INSTANCE_LIMIT = 2_000;
/** Reasons and bindings are cut in the middle beyond this many UTF-16 units. */
const REASON_LIMIT = 1_000;

/** Builds the document of a run over recordings. */
export function documentOfRecordings(
  verdicts: readonly RecordingVerdict[],
  sources: readonly SourceFile[],
): ReportDocument {
  const places = indexPlaces(sources);
  const cuts: string[] = [];
  const recordings = verdicts.map((verdict, index) =>
    recordingReport(verdict, verdicts.length === 1 ? verdict.log : idOf(verdict, index), {
      places,
      cuts,
    }),
  );
  const marks = recordings.map((recording) => recording.mark);
  const bad = marks.filter((mark) => mark === "bad").length;
  const unknown = marks.filter((mark) => mark === "unknown").length;
  return {
    version: REPORT_VERSION,
    title: "Rehearsal trace",
    headline: runHeadline(recordings, bad, unknown),
    mark: bad > 0 ? "bad" : unknown > 0 || marks.length === 0 ? "unknown" : "good",
    sources: places.sources(),
    checks: [],
    recordings,
    cuts: [...cuts, ...places.cuts()],
  };
}

function idOf(verdict: RecordingVerdict, index: number): string {
  const [first] = verdict.sources;
  const name = first === undefined ? "" : fileName(first.path);
  return `${index + 1} ${verdict.log} on ${name}`;
}

function runHeadline(recordings: readonly RecordingReport[], bad: number, unknown: number): string {
  const [only] = recordings;
  if (only === undefined) {
    return "Nothing was judged";
  }
  if (recordings.length === 1) {
    return only.headline;
  }
  const parts = [
    bad > 0 ? `${bad} violated` : "",
    unknown > 0 ? `${unknown} inconclusive` : "",
    recordings.length > bad + unknown ? `${recordings.length - bad - unknown} hold` : "",
  ];
  const whole = count(recordings.length, "recording");
  return `${whole}: ${parts.filter((part) => part !== "").join(", ")}`;
}

interface Context {
  readonly places: PlaceIndex;
  readonly cuts: string[];
}

function recordingReport(verdict: RecordingVerdict, id: string, context: Context): RecordingReport {
  const { places, cuts } = context;
  const clock = clockOf(verdict);
  const index = indexEvents(verdict);
  const ordered = orderConnections(verdict, index);
  const shown = ordered.slice(0, CONNECTION_LIMIT);
  if (shown.length < ordered.length) {
    const all = formatNumber(ordered.length);
    cuts.push(`showing ${formatNumber(shown.length)} of ${all} connections of ${id}`);
  }
  const positions = new Map(shown.map((connection, at) => [connection.id, at]));
  const windows = windowReports(verdict, clock);
  const report = (connection: ConnectionVerdict, withEvents: boolean): ConnectionReport => {
    const events = withEvents ? connectionEvents(verdict, connection, index, windows, clock) : [];
    return connectionReport(connection, clock, events);
  };
  let left = EVENT_LIMIT;
  let omitted = 0;
  const connections = shown.map((connection) => {
    const made = report(connection, left > 0);
    left -= made.events.length;
    omitted += left > 0 ? 0 : (index.byConnection.get(connection.id)?.length ?? 0);
    return made;
  });
  if (omitted > 0) {
    cuts.push(`showing about ${formatNumber(EVENT_LIMIT)} events of ${id}, ${omitted} left out`);
  }
  return {
    id,
    log: verdict.log,
    file: verdict.file,
    place: places.placeOf(verdict.span),
    mark: outcomeMark(verdict.result),
    headline: recordingHeadline(verdict),
    counts: recordingCounts(verdict, clock),
    caveats: recordingCaveats(verdict).map((caveat) => cutMiddle(caveat, REASON_LIMIT)),
    files: verdict.sources.map((source) => source.path),
    duration: clock.duration,
    startedAt: formatDate(clock.origin),
    windows,
    unbound: verdict.statistics.unbound.map(
      ({ kind, count: times }) => `${kind} ×${formatNumber(times)}`,
    ),
    properties: propertyReports(verdict, clock, positions, context),
    connections,
    findings: verdict.findings.map((finding) => findingReport(finding, places)),
  };
}

const RANKS = { lost: 0, inconclusive: 1, kept: 2 } as const;

function orderConnections(
  verdict: RecordingVerdict,
  index: EventIndex,
): readonly ConnectionVerdict[] {
  const tellingOf = ({ outcome, id }: ConnectionVerdict): number =>
    outcome === "kept" && !index.byConnection.has(id) ? RANKS.kept + 1 : RANKS[outcome];
  const startOf = (connection: ConnectionVerdict): bigint =>
    connection.established ?? connection.lastPacket;
  return verdict.connections.toSorted((left, right) => {
    const byRank = tellingOf(left) - tellingOf(right);
    return byRank !== 0 ? byRank : Number(startOf(left) - startOf(right));
  });
}

function connectionReport(
  connection: ConnectionVerdict,
  clock: RecordingClock,
  events: ConnectionReport["events"],
): ConnectionReport {
  const { established, endedAt } = connection;
  return {
    id: connection.id,
    mark: connectionMark(connection),
    verdict: connectionVerdictText(connection),
    reason: cutMiddle(connection.reason, REASON_LIMIT),
    established: established === undefined ? undefined : clock.offset(established),
    last: clock.offset(connection.lastPacket),
    end: connection.end,
    endedAt: endedAt === undefined ? undefined : clock.offset(endedAt),
    events,
  };
}

/** Violated first, then undecided, then holding; what had nothing to examine comes last. */
function rankOf(property: LogPropertyVerdict): number {
  return isIdle(property) ? 3 : { violated: 0, inconclusive: 1, holds: 2 }[property.outcome];
}

function propertyReports(
  verdict: RecordingVerdict,
  clock: RecordingClock,
  positions: ReadonlyMap<string, number>,
  { places, cuts }: Context,
): readonly LogPropertyReport[] {
  const ordered = verdict.properties.toSorted((left, right) => rankOf(left) - rankOf(right));
  return ordered.map((property) => {
    if (property.instances.length > INSTANCE_LIMIT) {
      const all = formatNumber(property.instances.length);
      cuts.push(`showing ${formatNumber(INSTANCE_LIMIT)} of ${all} cases of ${property.name}`);
    }
    const instances = property.instances.slice(0, INSTANCE_LIMIT).map((instance) => {
      const bound = Object.entries(instance.bindings);
      const connection = bound.map(([, value]) => positions.get(value));
      const text = bound.map(([name, value]) => `${name} = ${value}`).join(", ");
      return {
        bindings: cutMiddle(text, REASON_LIMIT),
        mark: outcomeMark(instance.outcome),
        reason: cutMiddle(instance.reason, REASON_LIMIT),
        time: instance.time === undefined ? undefined : clock.offset(instance.time),
        connection: connection.find((position) => position !== undefined),
      };
    });
    return {
      name: property.name,
      kind: property.kind,
      mark: outcomeMark(property.outcome),
      headline: logPropertyHeadline(property),
      evidence: logPropertyEvidence(property),
      instances,
      place: places.placeOf(property.span),
    };
  });
}
