/**
 * `Model`: a typed, finite transition system, ready to be explored.
 *
 * One Model is one `check` (or scenario) of one system: constants are folded, sizes of ids are
 * known, machine parameters are substituted, every instance of every transition is written out.
 * Threads, timers, interrupts, channels and store buffers have become plain variables ("slots"), so
 * a state is one vector of values and nothing else:
 *
 *     slot   0            1          2              3            4          5
 *          | server mode | inc     | server.table | app[C1] mode | req      | crash used |
 *          | "Up"        | 0       | {C1}         | "Open"       | [Data C1] | 1         |
 *
 * What the reader of a counterexample needs (names, places, which slot is a channel) stays beside
 * the core as plain data. The rejected alternative, a Model with machines and modes in it, would
 * make every engine interpret statecharts again and would leave three places for their meaning to
 * differ.
 *
 * Invariants: types are finite; expressions are total where the type checker demanded it; slots and
 * transitions are in declaration order, so two lowerings of one text are equal.
 */
import type { Span } from "./source.ts";
import type { Effect, Expr, Type, Value } from "./term.ts";

export type {
  BinaryOp,
  Effect,
  Expr,
  MessageType,
  Place,
  PlaceStep,
  Read,
  Type,
  TypedField,
  Value,
} from "./term.ts";

export const MODEL_VERSION = 1;

// ---------------------------------------------------------------------------- slots

export type SlotRole =
  /** `region` is the path of the region in the machine, "" for the only one. */
  | { readonly role: "mode"; readonly instance: number; readonly region: string }
  | {
      readonly role: "variable";
      readonly instance: number | undefined;
      readonly shared: boolean;
      readonly ghost: boolean;
    }
  | { readonly role: "channel"; readonly channel: number }
  | { readonly role: "buffer"; readonly instance: number; readonly entries: number }
  /**
   * Shortest and longest time to its end, in nanoseconds: hardware keeps them, exploring does not.
   */
  | {
      readonly role: "timer";
      readonly instance: number;
      readonly least: number;
      readonly most: number;
    }
  | { readonly role: "pending" | "masked"; readonly instance: number | undefined }
  | { readonly role: "faults"; readonly fault: string };

export interface Slot {
  /**
   * As a reader writes it: `server.table`, `app[Client1]`, `req`, `prod buffer`, `faults
   * server.crash`.
   */
  readonly name: string;
  readonly type: Type;
  readonly initial: Value;
  readonly role: SlotRole;
  readonly span: Span;
}

/**
 * What a system declares as one and a Model writes out as several: `app[c: Client]` is a family of
 * instances, one for each value of its index. A member without an index is alone in its family.
 */
export interface Family {
  /** `app`, `rep`. */
  readonly name: string;
  /** The values of the member's indices, in the order of the declaration. */
  readonly index: readonly { readonly type: Type; readonly value: Value }[];
}

export interface Instance {
  /** `server`, `app[Client1]`. */
  readonly name: string;
  readonly family: Family;
  readonly machine: string;
  readonly kind: "machine" | "thread";
  /** Mode slots, one per region, outermost first. */
  readonly regions: readonly number[];
  /** Per region slot: the leaves that are (inside) `final` modes. */
  readonly finals: readonly (readonly number[])[];
  /** Per region slot: where each leaf mode, or line of a thread, is written. */
  readonly places: readonly (readonly Span[])[];
  readonly span: Span;
}

/** One queue; a family `rep[c]` is several channels. */
export interface Channel {
  /** `req`, `rep[Client1]`. */
  readonly name: string;
  readonly family: Family;
  /** The receiver's name for it: rules say `on req.Open`. */
  readonly port: string;
  readonly slot: number;
  readonly message: Type;
  readonly discipline: "fifo" | "mailbox" | "bag" | "rendezvous";
  readonly capacity: number;
  /** Instances that may send and the one that receives. */
  readonly senders: readonly number[];
  readonly receiver: number;
  readonly span: Span;
}

// ---------------------------------------------------------------------------- transitions

/**
 * What the user wrote: one `step`, `on`, `after`, `fault` or thread line in its mode. Coverage and
 * diagnostics speak of rules; a Model has one or more transitions for each rule and instance.
 */
export interface Rule {
  /** `Server.Up on req.Data(c) if c in table` */
  readonly text: string;
  readonly machine: string;
  readonly kind: TransitionKind;
  readonly span: Span;
}

export type TransitionKind =
  | "step"
  | "receive"
  | "timer"
  | "interrupt"
  | "fault"
  /** `otherwise drop` consumed a message. */
  | "drop"
  | "ignore"
  | "flush"
  | "lossy"
  | "duplicating"
  | "reordering";

/** Which message of which channel a transition takes. */
export interface Trigger {
  readonly channel: number;
  /** Ordinal of the message kind in the channel's message type; its fields become locals 0, 1, … */
  readonly kind: number;
}

export interface Transition {
  /** `server.Open`, `app[Client1].write`, `prod.flush`, `req.lossy`; not unique. */
  readonly name: string;
  readonly kind: TransitionKind;
  /** The rules that react: one, or one per region that reacts to the event. */
  readonly rules: readonly number[];
  /** Undefined for faults of channels. */
  readonly instance: number | undefined;
  readonly fairness: "none" | "weak" | "strong";
  readonly trigger: Trigger | undefined;
  readonly guard: Expr;
  readonly effects: readonly Effect[];
  /** Length of the frame of locals. */
  readonly locals: number;
  readonly span: Span;
  /** For `flush`, the buffer slot; for channel faults, the channel. */
  readonly subject: number | undefined;
  /** For `reordering(k)`. */
  readonly distance: number | undefined;
}

