/**
 * Places: from UTF-16 offsets in texts to lines and columns in the sources of a report.
 *
 * A page shows sources by line, so offsets are turned into lines once, here, with a table of line
 * beginnings per file. The table also remembers which lines were pointed at: a text that is too
 * large for a page is reduced to the surroundings of those lines, and the page says so.
 */
import type { SourceFile, Span } from "../spec/source.ts";
import type { Place, SourcePiece, SourceReport } from "./document.ts";

/** Texts up to this many UTF-16 units are shown whole. */
export const WHOLE_SOURCE_LIMIT = 400_000;
/** Lines kept on either side of a line that something points at, in larger texts. */
export const EXCERPT_MARGIN = 25;
/** Longer lines are cut at the end, in UTF-16 units. */
export const LINE_LENGTH_LIMIT = 2_000;
/** Surroundings kept of one large text, in lines. */
export const EXCERPT_LINE_LIMIT = 4_000;

interface IndexedSource {
  readonly file: SourceFile;
  readonly starts: readonly number[];
  readonly used: Set<number>;
}

/** Turns spans into places and, at the end, gives the sources as far as a page shows them. */
export interface PlaceIndex {
  readonly placeOf: (span: Span | undefined) => Place | undefined;
  readonly sources: () => readonly SourceReport[];
  /** One sentence for each source that is not shown whole. */
  readonly cuts: () => readonly string[];
}

/** Builds the index. A span in a file that is not among `files` has no place. */
export function indexPlaces(files: readonly SourceFile[]): PlaceIndex {
  const indexed: IndexedSource[] = [];
  const byPath = new Map<string, number>();
  for (const file of files) {
    if (byPath.has(file.path)) {
      continue;
    }
    byPath.set(file.path, indexed.length);
    indexed.push({ file, starts: lineStarts(file.text), used: new Set() });
  }
  const placeOf = (span: Span | undefined): Place | undefined => {
    const source = span === undefined ? undefined : byPath.get(span.file);
    const entry = source === undefined ? undefined : indexed[source];
    if (span === undefined || source === undefined || entry === undefined) {
      return undefined;
    }
    const start = Math.min(Math.max(span.start, 0), entry.file.text.length);
    const end = Math.min(Math.max(span.end, start), entry.file.text.length);
    const line = lineOf(entry.starts, start);
    const endLine = lineOf(entry.starts, end);
    entry.used.add(line);
    entry.used.add(endLine);
    return {
      source,
      line,
      column: start - (entry.starts[line - 1] ?? 0) + 1,
      endLine,
      endColumn: end - (entry.starts[endLine - 1] ?? 0) + 1,
    };
  };
  return {
    placeOf,
    sources: () => indexed.map(reportOf),
    cuts: () =>
      indexed
        .filter(({ file }) => file.text.length > WHOLE_SOURCE_LIMIT)
        .map(({ file }) => `${file.path} is shown only around the places that are pointed at`),
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

/** One-based line of an offset: the last line that begins at or before it. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low + 1;
}

function reportOf({ file, starts, used }: IndexedSource): SourceReport {
  const lineCount = starts.length;
  if (file.text.length <= WHOLE_SOURCE_LIMIT) {
    return { path: file.path, lineCount, pieces: [piece(file.text, starts, 1, lineCount)] };
  }
  const pieces: SourcePiece[] = [];
  let kept = 0;
  let next = 1;
  for (const line of [...used].toSorted((left, right) => left - right)) {
    const first = Math.max(next, line - EXCERPT_MARGIN);
    const last = Math.min(lineCount, line + EXCERPT_MARGIN);
    if (last < first || kept + last - first >= EXCERPT_LINE_LIMIT) {
      continue;
    }
    pieces.push(piece(file.text, starts, first, last));
    kept += last - first + 1;
    next = last + 1;
  }
  return { path: file.path, lineCount, pieces };
}

function piece(text: string, starts: readonly number[], first: number, last: number): SourcePiece {
  const lines: string[] = [];
  for (let line = first; line <= last; line++) {
    const whole = text.slice(starts[line - 1], starts[line] ?? text.length);
    const clean = whole.replace(/\r?\n$/, "");
    lines.push(
      clean.length <= LINE_LENGTH_LIMIT ? clean : `${clean.slice(0, LINE_LENGTH_LIMIT)} …`,
    );
  }
  return { first, lines };
}
