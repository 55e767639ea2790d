/**
 * Judges a recording by a log: one pass over its events, then the verdict with its evidence.
 *
 *     batches ─► monitor ─► decided instances ─┐
 *        └─────► facts of connections ─────────┼─► verdict
 *     losses (known at the end) ───────────────┘
 *
 * The result is *violated* when a property is. Otherwise it is *inconclusive* when a property is,
 * with one exception: a property that found nothing to examine, such as the one about mode switches
 * in a recording without a switch, is reported as unobserved but leaves the others their say, as
 * long as one of them examined something and every `reachable` goal was reached.
 */
import type { Diagnostic } from "../../spec/diagnostic.ts";
import { checkLog } from "../../spec/check-log.ts";
import type { ResolvedLog } from "../../spec/log.ts";
import type { LogDeclaration } from "../../spec/syntax.ts";
import type { Loss, RecordingSource, TraceEvent } from "../../traces/trace.ts";
import {
  type LogPropertyVerdict,
  type RecordingOutcome,
  type RecordingVerdict,
  type RecordingWindow,
  VERDICT_VERSION,
} from "../verdict.ts";
import { type ConnectionFacts, judgeConnections, noteConnection } from "./connections.ts";
import { createEvidence } from "./evidence.ts";
import { intervalName } from "./explain-instance.ts";
import { createKept, judgeProperty, keepDecided, type Kept } from "./instance-verdicts.ts";
import { createMonitor, finishMonitor, type LogMonitor, takeEvent } from "./monitor.ts";
import { NEVER } from "./monitor-state.ts";

/** What is judged: the stream of events and what is known about its sources at its end. */
export interface RecordingInput {
  readonly batches: () => AsyncIterable<readonly TraceEvent[]>;
  readonly sources: readonly RecordingSource[];
  readonly losses: readonly Loss[];
}

export interface JudgeOptions {
  /** Called now and then with the number of events read. */
  readonly progress?: (events: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Judges `recording` by the log `declared` of `file`. Mistakes of the log are findings of the
 * verdict.
 */
export async function judgeRecording(
  declared: LogDeclaration,
  recording: RecordingInput,
  options: JudgeOptions = {},
): Promise<RecordingVerdict> {
  const started = performance.now();
  const { log, diagnostics } = checkLog(declared);
  const judge = createJudge(log ?? emptyLog(declared));
  let interrupted = false;
  if (log !== undefined) {
    for await (const batch of recording.batches()) {
      for (const event of batch) takeRecorded(judge, event);
      options.progress?.(judge.monitor.events);
      interrupted = options.signal?.aborted === true;
      if (interrupted) break;
    }
  }
  return conclude(judge, declared, recording, { diagnostics, interrupted, started });
}

interface Judge {
  readonly log: ResolvedLog;
  readonly monitor: LogMonitor;
  readonly kept: readonly Kept[];
  readonly connections: ConnectionFacts;
}

function createJudge(log: ResolvedLog): Judge {
  const kept = log.properties.map(createKept);
  const monitor = createMonitor(log, (property, decided) => {
    const place = kept[property];
    if (place !== undefined) keepDecided(place, decided);
  });
  return { log, monitor, kept, connections: new Map() };
}

function takeRecorded(judge: Judge, event: TraceEvent): void {
  if (judge.monitor.ended !== undefined && !event.kind.startsWith("tcp.")) return;
  if (event.kind.startsWith("tcp.")) noteConnection(judge.connections, event);
  takeEvent(judge.monitor, event);
}

function emptyLog(declared: LogDeclaration): ResolvedLog {
  return {
    name: declared.name.text,
    span: declared.span,
    clock: undefined,
    events: [],
    past: [],
    intervals: [],
    moments: [],
    properties: [],
    ignored: [],
  };
}

interface Circumstances {
  readonly diagnostics: readonly Diagnostic[];
  readonly interrupted: boolean;
  readonly started: number;
}

function conclude(
  judge: Judge,
  declared: LogDeclaration,
  recording: RecordingInput,
  { diagnostics, interrupted, started }: Circumstances,
): RecordingVerdict {
  const { monitor, log } = judge;
  const end = monitor.ended ?? monitor.last ?? 0n;
  finishMonitor(monitor, end);
  for (const [index, { refused }] of monitor.properties.entries()) {
    const kept = judge.kept[index];
    if (kept !== undefined) kept.refused = refused + monitor.refused;
  }
  const losses = interrupted ? [...recording.losses, stopped(monitor)] : recording.losses;
  const evidence = createEvidence();
  const context = {
    losses,
    sources: recording.sources,
    state: monitor.state,
    evidence,
    first: monitor.first,
    end,
    capturedUntil: monitor.ended === undefined ? monitor.lastCaptured : undefined,
  };
  const judged = judge.kept.map((kept) => judgeProperty(context, kept));
  const { events, places } = evidence.sorted();
  const properties = judged.map(({ verdict }) => placed(verdict, places));
  return {
    version: VERDICT_VERSION,
    kind: "recording",
    file: declared.span.file,
    log: log.name,
    span: declared.span,
    sources: recording.sources,
    result: resultOf(properties, interrupted),
    properties,
    losses,
    windows: windowsOf(judge),
    connections: judgeConnections(judge.connections, judged),
    events,
    statistics: {
      events: monitor.events,
      first: monitor.first,
      last: monitor.last,
      milliseconds: Math.round(performance.now() - started),
      unbound: [...monitor.feed.unbound]
        .map(([kind, count]) => ({ kind, count }))
        .toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
    },
    findings: diagnostics,
  };
}

/** The loss of everything after an interruption. */
function stopped(monitor: LogMonitor): Loss {
  return {
    source: 0,
    reason: "truncated",
    count: undefined,
    from: monitor.last,
    until: undefined,
    note: "judging was interrupted before the end of the recording",
  };
}

function placed(verdict: LogPropertyVerdict, places: readonly number[]): LogPropertyVerdict {
  const instances = verdict.instances.map((instance) => ({
    ...instance,
    events: instance.events.flatMap((number) => places[number] ?? []).toSorted((a, b) => a - b),
  }));
  return { ...verdict, instances };
}

/** The verdict of the whole log. */
export function resultOf(
  properties: readonly LogPropertyVerdict[],
  interrupted: boolean,
): RecordingOutcome {
  if (properties.some(({ outcome }) => outcome === "violated")) return "violated";
  if (interrupted) return "inconclusive";
  const open = properties.filter(({ outcome }) => outcome === "inconclusive");
  const excused = open.every(
    ({ kind, inconclusive }) =>
      kind !== "reachable" && inconclusive.every(({ reason }) => reason === "unobserved"),
  );
  const examined = properties.some(
    ({ outcome, kind }) => outcome === "holds" && kind !== "reachable",
  );
  return excused && examined ? "holds" : "inconclusive";
}

function windowsOf({ log, monitor }: Judge): readonly RecordingWindow[] {
  const windows: RecordingWindow[] = [];
  for (const [index, intervals] of monitor.state.intervals.entries()) {
    const kind = log.intervals[index]?.name ?? "interval";
    for (const interval of [...intervals.values()].flat()) {
      windows.push({
        kind,
        name: intervalName(log, interval),
        begin: interval.begin,
        end: interval.end === NEVER ? undefined : interval.end,
      });
    }
  }
  return windows.toSorted((a, b) => (a.begin < b.begin ? -1 : a.begin > b.begin ? 1 : 0));
}
