/**
 * `TlaBlock`: part of an action in TLA+, while it is being written.
 *
 *     LET table_1 == (server_table \cup {c})
 *         req_1 == Tail(req)
 *     IN  /\ server = "Up"
 *         /\ Len(rep) < 2
 *         /\ server_table' = table_1
 *
 * Definitions have no effect by themselves, so all of one scope stand together before the
 * conditions, which keep their order. A choice opens a scope of its own.
 */

/** Lines of text, without indentation of their own. */
export type Lines = readonly string[];

export interface TlaBlock {
  readonly lets: Lines[];
  readonly conjuncts: Lines[];
}

export function createBlock(): TlaBlock {
  return { lets: [], conjuncts: [] };
}

/** The block as a formula. */
export function renderBlock({ lets, conjuncts }: TlaBlock): Lines {
  const body = conjuncts.length === 0 ? ["TRUE"] : bulleted("/\\ ", conjuncts);
  if (lets.length === 0) return body;
  return [...hanging("LET ", lets.flat()), ...hanging("IN  ", body)];
}

/** Blocks of which one must be true. */
export function renderAlternatives(blocks: readonly TlaBlock[]): Lines {
  return blocks.length === 0 ? ["FALSE"] : bulleted("\\/ ", blocks.map(renderBlock));
}

export function bulleted(bullet: string, parts: readonly Lines[]): Lines {
  return parts.flatMap((lines) => hanging(bullet, lines));
}

/** The lines, the first after `head` and the others below it. */
export function hanging(head: string, lines: Lines): Lines {
  return lines.map((line, at) => `${at === 0 ? head : " ".repeat(head.length)}${line}`);
}
