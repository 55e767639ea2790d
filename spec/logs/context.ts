/**
 * What the phases of `checkLog` share: the declared names, and the tables that they fill.
 *
 * A *variable* stands for a slot of the expression at hand. Definitions are expanded by binding
 * their parameters to the caller's variables, so that no expression is ever copied with names in
 * it. What kind of id a variable holds (its `sort`) is known when it is bound by a quantifier; for
 * a parameter of an interval it is found at its first use.
 */
import type { Diagnostic } from "../diagnostic.ts";
import type {
  IntervalDefinition,
  LogValue,
  MomentValue,
  PastOperator,
  ResolvedEvent,
  Sort,
} from "../log.ts";
import type { DefDeclaration } from "../syntax.ts";

export interface LogContext {
  readonly log: string;
  readonly events: readonly ResolvedEvent[];
  readonly eventIndex: ReadonlyMap<string, number>;
  readonly definitions: ReadonlyMap<string, DefDeclaration>;
  readonly past: PastOperator[];
  /** Structure of a past operator to its index in `past`. */
  readonly pastIndex: Map<string, number>;
  readonly intervals: IntervalDefinition[];
  readonly intervalIndex: Map<string, number>;
  readonly moments: MomentValue[];
  /** Definitions that have been expanded somewhere. */
  readonly expanded: Set<string>;
  /** Definitions being expanded, to find circles. */
  readonly open: string[];
  readonly report: (diagnostic: Diagnostic) => void;
}

/** What a slot holds. `unknown` until the first use says more. */
export interface Variable {
  readonly slot: number;
  kind: "id" | "interval" | "unknown";
  sort: Sort | undefined;
  /** For intervals: index of their definition. */
  readonly interval?: number | undefined;
}

export type Bound =
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "wildcard" }
  | {
      readonly kind: "value";
      readonly value: LogValue;
      readonly type: "int" | "duration" | "text";
    };

/** The names in scope and the slots in use. */
export interface Scope {
  readonly names: ReadonlyMap<string, Bound>;
  /** All variables of the property or interval; the next slot is its length. */
  readonly slots: Variable[];
}

/** A scope with one more variable. */
export function bindVariable(
  scope: Scope,
  name: string,
  kind: Variable["kind"],
  sort: Sort | undefined,
  interval?: number,
): { readonly scope: Scope; readonly variable: Variable } {
  const variable: Variable = { slot: scope.slots.length, kind, sort, interval };
  scope.slots.push(variable);
  const names = new Map(scope.names);
  names.set(name, { kind: "variable", variable });
  return { scope: { names, slots: scope.slots }, variable };
}

/** A scope for a property or an interval. */
export function emptyScope(): Scope {
  return { names: new Map(), slots: [] };
}

/** Names that a log can mention, for suggestions. */
export function namesOf(context: LogContext, scope: Scope): readonly string[] {
  return [...context.eventIndex.keys(), ...context.definitions.keys(), ...scope.names.keys()];
}
