/**
 * Text that is safe to print: what a specification or a recording says never reaches a terminal as
 * a command to it.
 *
 * A file may hold escape sequences that recolour or rewrite the screen, and bidirectional controls
 * that make source read in another order than it is parsed. Both are drawn as what they are:
 *
 *     ESC [ 31 m   →   \u{1B}[31m          RIGHT-TO-LEFT OVERRIDE   →   \u{202E}
 *
 * Stripping them was rejected: the reader would be shown a text that is not the one that was read.
 *
 * `displayWidth` says how many terminal cells a text takes, so that a caret stands under its word.
 * It counts by grapheme cluster; a cluster is two cells wide when it starts with a wide East Asian
 * character or an emoji. Terminals differ on rare scripts, and there a caret may be one cell off.
 */

/** Controls (C0, DEL, C1), line separators, bidirectional controls, the byte order mark. */
const UNSAFE: RegExp =
  // oxlint-disable-next-line no-control-regex -- control characters are what this file is about.
  /[\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;
const LONE_SURROGATE: RegExp =
  /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const WIDE: RegExp =
  /^(?:\p{sc=Han}|\p{sc=Hiragana}|\p{sc=Katakana}|\p{sc=Hangul}|[\u3000-\u303E\uFE30-\uFE6F]|\p{Emoji_Presentation}|[\uFF01-\uFF60\uFFE0-\uFFE6])/u;
const HALF_WIDE: RegExp = /^[\uFF61-\uFFDC]/;
const EMOJI_STYLE = "\uFE0F";
const ONLY_MARKS: RegExp = /^\p{M}+$/u;
const PLAIN_ASCII: RegExp = /^[\x20-\x7E]*$/;

const segmenter: Intl.Segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Replaces every character that could act on a terminal by its `\u{…}` form. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeUnit).replace(LONE_SURROGATE, escapeUnit);
}

/** Number of terminal cells that `text` takes; `text` must be printable already. */
export function displayWidth(text: string): number {
  if (PLAIN_ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += clusterWidth(segment);
  return width;
}

/** What a reader sees as one character, in order. */
export function* graphemes(text: string): Generator<string, void, void> {
  for (const { segment } of segmenter.segment(text)) yield segment;
}

function clusterWidth(cluster: string): number {
  if (PLAIN_ASCII.test(cluster)) return cluster.length;
  if (ONLY_MARKS.test(cluster)) return 0;
  if (HALF_WIDE.test(cluster)) return 1;
  return WIDE.test(cluster) || cluster.includes(EMOJI_STYLE) ? 2 : 1;
}

function escapeUnit(unit: string): string {
  return `\\u{${unit.charCodeAt(0).toString(16).toUpperCase()}}`;
}
