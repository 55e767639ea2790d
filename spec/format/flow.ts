/**
 * Lays one entry out as lines.
 *
 * Three attempts, the first that fits wins: braces on one line; braces opened; braces opened and
 * long lines broken. Braces that the author opened stay open, and line breaks that the author made
 * between two tokens stay, so the second run finds what the first one wrote.
 *
 *     invariant NoHalfOpen:                          a line after `:` goes in by two
 *       server in Up and quiet implies
 *         forall c in Client: app[c] in Open         other lines go in by two more, and stay there
 *
 * The columns at which neighbouring entries may be aligned are handed out with the lines
 * (`align.ts`).
 */
import type { Token } from "../tokens.ts";
import type { Marks } from "./marks.ts";
import { type Braces, type Element, type Entry, isBraces } from "./outline.ts";
import { type Gap, isTight } from "./spacing.ts";
import { wordSet } from "../words.ts";

/** Columns of a line, comments behind it not counted. */
export const LINE_WIDTH = 100;
export const INDENT = 2;

/** A column of a line where padding may be inserted. */
export interface Stop {
  readonly name: string;
  readonly column: number;
}

export interface Line {
  readonly text: string;
  readonly stops: readonly Stop[];
  /** The comment behind the line. */
  readonly comment: string | undefined;
}

/** Lays out the entries of opened braces. Handed in, because entries and braces hold each other. */
export type LayEntries = (braces: Braces, indent: number) => readonly Line[];

export interface Setting {
  readonly marks: Marks;
  readonly layEntries: LayEntries;
}

const LOOSE_COLONS: ReadonlySet<string> = new Set(["port", "var", "instance", "channel", "const"]);
const RULES: ReadonlySet<string> = new Set(["step", "receive", "after", "onInterrupt"]);

/** Signs and words before which a long line is broken. */
const BREAK_BEFORE: ReadonlySet<string> = wordSet(
  "and or implies leads until since within then else -> =>",
);

/** How an attempt treats braces and long lines. */
interface Attempt {
  readonly opened: boolean;
  readonly filled: boolean;
  /** Columns to leave free for a sign behind the entry. */
  readonly reserve: number;
}

/** The lines of an entry, the first one without its indentation. */
export function layEntry(
  entry: Entry,
  indent: number,
  reserve: number,
  setting: Setting,
): readonly Line[] {
  const canClose = entry.elements.every((part) => !isBraces(part) || canBeClosed(part));
  if (canClose) {
    const closed = flow(entry, indent, { opened: false, filled: false, reserve }, setting);
    if (fits(closed, reserve)) return closed;
  }
  const opened = flow(entry, indent, { opened: true, filled: false, reserve }, setting);
  if (fits(opened, reserve)) return opened;
  return flow(entry, indent, { opened: true, filled: true, reserve }, setting);
}

/** True when the lines that belong to the entry itself are short enough. */
function fits(lines: readonly Line[], reserve: number): boolean {
  return lines.every((line, index) => {
    const free = index === lines.length - 1 ? LINE_WIDTH - reserve : LINE_WIDTH;
    return line.text.length <= free;
  });
}

/** True when everything between the braces stands on one line and can stay there. */
function canBeClosed(braces: Braces): boolean {
  if (braces.openComment !== undefined || braces.close.breaks > 0) return false;
  return braces.entries.every(
    (entry) =>
      entry.elements.every(isOnOneLine) && entry.breaks === 0 && entry.trailing.every(isOnOneLine),
  );
}

function isOnOneLine(element: Element): boolean {
  if (isBraces(element)) return element.open.breaks === 0 && canBeClosed(element);
  if (element.breaks > 0) return false;
  return element.kind !== "comment" || isInline(element);
}

/** A comment after which the line may go on. */
function isInline(comment: Token): boolean {
  return comment.text.startsWith("/*") && !comment.text.includes("\n");
}

// ---------------------------------------------------------------------------- one entry

