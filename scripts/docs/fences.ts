/**
 * Code blocks of a Markdown text: what stands between lines of three backticks, with the words
 * after the first of them (`libretto key.libretto`).
 *
 * Offsets are kept, so that a block can be replaced without touching the text around it. Blocks
 * inside of lists or quotes are not needed here and not found.
 */

export interface Fence {
  /** First word of the info string: `libretto`, `sh`, `text`. */
  readonly language: string;
  /** Second word: the file that the block is, if it has a name. */
  readonly name: string | undefined;
  readonly text: string;
  /** Offsets of the text between the fences. */
  readonly start: number;
  readonly end: number;
}

const FENCE: RegExp = /^```([^\n`]*)\n([\s\S]*?)^```$/gm;

/** All code blocks, in order. */
export function fencesOf(markdown: string): Fence[] {
  return Array.from(markdown.matchAll(FENCE), (match) => {
    const info = match[1] ?? "";
    const text = match[2] ?? "";
    const [language = "", name] = info.trim().split(/\s+/);
    const start = match.index + "```".length + info.length + 1;
    return { language, name, text, start, end: start + text.length };
  });
}

/** The text with the content of some of its blocks replaced. */
export function replaceFences(markdown: string, contents: ReadonlyMap<Fence, string>): string {
  const last = [...contents].toSorted(([left], [right]) => right.start - left.start);
  let result = markdown;
  for (const [fence, content] of last) {
    result = result.slice(0, fence.start) + content + result.slice(fence.end);
  }
  return result;
}
