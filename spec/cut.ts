/**
 * Cuts a file at its top-level declarations, so that each is matched alone.
 *
 *     module ring            ── piece, rule Module
 *     const N = 2            ── piece, rule Const
 *     machine Shared {       ── piece, rule Machine
 *       shared var head …
 *     }
 *     machin Other { … }     ── piece without a rule: its message is ready
 *
 * Why: the parser keeps a kilobyte for each character while it matches, one mistake must not hide
 * the next declaration, and a message is better when it is known what was being read.
 *
 * A piece starts at a word that declares something and is followed by a name, outside all brackets;
 * or in column one, even while braces are open: then a brace before it was never closed, and the
 * message stands at the brace whose indentation disagrees with what follows. What makes no sense to
 * the cutter (a bracket without its partner, a flawed token) becomes the one message of its piece.
 *
 * Recovery at every closing brace was rejected: after a missing brace all the following ones are
 * off by one, and each would give a message.
 */
import type { Diagnostic } from "./diagnostic.ts";
import { didYouMean } from "./suggest.ts";
import type { Span } from "./source.ts";
import {
  closesNothing,
  declarationTooLarge,
  foreignSign,
  largeNumber,
  malformedNumber,
  nestedTooDeeply,
  neverClosed,
  openComment,
  openText,
  straySemicolon,
  unexpectedText,
  unknownDeclaration,
} from "./syntax-errors.ts";
import type { Token } from "./tokens.ts";
import { ALSO_ITEMS, BRACED, DECLARATION_RULES, ENDING, JOINING } from "./words.ts";

/** Brackets that may be open at one place. The parser recurses for each of them. */
export const BRACKET_DEPTH_MAX = 48;

/** Characters of one declaration. Matching takes about 1.5 kB of memory for each. */
export const DECLARATION_CHARACTERS_MAX = 100_000;

export interface Piece {
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly end: number;
  /** The rule of the grammar; undefined when the piece cannot be matched. */
  readonly rule: string | undefined;
  /** Set exactly when `rule` is undefined. */
  readonly problem: Diagnostic | undefined;
}

const CLOSERS: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };
const CLOSING: ReadonlySet<string> = new Set(Object.values(CLOSERS));

/** Signs that other languages use for what Libretto says in words. */
const FOREIGN: Readonly<Record<string, string>> = {
  "&&": "and",
  "||": "or",
  "&": "and",
  "|": "or",
  "!": "not",
  ":=": "=",
};

/** A piece that is being collected. */
interface Draft {
  readonly first: number;
  readonly word: string | undefined;
  /** Tokens of brackets that are open. */
  readonly open: Token[];
  /** The open bracket that the indentation speaks against, once one is found. */
  suspect: Token | undefined;
  problem: Diagnostic | undefined;
  /** Set when the closing brace of the declaration was read. */
  closed: Token | undefined;
}

/** Cuts `tokens`, which may hold comments, into pieces in the order of the file, one at a time. */
export function* cut(tokens: readonly Token[], file: string): Generator<Piece, void> {
  const code = tokens.filter((token) => token.kind !== "comment");
  let draft: Draft | undefined;
  let eager = false;
  for (let index = 0; index < code.length; index++) {
    const token = code[index];
    if (token === undefined) break;
    const isStart = startsPiece(code, index, draft, eager);
    const isStray = !isStart && (draft === undefined || isOver(draft));
    if (isStray && draft?.closed !== undefined) reopen(draft, draft.closed, code, index, file);
    if (isStart || draft === undefined || isOver(draft)) {
      if (draft !== undefined) yield finish(draft, code, index, file);
      draft = newDraft(index, isStart ? token.text : undefined);
      if (isStray) draft.problem = strayProblem(token, file);
    }
    if (draft !== undefined) take(draft, token, file);
    const atEnd = index === code.length - 1;
    if (atEnd && draft !== undefined && draft.open.length > 0 && !eager) {
      // A brace was never closed. Look again, and let `def` and `use` in column one start a piece.
      eager = true;
      index = draft.first - 1;
      draft = undefined;
    }
  }
  const comment = tokens.find((token) => token.flaw === "open comment");
  const problem = comment === undefined ? undefined : flawProblem(comment, file);
  if (draft !== undefined) {
    if (draft.closed === undefined) draft.problem ??= problem;
    yield finish(draft, code, code.length, file);
  }
  if (comment !== undefined && (draft === undefined || draft.closed !== undefined)) {
    yield { ...placeOf([comment]), rule: undefined, problem };
  }
}

