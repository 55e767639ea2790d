/**
 * What a position does to ids, past operators and intervals, in this order.
 *
 *     mentions ──► rows for new ids ──► past operators, operands first ──► intervals begin and end
 *
 * A row has a position when an event mentions one of its ids, or happens that the operator names
 * without one of its ids. A row without ids has every position. A definition of intervals likewise.
 */
import type { Sort } from "../../spec/log.ts";
import { evaluate, gapMemory } from "./evaluate.ts";
import { remember } from "./memory.ts";
import {
  type Interval,
  type IntervalRow,
  type MonitorState,
  NEVER,
  type Position,
  type Row,
  rowKey,
  type RowTable,
  type View,
} from "./monitor-state.ts";
import { addId } from "./rows.ts";
import { TRUE } from "./truth.ts";

/** An id that an event of the position mentions. */
export interface Mention {
  readonly sort: Sort;
  readonly id: string;
}

/** What is new at a position. */
export interface News {
  readonly mentions: readonly Mention[];
  readonly opened: readonly Interval[];
  readonly closed: readonly Interval[];
  /** Ids for which there was no room. */
  readonly refused: number;
}

/** Brings the state up to the position. */
export function takePosition(state: MonitorState, position: Position): News {
  const { mentions, fresh } = takeMentions(state, position);
  let refused = 0;
  for (const { sort, id } of fresh) {
    if (!giveRows(state, sort, id)) refused++;
  }
  const happened = new Set(position.happenings.map(({ event }) => event));
  for (const [index, operator] of state.log.past.entries()) {
    const table = state.past[index];
    if (table === undefined) continue;
    for (const row of rowsAt(table, operator, mentions, happened)) {
      stepRow(state, position, index, row);
    }
  }
  const opened: Interval[] = [];
  const closed: Interval[] = [];
  for (const [index, definition] of state.log.intervals.entries()) {
    const table = state.intervalRows[index];
    if (table === undefined) continue;
    for (const row of rowsAt(table, definition, mentions, happened)) {
      stepInterval(state, position, index, row, opened, closed);
    }
  }
  return { mentions, opened, closed, refused };
}

function takeMentions(
  state: MonitorState,
  position: Position,
): { readonly mentions: readonly Mention[]; readonly fresh: readonly Mention[] } {
  const mentions: Mention[] = [];
  const fresh: Mention[] = [];
  for (const { event, values } of position.happenings) {
    const parameters = state.log.events[event]?.parameters ?? [];
    for (const [index, { name, type }] of parameters.entries()) {
      const id = values[index];
      if (type !== "id" || typeof id !== "string") continue;
      if (mention(state, position, name, id)) fresh.push({ sort: name, id });
      mentions.push({ sort: name, id });
      const seen = state.seen.get(`${event}.${index}`);
      if (seen !== undefined && !seen.born.has(id)) {
        seen.born.set(id, position.index);
        seen.ids.push(id);
      }
    }
  }
  return { mentions, fresh };
}

/** Notes that the id is mentioned; whether it is for the first time. */
function mention(state: MonitorState, position: Position, sort: Sort, id: string): boolean {
  let ids = state.ids.get(sort);
  if (ids === undefined) {
    ids = new Map();
    state.ids.set(sort, ids);
  }
  const known = ids.get(id);
  if (known !== undefined) {
    known.last = position.time;
    return false;
  }
  ids.set(id, {
    born: position.index,
    first: position.time,
    last: position.time,
    source: position.event?.origin.source ?? -1,
    finished: false,
  });
  return true;
}

function giveRows(state: MonitorState, sort: Sort, id: string): boolean {
  let room = true;
  for (const [index, { sorts }] of state.log.past.entries()) {
    const table = state.past[index];
    if (table !== undefined && sorts.includes(sort)) {
      room = addId(table, sorts, sort, id, (row, ids) => ({ ...row, ids })) && room;
    }
  }
  for (const [index, { sorts }] of state.log.intervals.entries()) {
    const table = state.intervalRows[index];
    if (table !== undefined && sorts.includes(sort)) {
      room = addId(table, sorts, sort, id, (_row, ids) => ({ ids, open: undefined })) && room;
    }
  }
  return room;
}

/** The rows that have this position. */
function rowsAt<T extends { readonly ids: readonly (string | undefined)[] }>(
  table: RowTable<T>,
  { sorts, shared }: { readonly sorts: readonly Sort[]; readonly shared: readonly number[] },
  mentions: readonly Mention[],
  happened: ReadonlySet<number>,
): Iterable<T> {
  if (sorts.length === 0 || shared.some((event) => happened.has(event))) {
    return table.rows.values();
  }
  const found = new Set<T>();
  for (const { sort, id } of mentions) {
    for (const [slot, wanted] of sorts.entries()) {
      if (wanted !== sort) continue;
      for (const row of table.byId[slot]?.get(id) ?? []) found.add(row);
    }
  }
  return found;
}

function stepRow(state: MonitorState, position: Position, index: number, row: Row): void {
  const operator = state.log.past[index];
  if (operator === undefined) return;
  const step = (view: View, memory: Row["seen"]): Row["seen"] => {
    const left = operator.left === undefined ? TRUE : evaluate(view, operator.left, row.ids);
    const right = evaluate(view, operator.right, row.ids);
    return remember(operator.operator, memory, left, right, position.time);
  };
  const seen: View = { state, position, wary: false, gap: false, now: position.time };
  const gap: View = { ...seen, wary: true, gap: true };
  const gapped = gapMemory(gap, operator, row);
  row.seen = step(seen, row.seen);
  row.wary = step({ ...seen, wary: true }, gapped);
  row.gapped = gapped;
  row.last = position.index;
}

function stepInterval(
  state: MonitorState,
  position: Position,
  index: number,
  row: IntervalRow,
  opened: Interval[],
  closed: Interval[],
): void {
  const definition = state.log.intervals[index];
  if (definition === undefined || row.ids.includes(undefined)) return;
  const view: View = { state, position, wary: false, gap: false, now: position.time };
  const { open } = row;
  if (open !== undefined) {
    if (evaluate(view, definition.until, row.ids) === TRUE) {
      open.end = position.time;
      open.ended = position.index;
      open.endEvent = position.event;
      row.open = undefined;
      closed.push(open);
    }
    return;
  }
  if (evaluate(view, definition.from, row.ids) !== TRUE) return;
  const key = rowKey(row.ids);
  const known = state.intervals[index]?.get(key);
  const interval: Interval = {
    definition: index,
    key,
    ordinal: (known?.length ?? 0) + 1,
    begin: position.time,
    born: position.index,
    beginEvent: position.event,
    end: NEVER,
    ended: undefined,
    endEvent: undefined,
    remembered: new Map(),
  };
  row.open = interval;
  opened.push(interval);
  if (known === undefined) state.intervals[index]?.set(key, [interval]);
  else known.push(interval);
}
