/**
 * The geometry of a ladder, against slow searches and as laws.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Arrow } from "../document.ts";
import { idleLanes, laneX, layOut, markY, placeArrows, rowsWithin } from "./ladder-layout.ts";

const notes = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 200 });

const arrow = (sent: number | undefined, received: number | undefined, to = 1): Arrow => ({
  kind: "message",
  text: "m",
  from: 0,
  to,
  sent,
  received,
  fate: received === undefined ? "waiting" : "received",
  via: "c",
  copy: false,
});

describe("rows", () => {
  test("stand below each other, each with room for its mark", () => {
    fc.assert(
      fc.property(notes, (counts) => {
        const geometry = layOut(counts, 3, 600);
        counts.forEach((_, row) => {
          expect(markY(geometry, row)).toBeGreaterThan(geometry.tops[row] ?? Infinity);
          expect(markY(geometry, row)).toBeLessThan(geometry.tops[row + 1] ?? 0);
        });
      }),
    );
  });

  test("the rows within a stretch are those that touch it, as a slow search finds them", () => {
    fc.assert(
      fc.property(notes, fc.nat({ max: 5_000 }), fc.nat({ max: 900 }), (counts, top, height) => {
        const geometry = layOut(counts, 1, 300);
        const from = Math.min(top, geometry.height - 1);
        const touching = counts
          .map((_, row) => row)
          .filter((row) => {
            const begin = geometry.tops[row] ?? 0;
            const end = geometry.tops[row + 1] ?? 0;
            return end > from && begin < Math.max(from + height, from + 1);
          });
        const [first, last] = rowsWithin(geometry, from, from + height);
        expect([first, last]).toEqual([touching[0], touching.at(-1)]);
      }),
    );
  });
});

describe("lanes", () => {
  test("never stand closer than their names need, however many there are", () => {
    const geometry = layOut([1], 30, 500);
    expect(laneX(geometry, 1) - laneX(geometry, 0)).toBeGreaterThanOrEqual(104);
    expect(geometry.width).toBeGreaterThanOrEqual(30 * 104);
  });

  test("without a step or an arrow are idle", () => {
    const lanes = ["a", "b", "c", "d"].map((name) => {
      return { name, kind: "machine", colour: 0 } as const;
    });
    expect(idleLanes(lanes, new Set([3]), [arrow(1, 2)])).toEqual([2]);
  });
});

describe("arrows", () => {
  test("that wait at the same time stand side by side", () => {
    const placed = placeArrows([arrow(1, 5), arrow(2, 6), arrow(5, 7)], 0, 8);
    expect(placed.map(({ column }) => column)).toEqual([0, 1, 0]);
  });

  test("that leave together are stacked", () => {
    const placed = placeArrows([arrow(1, 2), arrow(1, 3, 2)], 0, 4);
    expect(placed.map(({ stack }) => stack)).toEqual([0, 1]);
  });

  test("count from the first step that is shown", () => {
    const [placed] = placeArrows([arrow(12, 14)], 10, 8);
    expect([placed?.sent, placed?.received]).toEqual([2, 4]);
  });
});
