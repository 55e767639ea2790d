/**
 * The formatter: the same tokens and comments, in the house's layout.
 *
 *     text ─► parse ─► marks ─┐
 *       └───► scan ───────────┴► outline ─► lines of each entry ─► aligned rows ─► text
 *
 * It moves tokens and never makes them from the tree, so it cannot change a meaning, drop a comment
 * or lose a spelling. Indentation, spaces and blank lines are its own; where a line or a brace is
 * opened, the author's choice stays, unless the line is longer than `LINE_WIDTH`.
 *
 * Printing the tree was rejected: comments would need homes in every node, and each new construct
 * would have to be taught to a printer before anyone could format it.
 *
 * Invariants (property-tested): formatting twice is formatting once; the tree stays the same up to
 * places; every comment stays.
 */
import { cut } from "./cut.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { marksOf } from "./format/marks.ts";
import { outlineOf } from "./format/outline.ts";
import { layFile } from "./format/rows.ts";
import { parseModule } from "./parse.ts";
import type { SourceFile } from "./source.ts";
import { scan } from "./tokens.ts";

export interface FormatResult {
  /** The formatted text; the text as it was when there are diagnostics. */
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Formats one file. A file that cannot be read comes back unchanged, with the reasons. */
export function formatText(source: SourceFile): FormatResult {
  const { module, diagnostics } = parseModule(source);
  if (diagnostics.length > 0) return { text: source.text, diagnostics };
  const tokens = scan(source.text);
  const marks = marksOf(module, source);
  const entries = outlineOf(tokens, [...cut(tokens, source.path)], marks);
  const lines = layFile(entries, marks);
  return { text: lines.map((line) => `${line.text}\n`).join(""), diagnostics: [] };
}
