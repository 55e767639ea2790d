/**
 * Operator precedence: a flat list of operands and operators becomes a tree.
 *
 *     a and not b == c implies d
 *     └ operand a, operator and, prefix not, operand b, operator ==, operand c, …
 *
 * From loose to tight:
 *
 *     leads to                     does not chain
 *     implies                      to the right
 *     until  since                 do not chain
 *     or
 *     and
 *     not  once  previously  historically
 *     at                           does not chain
 *     == != < <= > >= in not in    do not chain
 *     + -                          to the left
 *     * %                          to the left
 *     - (sign)
 *
 * `within 2s` closes the nearest temporal operator on its left. Behind it, only an operator that is
 * looser than the closed one may follow: `p leads to q within 2s and r` reads in two ways, so it
 * wants parentheses. `forall`, `if`, `always` and their like never show up here: they are operands
 * that read to the right as far as they can.
 *
 * Operators that do not chain are errors rather than a choice, because `a < b < c` means three
 * different things in three well-known languages.
 */
import {
  chainedOperators,
  ParseProblem,
  strayWithin,
  withinNeedsParentheses,
} from "../syntax-errors.ts";
import type { Span } from "../source.ts";
import type { BinaryOperator, Expr, Within } from "../syntax.ts";

export type InfixOperator = BinaryOperator | "until" | "since" | "leads to" | "at";
export type PrefixOperator = "not" | "-" | "once" | "previously" | "historically";

export type Piece =
  | { readonly kind: "operand"; readonly span: Span; readonly expr: Expr }
  | { readonly kind: "prefix"; readonly span: Span; readonly operator: PrefixOperator }
  | { readonly kind: "infix"; readonly span: Span; readonly operator: InfixOperator }
  | { readonly kind: "within"; readonly span: Span; readonly within: Within };

/** How tightly an operator binds; a higher number binds tighter. */
export const INFIX_LEVEL: Readonly<Record<InfixOperator, number>> = {
  "leads to": 1,
  implies: 2,
  until: 3,
  since: 3,
  or: 4,
  and: 5,
  at: 7,
  "==": 8,
  "!=": 8,
  "<": 8,
  "<=": 8,
  ">": 8,
  ">=": 8,
  in: 8,
  "not in": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "%": 10,
};
/** `not`, `once`, `previously`, `historically` */
export const PREFIX_LEVEL = 6;
export const SIGN_LEVEL = 11;

const CHAINS_LEFT: ReadonlySet<number> = new Set([4, 5, 9, 10]);
const CHAINS_RIGHT: ReadonlySet<number> = new Set([2]);

/** True for operators such as `<`, of which two in a row need parentheses. */
export function isUnchained(operator: InfixOperator): boolean {
  const level = INFIX_LEVEL[operator];
  return !CHAINS_LEFT.has(level) && !CHAINS_RIGHT.has(level);
}

/** True when `a op b op c` reads `a op (b op c)`. */
export function isRightAssociative(operator: InfixOperator): boolean {
  return CHAINS_RIGHT.has(INFIX_LEVEL[operator]);
}

/** An expression with the place that it takes, parentheses around it included. */
interface Part {
  readonly expr: Expr;
  readonly span: Span;
}

/** The pieces that are still to be read. */
interface Reader {
  readonly pieces: readonly Piece[];
  next: number;
}

/** Builds the tree of a whole expression. Throws `ParseProblem` when it needs parentheses. */
export function climb(pieces: readonly Piece[]): Expr {
  const { expr, within } = climbOpen(pieces);
  if (within !== undefined) throw new ParseProblem(strayWithin(within.span));
  return expr;
}

/** Like `climb`, but a `within` at the end that belongs to no operator inside is handed out. */
export function climbOpen(pieces: readonly Piece[]): {
  readonly expr: Expr;
  readonly within: Within | undefined;
} {
  const reader: Reader = { pieces, next: 0 };
  const { expr } = readLevel(reader, 0);
  const within = readWithin(reader);
  const rest = pieces[reader.next];
  if (rest !== undefined) throw new ParseProblem(withinNeedsParentheses(rest.span));
  return { expr, within };
}

function readLevel(reader: Reader, least: number): Part {
  let left = readOperand(reader);
  let last: (Piece & { readonly kind: "infix" }) | undefined;
  let closed = false;
  for (;;) {
    const piece = reader.pieces[reader.next];
    if (piece?.kind !== "infix") return left;
    const level = INFIX_LEVEL[piece.operator];
    if (level < least) return left;
    const lastLevel = last === undefined ? 0 : INFIX_LEVEL[last.operator];
    if (closed && level > lastLevel) throw new ParseProblem(withinNeedsParentheses(piece.span));
    if (last !== undefined && lastLevel === level && isUnchained(piece.operator)) {
      throw new ParseProblem(chainedOperators(last, piece));
    }
    reader.next++;
    const right = readLevel(reader, isRightAssociative(piece.operator) ? level : level + 1);
    const within = isTemporal(piece.operator) ? readWithin(reader) : undefined;
    left = combine(left, piece.operator, right, within);
    closed = within !== undefined;
    last = piece;
  }
}

function readOperand(reader: Reader): Part {
  const piece = reader.pieces[reader.next];
  if (piece === undefined) throw new Error("the grammar let an operator without operand pass");
  reader.next++;
  if (piece.kind === "operand") return piece;
  if (piece.kind !== "prefix") throw new Error("the grammar let two operators in a row pass");
  if (piece.operator === "-") {
    const operand = readLevel(reader, SIGN_LEVEL);
    const span = cover(piece.span, operand.span);
    return { span, expr: { kind: "minus", span, operand: operand.expr } };
  }
  const operand = readLevel(reader, PREFIX_LEVEL);
  if (piece.operator === "not") {
    const span = cover(piece.span, operand.span);
    return { span, expr: { kind: "not", span, operand: operand.expr } };
  }
  const within = readWithin(reader);
  const span = cover(piece.span, within?.span ?? operand.span);
  const { operator } = piece;
  return { span, expr: { kind: "temporal", span, operator, operand: operand.expr, within } };
}

function readWithin(reader: Reader): Within | undefined {
  const piece = reader.pieces[reader.next];
  if (piece?.kind !== "within") return undefined;
  reader.next++;
  return piece.within;
}

function combine(
  left: Part,
  operator: InfixOperator,
  right: Part,
  within: Within | undefined,
): Part {
  const span = cover(left.span, within?.span ?? right.span);
  if (operator === "at") {
    return { span, expr: { kind: "at", span, operand: left.expr, moment: right.expr } };
  }
  const sides = { left: left.expr, right: right.expr };
  if (isTemporal(operator)) {
    return { span, expr: { kind: "temporalBinary", span, operator, ...sides, within } };
  }
  return { span, expr: { kind: "binary", span, operator, ...sides } };
}

function isTemporal(operator: InfixOperator): operator is "until" | "since" | "leads to" {
  return operator === "until" || operator === "since" || operator === "leads to";
}

function cover(first: Span, last: Span): Span {
  return { file: first.file, start: first.start, end: last.end };
}
