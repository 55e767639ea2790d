/**
 * Moves a tree from the text of one declaration to its file, and measures how deep it is.
 *
 * A chain such as `a + b + c + …` nests as deeply as it is long, although the text has no
 * parenthesis. Everyone who walks a tree recurses, so the depth is limited here, once.
 */
import { nestedTooDeeply, ParseProblem } from "../syntax-errors.ts";
import type { Span } from "../source.ts";

/** Levels of nodes and lists in one declaration. Walkers need a few stack frames for each. */
export const TREE_DEPTH_MAX = 500;

/**
 * Copies `tree` with every `span` moved by `offset` into `file`. Throws `ParseProblem` when deep.
 */
export function rebase<T>(tree: T, file: string, offset: number): T {
  return moved(tree, { file, start: offset, end: offset }, 0) as T;
}

function moved(value: unknown, origin: Span, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > TREE_DEPTH_MAX) {
    throw new ParseProblem(
      nestedTooDeeply(isSpanned(value) ? value.span : { ...origin, start: 0, end: 0 }),
    );
  }
  if (Array.isArray(value)) return value.map((item) => moved(item, origin, depth + 1));
  if (isSpan(value)) return movedSpan(value, origin);
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, moved(part, origin, depth + 1)]),
  );
}

/** The same place in the file that starts at `origin`. */
export function movedSpan(span: Span, origin: Span): Span {
  return { file: origin.file, start: span.start + origin.start, end: span.end + origin.start };
}

function isSpan(value: object): value is Span {
  return "start" in value && "file" in value;
}

function isSpanned(value: object): value is { readonly span: Span } {
  return "span" in value;
}
