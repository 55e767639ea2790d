/** Syntax of threads: labelled lines, each one atomic step. */
import type { Span } from "./source.ts";
import type { Block, Expr } from "./syntax-expression.ts";
import type { Declared, Fairness, Field, Name, VariableDeclaration } from "./syntax.ts";

export interface ThreadDeclaration extends Declared {
  readonly kind: "thread";
  readonly parameters: readonly Field[];
  readonly core: Expr | undefined;
  readonly variables: readonly VariableDeclaration[];
  readonly lines: readonly ThreadLine[];
}

/** One line is one atomic step; `name` is its label. */
export interface ThreadLine {
  readonly kind: "line";
  readonly span: Span;
  readonly name: Name;
  readonly fairness: Fairness;
  readonly await: Expr | undefined;
  readonly body: Block | undefined;
  /** Absent: the next line, or the end of the thread after the last one. */
  readonly next: Next | undefined;
}

/** `then L`, or `if c then L else …`; the condition is read after the block has run. */
export type Next =
  | { readonly kind: "then"; readonly span: Span; readonly label: Name }
  | {
      readonly kind: "branch";
      readonly span: Span;
      readonly condition: Expr;
      readonly then: Name;
      readonly else: Next;
    };
