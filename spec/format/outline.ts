/**
 * The outline of a file: its tokens, grouped into entries and braces.
 *
 *     mode Up { step a -> B { x = 1 } }      // why
 *     └ entry of the file ──────────────┘    └ trailing
 *               └ entry ──────────────┘
 *                             └ entry┘
 *
 * Every token and every comment of the file is in the outline exactly once, in order, except the
 * signs that only separate entries (`;`, and `,` in lists in braces): those are printed anew.
 */
import type { Piece } from "../cut.ts";
import type { Token } from "../tokens.ts";
import type { Marks } from "./marks.ts";
import { wordSet } from "../words.ts";

/** How the entries of braces are separated: `, `, `; `, or by space alone. */
export type Style = "comma" | "block" | "plain" | "row";

export interface Braces {
  readonly open: Token;
  readonly close: Token;
  readonly style: Style;
  /** A `//` comment behind the opening brace. */
  readonly openComment: Token | undefined;
  readonly entries: readonly Entry[];
}

export type Element = Token | Braces;

export interface Entry {
  /** The kind of the node, or "comment" for comments on lines of their own. */
  readonly kind: string;
  readonly elements: readonly Element[];
  /** Line breaks before it in the source. */
  readonly breaks: number;
  /** Comments behind it on its line. */
  readonly trailing: readonly Token[];
}

export function isBraces(element: Element): element is Braces {
  return "entries" in element;
}

/** Constructs whose entries may share a line as the author wrote them. */
const ROWS: ReadonlySet<string> = wordSet(
  "check scenario log binding deployment hardware heal traffic member",
);
const LISTS: ReadonlySet<string> = new Set(["enum", "record", "message", "domain"]);
const EFFECTS: ReadonlySet<string> = wordSet(
  "step receive after onInterrupt entry exit fault line if for",
);

/** Where the reading of the tokens has come to. */
interface Cursor {
  readonly tokens: readonly Token[];
  readonly marks: Marks;
  next: number;
}

interface DraftEntry {
  readonly kind: string;
  readonly elements: Element[];
  readonly breaks: number;
  readonly trailing: Token[];
  end: number;
}

/** Groups all tokens of a file. `pieces` are its top-level declarations. */
export function outlineOf(
  tokens: readonly Token[],
  pieces: readonly Piece[],
  marks: Marks,
): readonly Entry[] {
  const items = new Map(marks.items);
  for (const piece of pieces) {
    const kind = piece.tokens[0]?.text ?? "";
    items.set(piece.start, { kind, end: piece.end });
  }
  const cursor: Cursor = { tokens, marks: { ...marks, items }, next: 0 };
  return readEntries(cursor, "plain");
}

/** Reads entries up to the closing brace, which is left, or to the end of the file. */
function readEntries(cursor: Cursor, style: Style): readonly Entry[] {
  const entries: DraftEntry[] = [];
  for (;;) {
    const token = cursor.tokens[cursor.next];
    const last = entries.at(-1);
    if (token === undefined) return entries;
    const isInside = last !== undefined && token.start < last.end;
    if (!isInside && token.text === "}") return entries;
    if (token.kind === "comment" && !isInside) {
      addComment(entries, token);
      cursor.next++;
    } else if (isInside) {
      last.elements.push(readElement(cursor, last.kind, token));
    } else if (token.text === ";" || (token.text === "," && style === "comma")) {
      cursor.next++;
    } else if (token.text === "," && last !== undefined) {
      // A list that the tree keeps as several items, such as `faults a.f <= 1, b.g <= 2`.
      last.elements.push(token);
      cursor.next++;
      last.end = endOfNext(cursor);
    } else {
      entries.push(newEntry(cursor, token));
    }
  }
}

function addComment(entries: DraftEntry[], comment: Token): void {
  const last = entries.at(-1);
  // Between two comments of one line there was a separator, which is printed elsewhere.
  const isOpen = last?.trailing.every((before) => before.text.startsWith("/*")) === true;
  if (comment.breaks === 0 && isOpen && last.kind !== "comment") {
    last.trailing.push(comment);
    return;
  }
  const { breaks, end } = comment;
  entries.push({ kind: "comment", elements: [comment], breaks, trailing: [], end });
}

function newEntry(cursor: Cursor, token: Token): DraftEntry {
  const item = cursor.marks.items.get(token.start);
  const kind = item?.kind ?? "";
  const entry: DraftEntry = {
    kind,
    elements: [],
    breaks: token.breaks,
    trailing: [],
    end: item?.end ?? token.end,
  };
  entry.elements.push(readElement(cursor, kind, token));
  return entry;
}

function endOfNext(cursor: Cursor): number {
  const next = cursor.tokens.slice(cursor.next).find((token) => token.kind !== "comment");
  if (next === undefined) return 0;
  return cursor.marks.items.get(next.start)?.end ?? next.end;
}

function readElement(cursor: Cursor, kind: string, token: Token): Element {
  const before = cursor.tokens[cursor.next - 1];
  cursor.next++;
  if (token.text !== "{" || cursor.marks.sets.has(token.start)) return token;
  const style = before?.text === "where" ? "comma" : styleOf(kind);
  const first = cursor.tokens[cursor.next];
  const hasComment = first?.breaks === 0 && first.text.startsWith("//");
  if (hasComment) cursor.next++;
  const entries = readEntries(cursor, style);
  const close = cursor.tokens[cursor.next];
  if (close === undefined) throw new Error("a file that was read has all its braces");
  cursor.next++;
  return { open: token, close, style, openComment: hasComment ? first : undefined, entries };
}

function styleOf(kind: string): Style {
  if (LISTS.has(kind)) return "comma";
  if (EFFECTS.has(kind)) return "block";
  return ROWS.has(kind) ? "row" : "plain";
}
