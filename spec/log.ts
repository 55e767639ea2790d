/**
 * `ResolvedLog`: a `log` declaration with its names resolved and its types checked.
 *
 * Definitions are expanded, so that a property speaks only of events, of variables and of moments.
 * Three kinds of things have a place of their own, because the judge keeps state for them:
 *
 *     past operators   one table each, with a row per combination of the ids that it mentions
 *     intervals        `def o = from a until b`: one list of intervals per combination of ids
 *     properties       one instance per assignment of the binders at its head
 *
 * Variables are numbered by *slot*. A past operator and an interval number their own variables from
 * 0, so that `alive(c)` in two properties is one table; a reference says which slots of the
 * surrounding expression it hands in. Negation of temporal operators is moved inwards (`release` is
 * the dual of `until`), which makes the judge's unfolding one case per operator.
 */
import type { Span } from "./source.ts";

/** Types of the parameters of events. `time` is a moment in nanoseconds since the epoch. */
export const LOG_PARAMETER_TYPES = [
  "id",
  "side",
  "bool",
  "int",
  "text",
  "duration",
  "time",
] as const;
export type LogParameterType = (typeof LOG_PARAMETER_TYPES)[number];

/** A value of a log: numbers, durations and times are bigint; ids, sides and texts are strings. */
export type LogValue = boolean | bigint | string;

export interface ResolvedLog {
  readonly name: string;
  readonly span: Span;
  /** The field of event logs that holds the time, and its unit; undefined without `clock`. */
  readonly clock: { readonly field: string; readonly unit: "ns" | "us" | "ms" | "s" } | undefined;
  readonly events: readonly ResolvedEvent[];
  /** Operands come before the operators that use them. */
  readonly past: readonly PastOperator[];
  readonly intervals: readonly IntervalDefinition[];
  /** `e at o.begin` leaves, numbered over the whole log. */
  readonly moments: readonly MomentValue[];
  readonly properties: readonly ResolvedProperty[];
  /** Kinds of concrete events that the log leaves aside on purpose. */
  readonly ignored: readonly string[];
}

// ---------------------------------------------------------------------------- events

export interface ResolvedParameter {
  readonly name: string;
  readonly type: LogParameterType;
}

export interface ResolvedEvent {
  readonly name: string;
  readonly span: Span;
  readonly parameters: readonly ResolvedParameter[];
  /** Nothing follows about its first id; without an id, the recording ends with it. */
  readonly final: boolean;
  readonly sources: readonly ResolvedSource[];
  /** Fed by a capture, so that a loss of packets may hide it. */
  readonly captured: boolean;
}

export interface ResolvedSource {
  /** Kind of the concrete event. */
  readonly kind: string;
  readonly condition: SourceExpr | undefined;
  /** One for each parameter. */
  readonly values: readonly SourceExpr[];
}

/**
 * An expression over the fields of one concrete event; evaluated with the types found in the
 * recording.
 */
export type SourceExpr =
  | { readonly kind: "constant"; readonly value: LogValue | null }
  /** `time` is the event's time unless it has a field of that name. */
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "not" | "minus"; readonly operand: SourceExpr }
  | {
      readonly kind: "binary";
      readonly operator: SourceOperator;
      readonly left: SourceExpr;
      readonly right: SourceExpr;
    }
  | {
      readonly kind: "conditional";
      readonly condition: SourceExpr;
      readonly then: SourceExpr;
      readonly else: SourceExpr;
    }
  | {
      readonly kind: "call";
      readonly function: SourceFunction;
      readonly arguments: readonly SourceExpr[];
    };

export type SourceOperator =
  | "and"
  | "or"
  | "implies"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "+"
  | "-"
  | "*";

/** `each(list)` gives one event per element; `max` and `min` leave out what is missing. */
export const SOURCE_FUNCTIONS = ["each", "max", "min"] as const;
export type SourceFunction = (typeof SOURCE_FUNCTIONS)[number];

// ---------------------------------------------------------------------------- expressions

/** Argument of an event: a variable, a constant, or `_`. */
export type LogArgument =
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "constant"; readonly value: LogValue }
  | { readonly kind: "wildcard" };

/** An event that happens now. */
export interface Occurrence {
  readonly event: number;
  readonly arguments: readonly LogArgument[];
}

