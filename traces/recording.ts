/**
 * A recording: several captures and event logs as one stream of events in order of time.
 *
 *     source 0  packets ─┐                      ┌─► tracker 0 ─┐
 *     source 1  packets ─┤ merge by time, k-way ├─► tracker 1 ─┼─► events
 *     source 2  lines   ─┘                      └──────────────┘
 *
 * The merge takes packets, not events, because which capture owns a connection depends on the order
 * in which captures see it (`connection-registry.ts`). It looks at one batch per source, so memory
 * is bounded by the chunk size. With k sources a linear search for the earliest is faster than a
 * heap for any number of captures that people record.
 *
 * Invariant: the times of the events never decrease. `sources`, `losses` and `diagnostics` are
 * complete when the stream has ended.
 */
import type { CaptureDiagnostic } from "./capture-diagnostics.ts";
import { type ConnectionRegistry, createConnectionRegistry } from "./connection-registry.ts";
import { DEFAULT_LOG_OPTIONS, type LogEvent, type LogOptions } from "./jsonl.ts";
import type { CaptureInterface, Packet } from "./packet.ts";
import { type OpenSource, openSource } from "./recording-source.ts";
import { finishTracking, trackPacket } from "./tcp.ts";
import { createTracker, type Tracker, type TrackerCounts } from "./tcp-tracker.ts";
import type { Loss, RecordingSource, TraceEvent } from "./trace.ts";

/** Events that are collected before the consumer gets them. */
const EVENTS_PER_BATCH = 4096;
/** Nanoseconds within which the same announcement in another capture is the same announcement. */
const SAME_ANNOUNCEMENT: bigint = 1_000_000_000n;

export interface Recording {
  /** The events, once: a recording is a stream. */
  events(): AsyncGenerator<TraceEvent>;
  /** The same events in batches, for consumers that count them by the million. */
  batches(): AsyncGenerator<readonly TraceEvent[]>;
  /** Frees the files; needed only when the events are not read to their end. */
  close(): Promise<void>;
  readonly sources: readonly RecordingSource[];
  readonly losses: readonly Loss[];
  /** Errors: files that could not be opened or read. */
  readonly diagnostics: readonly CaptureDiagnostic[];
  /** Interfaces and counts of each source, in the order of `sources`. */
  readonly statistics: readonly SourceStatistics[];
}

export interface SourceStatistics {
  readonly interfaces: readonly CaptureInterface[];
  /** Undefined for event logs. */
  readonly counts: TrackerCounts | undefined;
}

/** Where a source is in the merge. */
interface Cursor {
  readonly index: number;
  readonly source: OpenSource;
  readonly tracker: Tracker | undefined;
  batch: readonly (Packet | LogEvent)[];
  at: number;
  records: number;
  first: bigint | undefined;
  last: bigint | undefined;
}

/**
 * Opens the files of a recording; those that cannot be opened are in `diagnostics`, the others are
 * read.
 */
export async function openRecording(
  paths: readonly string[],
  options: LogOptions = DEFAULT_LOG_OPTIONS,
): Promise<Recording> {
  const diagnostics: CaptureDiagnostic[] = [];
  const opened: OpenSource[] = [];
  for (const path of paths) {
    const source = await openSource(path, options, opened);
    if ("code" in source) {
      diagnostics.push(source);
    } else {
      opened.push(source);
    }
  }
  const registry = createConnectionRegistry();
  const cursors = opened.map((source, index) => createCursor(source, index, registry));
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((source) => source.handle.close()));
  };
  const batches = (): AsyncGenerator<readonly TraceEvent[]> => merge(cursors, close);
  return {
    batches,
    events: () => each(batches()),
    close,
    get sources(): readonly RecordingSource[] {
      return cursors.map(describe);
    },
    get losses(): readonly Loss[] {
      return cursors.flatMap(({ index, source }) =>
        source.report.losses.map((loss) => ({ source: index, ...loss })),
      );
    },
    get diagnostics(): readonly CaptureDiagnostic[] {
      return [...diagnostics, ...opened.flatMap((source) => source.report.diagnostics)];
    },
    get statistics(): readonly SourceStatistics[] {
      return cursors.map(({ source, tracker }) => ({
        interfaces: source.report.interfaces,
        counts: tracker?.counts,
      }));
    },
  };
}

