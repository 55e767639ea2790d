/**
 * Reading ohm's nodes: a table by rule, places, optional and repeated parts.
 *
 * `byRule` replaces ohm's own operations: their results are `any`, their actions need `this`, and
 * they cannot hand a whole node to a function that another construct uses too.
 *
 * Trees are built with places relative to the text that was matched and with an empty file name;
 * `rebase.ts` moves them to where the declaration stands. Handing the origin to every action was
 * rejected: it would be a parameter of two hundred functions.
 */
import type { MatchResult, Node } from "ohm-js";
import grammar, { type LibrettoActionDict } from "../grammar.ohm-bundle.js";
import type { Span } from "../source.ts";
import type { Name } from "../syntax.ts";

const semantics = grammar.createSemantics();

type RuleName = keyof LibrettoActionDict<unknown>;
type PartsOf<R extends RuleName> = Parameters<Required<LibrettoActionDict<unknown>>[R]>;

/** What to make of each rule: a function of the node and its parts, checked against the grammar. */
export type ByRule<T> = {
  readonly [R in RuleName]?: (node: Node, ...parts: PartsOf<R>) => T;
};

/**
 * Makes a function that looks a node up by its rule; rules of one part pass through to that part.
 */
export function byRule<T>(table: ByRule<T>): (node: Node) => T {
  const makers = new Map<string, (node: Node, ...parts: Node[]) => T>(Object.entries(table));
  return (start) => {
    for (let node = start; ; node = node.child(0)) {
      const make = makers.get(node.ctorName);
      if (make !== undefined) return make(node, ...node.children);
      if (node.numChildren !== 1) throw new Error(`nothing is made of the rule ${node.ctorName}`);
    }
  };
}

/** The root of a successful match. */
export function rootOf(match: MatchResult): Node {
  return semantics(match) as Node;
}

export function spanOf(node: Node): Span {
  return { file: "", start: node.source.startIdx, end: node.source.endIdx };
}

export function nameOf(node: Node): Name {
  return { text: node.sourceString, span: spanOf(node) };
}

/** The nodes of a `ListOf` or `NonemptyListOf`, without the separators. */
export function listOf(node: Node): readonly Node[] {
  return node.asIteration().children;
}

/** What `make` makes of an optional part, or nothing when it was not written. */
export function optional<T>(node: Node, make: (node: Node) => T): T | undefined {
  const [only] = node.children;
  return only === undefined ? undefined : make(only);
}

/** The first word of a node: which alternative of keywords was written. */
export function wordOf<Word extends string>(node: Node, words: readonly Word[]): Word {
  const found = words.find((word) => word === node.sourceString);
  if (found === undefined) throw new Error(`the grammar has a word too many: ${node.ctorName}`);
  return found;
}

/** True when `word` is among the repeated keywords of `node`. */
export function isWritten(node: Node, word: string): boolean {
  return node.children.some((child) => child.sourceString === word);
}