/** The lines of an entry while it is laid out. */
interface Writer {
  readonly entry: Entry;
  readonly attempt: Attempt;
  readonly setting: Setting;
  readonly indent: number;
  readonly lines: Line[];
  text: string;
  stops: Stop[];
  previous: Token | undefined;
  beforePrevious: Token | undefined;
  /** A comment ended the line. */
  mustBreak: boolean;
  /** The comment behind the line, when the entry goes on below it. */
  comment: string | undefined;
  /** Indentation of the line before, and of lines that go on without a `:` before them. */
  lineIndent: number;
  hang: number;
  depth: number;
  sawColon: boolean;
}

function flow(entry: Entry, indent: number, attempt: Attempt, setting: Setting): readonly Line[] {
  const writer: Writer = {
    entry,
    attempt,
    setting,
    indent,
    lines: [],
    text: " ".repeat(indent),
    stops: [],
    previous: undefined,
    beforePrevious: undefined,
    mustBreak: false,
    comment: undefined,
    lineIndent: indent,
    hang: indent + 2 * INDENT,
    depth: 0,
    sawColon: false,
  };
  entry.elements.forEach((element, index) => {
    if (isBraces(element)) writeBraces(writer, element);
    else writeToken(writer, element, entry.elements.slice(index + 1));
  });
  const comment = entry.trailing.map((token) => clean(token)).join(" ");
  endLine(writer, comment === "" ? undefined : comment);
  return writer.lines;
}

function endLine(writer: Writer, comment: string | undefined): void {
  writer.lines.push({ text: writer.text.trimEnd(), stops: writer.stops, comment });
  writer.text = "";
  writer.stops = [];
}

function writeToken(writer: Writer, token: Token, rest: readonly Element[]): void {
  const { previous, entry } = writer;
  if (token.text === "(" || token.text === "[") writer.depth++;
  if (token.text === ")" || token.text === "]") writer.depth--;
  const isFirstColon = token.text === ":" && writer.depth === 0 && !writer.sawColon;
  if (previous !== undefined) separate(writer, previous, token, isFirstColon, rest);
  const stop = stopAt(entry, token, previous, isFirstColon, writer);
  if (stop !== undefined) writer.stops.push({ name: stop, column: writer.text.length });
  if (isFirstColon) writer.sawColon = true;
  writer.mustBreak = token.kind === "comment" && !isInline(token);
  if (token.text.startsWith("//") && writer.text.trim() !== "") writer.comment = clean(token);
  else writer.text += token.kind === "comment" ? clean(token) : token.text;
  remember(writer, token);
}

function remember(writer: Writer, token: Token): void {
  writer.beforePrevious = writer.previous;
  writer.previous = token;
}

/** Writes what stands between two tokens: nothing, a space or a new line. */
function separate(
  writer: Writer,
  previous: Token,
  next: Token,
  isFirstColon: boolean,
  rest: readonly Element[],
): void {
  const isLooseColon = isFirstColon && LOOSE_COLONS.has(writer.entry.kind);
  const gap: Gap = { beforePrevious: writer.beforePrevious, previous, next, isLooseColon };
  if (isTight(gap, writer.setting.marks) && !writer.mustBreak) return;
  const isFull = writer.attempt.filled && mayBreak(gap) && !hasRoom(writer, next, rest);
  if (writer.mustBreak || next.breaks > 0 || isFull) newLine(writer, previous);
  else writer.text += " ";
}

function newLine(writer: Writer, previous: Token): void {
  endLine(writer, writer.comment);
  writer.comment = undefined;
  const isIntroduced = previous.text === ":";
  const indent = isIntroduced ? writer.lineIndent + INDENT : writer.hang;
  if (isIntroduced) writer.hang = indent + INDENT;
  writer.lineIndent = indent;
  writer.text = " ".repeat(indent);
}

function mayBreak(gap: Gap): boolean {
  return gap.previous.text === "," || BREAK_BEFORE.has(gap.next.text);
}

