/**
 * Reads a JSON report that `--format json` wrote: the verdicts and the texts that they are about.
 *
 * A report is input like any other: it may be cut off, from another program or made up by someone.
 * Each part is checked before it is used, and a wrong one is E0516 with its place. State vectors
 * are checked by the Model that they are replayed on, not here.
 */
import {
  type CheckVerdict,
  type Clause,
  type Counterexample,
  type LogPropertyVerdict,
  type Loop,
  type PathStep,
  type PropertyVerdict,
  type RecordingVerdict,
  REDUCTIONS,
  type TemporalEvidence,
} from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { SourceFile, Span } from "../spec/source.ts";
import type { Attribute } from "../traces/trace.ts";
import { notAReport } from "./errors.ts";
import { decodeUtf8, readBytes, type Result } from "./files.ts";
import { playedEvidence } from "./played-shape.ts";
import { likelihood, simulationOf } from "./read-walks.ts";
import { unknownReason } from "./reason-shape.ts";
import { abstractPath, refinement } from "./refinement-shape.ts";
import { REPORT_FORMAT, REPORT_FORMAT_VERSION } from "./reporters/json.ts";
import {
  array,
  bigint,
  boolean,
  literal,
  number,
  object,
  optional,
  readShape,
  record,
  type Shape,
  string,
} from "./shape.ts";
import { value } from "./value-shape.ts";

/** Largest report that is read; bytes. */
const REPORT_BYTES_MAX = 500_000_000;

/** What `show` and `replay` need of a report. */
export interface StoredReport {
  readonly sources: readonly SourceFile[];
  readonly checks: readonly { readonly verdict: CheckVerdict }[];
  readonly recordings: readonly { readonly verdict: RecordingVerdict }[];
}

/** Reads a report file. */
export function readReport(path: string, folder: string): Result<StoredReport> {
  const bytes = readBytes(path, folder, REPORT_BYTES_MAX);
  if (bytes.value === undefined) return bytes;
  const text = decodeUtf8(path, bytes.value);
  if (text.value === undefined) return text;
  let data: unknown;
  try {
    data = JSON.parse(text.value);
  } catch {
    return refuse(notAReport(path, "it is not JSON"));
  }
  const head = readShape(
    object<{ format: string; version: number }>({
      format: literal(REPORT_FORMAT),
      version: literal(REPORT_FORMAT_VERSION),
    }),
    data,
  );
  if (head.value === undefined) return refuse(notAReport(path, head.wrong));
  const report = readShape(storedReport, data);
  return report.value === undefined
    ? refuse(notAReport(path, report.wrong))
    : { value: report.value, error: undefined };
}

function refuse(error: Diagnostic): Result<never> {
  return { value: undefined, error };
}

const span: Shape<Span> = object<Span>({ file: string, start: number, end: number });

const step: Shape<PathStep> = object<PathStep>({
  transition: optional(number),
  label: string,
  choices: array(value),
  state: array(value),
  spans: array(span),
});

const clause: Shape<Clause> = object<Clause>({
  text: string,
  span,
  value: boolean,
  since: number,
  witness: optional(string),
  depth: number,
});

const loop: Shape<Loop> = object<Loop>({
  start: number,
  stutters: boolean,
  states: number,
  fairness: array(
    object<Loop["fairness"][number]>({
      transition: string,
      kind: literal("weak", "strong"),
      enabled: number,
      taken: boolean,
      verdict: string,
    }),
  ),
  hint: optional(string),
});

const counterexample: Shape<Counterexample> = object<Required<Counterexample>>({
  steps: array(step),
  shortest: boolean,
  replayed: boolean,
  reason: string,
  why: array(clause),
  span,
  shrunkFrom: optional(number),
  likelihood: optional(likelihood),
  loop: optional(loop),
  abstract: optional(abstractPath),
  played: optional(playedEvidence),
});

const property: Shape<PropertyVerdict> = object<Required<PropertyVerdict>>({
  name: string,
  kind: literal(
    "invariant",
    "reachable",
    "property",
    "refinement",
    "scenario",
    "run",
    "assert",
    "range",
    "unhandled",
    "stuck",
  ),
  outcome: literal("holds", "violated", "unknown"),
  unknown: optional(unknownReason),
  examined: number,
  premiseTrue: optional(number),
  counterexample: optional(counterexample),
  witness: optional(counterexample),
  span: optional(span),
  temporal: optional(
    object<TemporalEvidence>({
      instances: number,
      vacuous: array(string),
      loops: number,
      withoutBound: boolean,
    }),
  ),
  refinement: optional(refinement),
});

const diagnostic: Shape<Diagnostic> = (data, path) => {
  const base = object<Omit<Diagnostic, "span" | "label" | "hint">>({
    code: string,
    severity: literal("error", "warning"),
    title: string,
    related: array(object<Diagnostic["related"][number]>({ span, note: string })),
    notes: array(string),
  })(data, path);
  const more = object<{
    span: Span | undefined;
    label: string | undefined;
    hint: string | undefined;
  }>({
    span: optional(span),
    label: optional(string),
    hint: optional(string),
  })(data, path);
  return {
    ...base,
    ...(more.span === undefined ? {} : { span: more.span }),
    ...(more.label === undefined ? {} : { label: more.label }),
    ...(more.hint === undefined ? {} : { hint: more.hint }),
  };
};

