/**
 * Places in sources, against the positions that diagnostics print.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { positionOf } from "../spec/source.ts";
import { indexPlaces, LINE_LENGTH_LIMIT, WHOLE_SOURCE_LIMIT } from "./places.ts";

test("places agree with the positions that diagnostics print", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é", "𝄞") }),
      fc.nat(),
      (text, at) => {
        const start = at % (text.length + 1);
        const place = indexPlaces([{ path: "f", text }]).placeOf({ file: "f", start, end: start });
        expect(place).toMatchObject(positionOf(text, start));
      },
    ),
  );
});

test("a span in an unknown file has no place", () => {
  expect(indexPlaces([]).placeOf({ file: "f", start: 0, end: 1 })).toBeUndefined();
});

test("a large text is shown only around the places that are used", () => {
  const text = "line\n".repeat(WHOLE_SOURCE_LIMIT / 4);
  const index = indexPlaces([{ path: "f", text }]);
  index.placeOf({ file: "f", start: 5 * 999, end: 5 * 999 + 4 });
  const [source] = index.sources();
  expect(source?.pieces.map(({ first, lines }) => [first, lines.length])).toEqual([[975, 51]]);
  expect(index.cuts()).toEqual(["f is shown only around the places that are pointed at"]);
});

test("a line of any length is cut", () => {
  const [source] = indexPlaces([{ path: "f", text: "x".repeat(10_000) }]).sources();
  expect(source?.pieces[0]?.lines[0]?.length).toBe(LINE_LENGTH_LIMIT + 2);
});
