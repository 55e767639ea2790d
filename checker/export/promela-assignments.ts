/**
 * Assignments that happen at once, as assignments that happen one after the other.
 *
 *     req[0] := req[1], req[1] := none      req_0 = req_1; req_1 = none
 *     x := y, y := x                        old_0 = x; x = y; y = old_0
 *
 * A cell is written after everybody who reads its old value. Where that goes in a circle, one old
 * value is kept aside in a hidden variable, which is no part of a state.
 */
import type { Formula } from "./formula.ts";
import { type FormulaWords, printValueFor } from "./promela-formula.ts";
import type { Update } from "./symbolic-steps.ts";

export interface Statements {
  readonly lines: readonly string[];
  /** How many old values are kept aside. */
  readonly kept: number;
}

/** The updates in an order in which each reads what was there before the step. */
export function orderUpdates(updates: readonly Update[], words: FormulaWords): Statements {
  const written = new Set(updates.map(({ cell }) => cell));
  const pending = new Map(updates.map((update) => [update.cell, update.value]));
  /** For each cell, by how many pending updates of other cells it is read. */
  const readers = new Map<number, number>();
  const reads = new Map(
    updates.map(({ cell, value }) => [
      cell,
      [...cellsIn([value])].filter((read) => read !== cell && written.has(read)),
    ]),
  );
  for (const read of [...reads.values()].flat()) readers.set(read, (readers.get(read) ?? 0) + 1);
  const aside = new Map<number, string>();
  const renamed: FormulaWords = { ...words, cell: (cell) => aside.get(cell) ?? words.cell(cell) };
  const keeping: string[] = [];
  const lines: string[] = [];
  while (pending.size > 0) {
    const free = [...pending.keys()].find((cell) => (readers.get(cell) ?? 0) <= 0);
    const next = free ?? [...pending.keys()][0] ?? -1;
    if (free === undefined) {
      const name = `old_${aside.size}`;
      keeping.push(`${name} = ${words.cell(next)}`);
      aside.set(next, name);
      readers.set(next, 0);
      continue;
    }
    const value = pending.get(next);
    pending.delete(next);
    if (value !== undefined) {
      lines.push(`${words.cell(next)} = ${printValueFor(next, value, renamed)}`);
    }
    for (const read of reads.get(next) ?? []) readers.set(read, (readers.get(read) ?? 0) - 1);
  }
  return { lines: [...keeping, ...lines], kept: aside.size };
}

/** The cells that formulas read. */
export function cellsIn(formulas: readonly Formula[]): ReadonlySet<number> {
  const cells = new Set<number>();
  const seen = new Set<number>();
  const pending = [...formulas];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (seen.has(one.id)) continue;
    seen.add(one.id);
    switch (one.op) {
      case "const":
        break;
      case "cell":
        cells.add(one.cell);
        break;
      case "not":
        pending.push(one.operand);
        break;
      case "and":
      case "or":
        pending.push(...one.operands);
        break;
      case "if":
        pending.push(one.condition, one.then, one.else);
        break;
      default:
        pending.push(one.left, one.right);
    }
  }
  return cells;
}
