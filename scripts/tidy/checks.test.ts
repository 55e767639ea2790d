/**
 * Each tidy check finds what it is for, and leaves alone what only looks like it. A case is a path,
 * a text and the problems as `line: message`.
 */
import { describe, expect, test } from "vitest";
import { checkBannedCalls, checkPlaces } from "./banned.ts";
import { blank } from "./blank.ts";
import { checkCatalogue } from "./catalogue.ts";
import { checkExpectations } from "./expectations.ts";
import {
  checkCharacters,
  checkEnds,
  checkFileLength,
  checkHeader,
  checkLeftOvers,
  checkLineLength,
  checkName,
} from "./layout.ts";
import { checkLinks } from "./links.ts";
import { describeProblem, type Problem, type TextFile } from "./problem.ts";
import { checkImports } from "./rooms.ts";

type Check = (file: TextFile) => Problem[];

/** The problems of one text, with messages cut to their first words. */
function found(check: Check, path: string, text: string): string[] {
  return check({ path, text }).map((one) => `${one.line}: ${one.message}`);
}

/** Puts a forbidden word together, so that this file does not contain it. */
function joined(...parts: readonly string[]): string {
  return parts.join("");
}

test("a problem is printed as path, line and message", () => {
  const problem = { path: "a.ts", line: 3, message: "no" };
  expect(describeProblem(problem)).toBe("a.ts:3: error: no");
});

describe("the scanner blanks comments and literals", () => {
  const cases: readonly (readonly [text: string, code: string, withoutComments: string])[] = [
    ['a("b") // c', 'a(" ")     ', 'a("b")     '],
    ["a /* b\nc */ d", "a     \n     d", "a     \n     d"],
    ["'\\'x' + y", "'   ' + y", "'\\'x' + y"],
    ["`a${b}c` d", "` ${b} ` d", "`a${b}c` d"],
    ["`${`x${y}`}z` w", "`${` ${y}`} ` w", "`${`x${y}`}z` w"],
    ["`${{ a: 1 }}z`", "`${{ a: 1 }} `", "`${{ a: 1 }}z`"],
    ['x = /[/"]+/g; y', "x = /     /g; y", 'x = /[/"]+/g; y'],
    ["a / b / c", "a / b / c", "a / b / c"],
    ["return /x/", "return / /", "return /x/"],
    ["f(x) / 2 // y", "f(x) / 2     ", "f(x) / 2     "],
    ['"open\nb', '"    \nb', '"open\nb'],
  ];
  test.each(cases)("%s", (text, code, withoutComments) => {
    expect(blank(text)).toEqual({ code, withoutComments });
  });
});

describe("layout", () => {
  test("a file of more than 400 lines is too long, one of 400 is not", () => {
    expect(found(checkFileLength, "a.ts", "\n".repeat(400))).toEqual([]);
    expect(found(checkFileLength, "a.ts", "\n".repeat(401))).toEqual([
      "401: the file has 401 lines, more than 400: split it",
    ]);
    expect(found(checkFileLength, "a.md", "\n".repeat(401))).toEqual([]);
  });

  test("a line of more than 100 columns is too long, whatever the width of its letters", () => {
    const message = "2: the line has 101 columns, more than 100";
    expect(found(checkLineLength, "a.ts", `\n${"x".repeat(101)}`)).toEqual([message]);
    expect(found(checkLineLength, "a.ts", "🚀".repeat(100))).toEqual([]);
    expect(found(checkLineLength, "a.md", "x".repeat(101))).toEqual([]);
  });

  const explained = "/** What this file is about, in a sentence or two. */\n";
  const headers: readonly (readonly [text: string, problems: number])[] = [
    [explained, 0],
    [`#!/usr/bin/env node\n${explained}`, 0],
    ["/** Short. */\n", 1],
    [`import "x";\n${explained}`, 1],
    ["", 1],
  ];
  test.each(headers)("a header is the first thing in a file: %j", (text, problems) => {
    expect(found(checkHeader, "a.ts", text)).toHaveLength(problems);
  });

  test("files are not named as drawers", () => {
    const names = ["spec/utils.ts", "spec/helpers.test.ts", "types.ts", "spec/subtypes.ts"];
    const flagged = names.filter((path) => found(checkName, path, "").length > 0);
    expect(flagged).toEqual(["spec/utils.ts", "spec/helpers.test.ts", "types.ts"]);
  });

  test("control and bidirectional characters are found, tabs and newlines are not", () => {
    expect(found(checkCharacters, "a.md", "a\tb\n\u0007\u202E")).toEqual([
      "2: control character U+0007",
      "2: control character U+202E",
    ]);
  });

  test("blanks at line ends and a missing last newline are found", () => {
    expect(found(checkEnds, "a.md", "a \nb")).toEqual([
      "1: blanks at the end of the line",
      "2: no newline at the end of the file",
    ]);
  });

  test("words for later are found in comments, not in strings and names", () => {
    const word = joined("TO", "DO");
    const text = `// ${word}: x\nconst ${word}S = "${word}";`;
    expect(found(checkLeftOvers, "a.ts", text)).toEqual([`1: left-over \`${word}\``]);
  });
});

