/**
 * Keeps a page within its budget of bytes, by cuts that the page announces.
 *
 * The cuts are a ladder: each takes away what a reader misses least, until the document fits.
 *
 *     1  example traces of goals              4  sources, except around places
 *     2  coverage of checks that are ok       5  the beginning of long traces
 *     3  events of connections that were kept 6  all traces
 *
 * Rejected: compressing everything. It would postpone the question, and a page of 50 MB that
 * unpacks is no more readable than one that does not.
 */
import type {
  CheckReport,
  ConnectionReport,
  PathReport,
  RecordingReport,
  ReportDocument,
} from "./document.ts";
import { formatNumber } from "./sentences.ts";

/** Largest document in a page, in bytes of UTF-8; script and style come on top of it. */
export const DOCUMENT_BYTE_LIMIT = 4_600_000;
/** Steps left of each trace when the beginning of traces must go. */
export const SHORT_TRACE_STEPS = 1_000;
/** Connections left of each recording when all else was not enough. */
export const SHORT_CONNECTION_COUNT = 500;

interface Cut {
  readonly apply: (document: ReportDocument) => ReportDocument;
  readonly announce: (before: ReportDocument, after: ReportDocument) => string;
}

const CUTS: readonly Cut[] = [
  {
    apply: (document) =>
      eachProperty(document, (trace) => (trace.kind === "example" ? undefined : trace)),
    announce: () => "example traces of goals are left out",
  },
  {
    apply: (document) =>
      eachCheck(document, (check) => (check.mark === "good" ? { ...check, coverage: [] } : check)),
    announce: () => "coverage is left out for checks that are ok",
  },
  {
    apply: (document) =>
      eachConnection(document, (connection) =>
        connection.mark === "good" ? { ...connection, events: [] } : connection,
      ),
    announce: () => "events are left out for connections that were kept",
  },
  {
    apply: (document) => ({
      ...document,
      sources: document.sources.map((source) => ({ ...source, pieces: [] })),
    }),
    announce: () => "the texts of the specifications are left out",
  },
  {
    apply: (document) => eachProperty(document, lastSteps),
    announce: () =>
      `traces show only their last ${formatNumber(SHORT_TRACE_STEPS)} steps where they are longer`,
  },
  {
    apply: (document) => eachProperty(document, () => undefined),
    announce: () => "all traces are left out; print them with --format text",
  },
  {
    apply: (document) => eachRecording(document, shortRecording),
    announce: (before, after) => {
      const all = formatNumber(connectionCount(before));
      return `showing the ${connectionCount(after)} most telling of ${all} connections`;
    },
  },
];

/** The document itself when it fits, or one with as many cuts as it takes. */
export function fitToBudget(
  document: ReportDocument,
  limit: number = DOCUMENT_BYTE_LIMIT,
): ReportDocument {
  let fitted = document;
  for (const cut of CUTS) {
    if (byteLength(fitted) <= limit) {
      return fitted;
    }
    const shorter = cut.apply(fitted);
    if (byteLength(shorter) < byteLength(fitted)) {
      fitted = { ...shorter, cuts: [...fitted.cuts, cut.announce(fitted, shorter)] };
    }
  }
  return fitted;
}

function byteLength(document: ReportDocument): number {
  return Buffer.byteLength(JSON.stringify(document), "utf8");
}

function eachCheck(
  document: ReportDocument,
  change: (check: CheckReport) => CheckReport,
): ReportDocument {
  return { ...document, checks: document.checks.map(change) };
}

function eachProperty(
  document: ReportDocument,
  change: (trace: PathReport) => PathReport | undefined,
): ReportDocument {
  return eachCheck(document, (check) => ({
    ...check,
    properties: check.properties.map((property) =>
      property.trace === undefined ? property : { ...property, trace: change(property.trace) },
    ),
  }));
}

function eachRecording(
  document: ReportDocument,
  change: (recording: RecordingReport) => RecordingReport,
): ReportDocument {
  return { ...document, recordings: document.recordings.map(change) };
}

function eachConnection(
  document: ReportDocument,
  change: (connection: ConnectionReport) => ConnectionReport,
): ReportDocument {
  return eachRecording(document, (recording) => ({
    ...recording,
    connections: recording.connections.map(change),
  }));
}

function connectionCount(document: ReportDocument): number {
  return document.recordings.reduce((sum, recording) => sum + recording.connections.length, 0);
}

function shortRecording(recording: RecordingReport): RecordingReport {
  const keep = <Item extends { readonly connection: number | undefined }>(item: Item): Item =>
    item.connection !== undefined && item.connection >= SHORT_CONNECTION_COUNT
      ? { ...item, connection: undefined }
      : item;
  return {
    ...recording,
    connections: recording.connections.slice(0, SHORT_CONNECTION_COUNT),
    properties: recording.properties.map((property) => ({
      ...property,
      instances: property.instances.slice(0, SHORT_CONNECTION_COUNT).map(keep),
    })),
  };
}

/** The end of a path; what was there before the cut keeps its value at the new first step. */
function lastSteps(trace: PathReport): PathReport {
  const drop = Math.max(0, trace.steps.length - SHORT_TRACE_STEPS);
  const first = trace.first + drop;
  return {
    ...trace,
    first,
    steps: trace.steps.slice(drop),
    arrows: trace.arrows
      .filter((arrow) => (arrow.received ?? first) >= first)
      .map((arrow) =>
        arrow.sent !== undefined && arrow.sent < first ? { ...arrow, sent: undefined } : arrow,
      ),
    modes: trace.lanes.flatMap((_, lane) => {
      const modes = trace.modes.filter((mode) => mode.lane === lane);
      return fromStep(
        modes,
        first,
        (mode) => mode.step,
        (mode) => ({ ...mode, step: first }),
      );
    }),
    variables: trace.variables.map((variable) => ({
      ...variable,
      changes: fromStep(
        variable.changes,
        first,
        ([step]) => step,
        ([, value]) => [first, value] as const,
      ),
    })),
  };
}

function fromStep<Item>(
  items: readonly Item[],
  first: number,
  stepOf: (item: Item) => number,
  atFirst: (item: Item) => Item,
): readonly Item[] {
  const later = items.filter((item) => stepOf(item) > first);
  const current = items.filter((item) => stepOf(item) <= first).at(-1);
  return current === undefined ? later : [atFirst(current), ...later];
}
