/**
 * Diagnostics as text and as JSON: the edge at which data becomes words.
 *
 *     error E0203: this can leave the range of `Inc`        severity, code, title
 *       --> netserver.libretto:21:49                        place
 *        |
 *     12 |   durable var inc : Inc = 0                      related place, same file
 *        |                     --- `Inc` is 0..3
 *     21 |     fair step restart -> Up   { inc += 1 }       the culprit
 *        |                                 ^^^^^^^^ when inc is 3 this would be 4
 *        |
 *        = reached in check `crashFour` after 17 steps      related place elsewhere, notes
 *        = hint: guard it (`if inc < 3`)                    one change that can be applied
 *
 * Excerpts stand in line order. A span of several lines is underlined on its first. Nothing in the
 * texts can act on the terminal (`printable.ts`). The same diagnostic gives the same bytes; the
 * catalogue in `docs/errors/` is compared with them.
 *
 * Wrapping the source line was rejected: a caret under a wrapped line points at nothing. Long lines
 * are cut around the caret instead (`excerpt.ts`); notes and hints are wrapped between words.
 *
 * Limits: `RELATED_MAX` related places and, in a list, `DIAGNOSTICS_PER_FILE_MAX` messages per file
 * are printed; the rest are counted.
 */
import { styleText } from "node:util";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import { EXCERPT_WIDTH_MIN, type Excerpt, excerptOf } from "./excerpt.ts";
import { displayWidth, printable } from "./printable.ts";
import { positionOf, type SourceFile, type Span } from "./source.ts";

/** Messages printed per file before the rest are only counted. */
export const DIAGNOSTICS_PER_FILE_MAX = 20;
/** Related places drawn or named per message before the rest are only counted. */
export const RELATED_MAX = 8;
/** Columns of the line number, at least. */
const GUTTER_WIDTH_MIN = 2;

export interface RenderOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

type Sources = ReadonlyMap<string, SourceFile>;
type Paint = (style: "title" | "culprit" | "quiet", text: string) => string;

/** An underline with its words, before its line is drawn. */
interface Mark {
  readonly span: Span;
  readonly words: string;
  readonly isCulprit: boolean;
}

/** Lines of one excerpt, and the marks that could not be drawn on it. */
interface DrawnExcerpt {
  readonly lines: readonly string[];
  readonly cutAway: readonly Mark[];
}

/** Renders one diagnostic, without a final newline. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  sources: Sources,
  options: RenderOptions,
): string {
  const paint = painter(diagnostic.severity, options.color);
  const head = printable(`${diagnostic.severity} ${diagnostic.code}`);
  const lines = [`${paint("culprit", head)}${paint("title", `: ${printable(diagnostic.title)}`)}`];
  const { drawn, elsewhere } = sortMarks(diagnostic, sources);
  const gutter = gutterWidth(drawn, sources);
  const blank = paint("quiet", `${" ".repeat(gutter)} |`);
  const away: string[] = [];
  if (diagnostic.span !== undefined) {
    const arrow = paint("quiet", `${" ".repeat(gutter)}-->`);
    lines.push(`${arrow} ${placeOf(diagnostic.span, sources)}`);
  }
  if (drawn.length > 0) lines.push(blank);
  for (const marks of drawn) {
    const excerpt = drawExcerpt(marks, sources, gutter, options.width, paint);
    lines.push(...excerpt.lines);
    away.push(...excerpt.cutAway.map((mark) => withPlace(mark, sources)));
  }
  const facts = [...away, ...elsewhere, ...diagnostic.notes.map(printableLines)];
  if (diagnostic.hint !== undefined) facts.push(`hint: ${printableLines(diagnostic.hint)}`);
  if (drawn.length > 0 && facts.length > 0) lines.push(blank);
  for (const fact of facts) lines.push(...drawFact(fact, gutter, options.width, paint));
  return lines.join("\n");
}

/**
 * Renders a list in the order of places, one blank line between two messages, without a final
 * newline. After `DIAGNOSTICS_PER_FILE_MAX` messages about one file the others are counted.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  options: RenderOptions,
): string {
  const blocks: string[] = [];
  const seen = new Map<string, number>();
  for (const diagnostic of sortDiagnostics(diagnostics)) {
    const file = diagnostic.span?.file ?? "";
    const count = (seen.get(file) ?? 0) + 1;
    seen.set(file, count);
    if (count <= DIAGNOSTICS_PER_FILE_MAX) {
      blocks.push(renderDiagnostic(diagnostic, sources, options));
    }
  }
  for (const [file, count] of seen) {
    const more = count - DIAGNOSTICS_PER_FILE_MAX;
    if (more > 0) blocks.push(`${more} more in ${file === "" ? "no file" : printable(file)}`);
  }
  return blocks.join("\n\n");
}

/** Sorts by file, place and code; messages without a place come first. The sort is stable. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted(
    (left, right) =>
      compareText(left.span?.file ?? "", right.span?.file ?? "") ||
      (left.span?.start ?? 0) - (right.span?.start ?? 0) ||
      (left.span?.end ?? 0) - (right.span?.end ?? 0) ||
      compareText(left.code, right.code),
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A place in JSON: lines and columns from one, offsets from zero, all in UTF-16 units. */
export interface PlaceJson {
  readonly file: string;
  readonly start: { readonly line: number; readonly column: number; readonly offset: number };
  readonly end: { readonly line: number; readonly column: number; readonly offset: number };
}