describe("banned calls", () => {
  const calls: readonly (readonly [path: string, text: string, problems: number])[] = [
    ["spec/a.ts", "eval(x)", 1],
    ["spec/a.ts", "a.eval(x); evaluate(x); // eval(x)", 0],
    ["spec/a.ts", "new Function(x)", 1],
    ["viz/a.ts", "node.innerHTML = x", 1],
    ["spec/a.ts", "Date.now()", 1],
    ["cli/a.ts", "Date.now()", 0],
    ["spec/a.test.ts", "Date.now()", 0],
    ["spec/a.ts", "new Date(0)", 0],
    ["spec/a.ts", "new Date()", 1],
    ["spec/a.ts", "Math.random()", 1],
    ["spec/a.ts", "console.log(1)", 1],
    ["cli/a.ts", "console.log(1)", 0],
    ["cli/a.ts", "process.exit(1)", 1],
    ["cli/a.ts", "process.exitCode = 1", 0],
    ["spec/a.test.ts", "test.only('a', f)", 1],
    ["spec/a.test.ts", "describe.skip('a', f)", 1],
    ["spec/a.test.ts", "test.skipIf(!chromium)('a', f)", 0],
    ["spec/a.ts", joined("// @ts-", "ignore"), 1],
    ["spec/a.ts", joined("// oxlint-", "disable-next-line x"), 1],
    ["spec/a.ts", joined("// oxlint-", "disable-next-line x -- the reason"), 0],
    ["docs/a.md", "eval(x)", 0],
  ];
  test.each(calls)("%s: %s", (path, text, problems) => {
    expect(found(checkBannedCalls, path, text)).toHaveLength(problems);
  });

  const slash = "/";
  const places: readonly (readonly [text: string, problems: number])[] = [
    [`see ${slash}home/me/file`, 1],
    [`"${slash}tmp/x"`, 1],
    ["../shared/captures", 0],
    ["a/tmp/b and https://x.org/home/y", 0],
    [joined("https://registry", ".npmjs.org"), 1],
  ];
  test.each(places)("machine paths: %s", (text, problems) => {
    expect(found(checkPlaces, "docs/a.md", text)).toHaveLength(problems);
  });
});

