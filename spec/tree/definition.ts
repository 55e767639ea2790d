/** Declarations that several constructs share: definitions, properties, memory, settings. */
import type { Node } from "ohm-js";
import type { Span } from "../source.ts";
import type {
  DefDeclaration,
  Expr,
  MemoryDeclaration,
  Name,
  PropertyDeclaration,
  TransitionReference,
} from "../syntax.ts";
import { exprOf, indexOf } from "./expression.ts";
import { nameOf, byRule, optional, spanOf, wordOf } from "./node.ts";
import { defParametersOf } from "./type.ts";

export function defOf(node: Node): DefDeclaration {
  return {
    kind: "def",
    span: spanOf(node),
    name: nameOf(node.child(1)),
    parameters: defParametersOf(node.child(2)),
    value: exprOf(node.child(4)),
  };
}

export function propertyOf(node: Node): PropertyDeclaration {
  return {
    kind: wordOf(node.child(0), ["invariant", "reachable", "property"]),
    span: spanOf(node),
    name: nameOf(node.child(1)),
    value: exprOf(node.child(3)),
    onLoss: optional(node.child(4), (loss) => wordOf(loss.child(2), ["inconclusive", "ignore"])),
  };
}

export const memoryOf: (node: Node) => MemoryDeclaration = byRule<MemoryDeclaration>({
  Memory_sc: (node, _memory, _sc) => {
    return { kind: "memory", span: spanOf(node), model: "sc", entries: undefined };
  },
  Memory_tso: (node, _memory, _tso, entries) => {
    return {
      kind: "memory",
      span: spanOf(node),
      model: "tso",
      entries: optional(entries, indexOf),
    };
  },
});

/** `name = e`, in checks and scenarios. */
export interface SettingItem {
  readonly kind: "setting";
  readonly span: Span;
  readonly name: Name;
  readonly value: Expr;
}

export function settingOf(node: Node): SettingItem {
  return {
    kind: "setting",
    span: spanOf(node),
    name: nameOf(node.child(0)),
    value: exprOf(node.child(2)),
  };
}

export function transitionOf(node: Node): TransitionReference {
  return {
    span: spanOf(node),
    instance: nameOf(node.child(0)),
    index: optional(node.child(1), indexOf),
    transition: nameOf(node.child(3)),
  };
}
