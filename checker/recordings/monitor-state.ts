/**
 * The state of judging a log: plain records that the parts of the judge share.
 *
 *     ids seen ─┐
 *     rows of past operators ─┼─► conditions at a position ─► intervals, instances of properties
 *     intervals begun ────────┘
 *
 * Everything is judged twice side by side, on two *rails*. The **seen** rail takes the recording as
 * it is. The **wary** rail assumes that before every position something may be missing: there every
 * event of a capture may have happened, except a final one, because an id is never seen after its
 * final event. A verdict of the seen rail survives a loss when the wary rail agrees.
 */
import type { ResolvedLog } from "../../spec/log.ts";
import type { TraceEvent } from "../../traces/trace.ts";
import type { Happening } from "./feed.ts";
import type { Memory } from "./memory.ts";
import type { Truth } from "./truth.ts";

/** A point of the recording at which something is judged. */
export interface Position {
  /** Counts positions; a moment that comes by itself has a position, too. */
  readonly index: number;
  readonly time: bigint;
  readonly happenings: readonly Happening[];
  /** Undefined for a moment that comes by itself. */
  readonly event: TraceEvent | undefined;
}

/** Later than every time: the end of an interval that is open. */
export const NEVER: bigint = 1n << 100n;

export interface Interval {
  readonly definition: number;
  /** Ids of its parameters, joined. */
  readonly key: string;
  /** Counts the intervals of the definition with these ids, from 1. */
  readonly ordinal: number;
  readonly begin: bigint;
  /** Index of the position at which it begins. */
  readonly born: number;
  readonly beginEvent: TraceEvent | undefined;
  end: bigint;
  /** Index of the position at which it ends. */
  ended: number | undefined;
  endEvent: TraceEvent | undefined;
  /** Remembered values of `e at o.begin`, by number of the moment. */
  readonly remembered: Map<number, Remembered>;
}

/** Truth on both rails. */
export interface Rails {
  readonly seen: Truth;
  readonly wary: Truth;
}

/**
 * The values of a condition at a moment: for ids that differ from an id never seen, and for that
 * one.
 */
export interface Remembered {
  readonly fresh: Rails;
  readonly byId: Map<string, Rails>;
}

/** What a slot holds; undefined is an id that has not been seen. */
export type Binding = string | Interval | undefined;

/** A row of a past operator, for one combination of ids. */
export interface Row {
  readonly ids: readonly (string | undefined)[];
  seen: Memory;
  wary: Memory;
  /** The wary memory just before the last position, when something may be missing. */
  gapped: Memory;
  /** Index of its last position. */
  last: number;
}

/** Rows by combination of ids. */
export interface RowTable<T> {
  readonly rows: Map<string, T>;
  /** Rows that have the id, by slot. */
  readonly byId: readonly Map<string, T[]>[];
  /** Rows for an id that has not been seen, by slot. */
  readonly open: readonly T[][];
}

/** The ids that a parameter has had, in the order of their first appearance. */
export interface SeenIds {
  readonly ids: string[];
  /** Index of the position of the first appearance. */
  readonly born: Map<string, number>;
}

/** An interval's definition for one combination of ids. */
export interface IntervalRow {
  readonly ids: readonly (string | undefined)[];
  open: Interval | undefined;
}

export interface MonitorState {
  readonly log: ResolvedLog;
  readonly past: readonly RowTable<Row>[];
  readonly intervalRows: readonly RowTable<IntervalRow>[];
  /** Intervals begun, by definition and joined ids. */
  readonly intervals: readonly Map<string, Interval[]>[];
  /** `${event}.${parameter}` to the ids seen there. */
  readonly seen: Map<string, SeenIds>;
  /** Ids by sort, with the position, time and source of their first and last mention. */
  readonly ids: Map<string, Map<string, IdRecord>>;
}

export interface IdRecord {
  readonly born: number;
  readonly first: bigint;
  readonly source: number;
  last: bigint;
  /** A final event about it has happened. */
  finished: boolean;
}

/** From where a condition is looked at. */
export interface View {
  readonly state: MonitorState;
  readonly position: Position;
  readonly wary: boolean;
  /** Just before the position, where something may be missing; only on the wary rail. */
  readonly gap: boolean;
  /** Time by which moments are judged to have come. */
  readonly now: bigint;
}

const SEPARATOR = "\u0000";
const UNSEEN = "\u0001";

/** The key of a row: its ids joined. */
export function rowKey(ids: readonly (string | undefined)[]): string {
  if (ids.length === 1) return ids[0] ?? UNSEEN;
  return ids.map((id) => id ?? UNSEEN).join(SEPARATOR);
}

/** The record of an id, if it has been seen. */
export function idRecord(state: MonitorState, sort: string, id: string): IdRecord | undefined {
  return state.ids.get(sort)?.get(id);
}
