/** Syntax of types, blocks and expressions: what stands behind colons, in braces and in guards. */
import type { Span } from "./source.ts";
import type { Name } from "./syntax.ts";

// ---------------------------------------------------------------------------- types

export type TypeExpr =
  | { readonly kind: "boolType"; readonly span: Span }
  | { readonly kind: "rangeType"; readonly span: Span; readonly low: Expr; readonly high: Expr }
  | { readonly kind: "namedType"; readonly span: Span; readonly name: Name }
  | { readonly kind: "optionalType"; readonly span: Span; readonly of: TypeExpr }
  | { readonly kind: "setType"; readonly span: Span; readonly of: TypeExpr }
  | {
      readonly kind: "mapType";
      readonly span: Span;
      readonly key: TypeExpr;
      readonly value: TypeExpr;
    }
  | {
      readonly kind: "listType";
      readonly span: Span;
      readonly of: TypeExpr;
      readonly capacity: Expr;
    };

// ---------------------------------------------------------------------------- effects

export interface Block {
  readonly kind: "block";
  readonly span: Span;
  readonly statements: readonly Statement[];
}

export type Statement =
  | {
      readonly kind: "assign";
      readonly span: Span;
      readonly place: Expr;
      readonly operator: "=" | "+=" | "-=";
      readonly value: Expr;
    }
  | {
      /** `old = swap(place, e)`; `target` may be absent when the old value is not wanted. */
      readonly kind: "swap";
      readonly span: Span;
      readonly target: Expr | undefined;
      readonly place: Expr;
      readonly value: Expr;
    }
  | {
      /** `ok = cas(place, expected, replacement)` */
      readonly kind: "cas";
      readonly span: Span;
      readonly target: Expr | undefined;
      readonly place: Expr;
      readonly expected: Expr;
      readonly value: Expr;
    }
  | {
      readonly kind: "send";
      readonly span: Span;
      readonly port: Name;
      readonly index: Expr | undefined;
      readonly message: Name;
      readonly arguments: readonly Expr[];
    }
  | {
      readonly kind: "if";
      readonly span: Span;
      readonly condition: Expr;
      readonly then: Block;
      /** `else if` is a block that holds one `if`. */
      readonly else: Block | undefined;
    }
  | {
      readonly kind: "for";
      readonly span: Span;
      readonly name: Name;
      readonly domain: Expr;
      readonly body: Block;
    }
  | {
      /** Binds `name` for the rest of the block. */
      readonly kind: "choose";
      readonly span: Span;
      readonly name: Name;
      readonly domain: Expr;
      readonly where: Expr | undefined;
    }
  | { readonly kind: "assert"; readonly span: Span; readonly condition: Expr }
  | { readonly kind: "startTimer" | "stopTimer"; readonly span: Span; readonly timer: Name }
  | { readonly kind: "raise" | "mask" | "unmask"; readonly span: Span; readonly line: Expr }
  | { readonly kind: "fence"; readonly span: Span };

// ---------------------------------------------------------------------------- expressions

export type BinaryOperator =
  | "and"
  | "or"
  | "implies"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "not in"
  | "+"
  | "-"
  | "*"
  | "%";

/**
 * State and temporal expressions share one grammar; the type checker says where a temporal operator
 * may stand.
 */
export type Expr =
  | { readonly kind: "number"; readonly span: Span; readonly value: number }
  | { readonly kind: "bool"; readonly span: Span; readonly value: boolean }
  | { readonly kind: "none"; readonly span: Span }
  /** Only in bindings and logs. */
  | { readonly kind: "string"; readonly span: Span; readonly value: string }
  | { readonly kind: "duration"; readonly span: Span; readonly duration: Duration }
  | { readonly kind: "name"; readonly span: Span; readonly name: string }
  /** `_`, in the arguments of an event of a log. */
  | { readonly kind: "wildcard"; readonly span: Span }
  | { readonly kind: "field"; readonly span: Span; readonly object: Expr; readonly field: Name }
  | { readonly kind: "index"; readonly span: Span; readonly object: Expr; readonly index: Expr }
  /** `f(a)`, `Record(a, b)`, `m.get(k, d)`: `callee` is a name or a field expression. */
  | {
      readonly kind: "call";
      readonly span: Span;
      readonly callee: Expr;
      readonly arguments: readonly Expr[];
    }
  | { readonly kind: "not" | "minus"; readonly span: Span; readonly operand: Expr }
  | {
      readonly kind: "binary";
      readonly span: Span;
      readonly operator: BinaryOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | {
      readonly kind: "conditional";
      readonly span: Span;
      readonly condition: Expr;
      readonly then: Expr;
      readonly else: Expr;
    }
  | {
      /**
       * `forall x in S, y in T: e`: one binder each, nested. `domain` may name an id or enum type.
       */
      readonly kind: "quantified";
      readonly span: Span;
      readonly quantifier: "forall" | "exists" | "count";
      readonly binders: readonly Binder[];
      readonly body: Expr;
    }
  | { readonly kind: "setLiteral"; readonly span: Span; readonly elements: readonly Expr[] }
  | {
      /** `{ x in S where p }` */
      readonly kind: "comprehension";
      readonly span: Span;
      readonly binder: Binder;
      readonly where: Expr;
    }
  /** `[a, b]` */
  | { readonly kind: "listLiteral"; readonly span: Span; readonly elements: readonly Expr[] }
  // Temporal:
  | {
      readonly kind: "temporal";
      readonly span: Span;
      readonly operator: "always" | "eventually" | "once" | "previously" | "historically";
      readonly operand: Expr;
      readonly within: Within | undefined;
    }
  | {
      readonly kind: "temporalBinary";
      readonly span: Span;
      readonly operator: "until" | "since" | "leads to";
      readonly left: Expr;
      readonly right: Expr;
      readonly within: Within | undefined;
    }
  /** Logs: `e at o.begin`. */
  | { readonly kind: "at"; readonly span: Span; readonly operand: Expr; readonly moment: Expr }
  /** Logs: `from down(_) until up(_)`: the maximal intervals. */
  | { readonly kind: "interval"; readonly span: Span; readonly from: Expr; readonly until: Expr };

export interface Binder {
  readonly name: Name;
  readonly domain: Expr;
}

/** `within 3s`, or `within 3s after o.end` in a log. */
export interface Within {
  readonly span: Span;
  readonly duration: Duration;
  readonly after: Expr | undefined;
}

/** A duration as written and in nanoseconds (an integer that fits a double: at most 104 days). */
export interface Duration {
  readonly span: Span;
  readonly text: string;
  readonly nanoseconds: number;
}
