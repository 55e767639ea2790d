/** Comments are wrapped where they are too wide, and nowhere else. `W` is a word of 60 letters. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LINE_COLUMNS_MAX } from "./layout.ts";
import { wrapComments } from "./wrap.ts";

const W = "w".repeat(60);

const cases: readonly (readonly [name: string, before: string, after: string])[] = [
  ["a wide line goes on in a new one", ` * ${W} ${W}`, ` * ${W}\n * ${W}`],
  ["its words move to the next of the paragraph", ` * ${W} ${W}\n * b`, ` * ${W}\n * ${W} b`],
  ["and on from there", ` * ${W} ${W}\n * ${W}`, ` * ${W}\n * ${W}\n * ${W}`],
  ["line comments too", `  // ${W} ${W}`, `  // ${W}\n  // ${W}`],
  ["a comment in one line is opened", `/** ${W} ${W} */`, `/**\n * ${W}\n * ${W}\n */`],
  ["a list keeps its indentation", ` * - ${W} ${W}`, ` * - ${W}\n *   ${W}`],
  ["another list item is another paragraph", ` * ${W} ${W}\n * - b`, ` * ${W}\n * ${W}\n * - b`],
  ["a blank line ends the paragraph", ` * ${W} ${W}\n *\n * b`, ` * ${W}\n * ${W}\n *\n * b`],
  ["a tag begins a paragraph", ` * ${W} ${W}\n * @param`, ` * ${W}\n * ${W}\n * @param`],
  ["drawings keep their shape", ` *     ${W}  ${W}`, ` *     ${W}  ${W}`],
  ["code is left alone", `const a = "${W} ${W}"; // ${W}`, `const a = "${W} ${W}"; // ${W}`],
  ["a word that cannot fit stays", ` * ${W}${W}`, ` * ${W}${W}`],
];

test.each(cases)("%s", (_name, before, after) => {
  expect(wrapComments(before)).toBe(after);
});

const word = fc.stringMatching(/^[a-z]{1,12}$/);
const paragraph = fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => words.join(" "));

test("wrapping keeps the words, fits the width and is done at once", () => {
  fc.assert(
    fc.property(fc.array(paragraph, { minLength: 1, maxLength: 3 }), (paragraphs) => {
      const text = `/**\n${paragraphs.map((one) => ` * ${one}`).join("\n")}\n */\n`;
      const wrapped = wrapComments(text);
      const words = (some: string) => some.replace(/[\s*/]+/g, " ").trim();
      expect(words(wrapped)).toBe(words(text));
      expect(Math.max(...wrapped.split("\n").map((one) => one.length))).toBeLessThanOrEqual(
        LINE_COLUMNS_MAX,
      );
      expect(wrapComments(wrapped)).toBe(wrapped);
    }),
    { seed: 7 },
  );
});