/** True when the closing brace of the declaration was read. */
function isOver(draft: Draft): boolean {
  return draft.closed !== undefined && draft.open.length === 0;
}

/**
 * A brace that closed too early ends a declaration in its middle. It shows in a bracket too many
 * after the items that are left over: then they belong to the declaration, and that is its mistake.
 */
function reopen(
  draft: Draft,
  closed: Token,
  code: readonly Token[],
  index: number,
  file: string,
): void {
  const extra = extraCloser(code, index);
  if (extra === undefined || extra === code[index]) return;
  draft.problem ??= closesNothing(extra.text, spanOf(extra, file), spanOf(closed, file));
  draft.closed = undefined;
}

function newDraft(first: number, word: string | undefined): Draft {
  return {
    first,
    word,
    open: [],
    suspect: undefined,
    problem: undefined,
    closed: undefined,
  };
}

/** True when the token at `index` starts a declaration, or a misspelt one. */
function startsPiece(
  code: readonly Token[],
  index: number,
  draft: Draft | undefined,
  eager: boolean,
): boolean {
  const token = code[index];
  const next = code[index + 1];
  const before = index === draft?.first ? undefined : code[index - 1];
  if (token?.kind !== "word" || draft?.first === index) return false;
  const known = DECLARATION_RULES.has(token.text);
  const named = next?.kind === "text" || (next?.kind === "word" && isName(next, code[index + 2]));
  const inColumnOne = token.indent === 0 && token.breaks > 0;
  if (draft === undefined) return known;
  if (draft.open.length > 0) {
    return known && named && inColumnOne && (eager || !ALSO_ITEMS.has(token.text));
  }
  if (before?.text === "symmetric" && token.text === "id") return false;
  if (known && (named || next === undefined) && inColumnOne) return true;
  // The word after the first word of a declaration is its name, whatever it is.
  const nameAt = draft.first + (draft.word === "symmetric" ? 2 : 1);
  if (index <= nameAt) return false;
  if (before !== undefined && goesOn(before, code[index - 2])) return false;
  if (known || !named) return named;
  // A misspelt word, unless an expression goes on in column one.
  return [token, next].every(({ text }) => !JOINING.has(text) && !ENDING.has(text)) && inColumnOne;
}

/**
 * True when `word` names what is declared. A word of the language does when what follows could not
 * follow it in an expression: `check once of System` is a check, whatever came before.
 */
function isName(word: Token, next: Token | undefined): boolean {
  return !JOINING.has(word.text) || ["=", ":", "{", "of"].includes(next?.text ?? "");
}

/** True when something must follow `token` in an expression or a header. */
function goesOn(token: Token, before: Token | undefined): boolean {
  if (token.kind === "word") return JOINING.has(token.text) && before?.text !== ".";
  return token.kind === "sign" && !["}", ")", "]", "?", ">"].includes(token.text);
}

function take(draft: Draft, token: Token, file: string): void {
  const top = draft.open.at(-1);
  if (top !== undefined && token.breaks > 0 && disagrees(top, token)) draft.suspect ??= top;
  if (token.flaw !== undefined) draft.problem ??= flawProblem(token, file);
  if (token.kind !== "sign") return;
  if (CLOSERS[token.text] !== undefined) {
    draft.open.push(token);
    if (draft.open.length > BRACKET_DEPTH_MAX) {
      draft.problem ??= nestedTooDeeply(spanOf(token, file));
    }
  } else if (CLOSING.has(token.text)) {
    close(draft, token, file);
  }
}

/** True when `token`, the first of its line, stands too far left to be inside of `open`. */
function disagrees(open: Token, token: Token): boolean {
  return CLOSING.has(token.text) ? token.indent < open.indent : token.indent <= open.indent;
}

