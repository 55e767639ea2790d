/**
 * Reader of event logs: one JSON object per line.
 *
 * The caller may name the fields of time and kind. Otherwise the first readable line decides, among
 * the usual names, for the whole file: deciding per line would let an attribute called `event` of
 * one line become its kind. A byte order mark and CRLF are tolerated, empty lines are skipped.
 *
 * A line that cannot be read is a `Loss` with its number; the first `MAX_REPORTED_LINES` one by
 * one, the rest as one. Only a log without any readable line is an error.
 *
 * Limits: `MAX_LINE_BYTES`, and those of `flatten.ts`.
 */
import { type ByteWindow, CHUNK_BYTES, fill } from "./byte-window.ts";
import { noEvents, noTimeField } from "./capture-diagnostics.ts";
import { flatten, MAX_ATTRIBUTES } from "./flatten.ts";
import { type JsonObject, parseLine } from "./json-line.ts";
import type { CaptureReport, FileLoss } from "./packet.ts";
import { guessUnit, parseTime, type TimeUnit } from "./time-value.ts";
import type { Attribute } from "./trace.ts";

/** The longest line that is read, in bytes. */
export const MAX_LINE_BYTES: number = CHUNK_BYTES;
/** Unreadable lines that are reported one by one. */
export const MAX_REPORTED_LINES = 20;

/** How an event log is to be read; undefined: decided by the first readable line. */
export interface LogOptions {
  readonly timeField: string | undefined;
  readonly timeUnit: TimeUnit | undefined;
  readonly kindField: string | undefined;
}

export const DEFAULT_LOG_OPTIONS: LogOptions = {
  timeField: undefined,
  timeUnit: undefined,
  kindField: undefined,
};

/** An event of a log, before it has its place in a recording. */
export interface LogEvent {
  time: bigint;
  readonly kind: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** One-based line number. */
  readonly ordinal: number;
}

const TIME_FIELDS: ReadonlyMap<string, TimeUnit | undefined> = new Map([
  ["ts_ns", "ns"],
  ["time_ns", "ns"],
  ["ts", undefined],
  ["time", undefined],
  ["timestamp", undefined],
]);
const KIND_FIELDS: readonly string[] = ["event", "ev", "kind"];
const NEWLINE = 10;
const RETURN = 13;
const MARK = "\u{feff}";
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MAX_NAMED_FIELDS = 12;
const MAX_NAME_LENGTH = 40;

interface LogState {
  readonly options: LogOptions;
  time: { readonly field: string; readonly unit: TimeUnit } | undefined;
  kind: string | undefined;
  line: number;
  good: number;
  bad: number;
  /** Lines that failed only for want of a time. */
  timeless: number;
  firstBad: string;
  firstFields: readonly string[] | undefined;
  last: bigint | undefined;
  /** Losses that wait for the next readable line, which ends their span of time. */
  pending: FileLoss[];
  /** Lines of which attributes were left out, and their first time. */
  cut: number;
  cutFrom: bigint | undefined;
}

/** The events of a log in batches, in the order of lines. */
export async function* readLog(
  window: ByteWindow,
  path: string,
  options: LogOptions,
  report: CaptureReport,
): AsyncGenerator<readonly LogEvent[]> {
  const state = createLogState(options);
  let more = true;
  while (more) {
    more = await fill(window, Math.min(window.end - window.start + 1, MAX_LINE_BYTES + 1));
    const events: LogEvent[] = [];
    takeLines(window, state, report, events, !more);
    if (events.length > 0) {
      yield events;
    }
    if (window.end - window.start > MAX_LINE_BYTES) {
      more = await passLine(window, state);
    }
  }
  finish(state, path, report);
}

function createLogState(options: LogOptions): LogState {
  return {
    options,
    time: undefined,
    kind: undefined,
    line: 0,
    good: 0,
    bad: 0,
    timeless: 0,
    firstBad: "",
    firstFields: undefined,
    last: undefined,
    pending: [],
    cut: 0,
    cutFrom: undefined,
  };
}

/**
 * Takes the whole lines of the window, and at the end of the file also a last one without a
 * newline.
 */
function takeLines(
  window: ByteWindow,
  state: LogState,
  report: CaptureReport,
  events: LogEvent[],
  atEnd: boolean,
): void {
  while (window.start < window.end) {
    const newline = window.bytes.indexOf(NEWLINE, window.start);
    const found = newline >= 0 && newline < window.end;
    if (!found && !atEnd) {
      return;
    }
    const end = found ? newline : window.end;
    if (end - window.start > MAX_LINE_BYTES) {
      return;
    }
    state.line++;
    const event = readLine(window.bytes.subarray(window.start, end), state);
    window.start = found ? newline + 1 : window.end;
    if (typeof event === "string") {
      reportLine(state, event);
    } else if (event !== undefined) {
      state.good++;
      state.last = event.time;
      settle(state, report, event.time);
      events.push(event);
    }
  }
}

