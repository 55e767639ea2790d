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
import { align, type Row } from "./format/align.ts";
import {
  clean,
  INDENT,
  type LayEntries,
  layEntry,
  type Line,
  LINE_WIDTH,
  separatorOf,
  type Setting,
} from "./format/flow.ts";
import { marksOf } from "./format/marks.ts";
import { type Entry, outlineOf, type Style } from "./format/outline.ts";
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
  const entries = outlineOf(tokens, cut(tokens, source.path), marks);
  const layEntries: LayEntries = (braces, indent) =>
    align(rowsOf(braces.entries, indent, braces.style, separatorOf(braces), setting));
  const setting: Setting = { marks, layEntries };
  const lines = align(rowsOf(entries, 0, "plain", "", setting));
  return { text: lines.map((line) => `${line.text}\n`).join(""), diagnostics: [] };
}

/** Lays out entries, one row each; entries of a row style share a line where the author put them. */
function rowsOf(
  entries: readonly Entry[],
  indent: number,
  style: Style,
  separator: string,
  setting: Setting,
): readonly Row[] {
  const rows: Row[] = [];
  const lastItem = entries.findLastIndex((entry) => entry.kind !== "comment");
  entries.forEach((entry, index) => {
    const suffix = style === "comma" && entry.kind !== "comment" && index < lastItem ? "," : "";
    const hasBlank = index > 0 && entry.breaks > 1;
    const lines = withSuffix(layEntry(entry, indent, suffix.length, setting), suffix);
    const joined = hasBlank ? undefined : join(entries[index - 1], entry, rows.at(-1), lines);
    const mayJoin = style === "row" || style === "comma";
    if (mayJoin && joined !== undefined) {
      const gap = style === "comma" ? " " : separator;
      const row = joinedRow(joined, lines, gap, indent);
      if (row !== undefined) {
        rows[rows.length - 1] = row;
        return;
      }
    }
    if (hasBlank) rows.push({ lines: [BLANK], startsRun: true, isAlignable: false });
    const isAlignable = lines.length === 1 && entry.kind !== "comment";
    rows.push({ lines, startsRun: hasBlank, isAlignable });
  });
  return rows;
}

const BLANK: Line = { text: "", stops: [], comment: undefined };
