/**
 * The exact text of messages. A case is written as a source in which `«` and `»` stand around the
 * culprit and `‹` and `›` around related places; the marks are taken out before rendering.
 */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Diagnostic, Related } from "./diagnostic.ts";
import {
  diagnosticToJson,
  renderDiagnostic,
  renderDiagnostics,
  sortDiagnostics,
} from "./render-diagnostic.ts";
import type { SourceFile, Span } from "./source.ts";

const FILE = "net.libretto";
const PLAIN = { color: false, width: 100 };

interface Parts {
  readonly title?: string;
  readonly label?: string;
  readonly notes?: readonly string[];
  readonly hint?: string;
  readonly words?: readonly string[];
  readonly related?: readonly Related[];
  readonly others?: readonly SourceFile[];
  readonly width?: number;
}

/** Splits a marked source into the text and the spans that its marks stand around. */
function unmark(marked: string): { text: string; culprit: Span; related: Span[] } {
  let text = "";
  let culpritStart = 0;
  let culprit: Span = { file: FILE, start: 0, end: 0 };
  const open: number[] = [];
  const related: Span[] = [];
  for (const letter of marked) {
    if (letter === "«") culpritStart = text.length;
    else if (letter === "»") culprit = { file: FILE, start: culpritStart, end: text.length };
    else if (letter === "‹") open.push(text.length);
    else if (letter === "›") related.push({ file: FILE, start: open.pop() ?? 0, end: text.length });
    else text += letter;
  }
  return { text, culprit, related };
}

function build(marked: string, parts: Parts) {
  const { text, culprit, related } = unmark(marked);
  const own = related.map((span, index) => ({ span, note: parts.words?.[index] ?? "" }));
  const diagnostic: Diagnostic = {
    code: "E0107",
    severity: "error",
    title: parts.title ?? "a title",
    span: culprit,
    related: [...own, ...(parts.related ?? [])],
    notes: parts.notes ?? [],
    ...(parts.label === undefined ? {} : { label: parts.label }),
    ...(parts.hint === undefined ? {} : { hint: parts.hint }),
  };
  const files = [{ path: FILE, text }, ...(parts.others ?? [])];
  return { diagnostic, sources: new Map(files.map((file) => [file.path, file])) };
}

function render(marked: string, parts: Parts = {}): string[] {
  const { diagnostic, sources } = build(marked, parts);
  const options = { color: false, width: parts.width ?? 100 };
  return renderDiagnostic(diagnostic, sources, options).split("\n");
}

describe("the layout of a message", () => {
  test("shows code, title, place, excerpt, caret, notes and hint", () => {
    const text = render(`\n\n  reachable R: app[c] in «Opne»\n`, {
      title: "machine `App` has no mode `Opne`",
      label: "not a mode of App",
      notes: ["modes of App: Idle, Opening, Open"],
      hint: "did you mean `Open`?",
    });
    expect(text).toEqual([
      "error E0107: machine `App` has no mode `Opne`",
      "  --> net.libretto:3:26",
      "   |",
      " 3 |   reachable R: app[c] in Opne",
      "   |                          ^^^^ not a mode of App",
      "   |",
      "   = modes of App: Idle, Opening, Open",
      "   = hint: did you mean `Open`?",
    ]);
  });

  test("ends after the caret when there is nothing more to say", () => {
    expect(render("a «b» c")).toEqual([
      "error E0107: a title",
      "  --> net.libretto:1:3",
      "   |",
      " 1 | a b c",
      "   |   ^",
    ]);
  });

  test("draws related places of the same file in line order, before and after the culprit", () => {
    const text = render("‹one›\ntwo\n«three»\n‹four›", { words: ["first", "last"], label: "here" });
    expect(text.slice(3)).toEqual([
      " 1 | one",
      "   | --- first",
      " 3 | three",
      "   | ^^^^^ here",
      " 4 | four",
      "   | ---- last",
    ]);
  });

  test("draws a line with several marks once", () => {
    expect(render("‹id› «c» ‹d›", { words: ["declared", "other"], label: "no" }).slice(3)).toEqual([
      " 1 | id c d",
      "   |    ^ no",
      "   | -- declared",
      "   |      - other",
    ]);
  });

  test("names a related place of another file with its line and column", () => {
    const other = { path: "b.libretto", text: "x\n  y" };
    const related = [{ span: { file: "b.libretto", start: 4, end: 5 }, note: "declared here" }];
    expect(render("«a»", { related, others: [other] }).slice(4)).toEqual([
      "   | ^",
      "   |",
      "   = declared here (b.libretto:2:3)",
    ]);
  });

  test("counts the related places beyond the eighth", () => {
    const related = Array.from({ length: 10 }, (_, index) => ({
      span: { file: FILE, start: index, end: index + 1 },
      note: "",
    }));
    expect(render("«0»123456789", { related }).at(-1)).toBe("   = and 2 more places");
  });

  test("makes room for line numbers of any length, aligned to the right", () => {
    const text = render(`‹a›\n${"\n".repeat(998)}«b»`);
    expect(text.slice(1)).toEqual([
      "    --> net.libretto:1000:1",
      "     |",
      "   1 | a",
      "     | -",
      "1000 | b",
      "     | ^",
    ]);
  });

  test("speaks of no place when there is none", () => {
    const missing: Diagnostic = {
      code: "E0501",
      severity: "error",
      title: "there is no file `a.libretto`",
      related: [],
      notes: [],
      hint: "name a file that exists",
    };
    expect(renderDiagnostic(missing, new Map(), PLAIN)).toBe(
      "error E0501: there is no file `a.libretto`\n   = hint: name a file that exists",
    );
  });

  test("names only the file when its text is not at hand", () => {
    const { diagnostic } = build("«a»", { notes: ["a fact"] });
    expect(renderDiagnostic(diagnostic, new Map(), PLAIN).split("\n").slice(1)).toEqual([
      "  --> net.libretto",
      "   = a fact",
    ]);
  });
});

