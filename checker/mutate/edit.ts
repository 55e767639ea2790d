/**
 * A program with one node of its syntax tree replaced, and all its other texts as they are.
 *
 *     Program ── modules ──► ModuleScope ── module ──► Declaration ──► … ──► node
 *        │                     names: name ──► Declaration, home() ──► ModuleScope
 *        └─ new scopes, declarations and the nodes on the way; everything else is shared
 *
 * Places stay what they are: a mutant has a hole in it and the same offsets around the hole. The
 * rejected alternative, to edit the text and parse it again, would move every place behind the hole
 * and cost a parse for each mutant.
 */
import type { ModuleScope, Program, ScopedDeclaration } from "../../spec/program.ts";
import type { Declaration } from "../../spec/syntax.ts";

/** The program in which `declaration` has `replacement` in the place of `node`. */
export function edited(
  program: Program,
  declaration: Declaration,
  node: object,
  replacement: object,
): Program {
  const changed = replaceNode(declaration, node, replacement);
  const swap = (one: Declaration): Declaration => (one === declaration ? changed : one);
  const renewed = new Map<ModuleScope, ModuleScope>();
  const renew = (scope: ModuleScope): ModuleScope => {
    const known = renewed.get(scope);
    if (known !== undefined) return known;
    const names = new Map<string, ScopedDeclaration>();
    const reachable: ModuleScope[] = [];
    const module = { ...scope.module, declarations: scope.module.declarations.map(swap) };
    const fresh: ModuleScope = { ...scope, module, names, reachable };
    renewed.set(scope, fresh);
    for (const [name, entry] of scope.names) {
      names.set(name, {
        declaration: swap(entry.declaration),
        home: () => renew(entry.home()),
      });
    }
    reachable.push(...scope.reachable.map(renew));
    return fresh;
  };
  return { ...program, modules: program.modules.map(renew) };
}

/** The tree with another node; parts that do not hold it are shared with the old tree. */
export function replaceNode<T>(tree: T, node: object, replacement: object): T {
  // The caller gives a replacement of the same kind of node, so the types stay what they are.
  if (tree === node) return replacement as T;
  if (typeof tree !== "object" || tree === null) return tree;
  if (Array.isArray(tree)) {
    const parts = tree.map((part: unknown) => replaceNode(part, node, replacement));
    return parts.some((part, index) => part !== tree[index]) ? (parts as T) : tree;
  }
  const entries = Object.entries(tree);
  const parts = entries.map(([key, part]) => [key, replaceNode(part, node, replacement)] as const);
  const same = parts.every(([, part], index) => part === entries[index]?.[1]);
  return same ? tree : (Object.fromEntries(parts) as T);
}
