/** Laws of excerpts: whatever the text and the place, the underline stands under it and fits. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { EXCERPT_WIDTH_MIN, excerptOf } from "./excerpt.ts";
import { displayWidth, printable } from "./printable.ts";

const FILE = "a.libretto";

/** What makes columns hard, with the columns that it takes on a terminal. */
const PARTS: readonly (readonly [text: string, columns: number])[] = [
  ["a", 1],
  [" ", 1],
  ["状", 2],
  ["🚀", 2],
  ["e\u0301", 1],
  ["\u001B", 6],
  ["\u202E", 8],
  ["\uD800", 8],
  ["\u0000", 5],
];
const NEWLINES: readonly (readonly [text: string, columns: number])[] = [
  ["\n", 0],
  ["\r\n", 0],
];

const parts = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...PARTS) },
    { weight: 1, arbitrary: fc.constantFrom(...NEWLINES) },
  ),
  { maxLength: 40 },
);

function written(some: readonly (readonly [text: string, columns: number])[]): string {
  return some.map(([text]) => text).join("");
}

test("an excerpt is printable and no wider than asked", () => {
  const width = fc.integer({ min: 0, max: 90 });
  fc.assert(
    fc.property(parts, fc.nat(60), fc.nat(20), width, (some, start, length, columns) => {
      const span = { file: FILE, start, end: start + length };
      const drawn = excerptOf({ path: FILE, text: written(some) }, span, columns);
      expect(printable(drawn.text)).toBe(drawn.text);
      expect(displayWidth(drawn.text)).toBeLessThanOrEqual(Math.max(columns, EXCERPT_WIDTH_MIN));
    }),
    { seed: 4 },
  );
});

test("the underline begins after exactly the columns that stand before its text", () => {
  fc.assert(
    fc.property(parts, fc.nat(40), (some, position) => {
      const before = some.slice(0, position);
      const lastNewline = before.findLastIndex(([, columns]) => columns === 0);
      const columns = before.slice(lastNewline + 1).reduce((sum, [, width]) => sum + width, 0);
      const start = written(before).length;
      const text = written(some);
      const span = { file: FILE, start, end: start + (some[position]?.[0].length ?? 0) };
      const place = excerptOf({ path: FILE, text }, span, 400).place(span);
      expect(place).toEqual({ start: columns, width: Math.max(some[position]?.[1] ?? 0, 1) });
    }),
    { seed: 5 },
  );
});

test("on a line that is cut the underline is still drawn, inside the width", () => {
  fc.assert(
    fc.property(parts, fc.nat(40), fc.integer({ min: 20, max: 40 }), (some, position, columns) => {
      const line = some.filter(([, width]) => width > 0);
      const start = written(line.slice(0, position)).length;
      const span = { file: FILE, start, end: start + 1 };
      const place = excerptOf({ path: FILE, text: written(line) }, span, columns).place(span);
      expect(place?.start).toBeLessThanOrEqual(columns);
    }),
    { seed: 6 },
  );
});
