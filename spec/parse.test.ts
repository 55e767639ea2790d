/**
 * Reading files: what is read beside a mistake, which mistake it is, and the limits.
 *
 * A case is a text, `⇒` and what `outcome` makes of it: the names of the declarations that were
 * read, then each message as its code and the text it stands at.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryText } from "./arbitrary-module.fixture.ts";
import { BRACKET_DEPTH_MAX, DECLARATION_CHARACTERS_MAX } from "./cut.ts";
import { FILE_CHARACTERS_MAX, MESSAGES_MAX, type ParseResult, parseModule } from "./parse.ts";
import type { Span } from "./source.ts";

const EXAMPLES = join(import.meta.dirname, "../models/examples");
/** Milliseconds that reading anything may take, with room for a busy machine. */
const SECONDS = 20_000;

function parse(text: string): ParseResult {
  return parseModule({ path: "t.libretto", text });
}

/** `ok c | E0100 «foo»`: what was read, and the mistakes with the text at their places. */
function outcome(text: string): string {
  const { module, diagnostics } = parse(text);
  const read = [...module.uses, ...module.declarations].map(({ name }) => name.text);
  const messages = diagnostics.map(({ code, span }) => {
    const place = text.slice(span?.start, Math.min(span?.end ?? 0, (span?.start ?? 0) + 30));
    return `${code} «${place}»`;
  });
  return [read.join(" "), ...messages].join(" | ");
}

const OK = "const ok = 1";

/** Texts with one mistake, after which a good declaration follows. */
const mistakes = `
  machine A { mode B { foo } }                ⇒ E0100 «foo»
  machine A { initial modee B { } }           ⇒ E0100 «modee»
  def f = a b                                 ⇒ E0100 «b»
  def f =                                     ⇒ E0100 «=»
  check c of                                  ⇒ E0100 «of»
  machine A { mode B {                        ⇒ E0101 «{»
  machine A { mode B { step s { x = (1 } }    ⇒ E0101 «(»
  machin A { mode B { } }                     ⇒ E0103 «machin»
  def f = "abc                                ⇒ E0104 «"abc»
  def f = 12abc                               ⇒ E0110 «12abc»
  machine A { timer t 200..3s }               ⇒ E0111 «200»
  def f = a leads to b within 3               ⇒ E0111 «3»
  def f = a < b < c                           ⇒ E0112 «<»
  def f = a until b since c                   ⇒ E0112 «since»
  def f = a leads to b leads to c             ⇒ E0112 «leads to»
  def f = 1;                                  ⇒ E0113 «;»
  machine A { mode B { step s { ; } } }       ⇒ E0113 «;»
  def f = a && b                              ⇒ E0117 «&&»
  def f = a = b                               ⇒ E0117 «=»
  def f = a -> b                              ⇒ E0117 «->»
  def f = a @ b                               ⇒ E0117 «@»
  def f = 99999999999999999                   ⇒ E0120 «99999999999999999»
  def f = 9999h                               ⇒ E0120 «9999h»
  def in = 3                                  ⇒ E0121 «in»
  machine A { var not : bool = true }         ⇒ E0121 «not»
  def f = a and b within 3s                   ⇒ E0122 «within 3s»
  def f = a leads to b within 3s and c        ⇒ E0123 «and»
  def f = from a                              ⇒ E0124 «a»
`;

test.each(
  mistakes
    .trim()
    .split("\n")
    .map((line) => line.split("⇒").map((part) => part.trim())),
)("%s gives one message, and the next declaration is read", (text, message) => {
  expect(outcome(`${text ?? ""}\n${OK}`)).toBe(`ok | ${message ?? ""}`);
});

