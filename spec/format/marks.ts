/**
 * What the formatter takes from the syntax tree: where the items are, and what ambiguous signs
 * mean.
 *
 * Tokens alone do not say whether `{` opens a set or the body of a rule, `<` compares or opens a
 * type, `-` subtracts or negates. The tree knows; this module writes it down by offset.
 */
import type { SourceFile, Span } from "../source.ts";
import type { Module } from "../syntax.ts";
import { wordSet } from "../words.ts";

/** An item of a construct: something that may stand on a line of its own. */
export interface ItemMark {
  /** The node's kind; "member" for parts that have none. */
  readonly kind: string;
  readonly end: number;
}

export interface Marks {
  /** By the offset of the first token of the item. */
  readonly items: ReadonlyMap<number, ItemMark>;
  /** Offsets of `{` that open a set. */
  readonly sets: ReadonlySet<number>;
  /** Offsets of `<` and `>` of types. */
  readonly angles: ReadonlySet<number>;
  /** Offsets of `-` that negate. */
  readonly signs: ReadonlySet<number>;
  /** Offsets behind `1%`. */
  readonly percents: ReadonlySet<number>;
}

/** Keys of the tree under which the items of braces are listed. */
const ITEM_KEYS: ReadonlySet<string> = wordSet(
  `items modes regions variables lines statements settings mappings ports members fields
   kinds where instances goals`,
);

type Fields = Readonly<Record<string, unknown>>;

class Collector {
  readonly items = new Map<number, ItemMark>();
  readonly sets = new Set<number>();
  readonly angles = new Set<number>();
  readonly signs = new Set<number>();
  readonly percents = new Set<number>();
}

/** Walks the tree of `source` and collects its marks. */
export function marksOf(module: Module, source: SourceFile): Marks {
  const marks = new Collector();
  visit(module.declarations, source.text, marks);
  return marks;
}

function visit(value: unknown, text: string, marks: Collector): void {
  if (Array.isArray(value)) {
    for (const part of value) visit(part, text, marks);
  } else if (isFields(value)) {
    mark(value, text, marks);
    for (const [key, part] of Object.entries(value)) {
      if (ITEM_KEYS.has(key) && Array.isArray(part) && !isElseIf(value, text)) {
        for (const item of part) markItem(item, marks);
      }
      visit(part, text, marks);
    }
  }
}

/** The block of `else if` has no braces; its `if` goes on in the line of the `else`. */
function isElseIf(node: Fields, text: string): boolean {
  return node["kind"] === "block" && isSpan(node["span"]) && text[node["span"].start] !== "{";
}

function markItem(item: unknown, marks: Collector): void {
  if (!isFields(item)) return;
  const start = startOf(item);
  const end = endOf(item);
  if (start === undefined || end === undefined) return;
  const kind = typeof item["kind"] === "string" ? item["kind"] : "member";
  marks.items.set(start, { kind, end });
}

function startOf(node: Fields): number | undefined {
  if (isSpan(node["span"])) return node["span"].start;
  return isFields(node["name"]) ? startOf(node["name"]) : undefined;
}

/** Fields and values by name have no place of their own: they end with their type or value. */
function endOf(node: Fields): number | undefined {
  if (isSpan(node["span"])) return node["span"].end;
  const last = node["type"] ?? node["value"];
  return isFields(last) ? endOf(last) : undefined;
}

function mark(node: Fields, text: string, marks: Collector): void {
  const span = node["span"];
  if (!isSpan(span)) return;
  switch (node["kind"]) {
    case "setLiteral":
    case "comprehension":
      marks.sets.add(span.start);
      break;
    case "setType":
    case "mapType":
    case "listType":
      marks.angles.add(text.indexOf("<", span.start));
      marks.angles.add(span.end - 1);
      break;
    case "minus":
      marks.signs.add(span.start);
      break;
    case "percent":
      marks.percents.add(span.end);
      break;
    default:
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isSpan(value: unknown): value is Span {
  return isFields(value) && typeof value["start"] === "number" && typeof value["end"] === "number";
}