describe("the caret stands under its word", () => {
  const caretCases: readonly (readonly [name: string, source: string, excerpt: string[]])[] = [
    ["after a tab", "\tif «x»", [" 1 |     if x", "   |        ^"]],
    ["after tabs inside the line", "ab\tc\t«d»", [" 1 | ab  c   d", "   |         ^"]],
    ["after wide characters", "状態 «x»", [" 1 | 状態 x", "   |      ^"]],
    ["under wide characters", "a «状態»", [" 1 | a 状態", "   |   ^^^^"]],
    ["after a combining mark", "e\u0301 «x»", [" 1 | e\u0301 x", "   |   ^"]],
    ["after an emoji", "🚀 «x»", [" 1 | 🚀 x", "   |    ^"]],
    ["at the end of the line for an empty span", "abc«»\nd", [" 1 | abc", "   |    ^"]],
    ["at the end of the file", "abc«»", [" 1 | abc", "   |    ^"]],
    ["on an empty line", "a\n«»\nb", [" 2 |", "   | ^"]],
    ["on an empty first line", "«»\nb", [" 1 |", "   | ^"]],
    ["in a file with Windows line ends", "a\r\n«b»\r\nc", [" 2 | b", "   | ^"]],
    ["on the first line of a long span", "a {«\n b\n c»}", [" 1 | a {", "   |    ^"]],
    ["to the end of the first line only", "x «mode {\n b\n}»", [" 1 | x mode {", "   |   ^^^^^^"]],
  ];
  test.each(caretCases)("%s", (_name, source, excerpt) => {
    expect(render(source).slice(3)).toEqual(excerpt);
  });

  test("when a span lies outside the text, at its end", () => {
    const { diagnostic, sources } = build("abc", {});
    const beyond = { ...diagnostic, span: { file: FILE, start: 99, end: 120 } };
    expect(renderDiagnostic(beyond, sources, PLAIN).split("\n").slice(3)).toEqual([
      " 1 | abc",
      "   |    ^",
    ]);
  });
});

