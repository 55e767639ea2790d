/**
 * Every test expects something: a test that cannot fail proves nothing.
 *
 * A test is a call of `test` or `it` with its block. It expects something when its text mentions
 * `expect`, or calls a function of the same file whose text does; one step of indirection is looked
 * through, because tests with a tiny notation often put the expectation into a function.
 */
import { blank } from "./blank.ts";
import { isTest } from "./layout.ts";
import { lineAt, type Problem, type TextFile } from "./problem.ts";

const MODIFIERS = "each|for|skipIf|runIf|fails|concurrent|sequential";
const TEST_CALL: RegExp = new RegExp(
  `(?<![\\w.])(?:test|it)(?:\\.(?:${MODIFIERS}))*(?:<[^()]*>)?\\s*\\(`,
  "g",
);
const TOP_LEVEL: RegExp = /^(?:async )?(?:function|const) (\w+)/gm;
const EXPECTS: RegExp = /\bexpect(?:\w*)\s*[.(]|\bassert(?:\w*)?\s*\(/;

/** Tests without an expectation, and test files without a test. */
export function checkExpectations(file: TextFile): Problem[] {
  if (!isTest(file.path)) return [];
  const { code } = blank(file.text);
  const helpers = expectingFunctions(code);
  const calls = Array.from(code.matchAll(TEST_CALL), (match) => ({
    offset: match.index,
    block: wholeCall(code, match.index + match[0].length - 1),
  }));
  if (calls.length === 0) {
    return [{ path: file.path, line: 1, message: "a test file without a test" }];
  }
  return calls
    .filter(({ block }) => !EXPECTS.test(block) && !helpers.some((name) => mentions(block, name)))
    .map(({ offset }) => ({
      path: file.path,
      line: lineAt(file.text, offset),
      message: "a test that expects nothing",
    }));
}

/** Names of top-level functions of the file that expect something. */
function expectingFunctions(code: string): string[] {
  const starts = Array.from(code.matchAll(TOP_LEVEL), (match) => ({
    name: match[1] ?? "",
    offset: match.index,
  }));
  return starts
    .filter(({ offset }, index) => EXPECTS.test(code.slice(offset, starts[index + 1]?.offset)))
    .map(({ name }) => name);
}

function mentions(block: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(block);
}

/** The text from the opening parenthesis to its partner, and on through calls like `each(…)(…)`. */
function wholeCall(code: string, open: number): string {
  let depth = 0;
  for (let offset = open; offset < code.length; offset++) {
    const letter = code[offset];
    if (letter === "(") depth++;
    else if (letter === ")") depth--;
    if (depth === 0 && code[offset + 1] !== "(" && code[offset] !== " ") {
      return code.slice(open, offset + 1);
    }
  }
  return code.slice(open);
}