describe("imports between rooms", () => {
  const imports: readonly (readonly [path: string, text: string, problems: string[]])[] = [
    ["spec/a.ts", 'import { b } from "./b.ts";', []],
    ["spec/parse/a.ts", 'import { b } from "../b.ts";', []],
    ["spec/a.ts", 'import { b } from "../traces/b.ts";', ["1: spec may not import traces"]],
    ["spec/a.ts", 'import type { B } from "../traces/b.ts";', ["1: spec may not import traces"]],
    ["checker/a.ts", 'import { b } from "../spec/b.ts";', []],
    ["checker/x/a.ts", 'import { b } from "../../cli/b.ts";', ["1: checker may not import cli"]],
    ["traces/a.ts", 'import type { D } from "../spec/diagnostic.ts";', []],
    [
      "traces/a.ts",
      'import { d } from "../spec/diagnostic.ts";',
      ["1: traces may not import spec"],
    ],
    [
      "traces/a.ts",
      'import type { M } from "../spec/model.ts";',
      ["1: traces may not import spec"],
    ],
    ["viz/a.ts", 'import type { B } from "../checker/b.ts";', []],
    ["viz/a.ts", 'import { type B, type C } from "../spec/b.ts";', []],
    ["viz/a.ts", 'import { type B, c } from "../spec/b.ts";', ["1: viz may not import values of"]],
    ["viz/a.ts", 'export * from "../spec/b.ts";', ["1: viz may not import values of"]],
    ["spec/a.ts", '\nimport "../cli/b.ts";', ["2: spec may not import cli"]],
    ["spec/a.ts", 'const x = await import("../cli/b.ts");', ["1: spec may not import cli"]],
    ["spec/a.ts", '// import { b } from "../cli/b.ts";', []],
    ["spec/a.test.ts", 'import { b } from "../cli/b.ts";', []],
    ["spec/a.ts", 'import { b } from "../scripts/b.ts";', ["1: spec may not import scripts"]],
    ["spec/a.ts", 'import { b } from "../tidy.ts";', ["1: spec may not import the root"]],
    ["cli/a.ts", 'import { b } from "../viz/b.ts";', []],
  ];
  test.each(imports)("%s: %s", (path, text, problems) => {
    const shortened = found(checkImports, path, text).map((one) =>
      one.replace(/ \(.*$/, "").replace(/ of .*$/, " of"),
    );
    expect(shortened).toEqual(problems);
  });
});

describe("expectations", () => {
  const tests: readonly (readonly [text: string, problems: string[]])[] = [
    ['test("a", () => { expect(1).toBe(1); });', []],
    ['test("a", () => { f(); });', ["1: a test that expects nothing"]],
    ['test("expect(1)", () => { f(); });', ["1: a test that expects nothing"]],
    ['test.each(cases)("a", (x) => { expect(x).toBe(1); });', []],
    ['test.each<[number]>(cases)("a", (x) => { expect(x).toBe(1); });', []],
    ['test.each(cases)("a", (x) => { f(x); });', ["1: a test that expects nothing"]],
    ['function f() {\n  expect(1).toBe(1);\n}\nit("a", () => f());', []],
    ['function f() {}\nit("a", () => f());', ["2: a test that expects nothing"]],
    ["const a = 1;", ["1: a test file without a test"]],
    ['test.skipIf(old)("a", () => { f(); });', ["1: a test that expects nothing"]],
    ['it("a", () => { expect(1); });\nconst b = (test) => test.parts.flat();', []],
    ['it("a", () => { expectTypeOf(a).toBeString(); });', []],
  ];
  test.each(tests)("%s", (text, problems) => {
    expect(found(checkExpectations, "a.test.ts", text)).toEqual(problems);
  });
});

describe("the catalogue", () => {
  test("a code without a page and a page without a code are found, once each", () => {
    const code = (digits: string) => `E0${digits}`;
    const files = [
      { path: "spec/a.ts", text: `"${code("101")}"\n"${code("102")}" // "${code("103")}"` },
      { path: "spec/b.ts", text: `"${code("102")}"` },
      { path: "spec/a.test.ts", text: `"${code("104")}"` },
      { path: `docs/errors/${code("101")}.md`, text: "" },
      { path: `docs/errors/${code("105")}.md`, text: "" },
    ];
    expect(checkCatalogue(files).map(describeProblem)).toEqual([
      "spec/a.ts:2: error: E0102 has no page docs/errors/E0102.md",
      "docs/errors/E0105.md:1: error: no source gives E0105: delete the page",
    ]);
  });
});

describe("links", () => {
  const docs = [
    {
      path: "README.md",
      text: "[a](docs/a.md) [b](docs/b.md)\n[c](docs/a.md#two-words) [d](docs/)",
    },
    { path: "docs/a.md", text: "# Two `words`\n[x](#none) [y](../README.md) [z](https://x.org)" },
    { path: "docs/c.md", text: "```text\n[x](nowhere.md)\n```\n[y](#n)" },
  ];
  test("missing files and headings are found, fences and other hosts are left alone", () => {
    const paths = new Set(docs.map((file) => file.path));
    expect(checkLinks(docs, paths).map(describeProblem)).toEqual([
      "README.md:1: error: no file `docs/b.md` (docs/b.md)",
      "docs/a.md:2: error: no heading for `#none` in docs/a.md",
      "docs/c.md:4: error: no heading for `#n` in docs/c.md",
    ]);
  });
});
