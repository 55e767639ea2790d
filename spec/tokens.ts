/**
 * Tokens: the words, numbers, texts, signs and comments of a file, with their places.
 *
 * The grammar reads characters, not tokens. Tokens serve everything around it: cutting a file at
 * its declarations, seeing braces that are never closed, naming what stands at a place, and the
 * formatter, which moves tokens and never invents one. A test checks that the two agree.
 *
 *     inc += 1   // one more
 *     └┬┘ └┤ │   └───┬─────┘
 *      word sign number comment
 *
 * A mistake inside a token (a number that is none, a text without its closing quote) is a `flaw` of
 * that token, so that the scanner always reaches the end of the file.
 */
import { nanosecondsOf } from "./tree/duration.ts";

export type TokenKind = "word" | "number" | "text" | "sign" | "comment" | "unknown";

export type Flaw =
  | "open text"
  | "open comment"
  | "malformed number"
  | "large number"
  | "long duration"
  | "unknown sign";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Line breaks between the end of the token before and this one. */
  readonly breaks: number;
  /** Column, from zero, of the first token of this line: how far the line is indented. */
  readonly indent: number;
  readonly flaw: Flaw | undefined;
}

const SPACE = /[ \t\r\n\uFEFF]*/y;
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>//[^\n]*|/\*[^]*?(?:\*/|$))`,
    String.raw`(?<word>[A-Za-z_][A-Za-z0-9_]*)`,
    String.raw`(?<number>\d+(?:\.\d+)?[A-Za-z0-9_]*)`,
    String.raw`(?<text>"(?:\\[^\n]|[^"\\\n])*"?)`,
    String.raw`(?<sign>\.\.\.|…|->|=>|==|!=|<=|>=|\+=|-=|\.\.|[{}()\[\]<>:;,.?=+\-*%])`,
    String.raw`(?<unknown>&&|\|\||:=|[^])`,
  ].join("|"),
  "yu",
);

const INTEGER = /^\d+$/;
const SIZE = /^\d+(?:KB|MB|GB)$/;
const DECIMAL = /^\d+\.\d+$/;

/** Reads all tokens of a file, comments included. Never fails. */
export function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let lineStart = 0;
  let indent = 0;
  while (offset < text.length) {
    const begin = matchAt(SPACE, text, offset);
    const breaks = countBreaks(text, offset, begin);
    if (breaks > 0) lineStart = text.lastIndexOf("\n", begin - 1) + 1;
    if (breaks > 0 || tokens.length === 0) indent = begin - lineStart;
    if (begin >= text.length) break;
    TOKEN.lastIndex = begin;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error("the last alternative matches every character");
    const kind = kindOf(match.groups ?? {});
    const flaw = flawOf(kind, match[0], text.charAt(begin + match[0].length));
    tokens.push({
      kind,
      text: kind === "comment" ? match[0].trimEnd() : match[0],
      start: begin,
      end: begin + match[0].length,
      breaks,
      indent,
      flaw,
    });
    offset = begin + match[0].length;
  }
  return tokens;
}

function matchAt(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}

function countBreaks(text: string, start: number, end: number): number {
  let count = 0;
  for (let index = start; index < end; index++) if (text.charCodeAt(index) === 10) count++;
  return count;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): TokenKind {
  if (groups["word"] !== undefined) return "word";
  if (groups["sign"] !== undefined) return "sign";
  if (groups["number"] !== undefined) return "number";
  if (groups["comment"] !== undefined) return "comment";
  return groups["text"] === undefined ? "unknown" : "text";
}

function flawOf(kind: TokenKind, text: string, next: string): Flaw | undefined {
  if (kind === "number") return numberFlaw(text, next);
  if (kind === "text") return /^"(?:\\.|[^"\\])*"$/.test(text) ? undefined : "open text";
  if (kind === "comment") {
    const open = text.startsWith("/*") && (text.length < 4 || !text.endsWith("*/"));
    return open ? "open comment" : undefined;
  }
  return kind === "unknown" ? "unknown sign" : undefined;
}

function numberFlaw(text: string, next: string): Flaw | undefined {
  if (INTEGER.test(text)) return Number.isSafeInteger(Number(text)) ? undefined : "large number";
  if (SIZE.test(text) || (DECIMAL.test(text) && next === "%")) return undefined;
  const nanoseconds = nanosecondsOf(text);
  if (nanoseconds === undefined) return "malformed number";
  return Number.isFinite(nanoseconds) ? undefined : "long duration";
}