const checkVerdict: Shape<CheckVerdict> = object<CheckVerdict>({
  version: literal(1),
  kind: literal("check", "scenario"),
  file: string,
  system: string,
  name: string,
  span,
  result: literal("ok", "failed", "unknown"),
  properties: array(property),
  leftOut: array(string),
  expectations: array(
    object<CheckVerdict["expectations"][number]>({
      text: string,
      met: boolean,
      detail: string,
      span,
    }),
  ),
  coverage: array(
    object<CheckVerdict["coverage"][number]>({
      rule: number,
      taken: number,
    }),
  ),
  bounds: array(
    object<CheckVerdict["bounds"][number]>({
      bound: literal("states", "memory", "time", "faults", "capacity"),
      subject: string,
      limit: number,
      count: number,
    }),
  ),
  statistics: object<CheckVerdict["statistics"]>({
    states: number,
    transitions: number,
    depth: number,
    milliseconds: number,
    complete: boolean,
    explorer: object<Required<CheckVerdict["statistics"]["explorer"]>>({
      backEnd: literal("wasm", "javascript", "reference"),
      notCompiled: optional(string),
      workers: number,
      spilled: optional(object<{ bytes: number; runs: number }>({ bytes: number, runs: number })),
      storage: optional(literal("plain", "compressed")),
    }),
    fairness: array(string),
  }),
  reductions: array(
    object<CheckVerdict["reductions"][number]>({
      name: literal(...REDUCTIONS),
      on: boolean,
      detail: string,
    }),
  ),
  findings: array(diagnostic),
  simulation: optional(simulationOf(unknownReason)),
});

/** The verdict of one check, from data that anyone may have written; undefined when it is none. */
export function readVerdict(data: unknown): CheckVerdict | undefined {
  return readShape(checkVerdict, data).value;
}

const attribute: Shape<Attribute> = (data, path) =>
  data === null || typeof data === "number" || typeof data === "boolean"
    ? data
    : string(data, path);

const outcome = literal("holds", "violated", "inconclusive");

const inconclusive = object<LogPropertyVerdict["inconclusive"][number]>({
  reason: literal("loss", "truncated", "pending", "unobserved", "bound"),
  detail: string,
});

const logProperty: Shape<LogPropertyVerdict> = object<LogPropertyVerdict>({
  name: string,
  kind: literal("invariant", "reachable", "property"),
  outcome,
  inconclusive: array(inconclusive),
  examined: number,
  premiseTrue: optional(number),
  instances: array(
    object<LogPropertyVerdict["instances"][number]>({
      bindings: record(string),
      outcome,
      inconclusive: optional(inconclusive),
      reason: string,
      time: optional(bigint),
      events: array(number),
    }),
  ),
  span,
});

const recordingVerdict: Shape<RecordingVerdict> = object<RecordingVerdict>({
  version: literal(1),
  kind: literal("recording"),
  file: string,
  log: string,
  span,
  sources: array(
    object<RecordingVerdict["sources"][number]>({
      path: string,
      format: literal("pcap", "pcapng", "jsonl"),
      records: number,
      first: optional(bigint),
      last: optional(bigint),
    }),
  ),
  result: outcome,
  properties: array(logProperty),
  losses: array(
    object<RecordingVerdict["losses"][number]>({
      source: number,
      reason: literal("dropped", "truncated", "corrupt", "stalled", "gap"),
      count: optional(number),
      from: optional(bigint),
      until: optional(bigint),
      note: string,
    }),
  ),
  windows: array(
    object<RecordingVerdict["windows"][number]>({
      kind: string,
      name: string,
      begin: bigint,
      end: optional(bigint),
    }),
  ),
  connections: array(
    object<RecordingVerdict["connections"][number]>({
      id: string,
      client: string,
      server: string,
      established: optional(bigint),
      lastPacket: bigint,
      end: literal("open", "closed", "reset", "silent"),
      endedAt: optional(bigint),
      outcome: literal("kept", "lost", "inconclusive"),
      cause: optional(string),
      reason: string,
    }),
  ),
  events: array(
    object<RecordingVerdict["events"][number]>({
      time: bigint,
      kind: string,
      attributes: record(attribute),
      origin: object<RecordingVerdict["events"][number]["origin"]>({
        source: number,
        ordinal: number,
      }),
    }),
  ),
  statistics: object<RecordingVerdict["statistics"]>({
    events: number,
    first: optional(bigint),
    last: optional(bigint),
    milliseconds: number,
    unbound: array(
      object<RecordingVerdict["statistics"]["unbound"][number]>({ kind: string, count: number }),
    ),
  }),
  findings: array(diagnostic),
});

const storedReport: Shape<StoredReport> = object<StoredReport>({
  sources: array(object<SourceFile>({ path: string, text: string })),
  checks: array(object<{ verdict: CheckVerdict }>({ verdict: checkVerdict })),
  recordings: array(object<{ verdict: RecordingVerdict }>({ verdict: recordingVerdict })),
});
