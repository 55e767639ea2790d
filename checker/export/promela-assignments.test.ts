/** Assignments one after the other do what assignments at once would do. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createFormulas, type Formula } from "./formula.ts";
import { orderUpdates } from "./promela-assignments.ts";
import type { FormulaWords } from "./promela-formula.ts";

const COUNT = 5;
const bounds = Array.from({ length: COUNT }, () => ({
  low: 0,
  high: 9,
  truth: false,
}));
const f = createFormulas(bounds);
const words: FormulaWords = { cell: (cell) => `c${cell}`, value: () => undefined };

function lines(targets: Readonly<Record<number, Formula>>): readonly string[] {
  const updates = Object.entries(targets).map(([cell, value]) => ({ cell: Number(cell), value }));
  return orderUpdates(updates, words).lines;
}

test("a queue moves up from its head", () => {
  expect(lines({ 1: f.cell(2), 0: f.cell(1), 2: f.number(0) })).toEqual([
    "c0 = c1",
    "c1 = c2",
    "c2 = 0",
  ]);
});

test("a swap keeps one old value aside", () => {
  expect(lines({ 0: f.cell(1), 1: f.cell(0) })).toEqual(["old_0 = c0", "c0 = c1", "c1 = old_0"]);
});

test("any assignments, also in circles, read what was there before", () => {
  const source = fc.oneof(
    fc.nat(COUNT - 1).map((cell) => ({ cell, add: 0 })),
    fc.record({ cell: fc.nat(COUNT - 1), add: fc.integer({ min: 1, max: 3 }) }),
  );
  const targets = fc.dictionary(fc.nat(COUNT - 1).map(String), source);
  fc.assert(
    fc.property(targets, (wanted) => {
      const made = lines(
        Object.fromEntries(
          Object.entries(wanted).map(([cell, { cell: from, add }]) => [
            cell,
            f.add(f.cell(from), f.number(add)),
          ]),
        ),
      );
      const before = new Map(Array.from({ length: COUNT }, (_, cell) => [`c${cell}`, 10 * cell]));
      const after = new Map(before);
      for (const line of made) {
        const [, target, from, add] = /^(\w+) = (\w+)(?: \+ (\d+))?$/.exec(line) ?? [];
        after.set(target ?? "", (after.get(from ?? "") ?? Number.NaN) + Number(add ?? 0));
      }
      for (const [cell, { cell: from, add }] of Object.entries(wanted)) {
        expect(after.get(`c${cell}`)).toBe((before.get(`c${from}`) ?? 0) + add);
      }
    }),
    { numRuns: 1000 },
  );
});
