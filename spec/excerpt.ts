/**
 * One source line as a terminal shows it, with underlines that stand under the right words.
 *
 * The line is split into cells, one per grapheme cluster:
 *
 *     raw       →  c h o o s e ⇥ 状 態 ESC
 *     shown        c h o o s e     状 態 \u{1B}
 *     cells of     1 1 1 1 1 1 2  2  2  6        terminal columns
 *
 * so that a tab, a wide character and an escaped control each push the underline by what they take
 * on the screen. A line that does not fit is cut around the place of interest, with `…` where text
 * was left out. Before anything else a raw slice around that place is taken: a file of 10 MB on one
 * line costs no more than a short one.
 *
 * Limits: at least `EXCERPT_WIDTH_MIN` columns are used even on a narrower terminal.
 */
import { displayWidth, graphemes, printable } from "./printable.ts";
import { positionOf, type SourceFile, type Span } from "./source.ts";

/** Columns between tab stops. */
const TAB_WIDTH = 4;
/** Columns below which an excerpt would show nothing useful. */
export const EXCERPT_WIDTH_MIN = 20;
/** UTF-16 units kept on each side of the place of interest, per column of the terminal. */
const UNITS_PER_COLUMN = 4;
const CUT = "…";

interface Cell {
  readonly offset: number;
  readonly end: number;
  readonly text: string;
  readonly width: number;
}

/** What is drawn for one line: the text, and where in it a span of the file stands. */
export interface Excerpt {
  /** One-based. */
  readonly line: number;
  readonly text: string;
  /** Columns (zero-based start, width of at least one) of `span`; absent when it was cut away. */
  readonly place: (span: Span) => { readonly start: number; readonly width: number } | undefined;
}

/** Draws the line on which `focus` begins, in at most `width` columns. */
export function excerptOf(source: SourceFile, focus: Span, width: number): Excerpt {
  const columns = Math.max(width, EXCERPT_WIDTH_MIN);
  const { text } = source;
  const start = Math.min(focus.start, text.length);
  const lineStart = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = endOfLine(text, start, lineStart);
  const reach = columns * UNITS_PER_COLUMN;
  const from = wholeCharacter(text, Math.max(lineStart, start - reach), lineStart);
  const to = wholeCharacter(text, Math.min(lineEnd, start + reach), lineStart);
  const cells = cellsOf(text.slice(from, to), from);
  const window = windowAround(cells, start, columns, from > lineStart, to < lineEnd);
  const shown = cells.slice(window.first, window.end);
  const cutLeft = window.first > 0 || from > lineStart;
  const cutRight = window.end < cells.length || to < lineEnd;
  const body = shown.map((cell) => cell.text).join("");
  const lead = cutLeft ? 1 : 0;
  return {
    line: positionOf(text, start).line,
    text: `${cutLeft ? CUT : ""}${body}${cutRight ? CUT : ""}`.trimEnd(),
    place: (span) => placeIn(shown, span, lineEnd, lead, cutRight),
  };
}

function endOfLine(text: string, start: number, lineStart: number): number {
  const newline = text.indexOf("\n", start);
  const end = newline < 0 ? text.length : newline;
  return end > lineStart && text[end - 1] === "\r" ? end - 1 : end;
}

/** Moves an offset that falls between the halves of a surrogate pair to the pair's beginning. */
function wholeCharacter(text: string, offset: number, lineStart: number): number {
  const unit = text.charCodeAt(offset);
  const isLowHalf = unit >= 0xdc00 && unit <= 0xdfff;
  return isLowHalf && offset > lineStart ? offset - 1 : offset;
}

function cellsOf(raw: string, offset: number): Cell[] {
  const cells: Cell[] = [];
  let position = offset;
  let column = 0;
  for (const cluster of graphemes(raw)) {
    const text =
      cluster === "\t" ? " ".repeat(TAB_WIDTH - (column % TAB_WIDTH)) : printable(cluster);
    const width = displayWidth(text);
    cells.push({ offset: position, end: position + cluster.length, text, width });
    position += cluster.length;
    column += width;
  }
  return cells;
}

/** Chooses the cells to show: all when they fit, otherwise some on both sides of `focus`. */
function windowAround(
  cells: readonly Cell[],
  focus: number,
  columns: number,
  cutBefore: boolean,
  cutAfter: boolean,
): { first: number; end: number } {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= columns && !cutBefore && !cutAfter) return { first: 0, end: cells.length };
  const room = columns - 2 * CUT.length;
  const focusCell = cells.findIndex((cell) => cell.end > focus);
  let first = focusCell < 0 ? cells.length : focusCell;
  let before = Math.floor(room / 2);
  while (first > 0 && (cells[first - 1]?.width ?? 0) <= before) {
    first--;
    before -= cells[first]?.width ?? 0;
  }
  let end = first;
  let left = room;
  while (end < cells.length && (cells[end]?.width ?? 0) <= left) {
    left -= cells[end]?.width ?? 0;
    end++;
  }
  return { first, end };
}

function placeIn(
  shown: readonly Cell[],
  span: Span,
  lineEnd: number,
  lead: number,
  cutRight: boolean,
): { start: number; width: number } | undefined {
  const firstOffset = shown[0]?.offset;
  if (firstOffset !== undefined && span.start < firstOffset) return undefined;
  const stop = Math.min(span.end, lineEnd);
  let start = lead;
  let width = 0;
  let reached = false;
  for (const cell of shown) {
    if (cell.end <= span.start) {
      start += cell.width;
      continue;
    }
    reached = true;
    if (cell.offset < stop) width += cell.width;
  }
  if (!reached && cutRight) return undefined;
  return { start, width: Math.max(width, 1) };
}
