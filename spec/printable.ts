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

/** Controls, lone surrogates, line separators, and invisible format characters but joiners. */
const UNSAFE: RegExp = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200C\u200D])\p{Cf}/gu;

const WIDE_SCRIPT: RegExp = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;
const WIDE_FORM: RegExp = /^[\u3000-\u303E\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]/;
const EMOJI: RegExp = /^\p{Emoji_Presentation}|\uFE0F/u;
const HALF_WIDE: RegExp = /^[\uFF61-\uFFDC]/;
const ONLY_MARKS: RegExp = /^\p{M}+$/u;
const PLAIN_ASCII: RegExp = /^[\x20-\x7E]*$/;

const segmenter: Intl.Segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Replaces every character that could act on a terminal by its `\u{…}` form. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
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
  const isWide = WIDE_SCRIPT.test(cluster) || WIDE_FORM.test(cluster) || EMOJI.test(cluster);
  return isWide ? 2 : 1;
}

function escapeCharacter(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16).toUpperCase()}}`;
}