/** The same content as the text, for programs. Absent parts are `null`: the keys are fixed. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly place: PlaceJson | null;
  readonly label: string | null;
  readonly related: readonly { readonly place: PlaceJson; readonly note: string }[];
  readonly notes: readonly string[];
  readonly hint: string | null;
}

/** Turns a diagnostic into plain JSON data. Places in a text that is not known get line 0. */
export function diagnosticToJson(diagnostic: Diagnostic, sources: Sources): DiagnosticJson {
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    title: diagnostic.title,
    place: diagnostic.span === undefined ? null : placeToJson(diagnostic.span, sources),
    label: diagnostic.label ?? null,
    related: diagnostic.related.map((one) => ({
      place: placeToJson(one.span, sources),
      note: one.note,
    })),
    notes: diagnostic.notes,
    hint: diagnostic.hint ?? null,
  };
}

function placeToJson(span: Span, sources: Sources): PlaceJson {
  const text = sources.get(span.file)?.text;
  const at = (offset: number) => ({
    ...(text === undefined ? { line: 0, column: 0 } : positionOf(text, offset)),
    offset,
  });
  return { file: span.file, start: at(span.start), end: at(span.end) };
}

/** Groups what is drawn by line, in line order; a place of another file becomes a fact. */
function sortMarks(
  diagnostic: Diagnostic,
  sources: Sources,
): { drawn: readonly (readonly Mark[])[]; elsewhere: readonly string[] } {
  const byLine = new Map<number, Mark[]>();
  const elsewhere: string[] = [];
  const culprit = diagnostic.span;
  const source = culprit === undefined ? undefined : sources.get(culprit.file);
  const draw = (text: string, mark: Mark) => {
    const { line } = positionOf(text, mark.span.start);
    byLine.set(line, [...(byLine.get(line) ?? []), mark]);
  };
  if (culprit !== undefined && source !== undefined) {
    draw(source.text, { span: culprit, words: diagnostic.label ?? "", isCulprit: true });
  }
  for (const one of diagnostic.related.slice(0, RELATED_MAX)) {
    const mark = { span: one.span, words: one.note, isCulprit: false };
    if (source !== undefined && one.span.file === source.path) draw(source.text, mark);
    else elsewhere.push(withPlace(mark, sources));
  }
  const more = diagnostic.related.length - RELATED_MAX;
  if (more > 0) elsewhere.push(`and ${more} more ${more === 1 ? "place" : "places"}`);
  const drawn = [...byLine.entries()]
    .toSorted(([left], [right]) => left - right)
    .map(([, marks]) => marks.toSorted(culpritFirst));
  return { drawn, elsewhere };
}

function culpritFirst(left: Mark, right: Mark): number {
  if (left.isCulprit !== right.isCulprit) return left.isCulprit ? -1 : 1;
  return left.span.start - right.span.start;
}

function gutterWidth(drawn: readonly (readonly Mark[])[], sources: Sources): number {
  let width = GUTTER_WIDTH_MIN;
  for (const [mark] of drawn) {
    const text = mark === undefined ? undefined : sources.get(mark.span.file)?.text;
    if (mark === undefined || text === undefined) continue;
    width = Math.max(width, String(positionOf(text, mark.span.start).line).length);
  }
  return width;
}

