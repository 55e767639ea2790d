/**
 * Whether a space stands between two tokens of a line.
 *
 * Two tokens are set apart unless a rule draws them together, so a pair that nobody thought of
 * comes out readable and reads back as the same two tokens.
 */
import type { Token } from "../tokens.ts";
import type { Marks } from "./marks.ts";
import { wordSet } from "../words.ts";

/** Words after which `(` groups and `[` opens a list, instead of calling and indexing. */
const BEFORE_OPERAND: ReadonlySet<string> = wordSet(
  `and or not implies in if then else until since to at after where always eventually once
   previously historically from await assert expect core when`,
);

const TIGHT_AFTER: ReadonlySet<string> = new Set(["(", "[", ".", ".."]);
const TIGHT_BEFORE: ReadonlySet<string> = new Set([")", "]", ",", ";", ".", "..", "?"]);

/** The last tokens that were printed, and the next one. */
export interface Gap {
  readonly beforePrevious: Token | undefined;
  readonly previous: Token;
  readonly next: Token;
  /** A `:` that has a space on both sides, as in `server : Server`. */
  readonly isLooseColon: boolean;
}

/** True when nothing may stand between the two tokens, not even a line break. */
export function isTight(gap: Gap, marks: Marks): boolean {
  const { previous, next } = gap;
  if (previous.kind === "comment" || next.kind === "comment") return false;
  if (TIGHT_AFTER.has(previous.text) || TIGHT_BEFORE.has(next.text)) return true;
  if (marks.signs.has(previous.start)) return true;
  if (next.text === ":") return !gap.isLooseColon;
  if (next.text === "(" || next.text === "[") return takesBrackets(gap, marks);
  if (marks.angles.has(next.start)) return true;
  if (previous.text === "<") return marks.angles.has(previous.start);
  if (next.text === "%") return marks.percents.has(next.end);
  return previous.text === "{" && next.text === "}";
}

/** True when `(` calls or `[` indexes what stands before it. */
function takesBrackets(gap: Gap, marks: Marks): boolean {
  const { previous, beforePrevious } = gap;
  if (previous.kind === "word") {
    return beforePrevious?.text === "." || !BEFORE_OPERAND.has(previous.text);
  }
  if (previous.text === "}") return false;
  return previous.text === ")" || previous.text === "]" || isLiteral(previous, marks);
}

function isLiteral(token: Token, marks: Marks): boolean {
  return (token.kind === "number" || token.kind === "text") && !marks.percents.has(token.end);
}