describe("what does not fit", () => {
  const long = `${"a ".repeat(60)}«culprit»${" b".repeat(60)}`;

  test("a long line is cut around the caret, on both sides", () => {
    expect(render(long, { width: 45, label: "here" }).slice(3)).toEqual([
      " 1 | … a a a a a a a a a culprit b b b b b b…",
      "   |                     ^^^^^^^ here",
    ]);
  });

  test("a related place that was cut away is named as a place", () => {
    const text = render(`‹first› ${long}`, { width: 45, words: ["declared here"] });
    expect(text.slice(5)).toEqual(["   |", "   = declared here (net.libretto:1:1)"]);
  });

  test("words that do not fit beside the caret stand below it", () => {
    const label = "this would be longer than the line";
    expect(render("aaaaaaaaaaaaaaaaaaaa «bbbb»", { width: 45, label }).slice(3)).toEqual([
      " 1 | aaaaaaaaaaaaaaaaaaaa bbbb",
      "   |                      ^^^^",
      "   |                     this would be longer",
      "   |                     than the line",
    ]);
  });

  test("notes and hints are wrapped between words and hang under their first word", () => {
    const text = render("«a»", {
      width: 34,
      notes: ["one two three four five six seven"],
      hint: "one two three four five six",
    });
    expect(text.slice(6)).toEqual([
      "   = one two three four five six",
      "     seven",
      "   = hint: one two three four five",
      "           six",
    ]);
  });

  test("a file of ten million characters on one line is drawn within seconds", () => {
    const begin = performance.now();
    const text = render(`${"x".repeat(10_000_000)}«y»`, { width: 30 });
    expect(text.at(-2)).toBe(" 1 | …xxxxxxxxxxxy");
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});

describe("nothing in a text acts on the terminal", () => {
  test("escape sequences, bells and bidirectional controls are shown, and the caret fits", () => {
    expect(render("a\u001B[31m\u0007\u202E «x»").slice(3)).toEqual([
      " 1 | a\\u{1B}[31m\\u{7}\\u{202E} x",
      "   |                          ^",
    ]);
  });

  test("neither from the title, label, notes, hint nor path", () => {
    const hostile = "\u001B]0;owned\u0007";
    const file = `${hostile}.libretto`;
    const diagnostic: Diagnostic = {
      code: "E0107",
      severity: "error",
      title: hostile,
      span: { file, start: 0, end: 1 },
      label: hostile,
      related: [{ span: { file: "other", start: 0, end: 0 }, note: hostile }],
      notes: [hostile],
      hint: hostile,
    };
    const text = renderDiagnostic(
      diagnostic,
      new Map([[file, { path: file, text: hostile }]]),
      PLAIN,
    );
    expect(text.split("\u001B")).toHaveLength(1);
    expect(text.split("\\u{1B}]0;owned\\u{7}")).toHaveLength(8);
  });

  test("a lone half of a surrogate pair is shown by its number", () => {
    expect(render("a\uD800 «x»")[3]).toBe(" 1 | a\\u{D800} x");
  });
});

describe("colour", () => {
  test("changes nothing but the colour", () => {
    const { diagnostic, sources } = build("‹a› «b»", { label: "l", notes: ["n"], hint: "h" });
    const colored = renderDiagnostic(diagnostic, sources, { color: true, width: 100 });
    const stripped = stripVTControlCharacters(colored);
    expect(colored).toContain("\u001B[31m");
    expect(stripped).toBe(renderDiagnostic(diagnostic, sources, PLAIN));
  });
});

describe("a list of messages", () => {
  const at = (file: string, start: number, code = "E0107"): Diagnostic => ({
    code,
    severity: "error",
    title: `${file}${start}`,
    span: { file, start, end: start },
    related: [],
    notes: [],
  });

  test("is sorted by file, place and code", () => {
    const sorted = sortDiagnostics([at("b", 1), at("a", 2), at("a", 1, "E0200"), at("a", 1)]);
    expect(sorted.map((one) => `${one.title} ${one.code}`)).toEqual([
      "a1 E0107",
      "a1 E0200",
      "a2 E0107",
      "b1 E0107",
    ]);
  });

  test("prints twenty messages per file and counts the rest", () => {
    const many = Array.from({ length: 23 }, (_, index) => at("a", index));
    const blocks = renderDiagnostics([...many, at("b", 0)], new Map(), PLAIN).split("\n\n");
    expect(blocks).toHaveLength(22);
    expect(blocks.slice(20)).toEqual(["error E0107: b0\n  --> b", "3 more in a"]);
  });
});

describe("JSON", () => {
  test("has the same content, with lines, columns and offsets", () => {
    const { diagnostic, sources } = build("x\n‹id› «c»", { words: ["w"], label: "l", hint: "h" });
    expect(diagnosticToJson(diagnostic, sources)).toEqual({
      code: "E0107",
      severity: "error",
      title: "a title",
      place: {
        file: FILE,
        start: { line: 2, column: 4, offset: 5 },
        end: { line: 2, column: 5, offset: 6 },
      },
      label: "l",
      related: [
        {
          place: {
            file: FILE,
            start: { line: 2, column: 1, offset: 2 },
            end: { line: 2, column: 3, offset: 4 },
          },
          note: "w",
        },
      ],
      notes: [],
      hint: "h",
    });
  });
});
