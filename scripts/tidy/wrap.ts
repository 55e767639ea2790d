/**
 * Wraps comments that are wider than a line may be; the formatter leaves comments alone.
 *
 * Only what is too wide moves: its last words go to the beginning of the next line of the same
 * paragraph, and so on, so that a change stays as small as it can be. Drawings, tables and lists
 * keep their shape: a line continues a paragraph only if it has the same indentation and begins
 * with a word. A comment in one line becomes one of several lines. Comments behind code are not
 * touched.
 */
import { LINE_COLUMNS_MAX } from "./layout.ts";

const ONE_LINE_BLOCK: RegExp = /^(\s*)(\/\*\*?) (.*) \*\/$/;
const COMMENT_LINE: RegExp = /^(\s*(?:\*|\/\/)) ( *)(\S.*)$/;
const LIST_MARK: RegExp = /^(?:[-*] |\d+\. )/;
/** Two blanks inside of a line are a table or a drawing; a bar is one too. */
const SHAPED: RegExp = /\S {2,}\S|^[|+]/;

interface CommentLine {
  /** What stands before the blank: ` *` or `//`. */
  readonly lead: string;
  readonly indent: string;
  readonly words: string;
}

/** The text with its comments wrapped. Wrapping again changes nothing. */
export function wrapComments(text: string): string {
  const lines = text.split("\n").flatMap(openOneLiner);
  for (let index = 0; index < lines.length; index++) {
    const line = read(lines[index] ?? "");
    if (line === undefined || columns(lines[index] ?? "") <= LINE_COLUMNS_MAX) continue;
    if (SHAPED.test(line.words)) continue;
    const { kept, moved } = split(line);
    if (moved === "") continue;
    lines[index] = write({ ...line, words: kept });
    const mark = LIST_MARK.exec(line.words)?.[0] ?? "";
    const indent = line.indent + " ".repeat(mark.length);
    const next = read(lines[index + 1] ?? "");
    if (next !== undefined && continues(next, line.lead, indent)) {
      lines[index + 1] = write({ ...next, words: `${moved} ${next.words}` });
    } else {
      lines.splice(index + 1, 0, write({ lead: line.lead, indent, words: moved }));
    }
  }
  return lines.join("\n");
}

function openOneLiner(line: string): string[] {
  const [, space, open, words] = ONE_LINE_BLOCK.exec(line) ?? [];
  if (space === undefined || columns(line) <= LINE_COLUMNS_MAX) return [line];
  return [`${space}${open}`, `${space} * ${words}`, `${space} */`];
}

function read(line: string): CommentLine | undefined {
  const [, lead, indent, words] = COMMENT_LINE.exec(line) ?? [];
  if (lead === undefined || indent === undefined || words === undefined) return undefined;
  return { lead, indent, words };
}

function write({ lead, indent, words }: CommentLine): string {
  return `${lead} ${indent}${words}`;
}

function continues(next: CommentLine, lead: string, indent: string): boolean {
  const isProse = !LIST_MARK.test(next.words) && !SHAPED.test(next.words);
  return isProse && next.lead === lead && next.indent === indent && !next.words.startsWith("@");
}

/** Cuts before the last word that fits; `moved` is empty when the first word does not fit. */
function split(line: CommentLine): { kept: string; moved: string } {
  const room = LINE_COLUMNS_MAX - columns(`${line.lead} ${line.indent}`);
  const cut = Array.from(line.words)
    .slice(0, room + 1)
    .join("")
    .lastIndexOf(" ");
  if (cut <= 0) return { kept: line.words, moved: "" };
  return { kept: line.words.slice(0, cut), moved: line.words.slice(cut + 1) };
}

function columns(line: string): number {
  return Array.from(line).length;
}
