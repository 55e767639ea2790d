/**
 * Size and shape of files: length of files and lines, names, headers, stray characters, left-overs.
 *
 * Length of functions is checked by oxlint (`max-lines-per-function`), which has a parser; here is
 * only checked that nobody turned that rule off.
 */
import { blank } from "./blank.ts";
import { type Problem, problemsAt, type TextFile } from "./problem.ts";

/** Lines a TypeScript file may have. Beyond it, split by reason to change. */
export const FILE_LINES_MAX = 400;
/** Lines a function may have. */
export const FUNCTION_LINES_MAX = 70;
/** Columns a line may have, in code and in comments. */
export const LINE_COLUMNS_MAX = 100;
/** Characters of a header below which it explains nothing. */
const HEADER_LENGTH_MIN = 40;

const HEADER: RegExp = /^(?:#![^\n]*\n)?\/\*\*([\s\S]*?)\*\//;
const DRAWER: RegExp = /(?:^|\/)(?:utils?|helpers?|types|common|misc|shared)(?:\.test)?\.ts$/;
const SHARED_BY_TESTS: RegExp = /(?:\.fixture|-notation)\.ts$/;
const CONTROL: RegExp = /[^\P{Cc}\n\t]|\uFEFF|[\u202A-\u202E\u2066-\u2069]/gu;
const LEFT_OVER: RegExp = /\b(?:TODO|FIXME|XXX|HACK)\b|\bnot (?:yet )?implemented\b/g;
const LINE_EXEMPT: RegExp = /^\s*(?:import|export) .* from "|https?:\/\//;

/** Whether a file is TypeScript that people wrote. */
export function isSource(path: string): boolean {
  return path.endsWith(".ts");
}

/** Whether a file is a test. */
export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** Whether a file is part of what is published: neither a test nor what tests share. */
export function isShipped(path: string): boolean {
  return isSource(path) && !isTest(path) && !SHARED_BY_TESTS.test(path);
}

/** Files of TypeScript are short enough. */
export function checkFileLength(file: TextFile): Problem[] {
  const lines = file.text.split("\n").length - 1;
  if (!isSource(file.path) || lines <= FILE_LINES_MAX) return [];
  const message = `the file has ${lines} lines, more than ${FILE_LINES_MAX}: split it`;
  return [{ path: file.path, line: FILE_LINES_MAX + 1, message }];
}

/** Lines of TypeScript, grammar and shell are short enough. */
export function checkLineLength(file: TextFile): Problem[] {
  if (!/\.(?:ts|ohm|css)$/.test(file.path)) return [];
  return file.text.split("\n").flatMap((text, index) => {
    const columns = Array.from(text).length;
    if (columns <= LINE_COLUMNS_MAX || LINE_EXEMPT.test(text)) return [];
    const message = `the line has ${columns} columns, more than ${LINE_COLUMNS_MAX}`;
    return [{ path: file.path, line: index + 1, message }];
  });
}

/** Every TypeScript file opens with a comment that explains it. */
export function checkHeader(file: TextFile): Problem[] {
  if (!isSource(file.path)) return [];
  const header =
    HEADER.exec(file.text)?.[1]
      ?.replace(/[\s*]+/g, " ")
      .trim() ?? "";
  if (header.length >= HEADER_LENGTH_MIN) return [];
  const message = "the file does not open with a `/** … */` header that explains it";
  return [{ path: file.path, line: 1, message }];
}

/** Files are named for their concept. */
export function checkName(file: TextFile): Problem[] {
  if (!DRAWER.test(file.path)) return [];
  return [{ path: file.path, line: 1, message: "name the file for its concept, not as a drawer" }];
}

/** No control characters and nothing that makes text read differently from how it is parsed. */
export function checkCharacters(file: TextFile): Problem[] {
  return problemsAt(file, file.text, CONTROL, (match) => {
    const code = match.codePointAt(0) ?? 0;
    return `control character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

/** Nothing is left for later without an issue. */
export function checkLeftOvers(file: TextFile): Problem[] {
  if (!isSource(file.path)) return [];
  const comments = commentsOf(file.text);
  return problemsAt(file, comments, LEFT_OVER, (match) => `left-over \`${match}\``);
}

/** Trailing blanks and a missing final newline. */
export function checkEnds(file: TextFile): Problem[] {
  const problems = problemsAt(file, file.text, /[ \t]+$/gm, () => "blanks at the end of the line");
  if (file.text === "" || file.text.endsWith("\n")) return problems;
  const line = file.text.split("\n").length;
  return [...problems, { path: file.path, line, message: "no newline at the end of the file" }];
}

function commentsOf(text: string): string {
  const { withoutComments } = blank(text);
  return Array.from(text.matchAll(/[\s\S]/g), ({ 0: letter, index }) =>
    letter === "\n" || withoutComments[index] !== letter ? letter : " ",
  ).join("");
}
