/**
 * Tables with a row for each combination of ids.
 *
 * Ids that have not been mentioned all behave alike, so one row stands for them (`undefined` in its
 * place). When an id is mentioned for the first time, its rows begin as copies of that row:
 * whatever happened before concerned everybody. With k ids in a row there are rows for all
 * combinations, with and without each id.
 *
 * Limit: `MAX_ROWS` rows in one table; then new ids get no row, and the judge says so.
 */
import type { Sort } from "../../spec/log.ts";
import { rowKey, type RowTable } from "./monitor-state.ts";

/** Rows of one table. */
export const MAX_ROWS = 4_000_000;

interface WithIds {
  readonly ids: readonly (string | undefined)[];
}

/** A table with the row of ids never seen. */
export function createRows<T extends WithIds>(first: T): RowTable<T> {
  const table: RowTable<T> = {
    rows: new Map(),
    byId: first.ids.map(() => new Map<string, T[]>()),
    open: first.ids.map(() => []),
  };
  addRow(table, first);
  return table;
}

/** Gives a newly mentioned id its rows; false when the table is full. */
export function addId<T extends WithIds>(
  table: RowTable<T>,
  sorts: readonly Sort[],
  sort: Sort,
  id: string,
  copy: (row: T, ids: readonly (string | undefined)[]) => T,
): boolean {
  for (const [slot, wanted] of sorts.entries()) {
    if (wanted !== sort) continue;
    const open = table.open[slot]?.slice() ?? [];
    if (table.rows.size + open.length > MAX_ROWS) return false;
    for (const row of open) {
      const ids = row.ids.map((known, index) => (index === slot ? id : known));
      addRow(table, copy(row, ids));
    }
  }
  return true;
}

function addRow<T extends WithIds>(table: RowTable<T>, row: T): void {
  table.rows.set(rowKey(row.ids), row);
  for (const [slot, id] of row.ids.entries()) {
    if (id === undefined) {
      table.open[slot]?.push(row);
      continue;
    }
    const index = table.byId[slot];
    const known = index?.get(id);
    if (known === undefined) index?.set(id, [row]);
    else known.push(row);
  }
}
