/**
 * The reorder window against a sort, and what happens beyond it.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createReorder, drain, REORDER_ITEMS, reorder } from "./reorder.ts";

interface Item {
  time: bigint;
  readonly id: number;
}

function run(times: readonly bigint[], batch: number): { out: Item[]; late: number } {
  const window = createReorder<Item>();
  const items = times.map((time, id) => ({ time, id }));
  const out: Item[] = [];
  for (let at = 0; at < items.length; at += batch) {
    out.push(...reorder(window, items.slice(at, at + batch)));
  }
  out.push(...drain(window));
  return { out, late: window.late };
}

test("within the window the result is the stable sort", () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 0n, max: 50n }), { maxLength: REORDER_ITEMS }),
      fc.integer({ min: 1, max: 100 }),
      (times, batch) => {
        const sorted = times
          .map((time, id) => ({ time, id }))
          .toSorted((a, b) => (a.time === b.time ? a.id - b.id : a.time < b.time ? -1 : 1));
        expect(run(times, batch)).toEqual({ out: sorted, late: 0 });
      },
    ),
  );
});

test("the size of the batches does not matter", () => {
  const times = Array.from({ length: 3000 }, (_, index) => BigInt((index * 7919) % 3001));
  expect(run(times, 1)).toEqual(run(times, 3000));
});

test("beyond the window nothing is lost, nothing goes back in time, and it is counted", () => {
  const forward = Array.from({ length: REORDER_ITEMS * 4 }, (_, index) => BigInt(index + 100));
  const { out, late } = run([...forward, 5n, 6n, 10_000n], 64);
  expect(out).toHaveLength(forward.length + 3);
  expect(out.every((item, index) => index === 0 || (out[index - 1]?.time ?? 0n) <= item.time)).toBe(
    true,
  );
  expect(late).toBe(2);
});