const files: readonly (readonly [sentence: string, text: string, outcome: string])[] = [
  ["a brace too many is one mistake", "machine A { } }\ncheck c of S { }", "A c | E0102 «}»"],
  [
    "a brace too early is one mistake",
    "machine A { mode B { } }\n mode C { } }\nid d",
    "d | E0102 «}»",
  ],
  ["an empty file is a module without declarations", "", ""],
  ["comments and a byte order mark are no text", "\uFEFF// a\n/* b */\n", ""],
  ["several declarations share a line", "use a const b = 1 id c def d = b", "a b c d"],
  [
    "a missing brace hides nothing after it",
    "machine A {\n mode B {\n}\ncheck c of S { }",
    "c | E0101 «{»",
  ],
  ["a definition in column one ends what is open", "system S {\ndef f = 1", "f | E0101 «{»"],
  ["two mistakes give two messages", "def a = \ndef b = )\ndef c = 1", "c | E0100 «=» | E0102 «)»"],
  ["an open comment gives one message", "const a = 1\nmachine B { /* mode", "a | E0105 «/*»"],
  ["a header comes first", "const a = 1\nmodule m", "a | E0118 «module m»"],
  ["`use` comes before declarations", "const a = 1\nuse b", "b a | E0118 «use b»"],
  ["a file is one module", "module m\nmodule n", " | E0119 «module n»"],
  ["a control character is no text", "const a = 1 \u0000", " | E0106 «\u0000»"],
  ["a replacement character means another encoding", "const a = \uFFFD", " | E0127 «\uFFFD»"],
  ["a keyword may be a name", "machine check { }\nsystem of { }", "check of"],
  [
    "a word of the language may name a check",
    "system S { }\ncheck once of S { }\ncheck until of S { }",
    "S once until",
  ],
  ["unindented items stay in their machine", "machine A {\nvar type : T = 1\n}", "A"],
];

test.each(files)("%s", (_sentence, text, expected) => {
  expect(outcome(text).trimStart()).toBe(expected.trimStart());
});

test("a brace that is never closed is found by the indentation", () => {
  const text = "machine A {\n  mode B {\n    step s\n  mode C {\n  }\n}\n";
  const [message] = parse(text).diagnostics;
  expect(message?.code).toBe("E0101");
  expect(message?.span?.start).toBe(text.indexOf("{", text.indexOf("B")));
});

test("a message says what was read, what was expected and the near word", () => {
  const [message] = parse("machine A {\n  mode Up { sned p.M }\n}").diagnostics;
  expect(message?.title).toBe("`sned` cannot stand here");
  expect(message?.notes[0]).toBe("while reading mode `Up` of machine `A`");
  const [near] = parse("machine A { mode Up { stepp go } }").diagnostics;
  expect(near?.hint).toBe("did you mean `step`?");
  const [expected] = parse("const N : 0.. = 3").diagnostics;
  expect(expected?.label).toBe("expected an expression");
});

test("after 20 messages reading stops, and the last message says so", () => {
  const { diagnostics } = parse("def f = )\n".repeat(50));
  expect(diagnostics.length).toBe(MESSAGES_MAX);
  expect(diagnostics.at(-1)?.notes.at(-1)).toContain("reading stopped");
});

// ---------------------------------------------------------------------------- limits

const nested = (open: string, close: string, count: number): string =>
  `const a = ${open.repeat(count)}1${close.repeat(count)}`;

const limits: readonly (readonly [sentence: string, text: string, codes: string])[] = [
  ["brackets up to the limit are read", nested("(", ")", BRACKET_DEPTH_MAX), ""],
  ["sets up to the limit are read", nested("{", "}", BRACKET_DEPTH_MAX), ""],
  ["more brackets are too deep", nested("(", ")", BRACKET_DEPTH_MAX + 1), "E0114"],
  ["a hundred thousand brackets are too deep", nested("[", "]", 100_000), "E0114"],
  ["many words before an operand are too deep", nested("not ", "", 20_000), "E0114"],
  ["many signs are too deep", nested("- ", "", 40_000), "E0114"],
  ["many quantifiers are too deep", nested("forall x in S: ", "", 5_000), "E0114"],
  ["a chain of two hundred operators is read", nested("1 + ", "", 200), ""],
  ["a chain of ten thousand operators is too deep", nested("1 + ", "", 10_000), "E0114"],
  ["a chain of ten thousand fields is too deep", nested("", ".a", 10_000), "E0114"],
  [
    "a long declaration is too large",
    nested("", " ".repeat(9) + "+ 1", DECLARATION_CHARACTERS_MAX / 9),
    "E0116",
  ],
  ["a long file is too large", "x".repeat(FILE_CHARACTERS_MAX + 1), "E0115"],
  ["ten million letters are too large", "x ".repeat(5_000_000), "E0115"],
  ["half a million closing braces are one mistake", "}".repeat(FILE_CHARACTERS_MAX), "E0102"],
  ["half a million quotes are one mistake", '"'.repeat(FILE_CHARACTERS_MAX), "E0100"],
  ["half a million slashes are a comment", "/".repeat(FILE_CHARACTERS_MAX), ""],
  ["many open comments are one mistake", "/* ".repeat(FILE_CHARACTERS_MAX / 3), "E0105"],
];

