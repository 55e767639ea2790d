/** Tokens: kinds and flaws, one text a line, and a law on random texts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryExpression } from "./arbitrary-module.fixture.ts";
import { spaced } from "./arbitrary-tokens.fixture.ts";
import { scan } from "./tokens.ts";

/** `word:inc sign:+= number:1`, flaws in brackets. */
function tokens(text: string): string {
  return scan(text)
    .map(({ kind, text, flaw }) => `${kind}:${text}${flaw === undefined ? "" : `[${flaw}]`}`)
    .join(" ");
}

const cases: readonly (readonly [text: string, tokens: string])[] = [
  ["inc += 1", "word:inc sign:+= number:1"],
  ["0..3", "number:0 sign:.. number:3"],
  ["200ms..1.5s", "number:200ms sign:.. number:1.5s"],
  ["a.b[*]", "word:a sign:. word:b sign:[ sign:* sign:]"],
  ["x->-1", "word:x sign:-> sign:- number:1"],
  ["a...…", "word:a sign:... sign:…"],
  ["1 GB 2GB", "number:1 word:GB number:2GB"],
  ["loss 1.5%", "word:loss number:1.5 sign:%"],
  ['"a // \\" b" c', 'text:"a // \\" b" word:c'],
  ["a // b\nc", "word:a comment:// b word:c"],
  ["a/* b */c", "word:a comment:/* b */ word:c"],
  ["12abc", "number:12abc[malformed number]"],
  ["1.5", "number:1.5[malformed number]"],
  ["9007199254740991", "number:9007199254740991"],
  ["9007199254740992", "number:9007199254740992[large number]"],
  ["9999h", "number:9999h[long duration]"],
  ['"a\nb', 'text:"a[open text] word:b'],
  ['"a\\"', 'text:"a\\"[open text]'],
  ["/* a", "comment:/* a[open comment]"],
  ["/*/", "comment:/*/[open comment]"],
  ["a && b", "word:a unknown:&&[unknown sign] word:b"],
  ["ü", "unknown:ü[unknown sign]"],
  ["", ""],
];

test.each(cases)("%j", (text, expected) => {
  expect(tokens(text)).toBe(expected);
});

test("breaks and indentation are those of the line", () => {
  const places = scan("a b\n\n  c d\n").map(({ breaks, indent }) => [breaks, indent]);
  expect(places).toEqual([
    [0, 0],
    [0, 0],
    [2, 2],
    [0, 2],
  ]);
});

test("tokens and the space between them are the whole text", () => {
  fc.assert(
    fc.property(fc.oneof(spaced(arbitraryExpression), fc.string({ unit: "binary" })), (text) => {
      let end = 0;
      for (const token of scan(text)) {
        expect(text.slice(end, token.start)).toMatch(/^[ \t\r\n\uFEFF]*$/);
        expect(text.slice(token.start, token.end).startsWith(token.text)).toBe(true);
        end = token.end;
      }
      expect(text.slice(end)).toMatch(/^[ \t\r\n\uFEFF]*$/);
    }),
    { seed: 2 },
  );
});

test("what the grammar reads consists of the tokens that were put there", () => {
  const listed = arbitraryExpression.chain((words) =>
    fc.tuple(fc.constant(words), spaced(fc.constant(words))),
  );
  fc.assert(
    fc.property(listed, ([words, text]) => {
      const found = scan(text).filter(({ kind }) => kind !== "comment");
      expect(found.map((token) => token.text)).toEqual(words);
      expect(found.filter(({ flaw }) => flaw !== undefined)).toEqual([]);
    }),
    { seed: 4 },
  );
});
