/**
 * Diagnostics about the form of a text: one constructor for each code from E0100 to E0129.
 *
 * A constructor takes what it must say and the place. Titles speak of the text that the user wrote;
 * the grammar and its rules are never mentioned. Each code has a page in `docs/errors/`.
 */
import { type Diagnostic, errorAt } from "./diagnostic.ts";
import type { Span } from "./source.ts";

/**
 * A mistake found while a tree is built. Caught where declarations are read; never leaves `spec`.
 */
export class ParseProblem extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.title);
    this.name = "ParseProblem";
    this.diagnostic = diagnostic;
  }
}

/** Characters of a token that are quoted in a message. */
const QUOTED_MAX = 40;

function quoted(text: string): string {
  return text.length <= QUOTED_MAX ? `\`${text}\`` : `\`${text.slice(0, QUOTED_MAX)}…\``;
}

/** What was being read, as notes: "while reading mode `Up` of machine `Server`". */
function reading(context: string | undefined): readonly string[] {
  return context === undefined ? [] : [`while reading ${context}`];
}

/** Where a token stands that cannot stand there. */
export interface Unexpected {
  readonly found: string;
  readonly span: Span;
  /** What was expected, in words; undefined when that would be a long list. */
  readonly expected: string | undefined;
  /** Words that start the items of the construct, when an item was expected. */
  readonly items: readonly string[];
  /** "mode `Up` of machine `Server`" */
  readonly context: string | undefined;
  readonly hint: string | undefined;
}

export function unexpectedText(unexpected: Unexpected): Diagnostic {
  const { found, span, expected, items, context, hint } = unexpected;
  const list = items.length === 0 ? [] : [`what may stand here starts with: ${items.join(", ")}`];
  return errorAt("E0100", `${quoted(found)} cannot stand here`, span, {
    label: expected === undefined ? undefined : `expected ${expected}`,
    notes: [...reading(context), ...list],
    hint,
  });
}

/** A declaration that stops before it is complete. `span` is its last token. */
export function unfinished(context: string, span: Span, expected: string | undefined): Diagnostic {
  return errorAt("E0100", `${context} stops too early`, span, {
    label: expected === undefined ? undefined : `expected ${expected} after this`,
  });
}

export function neverClosed(bracket: string, span: Span, closer: string): Diagnostic {
  return errorAt("E0101", `this \`${bracket}\` is never closed`, span, {
    label: `no \`${closer}\` belongs to it`,
    hint: `add the missing \`${closer}\``,
  });
}

export function closesNothing(bracket: string, span: Span, closedAt: Span | undefined): Diagnostic {
  return errorAt("E0102", `this \`${bracket}\` closes nothing`, span, {
    label: "nothing is open here",
    related:
      closedAt === undefined ? [] : [{ span: closedAt, note: "the declaration before ends here" }],
    hint: `remove it, or the \`${bracket}\` that closed too early`,
  });
}

export function unknownDeclaration(
  word: string,
  span: Span,
  known: readonly string[],
  near: string | undefined,
): Diagnostic {
  return errorAt("E0103", `${quoted(word)} does not start a declaration`, span, {
    label: "not a word that declares something",
    notes: [`declarations start with: ${known.join(", ")}`],
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
  });
}

export function openText(span: Span): Diagnostic {
  return errorAt("E0104", "this text has no closing quote", span, {
    label: "a text ends on the line where it starts",
    hint: 'add `"` where the text ends',
  });
}

export function openComment(span: Span): Diagnostic {
  return errorAt("E0105", "this comment is never closed", span, {
    label: "everything after it is a comment",
    hint: "add `*/` where the comment ends",
  });
}

export function controlCharacter(code: number, span: Span): Diagnostic {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return errorAt("E0106", `this file holds a control character (${name})`, span, {
    label: "a specification is plain text",
    notes: ["nothing of the file was read"],
  });
}

export function lostCharacter(span: Span): Diagnostic {
  return errorAt("E0127", "this file holds a character that was lost (U+FFFD)", span, {
    label: "a program put this sign where it could not read the text",
    notes: ["nothing of the file was read"],
    hint: "write again what stood there, and save the file as UTF-8",
  });
}

export function malformedNumber(text: string, span: Span): Diagnostic {
  return errorAt("E0110", `${quoted(text)} is not a number`, span, {
    label: "a whole number, or a duration such as 200ms",
    notes: ["units of durations: ns, us, ms, s, m, h"],
  });
}

