/** Effects: from matched rules to `Block` and `Statement`. */
import type { Node } from "ohm-js";
import type { Block, Expr, Statement } from "../syntax.ts";
import { argumentsOf, exprOf, indexOf } from "./expression.ts";
import { nameOf, byRule, optional, spanOf, wordOf } from "./node.ts";

const ASSIGNMENTS = ["=", "+=", "-="] as const;
const LINE_WORDS = ["raise", "mask", "unmask"] as const;

export function blockOf(node: Node): Block {
  const statements = node.child(1).children.map(statementOf);
  return { kind: "block", span: spanOf(node), statements };
}

const statementOf: (node: Node) => Statement = byRule<Statement>({
  Statement_swap: (node, target, _equals, _swap, _open, place, _comma, value, _close) => {
    return swapOf(node, exprOf(target), place, value);
  },
  Statement_bareSwap: (node, _swap, _open, place, _comma, value, _close) => {
    return swapOf(node, undefined, place, value);
  },
  Statement_cas: (
    node,
    target,
    _equals,
    _cas,
    _open,
    place,
    _first,
    expected,
    _second,
    value,
    _close,
  ) => {
    return {
      kind: "cas",
      span: spanOf(node),
      target: exprOf(target),
      place: exprOf(place),
      expected: exprOf(expected),
      value: exprOf(value),
    };
  },
  Statement_bareCas: (node, _cas, _open, place, _first, expected, _second, value, _close) => {
    return {
      kind: "cas",
      span: spanOf(node),
      target: undefined,
      place: exprOf(place),
      expected: exprOf(expected),
      value: exprOf(value),
    };
  },
  Statement_assign: (node, place, operator, value) => {
    return {
      kind: "assign",
      span: spanOf(node),
      place: exprOf(place),
      operator: wordOf(operator, ASSIGNMENTS),
      value: exprOf(value),
    };
  },
  Statement_send: (node, _send, port, index, _dot, message, args) => {
    return {
      kind: "send",
      span: spanOf(node),
      port: nameOf(port),
      index: optional(index, indexOf),
      message: nameOf(message),
      arguments: optional(args, argumentsOf) ?? [],
    };
  },
  If: (node, _if, condition, then, otherwise) => {
    return {
      kind: "if",
      span: spanOf(node),
      condition: exprOf(condition),
      then: blockOf(then),
      else: optional(otherwise, elseOf),
    };
  },
  Statement_for: (node, _for, name, _in, domain, body) => {
    return {
      kind: "for",
      span: spanOf(node),
      name: nameOf(name),
      domain: exprOf(domain),
      body: blockOf(body),
    };
  },
  Statement_choose: (node, _choose, name, _in, domain, _where, where) => {
    return {
      kind: "choose",
      span: spanOf(node),
      name: nameOf(name),
      domain: exprOf(domain),
      where: optional(where, exprOf),
    };
  },
  Statement_assert: (node, _assert, condition) => {
    return { kind: "assert", span: spanOf(node), condition: exprOf(condition) };
  },
  Statement_start: (node, _start, timer) => {
    return { kind: "startTimer", span: spanOf(node), timer: nameOf(timer) };
  },
  Statement_stop: (node, _stop, timer) => {
    return { kind: "stopTimer", span: spanOf(node), timer: nameOf(timer) };
  },
  Statement_line: (node, word, line) => {
    return { kind: wordOf(word, LINE_WORDS), span: spanOf(node), line: exprOf(line) };
  },
  Statement_fence: (node) => ({ kind: "fence", span: spanOf(node) }),
});

function swapOf(node: Node, target: Expr | undefined, place: Node, value: Node): Statement {
  return { kind: "swap", span: spanOf(node), target, place: exprOf(place), value: exprOf(value) };
}

/** `else { … }`, or `else if`, which becomes a block that holds one `if`. */
const elseOf: (node: Node) => Block = byRule<Block>({
  ElseBlock_if: (_node, _else, branch) => ({
    kind: "block",
    span: spanOf(branch),
    statements: [statementOf(branch)],
  }),
  ElseBlock_block: (_node, _else, block) => blockOf(block),
});