/** Passes over a line that is too long; false at the end of the file. */
async function passLine(window: ByteWindow, state: LogState): Promise<boolean> {
  state.line++;
  reportLine(state, `it is longer than ${MAX_LINE_BYTES} bytes`);
  for (;;) {
    const newline = window.bytes.indexOf(NEWLINE, window.start);
    if (newline >= 0 && newline < window.end) {
      window.start = newline + 1;
      return true;
    }
    window.start = window.end;
    if (!(await fill(window, 1))) {
      return false;
    }
  }
}

/** The event of a line, why it is unreadable, or undefined for an empty line. */
function readLine(bytes: Uint8Array, state: LogState): LogEvent | string | undefined {
  let text: string;
  try {
    text = UTF8.decode(bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes);
  } catch {
    return "it is not UTF-8";
  }
  const bare = state.line === 1 && text.startsWith(MARK) ? text.slice(1) : text;
  if (bare.trim() === "") {
    return undefined;
  }
  const object = parseLine(bare);
  return typeof object === "string" ? object : toEvent(object, state);
}

function toEvent(object: JsonObject, state: LogState): LogEvent | string {
  state.firstFields ??= Object.keys(object);
  const timeField = state.time ?? chooseTime(object, state.options);
  const time =
    timeField === undefined || !Object.hasOwn(object, timeField.field)
      ? undefined
      : parseTime(object[timeField.field], timeField.unit);
  if (timeField === undefined || time === undefined) {
    state.timeless++;
    return `it has no time in ${wantedTime(state)}`;
  }
  const kindField = state.kind ?? chooseKind(object, state.options);
  const kind =
    kindField !== undefined && Object.hasOwn(object, kindField) ? object[kindField] : undefined;
  if (kindField === undefined || typeof kind !== "string") {
    return `it has no text in ${wantedKind(state)}`;
  }
  state.time = timeField;
  state.kind = kindField;
  const { attributes, whole } = flatten(object, [timeField.field, kindField]);
  if (!whole) {
    state.cut++;
    state.cutFrom ??= time;
  }
  return { time, kind, attributes, ordinal: state.line };
}

function chooseTime(object: JsonObject, options: LogOptions): LogState["time"] | undefined {
  const named = options.timeField;
  const field = named ?? [...TIME_FIELDS.keys()].find((name) => Object.hasOwn(object, name));
  if (field === undefined || !Object.hasOwn(object, field)) {
    return undefined;
  }
  const unit = options.timeUnit ?? TIME_FIELDS.get(field) ?? guessUnit(object[field]);
  return { field, unit };
}

function chooseKind(object: JsonObject, options: LogOptions): string | undefined {
  return options.kindField ?? KIND_FIELDS.find((name) => typeof object[name] === "string");
}

function wantedTime(state: LogState): string {
  const field = state.time?.field ?? state.options.timeField;
  return `\`${field ?? [...TIME_FIELDS.keys()].join("`, `")}\``;
}

function wantedKind(state: LogState): string {
  return `\`${state.kind ?? state.options.kindField ?? KIND_FIELDS.join("`, `")}\``;
}

function reportLine(state: LogState, why: string): void {
  state.bad++;
  if (state.bad === 1) {
    state.firstBad = `line ${state.line}: ${why}`;
  }
  if (state.bad <= MAX_REPORTED_LINES) {
    state.pending.push(corrupt(1, state.last, `line ${state.line} is skipped: ${why}`));
  }
}

function corrupt(count: number, from: bigint | undefined, note: string): FileLoss {
  return { reason: "corrupt", count, from, until: undefined, note };
}

/** Files the losses since the last readable line; they end at `until`. */
function settle(state: LogState, report: CaptureReport, until: bigint | undefined): void {
  for (const loss of state.pending) {
    report.losses.push({ ...loss, until });
  }
  state.pending = [];
}

function finish(state: LogState, path: string, report: CaptureReport): void {
  settle(state, report, undefined);
  if (state.bad > MAX_REPORTED_LINES) {
    const more = state.bad - MAX_REPORTED_LINES;
    report.losses.push(corrupt(more, undefined, `${more} further lines are skipped`));
  }
  if (state.cut > 0) {
    const note = `${state.cut} lines have more than ${MAX_ATTRIBUTES} fields; the rest is left out`;
    report.losses.push(corrupt(state.cut, state.cutFrom, note));
  }
  if (state.good > 0 || state.bad === 0) {
    return;
  }
  if (state.timeless === state.bad) {
    const fields = (state.firstFields ?? [])
      .slice(0, MAX_NAMED_FIELDS)
      .map((name) => JSON.stringify(name.slice(0, MAX_NAME_LENGTH)));
    report.diagnostics.push(noTimeField(path, wantedTime(state), fields));
  } else {
    report.diagnostics.push(noEvents(path, state.bad, state.firstBad));
  }
}