function close(draft: Draft, token: Token, file: string): void {
  const partner = draft.open.findLastIndex((open) => CLOSERS[open.text] === token.text);
  if (partner < 0) {
    draft.problem ??= closesNothing(token.text, spanOf(token, file), undefined);
    return;
  }
  const unclosed = draft.open[partner + 1];
  if (unclosed !== undefined) draft.problem ??= unclosedProblem(unclosed, file);
  draft.open.length = partner;
  // After a mistake nobody knows which brace is the last one: what follows belongs to the mistake.
  const isBraced = draft.word !== undefined && BRACED.has(draft.word);
  const isLast = partner === 0 && token.text === "}" && isBraced;
  if (isLast && draft.problem === undefined) draft.closed = token;
}

function finish(draft: Draft, code: readonly Token[], after: number, file: string): Piece {
  const { tokens, start, end } = placeOf(code.slice(draft.first, after));
  const unclosed = draft.suspect ?? draft.open.at(-1);
  let problem = draft.problem;
  if (draft.open.length > 0 && unclosed !== undefined) problem ??= unclosedProblem(unclosed, file);
  if (end - start > DECLARATION_CHARACTERS_MAX) {
    const [word, name] = tokens;
    const isNamed = draft.word !== undefined && name?.kind === "word";
    const title = isNamed ? `${draft.word} \`${name.text}\`` : "this text";
    const head = { file, start, end: word?.end ?? start };
    problem ??= declarationTooLarge(title, head, DECLARATION_CHARACTERS_MAX);
  }
  const rule = draft.word === undefined ? undefined : DECLARATION_RULES.get(draft.word);
  const [first] = tokens;
  if (rule === undefined && first !== undefined) problem ??= strayProblem(first, file);
  return { tokens, start, end, rule: problem === undefined ? rule : undefined, problem };
}

function placeOf(tokens: readonly Token[]): Pick<Piece, "tokens" | "start" | "end"> {
  return { tokens, start: tokens[0]?.start ?? 0, end: tokens.at(-1)?.end ?? 0 };
}

/** The message for text that belongs to no declaration; a flawed token has its own. */
function strayProblem(token: Token, file: string): Diagnostic | undefined {
  if (token.flaw !== undefined) return undefined;
  const span = spanOf(token, file);
  if (token.text === ";") return straySemicolon(span);
  if (CLOSING.has(token.text)) return closesNothing(token.text, span, undefined);
  if (token.kind !== "word") {
    const expected = "a declaration";
    const parts = { expected, items: [], context: undefined, hint: undefined };
    return unexpectedText({ found: token.text, span, ...parts });
  }
  const known = [...DECLARATION_RULES.keys()];
  return unknownDeclaration(token.text, span, known, didYouMean(token.text, known));
}

/** The first bracket from `index` on that closes more than was opened, before the next piece. */
function extraCloser(code: readonly Token[], index: number): Token | undefined {
  let depth = 0;
  for (let at = index; at < code.length; at++) {
    const token = code[at];
    if (token === undefined || (at > index && startsPiece(code, at, newDraft(index, ""), false))) {
      return undefined;
    }
    if (token.kind === "sign" && CLOSERS[token.text] !== undefined) depth++;
    if (token.kind === "sign" && CLOSING.has(token.text) && depth-- === 0) return token;
  }
  return undefined;
}

function unclosedProblem(open: Token, file: string): Diagnostic {
  return neverClosed(open.text, spanOf(open, file), CLOSERS[open.text] ?? "");
}

function flawProblem(token: Token, file: string): Diagnostic {
  const span = spanOf(token, file);
  switch (token.flaw) {
    case "open text":
      return openText(span);
    case "open comment":
      return openComment({ ...span, end: token.start + 2 });
    case "large number":
      return largeNumber(token.text, span, "number");
    case "long duration":
      return largeNumber(token.text, span, "duration");
    case "malformed number":
      return malformedNumber(token.text, span);
    default:
      return foreignSign(token.text, span, FOREIGN[token.text], undefined);
  }
}

function spanOf(token: Token, file: string): Span {
  return { file, start: token.start, end: token.end };
}
