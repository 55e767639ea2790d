/**
 * Words of a line of Libretto: which are coloured, and that no character is lost.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenize } from "./source-tokens.ts";

const brief = (line: string, inComment = false): string =>
  tokenize(line, inComment)
    .tokens.filter(({ kind }) => kind !== "plain")
    .map(({ kind, text }) => `${kind}:${text}`)
    .join(" ");

describe("words of a line", () => {
  test.each([
    ["mode Up {", "keyword:mode"],
    ["x = 10 // ten", "number:10 comment:// ten"],
    ['scenario "a // b" of Net', 'keyword:scenario string:"a // b" keyword:of'],
    ["modes", ""],
  ])("%s", (line, expected) => {
    expect(brief(line)).toBe(expected);
  });

  test("a block comment goes on over lines", () => {
    expect(tokenize("x /* y", false).open).toBe(true);
    expect(brief("y */ mode", true)).toBe("comment:y */ keyword:mode");
  });

  test("no character is lost", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab1/*" \\\t𝄞') }),
        fc.boolean(),
        (line, open) => {
          const { tokens } = tokenize(line, open);
          expect(tokens.map(({ text }) => text).join("")).toBe(line);
        },
      ),
    );
  });
});
