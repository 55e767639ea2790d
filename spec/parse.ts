/**
 * Reads a specification: text to syntax tree.
 *
 *     text ─► scan ─► cut ─► match each piece ─► tree ─► moved to its place
 *                      │            │              └─ needs parentheses, too deep
 *                      │            └─ cannot stand here
 *                      └─ never closed, flawed, no declaration
 *
 * Each piece gives a declaration or one diagnostic, never both and never two. What was read is in
 * the module even when something else could not be read. Nothing is thrown on any text.
 *
 * Limits: `FILE_CHARACTERS_MAX`, `MESSAGES_MAX`; those of a declaration are in `cut.ts` and
 * `tree/rebase.ts`.
 */
import type { MatchResult } from "ohm-js";
import { cut, type Piece } from "./cut.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { explainFailure } from "./explain-failure.ts";
import grammar from "./grammar.ohm-bundle.js";
import type { SourceFile, Span } from "./source.ts";
import {
  controlCharacter,
  fileTooLarge,
  misplacedHeader,
  nestedTooDeeply,
  lostCharacter,
  ParseProblem,
  secondModule,
} from "./syntax-errors.ts";
import type { Declaration, Module, Name, Use } from "./syntax.ts";
import { scan } from "./tokens.ts";
import { type ModuleHeader, type TopLevel, topLevelOf } from "./tree/declaration.ts";
import { rootOf } from "./tree/node.ts";
import { rebase } from "./tree/rebase.ts";
import { type Unread, unreadOfAll, wordsOf } from "./unread.ts";

/** Characters of one file. Matching them all takes a few seconds. */
export const FILE_CHARACTERS_MAX = 500_000;

/** Messages about one file; after the last one, reading stops. */
export const MESSAGES_MAX = 20;

/** A module as far as it could be read, and what could not be read. */
export interface ParseResult {
  readonly module: Module;
  readonly diagnostics: readonly Diagnostic[];
  /** What the texts behind the diagnostics may declare. */
  readonly unread: Unread;
}

// Control characters other than tab, line feed and carriage return, and the replacement character.
const NO_TEXT = /[^\P{Cc}\t\n\r\u0080-\u009F]|\uFFFD/u;

/** Parses one file. */
export function parseModule(source: SourceFile): ParseResult {
  const unreadable = whyUnreadable(source);
  if (unreadable !== undefined) {
    const nothing = { path: source.path, name: undefined, uses: [], declarations: [] };
    return { module: nothing, diagnostics: [unreadable], unread: "anything" };
  }
  const parts: TopLevel[] = [];
  const diagnostics: Diagnostic[] = [];
  const unread: Unread[] = [];
  for (const piece of cut(scan(source.text), source.path)) {
    if (diagnostics.length === MESSAGES_MAX) return stopped(assemble(source, parts), diagnostics);
    const part = readPiece(piece, source);
    if ("code" in part) {
      diagnostics.push(part);
      unread.push(wordsOf(piece.tokens));
    } else {
      parts.push(part);
    }
  }
  const { module, misplaced } = assemble(source, parts);
  return {
    module,
    diagnostics: [...diagnostics, ...misplaced].slice(0, MESSAGES_MAX),
    unread: unreadOfAll(unread),
  };
}

/** Says why nothing of the file can be read, if that is so. */
function whyUnreadable(source: SourceFile): Diagnostic | undefined {
  const { path, text } = source;
  if (text.length > FILE_CHARACTERS_MAX) {
    return fileTooLarge(path, text.length, FILE_CHARACTERS_MAX);
  }
  const place = text.search(NO_TEXT);
  if (place < 0) return undefined;
  const span = { file: path, start: place, end: place + 1 };
  const code = text.charCodeAt(place);
  return code === 0xfffd ? lostCharacter(span) : controlCharacter(code, span);
}

function readPiece(piece: Piece, source: SourceFile): TopLevel | Diagnostic {
  if (piece.problem !== undefined || piece.rule === undefined) {
    if (piece.problem === undefined) throw new Error("a piece has a rule or a problem");
    return piece.problem;
  }
  try {
    const match = grammar.match(source.text.slice(piece.start, piece.end), piece.rule);
    return readMatch(match, piece, source);
  } catch (error) {
    if (error instanceof ParseProblem) return rebase(error.diagnostic, source.path, piece.start);
    // The parser recurses; how deep it may go depends on what called it.
    if (error instanceof RangeError) return nestedTooDeeply(spanOfHead(piece, source.path));
    throw error;
  }
}

function readMatch(match: MatchResult, piece: Piece, source: SourceFile): TopLevel | Diagnostic {
  if (match.failed()) {
    const { tokens, start } = piece;
    return explainFailure(match, { tokens, start, file: source.path });
  }
  return rebase(topLevelOf(rootOf(match)), source.path, piece.start);
}

function spanOfHead(piece: Piece, file: string): Span {
  return { file, start: piece.start, end: piece.tokens[0]?.end ?? piece.end };
}

function assemble(
  source: SourceFile,
  parts: readonly TopLevel[],
): { readonly module: Module; readonly misplaced: readonly Diagnostic[] } {
  let header: ModuleHeader | undefined;
  const uses: Use[] = [];
  const declarations: Declaration[] = [];
  const misplaced: Diagnostic[] = [];
  for (const part of parts) {
    if (part.kind === "module") {
      if (header !== undefined) misplaced.push(secondModule(part.span, header.span));
      else if (uses.length + declarations.length > 0) {
        misplaced.push(misplacedHeader("module", part.span, "everything else"));
      }
      header ??= part;
    } else if (part.kind === "use") {
      if (declarations.length > 0) {
        misplaced.push(misplacedHeader("use", part.span, "the declarations"));
      }
      uses.push(part);
    } else {
      declarations.push(part);
    }
  }
  const name: Name | undefined = header?.name;
  return { module: { path: source.path, name, uses, declarations }, misplaced };
}

/** The result when reading stopped at the limit: the last message says so. */
function stopped(
  { module }: { readonly module: Module },
  diagnostics: readonly Diagnostic[],
): ParseResult {
  const note = `reading stopped here, after ${MESSAGES_MAX} messages`;
  const last = diagnostics.at(-1);
  if (last === undefined) return { module, diagnostics, unread: "anything" };
  const marked = { ...last, notes: [...last.notes, note] };
  return { module, diagnostics: [...diagnostics.slice(0, -1), marked], unread: "anything" };
}