export function missingUnit(text: string, span: Span, context: string | undefined): Diagnostic {
  return errorAt("E0111", `the duration ${quoted(text)} has no unit`, span, {
    label: "a duration needs a unit",
    notes: [...reading(context), "units of durations: ns, us, ms, s, m, h"],
    hint: `write \`${text}ms\`, or another unit`,
  });
}

interface OperatorPlace {
  readonly operator: string;
  readonly span: Span;
}

export function chainedOperators(first: OperatorPlace, second: OperatorPlace): Diagnostic {
  const same = first.operator === second.operator ? "twice" : `and \`${second.operator}\``;
  const comparison = /^[<>=!]/.test(first.operator) && /^[<>=!]/.test(second.operator);
  return errorAt(
    "E0112",
    `\`${first.operator}\` ${same} in a row can be read in two ways`,
    second.span,
    {
      label: "needs parentheses",
      related: [{ span: first.span, note: `\`${first.operator}\` is here` }],
      hint: comparison
        ? `compare in pairs, as in \`a ${first.operator} b and b ${second.operator} c\``
        : "put parentheses around one of them",
    },
  );
}

export function straySemicolon(span: Span): Diagnostic {
  return errorAt("E0113", "nothing stands before this `;`", span, {
    label: "`;` only separates things inside braces",
    hint: "remove it",
  });
}

export function nestedTooDeeply(span: Span): Diagnostic {
  return errorAt("E0114", "this is nested too deeply", span, {
    label: "too many levels meet here",
    hint: "give parts of it names with `def`",
  });
}

export function fileTooLarge(path: string, characters: number, most: number): Diagnostic {
  return errorAt(
    "E0115",
    `a file of ${characters} characters is too large`,
    { file: path, start: 0, end: 0 },
    {
      notes: [`a specification file may have ${most} characters`],
      hint: "split it into modules and join them with `use`",
    },
  );
}

export function declarationTooLarge(name: string, span: Span, most: number): Diagnostic {
  return errorAt("E0116", `${name} is too large to be read`, span, {
    label: `more than ${most} characters`,
    hint: "split it into smaller declarations",
  });
}

export function foreignSign(
  sign: string,
  span: Span,
  word: string | undefined,
  context: string | undefined,
): Diagnostic {
  return errorAt("E0117", `\`${sign}\` means nothing here`, span, {
    label: word === undefined ? "not a sign of the language" : `Libretto writes \`${word}\``,
    notes: reading(context),
    hint: word === undefined ? "remove it" : `write \`${word}\``,
  });
}

export function misplacedHeader(word: string, span: Span, before: string): Diagnostic {
  return errorAt("E0118", `\`${word}\` comes too late`, span, {
    label: `must come before ${before}`,
    hint: "move it to the top of the file",
  });
}

export function secondModule(span: Span, first: Span): Diagnostic {
  return errorAt("E0119", "a file is one module", span, {
    label: "a second `module`",
    related: [{ span: first, note: "the first one" }],
    hint: "remove it, or move the rest to a file of its own",
  });
}

export function largeNumber(text: string, span: Span, what: "number" | "duration"): Diagnostic {
  return errorAt("E0120", `the ${what} ${quoted(text)} is too large`, span, {
    label: what === "number" ? "at most 9007199254740991" : "at most 104 days",
  });
}

export function reservedName(word: string, span: Span, context: string | undefined): Diagnostic {
  return errorAt("E0121", `${quoted(word)} cannot be a name`, span, {
    label: "a word of the language",
    notes: reading(context),
    hint: `choose another name, such as \`${word}_\``,
  });
}

export function strayWithin(span: Span): Diagnostic {
  return errorAt("E0122", "`within` limits nothing here", span, {
    label: "no temporal operator stands before it",
    notes: ["it limits `leads to`, `until`, `since`, `eventually` and their like"],
  });
}

export function withinNeedsParentheses(span: Span): Diagnostic {
  return errorAt("E0123", "what follows `within` can be read in two ways", span, {
    label: "needs parentheses",
    hint: "put parentheses around the part that `within` limits",
  });
}

export function intervalWithoutUntil(from: Span, found: Span): Diagnostic {
  return errorAt("E0124", "an interval goes `from` something `until` something", found, {
    label: "expected `until` between two events",
    related: [{ span: from, note: "the interval starts here" }],
    hint: "if more follows the interval, put parentheses around it",
  });
}