/** A value or truth value at one position, which needs the past at most. */
export type LogExpr =
  | { readonly kind: "constant"; readonly value: LogValue }
  | { readonly kind: "slot"; readonly slot: number }
  | ({ readonly kind: "occurs" } & Occurrence)
  /**
   * `roundTrip(c, _).sent`: only inside a comparison, which is false when the event does not
   * happen.
   */
  | ({ readonly kind: "parameter"; readonly parameter: number } & Occurrence)
  /** `o.begin`, `o.end`: a time; an end that has not come is later than every time. */
  | { readonly kind: "moment"; readonly slot: number; readonly end: boolean }
  /** A moment as a truth value: it has come. */
  | { readonly kind: "passed"; readonly moment: LogExpr }
  | {
      readonly kind: "compare";
      readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: LogExpr;
      readonly right: LogExpr;
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*";
      readonly left: LogExpr;
      readonly right: LogExpr;
    }
  | { readonly kind: "not"; readonly operand: LogExpr }
  | { readonly kind: "and" | "or"; readonly operands: readonly LogExpr[] }
  | { readonly kind: "past"; readonly operator: number; readonly slots: readonly number[] }
  | {
      readonly kind: "quantified";
      readonly quantifier: "forall" | "exists" | "count";
      readonly slot: number;
      readonly domain: LogDomain;
      readonly body: LogExpr;
    };

export type LogDomain =
  /** `established.conn`: the ids that the parameter has had so far. */
  | { readonly kind: "seen"; readonly event: number; readonly parameter: number }
  /** `outage`, `appDown(s)`: the intervals that have begun so far. */
  | {
      readonly kind: "intervals";
      readonly interval: number;
      readonly arguments: readonly LogArgument[];
    };

/** Kind of the ids that a slot holds: the name of the parameters that they stand for. */
export type Sort = string;

/** `once`, `since` and `previously`; `historically p` is `not once not p`. */
export interface PastOperator {
  readonly operator: "once" | "since" | "previously";
  /** Absent for `once` and `previously`. */
  readonly left: LogExpr | undefined;
  readonly right: LogExpr;
  readonly within: bigint | undefined;
  /** One for each slot that is handed in. */
  readonly sorts: readonly Sort[];
  /** Events that it names without one of its ids: they are positions of every row. */
  readonly shared: readonly number[];
}

export interface IntervalDefinition {
  readonly name: string;
  readonly span: Span;
  readonly from: LogExpr;
  readonly until: LogExpr;
  readonly sorts: readonly Sort[];
  readonly shared: readonly number[];
}

// ---------------------------------------------------------------------------- properties

/** `operand at o.end + 2s`, where `o` is the binder in `slot`. */
export interface MomentValue {
  readonly operand: LogExpr;
  /** The intervals that the slot ranges over: an index into `ResolvedLog.intervals`. */
  readonly interval: number;
  readonly slot: number;
  readonly end: boolean;
  readonly offset: bigint;
  /** The one id that the operand may mention, with its sort. */
  readonly id: { readonly slot: number; readonly sort: Sort } | undefined;
}

/** `within` of a temporal operator; `after` is a moment from which on the time counts. */
export interface Bound {
  readonly duration: bigint;
  readonly after: LogExpr | undefined;
}

/** What has to hold from a position on. */
export type Formula =
  | { readonly kind: "state"; readonly expr: LogExpr }
  | { readonly kind: "at"; readonly moment: number; readonly negated: boolean }
  | { readonly kind: "and" | "or"; readonly operands: readonly Formula[] }
  | {
      readonly kind: "always" | "eventually";
      readonly operand: Formula;
      readonly bound: Bound | undefined;
    }
  /** `release`: `right` holds up to and including the position at which `left` holds. */
  | {
      readonly kind: "until" | "release";
      readonly left: Formula;
      readonly right: Formula;
      readonly bound: Bound | undefined;
    }
  /** The negated premise of an implication: where it is false, the premise was true. */
  | { readonly kind: "premise"; readonly operand: Formula };

export interface LogBinder {
  readonly name: string;
  readonly domain: LogDomain;
  /** Undefined for intervals. */
  readonly sort: Sort | undefined;
}

export interface ResolvedProperty {
  readonly name: string;
  readonly kind: "invariant" | "reachable" | "property";
  readonly span: Span;
  readonly onLoss: "inconclusive" | "ignore";
  /** How the instances are joined. */
  readonly quantifier: "forall" | "exists";
  /** The binder of slot i is at i. */
  readonly binders: readonly LogBinder[];
  readonly formula: Formula;
  readonly hasPremise: boolean;
  /** Events that it names without one of its ids. */
  readonly shared: readonly number[];
  /**
   * Final events that it names, directly or not: a loss can hide them only before the last event of
   * an id.
   */
  readonly usesCapture: boolean;
  /** Moments after a begin or an end that make a position of their own. */
  readonly offsets: readonly {
    readonly slot: number;
    readonly end: boolean;
    readonly offset: bigint;
  }[];
}