/** True when `next` and what sticks to it, up to the next place for a break, fit on the line. */
function hasRoom(writer: Writer, next: Token, rest: readonly Element[]): boolean {
  let width = writer.text.length + 1 + next.text.length;
  let beforePrevious = writer.previous;
  let previous = next;
  for (const element of rest) {
    if (isBraces(element)) return width + 2 <= LINE_WIDTH;
    const gap = { beforePrevious, previous, next: element, isLooseColon: false };
    const tight = isTight(gap, writer.setting.marks);
    if (!tight && (element.breaks > 0 || mayBreak(gap))) return width <= LINE_WIDTH;
    if (element.text.startsWith("//")) return width <= LINE_WIDTH;
    width += element.text.length + (tight ? 0 : 1);
    beforePrevious = previous;
    previous = element;
  }
  return width <= LINE_WIDTH - writer.attempt.reserve;
}

function stopAt(
  entry: Entry,
  token: Token,
  previous: Token | undefined,
  isFirstColon: boolean,
  writer: Writer,
): string | undefined {
  if (entry.kind === "channel" && isFirstColon) return "colon";
  if (entry.kind === "check" && token.text === "of" && writer.stops.length === 0) return "of";
  const isAfterLabel = entry.kind === "line" && previous?.text === ":" && writer.stops.length === 0;
  return isAfterLabel ? "label" : undefined;
}

function writeBraces(writer: Writer, braces: Braces): void {
  const { entry, previous, attempt } = writer;
  if (writer.mustBreak && previous !== undefined) newLine(writer, previous);
  else if (previous !== undefined) writer.text += " ";
  const isLabelled = entry.kind === "line" && previous?.text === ":";
  if (RULES.has(entry.kind)) writer.stops.push({ name: "body", column: writer.text.length });
  if (entry.kind === "mode") writer.stops.push({ name: "mode", column: writer.text.length });
  if (isLabelled) writer.stops.push({ name: "label", column: writer.text.length });
  if (!attempt.opened || isEmpty(braces)) {
    writer.text += closedBraces(braces, writer.setting.marks);
  } else {
    writer.text += "{";
    endLine(writer, braces.openComment === undefined ? undefined : clean(braces.openComment));
    writer.lines.push(...writer.setting.layEntries(braces, writer.indent + INDENT));
    writer.text = `${" ".repeat(writer.indent)}}`;
    writer.lineIndent = writer.indent;
  }
  writer.mustBreak = false;
  remember(writer, braces.close);
}

function isEmpty(braces: Braces): boolean {
  return braces.entries.length === 0 && braces.openComment === undefined;
}

// ---------------------------------------------------------------------------- closed braces

/** The sign that separates entries on one line. */
export function separatorOf(braces: Braces): string {
  if (braces.style === "comma") return ", ";
  return braces.style === "block" ? "; " : "  ";
}

function closedBraces(braces: Braces, marks: Marks): string {
  if (braces.entries.length === 0) return "{ }";
  const separator = separatorOf(braces);
  let text = "{ ";
  braces.entries.forEach((entry, index) => {
    const isLast = index === braces.entries.length - 1;
    const isComment = entry.kind === "comment";
    text += closedEntry(entry, marks) + (isLast ? "" : isComment ? " " : separator);
  });
  return `${text} }`;
}

function closedEntry(entry: Entry, marks: Marks): string {
  const setting: Setting = { marks, layEntries: () => [] };
  const attempt = { opened: false, filled: false, reserve: 0 };
  const lines = flow({ ...entry, trailing: [] }, 0, attempt, setting);
  const comments = entry.trailing.map((token) => ` ${clean(token)}`);
  return lines.map((line) => line.text).join(" ") + comments.join("");
}

/** A comment without carriage returns; a `//` comment has no space at its end either. */
export function clean(comment: Token): string {
  return comment.text.replaceAll("\r\n", "\n");
}
