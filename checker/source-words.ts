/**
 * The words of a specification at a place, on one line, to be quoted in sentences.
 *
 * Verdicts quote what the user wrote and never a printed expression tree: definitions keep their
 * names, and a reader can search for the words. Comments and line ends become single blanks.
 */
import type { SourceFile, Span } from "../spec/source.ts";

/** Texts by path, as spans name them. */
export type Sources = ReadonlyMap<string, SourceFile>;

/** Said in place of words that are in none of the texts. */
const NO_WORDS = "this condition";

export function wordsAt(sources: Sources, span: Span): string {
  const text = sources.get(span.file)?.text.slice(span.start, span.end) ?? "";
  const words = text
    .replace(/\/\/[^\n]*/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return words === "" ? NO_WORDS : words;
}
