/**
 * Names that a text may declare although it could not be read.
 *
 * A declaration with a mistake in its form is left out of the syntax tree, and a module that cannot
 * be found has none. What they would have declared is then missing everywhere, and a message for
 * each use would hide the one cause. So every word of a text that was not read counts as a name
 * that may be declared there; of a module that was not found, every name does.
 *
 * Guessing the name from the words after `machine` or `enum` was rejected: the members of an enum,
 * the kinds of a message and misspelt keywords would need guesses of their own.
 */
import type { Token } from "./tokens.ts";
import { DECLARATION_RULES } from "./words.ts";

export type Unread = ReadonlySet<string> | "anything";

/** The words of a piece of text; anything when it declares something whose name was forgotten. */
export function wordsOf(tokens: readonly Token[]): Unread {
  const start = tokens.findIndex((token) => token.text !== "symmetric");
  const declares = DECLARATION_RULES.has(tokens[start]?.text ?? "");
  if (declares && !["word", "text"].includes(tokens[start + 1]?.kind ?? "")) return "anything";
  return new Set(tokens.flatMap((token) => (token.kind === "word" ? [token.text] : [])));
}

/** What any of several texts may declare. */
export function unreadOfAll(parts: readonly Unread[]): Unread {
  const words = new Set<string>();
  for (const part of parts) {
    if (part === "anything") return part;
    for (const word of part) words.add(word);
  }
  return words;
}

export function mayDeclare(unread: Unread, name: string): boolean {
  return unread === "anything" || unread.has(name);
}

/** Has everything been read? */
export function isRead(unread: Unread): boolean {
  return unread !== "anything" && unread.size === 0;
}
