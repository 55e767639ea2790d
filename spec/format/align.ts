/**
 * Aligns neighbouring lines: bodies of rules, labels, colons of channels, comments behind lines.
 *
 *     fair on req.Open(c)                    { table += c }      // one
 *     fair on req.Data(c) if c in table      { send rep[c].Ack } // two
 *                                            └ stop "body"       └ comments
 *
 * A run is a series of single lines without a blank line, a comment line or an opened brace between
 * them. In a run, the lines that have a stop of the same name are padded to the widest, unless that
 * moves one by more than `SPREAD_MAX`; a line that would get too long stays as it is. Padding never
 * decides how lines are broken, so it cannot change the next run of the formatter.
 */
import { type Line, LINE_WIDTH } from "./flow.ts";

/** Columns by which alignment may move a part of a line. */
const SPREAD_MAX = 40;
/** Columns between a line and the comment behind it. */
const COMMENT_GAP = 2;

const STOPS = ["label", "colon", "of", "mode", "body"] as const;

/** Lines that belong together. A single line may be aligned with its neighbours. */
export interface Row {
  readonly lines: readonly Line[];
  /** Nothing before this row is aligned with it. */
  readonly startsRun: boolean;
  /** May be aligned: one line, and not a comment. */
  readonly isAlignable: boolean;
}

/** The rows as text lines, aligned where that reads well. */
export function align(rows: readonly Row[]): readonly Line[] {
  return runsOf(rows).flatMap((run) => alignRun(run));
}

function runsOf(rows: readonly Row[]): readonly (readonly Row[])[] {
  const runs: Row[][] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    const goesOn = row.isAlignable && !row.startsRun && last?.at(-1)?.isAlignable === true;
    if (last !== undefined && goesOn) last.push(row);
    else runs.push([row]);
  }
  return runs;
}

function alignRun(run: readonly Row[]): readonly Line[] {
  if (run.length === 1) return run.flatMap((row) => row.lines.map(withComment));
  let lines = run.flatMap((row) => row.lines);
  for (const stop of STOPS) lines = alignStop(lines, stop);
  return alignComments(lines);
}

function alignStop(lines: readonly Line[], name: string): Line[] {
  const columns = lines.map((line) => line.stops.find((stop) => stop.name === name)?.column);
  const present = columns.filter((column) => column !== undefined);
  const widest = Math.max(...present);
  if (present.length < 2 || widest - Math.min(...present) > SPREAD_MAX) return [...lines];
  return lines.map((line, index) => {
    const column = columns[index];
    if (column === undefined) return line;
    const padded = pad(line, column, widest - column);
    return padded.text.length > LINE_WIDTH ? line : padded;
  });
}

function pad(line: Line, column: number, width: number): Line {
  const text = line.text.slice(0, column) + " ".repeat(width) + line.text.slice(column);
  const stops = line.stops.map((stop) =>
    stop.column >= column ? { ...stop, column: stop.column + width } : stop,
  );
  return { ...line, text, stops };
}

/** Aligns the comments of lines that follow each other. */
function alignComments(lines: readonly Line[]): readonly Line[] {
  const result: Line[] = [];
  let group: Line[] = [];
  for (const line of [...lines, undefined]) {
    if (line?.comment !== undefined) {
      group.push(line);
      continue;
    }
    result.push(...alignGroup(group));
    group = [];
    if (line !== undefined) result.push(line);
  }
  return result;
}

function alignGroup(group: readonly Line[]): readonly Line[] {
  const widths = group.map((line) => line.text.length);
  const widest = Math.max(...widths);
  if (widest - Math.min(...widths) > SPREAD_MAX) return group.map(withComment);
  return group.map((line) => withComment({ ...line, text: line.text.padEnd(widest) }));
}

function withComment(line: Line): Line {
  if (line.comment === undefined) return line;
  const text = `${line.text}${" ".repeat(COMMENT_GAP)}${line.comment}`;
  return { text, stops: [], comment: undefined };
}