/** Draws one line and its underlines; the first mark decides where a long line is cut. */
function drawExcerpt(
  marks: readonly Mark[],
  sources: Sources,
  gutter: number,
  width: number,
  paint: Paint,
): DrawnExcerpt {
  const [focus] = marks;
  const source = focus === undefined ? undefined : sources.get(focus.span.file);
  if (focus === undefined || source === undefined) return { lines: [], cutAway: [] };
  const room = Math.max(width - gutter - " | ".length, EXCERPT_WIDTH_MIN);
  const excerpt = excerptOf(source, focus.span, room);
  const number = paint("quiet", `${String(excerpt.line).padStart(gutter)} |`);
  const lines = [excerpt.text === "" ? number : `${number} ${excerpt.text}`];
  const cutAway: Mark[] = [];
  const blank = paint("quiet", `${" ".repeat(gutter)} |`);
  for (const mark of marks) {
    const under = drawUnderline(mark, excerpt, room, paint);
    if (under === undefined) cutAway.push(mark);
    else lines.push(...under.map((text) => `${blank} ${text}`));
  }
  return { lines, cutAway };
}

/** The caret line; words that do not fit beside the caret stand below it. */
function drawUnderline(
  mark: Mark,
  excerpt: Excerpt,
  room: number,
  paint: Paint,
): readonly string[] | undefined {
  const place = excerpt.place(mark.span);
  if (place === undefined) return undefined;
  const style = mark.isCulprit ? "culprit" : "quiet";
  const indent = " ".repeat(place.start);
  const stroke = (mark.isCulprit ? "^" : "-").repeat(place.width);
  const words = printable(mark.words);
  if (words === "") return [`${indent}${paint(style, stroke)}`];
  if (place.start + place.width + 1 + displayWidth(words) <= room) {
    return [`${indent}${paint(style, `${stroke} ${words}`)}`];
  }
  const below = wrap(words, Math.max(room - place.start, Math.floor(room / 2)));
  const widest = Math.max(...below.map(displayWidth));
  const lead = " ".repeat(Math.max(0, Math.min(place.start, room - widest)));
  return [
    `${indent}${paint(style, stroke)}`,
    ...below.map((line) => `${lead}${paint(style, line)}`),
  ];
}

function drawFact(fact: string, gutter: number, width: number, paint: Paint): readonly string[] {
  const mark = paint("quiet", `${" ".repeat(gutter)} =`);
  const hang = fact.startsWith("hint: ") ? "hint: ".length : 0;
  const lead = " ".repeat(gutter + " = ".length + hang);
  const room = Math.max(width - gutter - " = ".length, EXCERPT_WIDTH_MIN);
  const [first = "", ...rest] = fact
    .split("\n")
    .flatMap((line, index) => wrap(line, index === 0 ? room : room - hang, room - hang));
  return [`${mark} ${first}`, ...rest.map((line) => (line === "" ? "" : `${lead}${line}`))];
}

/** Breaks between words; a word that is wider than the room stands alone, whole. */
function wrap(text: string, firstRoom: number, room: number = firstRoom): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of text.match(/\s*\S+/g) ?? []) {
    const limit = lines.length === 0 ? firstRoom : room;
    const isFull = line !== "" && displayWidth(line) + displayWidth(piece) > limit;
    if (isFull) lines.push(line);
    line = isFull ? piece.trimStart() : line + piece;
  }
  return [...lines, line];
}

function withPlace(mark: Mark, sources: Sources): string {
  const place = placeOf(mark.span, sources);
  return mark.words === "" ? `see ${place}` : `${printableLines(mark.words)} (${place})`;
}

function placeOf(span: Span, sources: Sources): string {
  const text = sources.get(span.file)?.text;
  if (text === undefined) return printable(span.file);
  const { line, column } = positionOf(text, span.start);
  return `${printable(span.file)}:${line}:${column}`;
}

/** Notes and hints may be written in several lines; every other control is shown, not obeyed. */
function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function painter(severity: Severity, color: boolean): Paint {
  if (!color) return (_style, text) => text;
  const loud = severity === "error" ? "red" : "yellow";
  const styles = {
    title: ["bold"],
    culprit: ["bold", loud],
    quiet: ["blue"],
  } as const;
  return (style, text) => styleText([...styles[style]], text, { validateStream: false });
}
