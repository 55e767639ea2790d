/**
 * Places in specification texts.
 *
 * Every node of the syntax tree and every part of a Model carries a `Span`, so that a diagnostic, a
 * counterexample and a page can all point at the same words. Offsets are UTF-16 code units, as in
 * JavaScript strings and the Language Server Protocol.
 */

/** A specification text as it was read. `path` is what the user typed or what `use` resolved to. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Half-open range `[start, end)` of UTF-16 offsets in the file named `file`. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** One-based line and column, as editors and compilers print them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const NEWLINE = 10;

/** Finds the line and column of `offset` in `text`. An offset past the end gives the last place. */
export function positionOf(text: string, offset: number): Position {
  const stop = Math.min(offset, text.length);
  let line = 1;
  let lineStart = 0;
  for (let index = 0; index < stop; index++) {
    if (text.charCodeAt(index) === NEWLINE) {
      line++;
      lineStart = index + 1;
    }
  }
  return { line, column: stop - lineStart + 1 };
}

/**
 * The text of line `line` (one-based), without its line ending; empty when there is no such line.
 */
export function lineText(text: string, line: number): string {
  return (text.split("\n", line)[line - 1] ?? "").replace(/\r$/, "");
}
