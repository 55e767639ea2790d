/**
 * Random lists of tokens, by combinators that look like the grammar, and random space between them.
 *
 *     seq("machine", NAME, "{", many(port), "}")     →  ["machine", "a", "{", "port", …]
 *     spaced(…)                                      →  "machine\n a{ port …"
 */
import fc from "fast-check";

export type Tokens = fc.Arbitrary<readonly string[]>;
type Part = string | Tokens;

function tokens(part: Part): Tokens {
  return typeof part === "string" ? fc.constant([part]) : part;
}

/** Parts, or lists of them, which are only there to keep short parts on one line. */
type Parts = readonly (Part | readonly Part[])[];

export function seq(...parts: Parts): Tokens {
  return fc.tuple(...parts.flat().map(tokens)).map((lists) => lists.flat());
}

export function oneOf(...parts: Parts): Tokens {
  return fc.oneof(...parts.flat().map(tokens));
}

export function many(part: Part, most: number = 3): Tokens {
  const item = seq(part, opt(";"));
  return fc.array(item, { maxLength: most }).map((lists) => lists.flat());
}

export function repeated(part: Part, least: number = 0): Tokens {
  return fc
    .array(tokens(part), { minLength: least, maxLength: least + 2 })
    .map((all) => all.flat());
}

export function list(part: Part, least: number = 0): Tokens {
  const items = fc.array(tokens(part), { minLength: least, maxLength: least + 2 });
  return items.map((all) => all.flatMap((one, index) => (index === 0 ? one : [",", ...one])));
}

export function opt(...parts: Parts): Tokens {
  return fc.option(seq(...parts), { nil: [] });
}

// ---------------------------------------------------------------------------- space

const COMMENT: fc.Arbitrary<string> = fc.constantFrom(
  "// one\n",
  "/* two */",
  "/* three\n   lines */",
  "//\n",
  "/**/",
  '// {( "\n',
);
const SPACE: fc.Arbitrary<string> = fc.constantFrom(" ", " ", "  ", "\n", "\n\n\n", "\t", "\r\n");

/** What stands between two tokens. Comments are rare, so that plain layouts are common too. */
const TRIVIA: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(" ") },
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: SPACE },
  {
    weight: 1,
    arbitrary: fc.tuple(SPACE, COMMENT, SPACE).map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: COMMENT },
);

const WORD_END = /[A-Za-z0-9_]$/;
const WORD_START = /^[A-Za-z0-9_]/;
const SIGN = /[^A-Za-z0-9_\s()[\]{},;"]/;

/** True when the two tokens would be read as one, or as others, without a space between them. */
function wouldMerge(left: string, right: string): boolean {
  if (WORD_END.test(left) && WORD_START.test(right)) return true;
  return SIGN.test(left.slice(-1)) && SIGN.test(right.slice(0, 1));
}

/** Joins tokens with random space and comments between them, and maybe at the end. */
export function spaced(parts: Tokens): fc.Arbitrary<string> {
  return parts.chain((words) =>
    fc.array(TRIVIA, { minLength: words.length + 1, maxLength: words.length + 1 }).map((trivia) => {
      const joined = words.map((word, index) => {
        const before = words[index - 1] ?? "";
        const space = index === 0 ? "" : (trivia[index] ?? " ");
        return (space === "" && wouldMerge(before, word) ? " " : space) + word;
      });
      return joined.join("") + (trivia.at(-1) ?? "");
    }),
  );
}
