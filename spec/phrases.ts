/**
 * Phrases that many messages share: lists, numbers of things, suggestions.
 *
 * A list in a message helps while it can be read; a machine may have thousands of modes. Longer
 * lists are cut at `LISTED_MAX` and the rest is counted.
 */
import { didYouMean } from "./suggest.ts";

/** Names that one message lists before the rest are only counted. */
export const LISTED_MAX = 12;

/** `Idle, Opening, Open`, or `none`. */
export function list(words: readonly string[]): string {
  if (words.length === 0) return "none";
  const more = words.length - LISTED_MAX;
  const shown = words.slice(0, LISTED_MAX).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** `a`, `a and b`, `a, b and c`. */
export function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** `1 value`, `3 values`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** `did you mean \`Open\`?`, or nothing when no candidate is near. */
export function suggestion(word: string, candidates: readonly string[]): string | undefined {
  const near = didYouMean(word, candidates);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}

const KINDS: Readonly<Record<string, string>> = {
  const: "a constant",
  def: "a definition",
  definition: "a definition",
  enum: "an enum",
  id: "an id",
  interface: "an interface",
  interrupt: "an interrupt line",
  value: "a parameter",
};

/** What a declaration is, with its article: `an enum`, `a machine`, `a constant`. */
export function kindOf(kind: string): string {
  return KINDS[kind] ?? `a ${kind}`;
}