/**
 * How an instance treats a message that waits for it, by leaf modes of its regions. Used to scan
 * mailboxes, and to see that a message has no rule at all (the built-in violation "unhandled").
 */
export interface Reception {
  readonly channel: number;
  readonly kind: number;
  /** Length of the frame; the fields of the message are locals 0, 1, … */
  readonly locals: number;
  /** True when, in the current modes, the message is looked past (`defer`). */
  readonly deferred: Expr;
  /** True when, in the current modes, no rule or word of the machine covers the message. */
  readonly unhandled: Expr;
}

// ---------------------------------------------------------------------------- properties

export interface Invariant {
  readonly name: string;
  readonly condition: Expr;
  readonly locals: number;
  readonly span: Span;
}

export interface Goal {
  readonly name: string;
  readonly condition: Expr;
  readonly locals: number;
  readonly span: Span;
}

/** LTL with past over state conditions. Quantifiers stand outside and are expanded per instance. */
export type Temporal =
  | { readonly op: "state"; readonly condition: Expr; readonly span: Span }
  | {
      readonly op: "not" | "always" | "eventually" | "once" | "previously" | "historically";
      readonly operand: Temporal;
      readonly span: Span;
    }
  | {
      readonly op: "and" | "or" | "implies" | "until" | "since" | "leadsTo";
      readonly left: Temporal;
      readonly right: Temporal;
      readonly span: Span;
    };

export interface TemporalProperty {
  readonly name: string;
  /**
   * One for each assignment of the outer quantifiers; `forall` means all of them must hold,
   * `exists` one.
   */
  readonly instances: readonly { readonly label: string; readonly formula: Temporal }[];
  readonly quantifier: "forall" | "exists";
  readonly locals: number;
  /** `within` was written: exploration judges the property without the bound and says so. */
  readonly bounded: boolean;
  readonly span: Span;
}

/**
 * The claim that the steps of this Model, seen through a mapping, are steps of another one or
 * change nothing there.
 */
export interface Refinement {
  readonly name: string;
  /**
   * The abstract system with the sizes and constants of this check, and all its faults unbounded.
   * It states no properties.
   */
  readonly abstract: Model;
  /** One for each slot of `abstract` that is no ghost, in the order of its slots. */
  readonly mapping: readonly SlotMapping[];
  readonly span: Span;
}

/** What a slot of the abstract system holds while the implementation is in some state. */
export interface SlotMapping {
  /** Index into the slots of the abstract Model. */
  readonly slot: number;
  /**
   * Over the state of the implementation. Stored as an assignment stores it: a range may wrap, and
   * a value outside of a plain range is a violation.
   */
  readonly value: Expr;
  readonly locals: number;
  /** The line of the refinement; the whole of it where the value is that of a namesake. */
  readonly span: Span;
}

// ---------------------------------------------------------------------------- the check

export interface FaultBudget {
  /** `server.crash`, `req.lossy` */
  readonly name: string;
  /** Undefined: unbounded. */
  readonly bound: number | undefined;
  /** Counter slot; undefined when unbounded or when the bound is 0 (then it never strikes). */
  readonly slot: number | undefined;
  readonly span: Span;
}

export interface Expectations {
  readonly states: { readonly count: number; readonly span: Span } | undefined;
  /** Names of properties, or `assert`, `range`, `unhandled`, `stuck`. */
  readonly violations: readonly { readonly name: string; readonly span: Span }[];
}

export interface Budget {
  readonly milliseconds: number | undefined;
  readonly bytes: number | undefined;
  readonly states: number | undefined;
}

export type ScenarioStep =
  | {
      readonly kind: "do";
      readonly name: string;
      readonly transitions: readonly number[];
      readonly span: Span;
    }
  | {
      readonly kind: "expect";
      readonly condition: Expr;
      readonly locals: number;
      readonly span: Span;
    }
  | { readonly kind: "gap"; readonly span: Span }
  | { readonly kind: "mustFail"; readonly property: string; readonly span: Span };

export interface Model {
  readonly version: typeof MODEL_VERSION;
  readonly module: string;
  /** File of the check. */
  readonly file: string;
  readonly system: string;
  /** Name of the check, or the title of the scenario. */
  readonly name: string;
  readonly kind: "check" | "scenario";
  readonly span: Span;
  /** Constants and sizes as they apply, printed: `Client = 2`. */
  readonly settings: readonly {
    readonly name: string;
    readonly value: string;
    readonly set: boolean;
  }[];
  readonly memory: { readonly model: "sc" } | { readonly model: "tso"; readonly entries: number };
  readonly instances: readonly Instance[];
  readonly channels: readonly Channel[];
  readonly slots: readonly Slot[];
  /**
   * Performed once, on the slots' initial values, to give the initial states: the `entry` blocks of
   * the modes in which the instances start.
   */
  readonly start: readonly Effect[];
  readonly startLocals: number;
  readonly rules: readonly Rule[];
  readonly transitions: readonly Transition[];
  readonly receptions: readonly Reception[];
  readonly invariants: readonly Invariant[];
  readonly goals: readonly Goal[];
  readonly temporal: readonly TemporalProperty[];
  /** Refinements that name this system as the implementation, in the order of the text. */
  readonly refinements: readonly Refinement[];
  readonly faults: readonly FaultBudget[];
  readonly allowStuck: boolean;
  /** `profile nightly`: too long for each change, so it runs only when it is asked for. */
  readonly nightly: boolean;
  /** `only P, Q`; undefined means all. */
  readonly only: readonly string[] | undefined;
  readonly expect: Expectations;
  readonly budget: Budget;
  /** Empty for checks. */
  readonly scenario: readonly ScenarioStep[];
}
