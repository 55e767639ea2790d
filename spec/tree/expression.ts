/**
 * Expressions: from matched rules to `Expr`.
 *
 * An `Expr` rule is an operand and a list of tails. Both become `Piece`s, and `precedence.ts` makes
 * the tree. `always`, `eventually` and `from` take over the rest of the expression, so they are
 * made here, and a `within` that is left over at its end is theirs.
 */
import type { Node } from "ohm-js";
import { intervalWithoutUntil, ParseProblem } from "../syntax-errors.ts";
import type { Binder, Duration, Expr, Within } from "../syntax.ts";
import { nanosecondsOf } from "./duration.ts";
import { type ByRule, listOf, nameOf, byRule, optional, spanOf, wordOf } from "./node.ts";
import { climb, climbOpen, INFIX_LEVEL, type InfixOperator, type Piece } from "./precedence.ts";

const INFIX_OPERATORS = new Map(
  (Object.keys(INFIX_LEVEL) as InfixOperator[]).map((operator) => [operator as string, operator]),
);
const PREFIXES = ["not", "-", "once", "previously", "historically"] as const;
const QUANTIFIERS = ["forall", "exists", "count"] as const;
const REACHING = ["always", "eventually"] as const;

const atoms: ByRule<Expr> = {
  Atom_duration: (node) => ({
    kind: "duration",
    span: spanOf(node),
    duration: durationOf(node),
  }),
  Atom_number: (node) => ({
    kind: "number",
    span: spanOf(node),
    value: numberOf(node),
  }),
  Atom_string: (node) => ({ kind: "string", span: spanOf(node), value: stringOf(node) }),
  Atom_word: (node) => {
    if (node.sourceString === "none") return { kind: "none", span: spanOf(node) };
    return { kind: "bool", span: spanOf(node), value: node.sourceString === "true" };
  },
  Atom_wildcard: (node) => ({ kind: "wildcard", span: spanOf(node) }),
  Atom_name: (node) => ({ kind: "name", span: spanOf(node), name: node.sourceString }),
  Atom_group: (_node, _open, inner, _close) => exprOf(inner),
  Atom_comprehension: (node, _open, name, _in, domain, _where, where, _close) => {
    const binder = { name: nameOf(name), domain: exprOf(domain) };
    return { kind: "comprehension", span: spanOf(node), binder, where: exprOf(where) };
  },
  Atom_set: (node, _open, elements, _comma, _close) => {
    return { kind: "setLiteral", span: spanOf(node), elements: listOf(elements).map(exprOf) };
  },
  Atom_list: (node, _open, elements, _comma, _close) => {
    return { kind: "listLiteral", span: spanOf(node), elements: listOf(elements).map(exprOf) };
  },
};

/** Builds an expression from `Expr`, `Sum`, `Place` or anything inside them. */
export const exprOf: (node: Node) => Expr = byRule<Expr>({
  ...atoms,
  Expr: (_node, first, tails) => climb(piecesOf(first, tails)),
  Sum: (_node, first, tails) => climb(piecesOf(first, tails)),
  Reaching_quantified: (node, quantifier, binders, _colon, body) => {
    return {
      kind: "quantified",
      span: spanOf(node),
      quantifier: wordOf(quantifier, QUANTIFIERS),
      binders: listOf(binders).map(binderOf),
      body: exprOf(body),
    };
  },
  Reaching_conditional: (node, _if, condition, _then, then, _else, otherwise) => {
    return {
      kind: "conditional",
      span: spanOf(node),
      condition: exprOf(condition),
      then: exprOf(then),
      else: exprOf(otherwise),
    };
  },
  Reaching_temporal: (node, word, rest) => {
    const { expr, within } = climbOpen(piecesOf(rest.child(0), rest.child(1)));
    const operator = wordOf(word, REACHING);
    return { kind: "temporal", span: spanOf(node), operator, operand: expr, within };
  },
  Reaching_interval: (node, word, rest) => {
    const bounds = exprOf(rest);
    if (bounds.kind !== "temporalBinary" || bounds.operator !== "until") {
      throw new ParseProblem(intervalWithoutUntil(spanOf(word), bounds.span));
    }
    if (bounds.within !== undefined) {
      throw new ParseProblem(intervalWithoutUntil(spanOf(word), bounds.within.span));
    }
    return { kind: "interval", span: spanOf(node), from: bounds.left, until: bounds.right };
  },
  Postfix: (_node, atom, parts) => {
    const object = exprOf(atom);
    if (parts.numChildren === 0) return object;
    return parts.children.reduce<Expr>(applyPart, { ...object, span: spanOf(atom) });
  },
  Place: (_node, name, parts) =>
    parts.children.reduce<Expr>(applyPart, {
      kind: "name",
      span: spanOf(name),
      name: name.sourceString,
    }),
});