function createCursor(source: OpenSource, index: number, registry: ConnectionRegistry): Cursor {
  const tracker =
    source.items.kind === "packets"
      ? createTracker(index, registry, source.report.losses)
      : undefined;
  return {
    index,
    source,
    tracker,
    batch: [],
    at: 0,
    records: 0,
    first: undefined,
    last: undefined,
  };
}

function describe(cursor: Cursor): RecordingSource {
  const { source, records, first, last } = cursor;
  return { path: source.path, format: source.format, records, first, last };
}

async function* each(batches: AsyncGenerator<readonly TraceEvent[]>): AsyncGenerator<TraceEvent> {
  for await (const batch of batches) {
    yield* batch;
  }
}

async function* merge(
  cursors: readonly Cursor[],
  close: () => Promise<void>,
): AsyncGenerator<readonly TraceEvent[]> {
  let live: Cursor[] = [...cursors];
  const announced = new Map<string, TraceEvent>();
  let out: TraceEvent[] = [];
  try {
    for (;;) {
      live = await refill(live, out);
      if (live.length === 0) {
        break;
      }
      takeUntilRefill(live, out);
      if (out.length >= EVENTS_PER_BATCH) {
        yield withoutEchoes(out, announced);
        out = [];
      }
    }
    if (out.length > 0) {
      yield withoutEchoes(out, announced);
    }
  } finally {
    await close();
  }
}

/**
 * Gives every cursor something to look at; those at their end report their last events and leave.
 */
async function refill(live: readonly Cursor[], out: TraceEvent[]): Promise<Cursor[]> {
  const left: Cursor[] = [];
  for (const cursor of live) {
    if (cursor.at === cursor.batch.length) {
      const next = await cursor.source.items.batches.next();
      if (next.done === true) {
        if (cursor.tracker !== undefined) {
          finishTracking(cursor.tracker);
          takeEvents(cursor.tracker, out);
        }
        continue;
      }
      cursor.batch = next.value;
      cursor.at = 0;
    }
    left.push(cursor);
  }
  return left;
}

/** Takes items in order of time until a cursor needs a refill. */
function takeUntilRefill(live: readonly Cursor[], out: TraceEvent[]): void {
  for (;;) {
    let best: Cursor | undefined;
    let item: Packet | LogEvent | undefined;
    for (const cursor of live) {
      const head = cursor.batch[cursor.at];
      if (head !== undefined && (item === undefined || head.time < item.time)) {
        best = cursor;
        item = head;
      }
    }
    if (best === undefined || item === undefined) {
      return;
    }
    take(best, item, out);
    best.at++;
    if (best.at === best.batch.length) {
      return;
    }
  }
}

function take(cursor: Cursor, item: Packet | LogEvent, out: TraceEvent[]): void {
  cursor.records++;
  cursor.first ??= item.time;
  cursor.last = item.time;
  if ("kind" in item) {
    const { time, kind, attributes, ordinal } = item;
    out.push({ time, kind, attributes, origin: { source: cursor.index, ordinal } });
  } else if (cursor.tracker !== undefined) {
    trackPacket(cursor.tracker, item);
    takeEvents(cursor.tracker, out);
  }
}

function takeEvents(tracker: Tracker, out: TraceEvent[]): void {
  for (const event of tracker.sink.events) {
    out.push(event);
  }
  tracker.sink.events.length = 0;
}

/** Leaves out announcements that another capture has just shown. */
function withoutEchoes(
  events: readonly TraceEvent[],
  announced: Map<string, TraceEvent>,
): readonly TraceEvent[] {
  return events.filter((event) => {
    if (event.kind !== "arp.announce") {
      return true;
    }
    const key = `${event.attributes["ip"]} ${event.attributes["mac"]}`;
    const before = announced.get(key);
    announced.set(key, event);
    return (
      before === undefined ||
      before.origin.source === event.origin.source ||
      event.time - before.time > SAME_ANNOUNCEMENT
    );
  });
}