test.each(limits)("%s", (_sentence, text, codes) => {
  const start = performance.now();
  const found = parse(text).diagnostics.map(({ code }) => code);
  expect(found.join(" ")).toBe(codes);
  expect(performance.now() - start).toBeLessThan(SECONDS);
});

// ---------------------------------------------------------------------------- examples and chance

const examples = globSync("*.libretto", { cwd: EXAMPLES }).toSorted();

test.each(examples)("%s is read without a message", (name) => {
  const text = readFileSync(join(EXAMPLES, name), "utf8");
  const { module, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  expect(module.name?.text).toBe(name.replace(".libretto", ""));
  expect(module.declarations.length).toBeGreaterThan(6);
});

/** The places of a tree, each with the name that should stand there, if it is a name's. */
function placesOf(value: unknown): readonly { readonly span: Span; readonly name: unknown }[] {
  if (typeof value !== "object" || value === null) return [];
  const parts = Object.values(value).flatMap(placesOf);
  if (!("span" in value) || !isSpan(value.span)) return parts;
  const isName = "text" in value && Object.keys(value).length === 2;
  return [{ span: value.span, name: isName ? value.text : undefined }, ...parts];
}

function isSpan(value: unknown): value is Span {
  return typeof value === "object" && value !== null && "start" in value && "end" in value;
}

test("places begin and end at tokens, and names stand at their places", () => {
  fc.assert(
    fc.property(arbitraryText, (text) => {
      for (const { span, name } of placesOf(parse(text).module)) {
        const place = text.slice(span.start, span.end);
        expect(place).toBe(place.trim());
        expect(place).not.toBe("");
        // The title of a scenario stands in quotes.
        if (name !== undefined && !place.startsWith('"')) expect(name).toBe(place);
      }
    }),
    { seed: 5, numRuns: 150 },
  );
});

test("random texts of every construct are read", () => {
  fc.assert(
    fc.property(arbitraryText, (text) => {
      expect(parse(text).diagnostics).toEqual([]);
    }),
    { seed: 11, numRuns: 150 },
  );
});

const corpus = examples.map((name) => readFileSync(join(EXAMPLES, name), "utf8"));

/** An example with some pieces cut out, doubled, or replaced by noise. */
const mutated = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 40 }), fc.string({ maxLength: 6 })), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [at, length, noise]) => {
      const start = at % (now.length + 1);
      return now.slice(0, start) + noise + now.slice(start + length);
    }, text),
  );

const noise = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc
    .array(fc.constantFrom(...'{}()[]<>;:,.=+-*%"/ \n\\ax1'.split("")), { maxLength: 400 })
    .map((all) => all.join("")),
  fc
    .array(
      fc.constantFrom("machine A {", "}", "mode", "step", "(", ")", "if", "not", "\n", "/*", "a"),
    )
    .map((all) => all.join(" ")),
);

test("broken texts give messages with places, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(mutated, noise), (text) => {
      for (const { code, span } of parse(text).diagnostics) {
        expect(code).toMatch(/^E01\d\d$/);
        expect(span?.end).toBeLessThanOrEqual(text.length);
        expect(span?.start).toBeLessThanOrEqual(span?.end ?? -1);
      }
    }),
    { seed: 13, numRuns: 400 },
  );
});
