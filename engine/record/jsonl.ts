/**
 * A trace as lines of JSON: the header first, then one line for each event, in order.
 *
 *     {"ts_ns":0,"kind":"trace","format":"rehearsal-trace","version":1,"seed":7,…}
 *     {"ts_ns":12,"kind":"store","id":0,"core":0,"domain":1,"object":64,"value":1}
 *     {"ts_ns":15,"kind":"step","id":1,"domain":1,"text":"server.Open(Client1)","causes":[0]}
 *     {"ts_ns":90,"kind":"lost","first":2,"end":4096}
 *
 * Fields that an event does not have are left out, as are a choice and a value of 0. The names of
 * time and kind are those that the reader of recordings looks for, so each line that this writes is
 * an event there too. What a ring has overwritten before it was written is told as `lost`: nobody
 * mistakes a gap for silence.
 *
 * Compressed output is one gzip member for each batch; `gunzip` reads such a file as one text.
 */
import { gzipSync } from "node:zlib";
import { TRACE_FORMAT, TRACE_VERSION, type TraceHeader } from "./header.ts";
import { HAS_TEXT, KIND, KINDS, type Kind } from "./kinds.ts";
import { createTrace, NONE, NOWHERE, placeOf, type Trace } from "./trace.ts";

/** Writes what a trace has got since the last time. */
export interface LineWriter {
  /** The next part of the file, empty when nothing is new. */
  next(): string;
}

/** The first part begins with the header. */
export function createLineWriter(trace: Trace): LineWriter {
  let written = 0;
  let begun = false;
  return {
    next() {
      const lines: string[] = begun ? [] : [headerLine(trace.header)];
      begun = true;
      if (written < trace.first) {
        const { time } = trace.event(trace.first);
        const gap = { ts_ns: time, kind: "lost", first: written, end: trace.first };
        lines.push(JSON.stringify(gap));
        written = trace.first;
      }
      for (; written < trace.end; written++) lines.push(eventLine(trace, written));
      return lines.map((line) => `${line}\n`).join("");
    },
  };
}

/** A part of a file, compressed; parts one after the other are a gzip file. */
export function compressed(text: string): Uint8Array {
  return gzipSync(text);
}

function headerLine(header: TraceHeader): string {
  return JSON.stringify({ ts_ns: 0, kind: "trace", ...header });
}

function eventLine(trace: Trace, id: number): string {
  const { time, kind, core, domain, component, object, value, choice, causes } = trace.event(id);
  const what = HAS_TEXT.has(kind) ? { text: trace.textOf(object) } : { object };
  return JSON.stringify({
    ts_ns: time,
    kind,
    id,
    core,
    domain,
    component,
    ...what,
    value: value === 0 ? undefined : value,
    choice: choice === 0 ? undefined : choice,
    causes: causes.length === 0 ? undefined : causes,
  });
}

/**
 * Reads what `createLineWriter` has written. Throws a SyntaxError with the number of the line for
 * anything else, and for a file with lost events, whose numbers would no longer fit.
 */
export function traceFromLines(text: string): Trace {
  const [head = "", ...lines] = text.split("\n").filter((line) => line !== "");
  const { ts_ns: _time, kind: _kind, ...header } = fieldsOf(head, 1);
  if (header["format"] !== TRACE_FORMAT || header["version"] !== TRACE_VERSION) {
    throw new SyntaxError(`Line 1 is no header of a trace of version ${TRACE_VERSION}`);
  }
  const trace = createTrace(header as unknown as TraceHeader);
  for (const [index, line] of lines.entries()) readEvent(trace, line, index + 2);
  return trace;
}

function readEvent(trace: Trace, line: string, number: number): void {
  const fields = fieldsOf(line, number);
  const kind = fields["kind"];
  if (!isKind(kind) || fields["id"] !== trace.end) {
    throw new SyntaxError(`Line ${number} is not event ${trace.end} of a trace`);
  }
  const numeric = (name: string, otherwise: number): number => {
    const value = fields[name] ?? otherwise;
    if (typeof value === "number") return value;
    throw new SyntaxError(`Line ${number}: \`${name}\` is not a number`);
  };
  const place = placeOf(
    numeric("core", NOWHERE),
    numeric("domain", NOWHERE),
    numeric("component", NOWHERE),
  );
  const { text, causes } = fields;
  const object = typeof text === "string" ? trace.handleOf(text) : numeric("object", 0);
  const [cause, other] = Array.isArray(causes) ? causes.map(Number) : [];
  const time = numeric("ts_ns", 0);
  trace.record(time, KIND[kind], place, object, numeric("value", 0), cause ?? NONE, other ?? NONE);
  trace.chose(numeric("choice", 0));
}

function fieldsOf(line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // Told below, with the number of the line.
  }
  throw new SyntaxError(`Line ${number} is no JSON object`);
}

function isKind(value: unknown): value is Kind {
  return KINDS.some((kind) => kind === value);
}
