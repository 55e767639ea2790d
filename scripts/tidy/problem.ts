/**
 * What a tidy check looks at and what it returns.
 *
 * A check is a function from a file to problems; it reads nothing itself, so that its unit test is
 * a text and the expected lines. `path` is relative to the repository root, with `/`.
 */

/** A tracked text file. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** One finding, printed as `path:line: error: message`. */
export interface Problem {
  readonly path: string;
  /** One-based. */
  readonly line: number;
  readonly message: string;
}

/** Prints a problem in the form that editors make clickable. */
export function describeProblem(problem: Problem): string {
  return `${problem.path}:${problem.line}: error: ${problem.message}`;
}

/** The one-based line on which `offset` lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** One problem per match of `pattern`, which must be global. */
export function problemsAt(
  file: TextFile,
  searched: string,
  pattern: RegExp,
  message: (match: string) => string,
): Problem[] {
  return Array.from(searched.matchAll(pattern), (match) => ({
    path: file.path,
    line: lineAt(file.text, match.index),
    message: message(match[0].trim()),
  }));
}