/** The pieces of an operand or a tail. */
const pieces: (node: Node) => readonly Piece[] = byRule<readonly Piece[]>({
  Operand: (_node, prefixes, operand) => [
    ...prefixes.children.map(prefixPiece),
    { kind: "operand", span: spanOf(operand), expr: exprOf(operand) },
  ],
  SumOperand: (_node, signs, operand) => [
    ...signs.children.map(prefixPiece),
    { kind: "operand", span: spanOf(operand), expr: exprOf(operand) },
  ],
  Tail_binary: (_node, operator, operand) => [infixPiece(operator), ...pieces(operand)],
  Tail_within: (node, _within, duration, after) => {
    return [{ kind: "within", span: spanOf(node), within: withinOf(node, duration, after) }];
  },
  SumTail: (_node, operator, operand) => [infixPiece(operator), ...pieces(operand)],
});

function piecesOf(first: Node, tails: Node): readonly Piece[] {
  return [...pieces(first), ...tails.children.flatMap(pieces)];
}

function prefixPiece(node: Node): Piece {
  return { kind: "prefix", span: spanOf(node), operator: wordOf(node, PREFIXES) };
}

function infixPiece(node: Node): Piece {
  const text = node.sourceString.replace(/^(not|leads)\b[^]*\b(in|to)$/, "$1 $2");
  const operator = INFIX_OPERATORS.get(text);
  if (operator === undefined) throw new Error(`the grammar has an operator too many: ${text}`);
  return { kind: "infix", span: spanOf(node), operator };
}

function withinOf(node: Node, duration: Node, after: Node): Within {
  return {
    span: spanOf(node),
    duration: durationOf(duration),
    after: optional(after, (moment) => exprOf(moment.child(1))),
  };
}

const partOf: (node: Node) => (object: Expr) => Expr = byRule<(object: Expr) => Expr>({
  PostfixPart_field: (node, _dot, field) => {
    return fieldPart(node, field);
  },
  PlacePart_field: (node, _dot, field) => {
    return fieldPart(node, field);
  },
  PostfixPart_index: (node, _open, index, _close) => {
    return indexPart(node, index);
  },
  Index: (node, _open, index, _close) => {
    return indexPart(node, index);
  },
  PostfixPart_call: (node, _open, list, _close) => {
    const end = node.source.endIdx;
    return (callee) => ({
      kind: "call",
      span: { ...callee.span, end },
      callee,
      arguments: listOf(list).map(exprOf),
    });
  },
});

function fieldPart(node: Node, field: Node): (object: Expr) => Expr {
  const end = node.source.endIdx;
  return (object) => ({
    kind: "field",
    span: { ...object.span, end },
    object,
    field: nameOf(field),
  });
}

function indexPart(node: Node, index: Node): (object: Expr) => Expr {
  const end = node.source.endIdx;
  return (object) => ({
    kind: "index",
    span: { ...object.span, end },
    object,
    index: exprOf(index),
  });
}

function applyPart(object: Expr, part: Node): Expr {
  return partOf(part)(object);
}

/** The parts of `[e]`. */
export function indexOf(node: Node): Expr {
  return exprOf(node.child(1));
}

export function argumentsOf(node: Node): readonly Expr[] {
  return listOf(node.child(1)).map(exprOf);
}

export function binderOf(node: Node): Binder {
  return { name: nameOf(node.child(0)), domain: exprOf(node.child(2)) };
}

export function durationOf(node: Node): Duration {
  const text = node.sourceString;
  return { span: spanOf(node), text, nanoseconds: nanosecondsOf(text) ?? 0 };
}

export function numberOf(node: Node): number {
  return Number(node.sourceString);
}

/** The value of a text in quotes: a backslash takes the next character as it is. */
export function stringOf(node: Node): string {
  return node.sourceString.slice(1, -1).replace(/\\([^])/g, "$1");
}
