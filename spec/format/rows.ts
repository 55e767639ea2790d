/**
 * Rows: the entries of a file or of opened braces, one below the other.
 *
 * Blank lines between entries are kept, at most one. In checks, scenarios, logs and lists, entries
 * that the author wrote on one line share a line as long as it fits; elsewhere each has its own.
 */
import { align, type Row } from "./align.ts";
import {
  type LayEntries,
  layEntry,
  type Line,
  LINE_WIDTH,
  separatorOf,
  type Setting,
} from "./flow.ts";
import type { Marks } from "./marks.ts";
import { type Braces, type Entry, isBraces } from "./outline.ts";

const BLANK: Line = { text: "", stops: [], comment: undefined };

/** Lays out the entries of a whole file. */
export function layFile(entries: readonly Entry[], marks: Marks): readonly Line[] {
  const layEntries: LayEntries = (braces, indent) => layBraces(braces, indent, setting);
  const setting: Setting = { marks, layEntries };
  const rows: Row[] = [];
  entries.forEach((entry, index) => {
    addRow(rows, entry, layEntry(entry, 0, 0, setting), index > 0 && entry.breaks > 1);
  });
  return align(rows);
}

function layBraces(braces: Braces, indent: number, setting: Setting): readonly Line[] {
  const { entries, style } = braces;
  const lastItem = entries.findLastIndex((entry) => entry.kind !== "comment");
  const mayShare = style === "row" || style === "comma";
  const gap = style === "comma" ? " " : separatorOf(braces);
  const rows: Row[] = [];
  entries.forEach((entry, index) => {
    const needsComma = style === "comma" && entry.kind !== "comment" && index < lastItem;
    const reserve = needsComma ? 1 : 0;
    const lines = withSuffix(layEntry(entry, indent, reserve, setting), needsComma ? "," : "");
    const shared = mayShare && sharesLine(entries[index - 1], entry);
    const joined = shared ? joinedLine(rows.at(-1), lines, gap) : undefined;
    if (joined === undefined) addRow(rows, entry, lines, index > 0 && entry.breaks > 1);
    else rows[rows.length - 1] = { lines: [joined], startsRun: true, isAlignable: true };
  });
  return align(rows);
}

function addRow(rows: Row[], entry: Entry, lines: readonly Line[], hasBlank: boolean): void {
  if (hasBlank) rows.push({ lines: [BLANK], startsRun: true, isAlignable: false });
  const isAlignable = lines.length === 1 && entry.kind !== "comment";
  rows.push({ lines, startsRun: hasBlank, isAlignable });
}

/** Adds a sign behind the last line, before its comment. */
function withSuffix(lines: readonly Line[], suffix: string): readonly Line[] {
  const last = lines.at(-1);
  if (last === undefined || suffix === "") return lines;
  return [...lines.slice(0, -1), { ...last, text: last.text + suffix }];
}

/** True when the author wrote `entry` on the line of the entry before it. */
function sharesLine(before: Entry | undefined, entry: Entry): boolean {
  if (before === undefined || before.kind === "comment" || entry.kind === "comment") return false;
  return entry.breaks === 0 && before.trailing.length === 0 && !entry.elements.some(isBraces);
}

/** The line of a row with one more entry behind it, when both are one line and fit. */
function joinedLine(row: Row | undefined, lines: readonly Line[], gap: string): Line | undefined {
  const [first] = row?.lines ?? [];
  const [next] = lines;
  const isSingle = row?.lines.length === 1 && lines.length === 1;
  if (!isSingle || first === undefined || next === undefined) return undefined;
  if (first.comment !== undefined) return undefined;
  const text = first.text + gap + next.text.trimStart();
  return text.length > LINE_WIDTH ? undefined : { text, stops: [], comment: next.comment };
}
