/**
 * Terms of the Model: types and values, expressions over one state, and effects.
 *
 * `model.ts` holds what is made of them (slots, transitions, properties) and gives these names on,
 * so that everybody imports the Model from one place.
 */
import type { Span } from "./source.ts";

// ---------------------------------------------------------------------------- types and values

export type Type =
  | { readonly kind: "bool" }
  /** Results of arithmetic, sizes and counts: unbounded until stored. Never the type of a slot. */
  | { readonly kind: "int" }
  | {
      readonly kind: "range";
      readonly name: string | undefined;
      readonly low: number;
      readonly high: number;
      readonly overflow: "fail" | "wrap" | "saturate";
    }
  | { readonly kind: "enum"; readonly name: string; readonly members: readonly string[] }
  | {
      readonly kind: "id";
      readonly name: string;
      readonly size: number;
      readonly symmetric: boolean;
    }
  | { readonly kind: "record"; readonly name: string; readonly fields: readonly TypedField[] }
  | { readonly kind: "message"; readonly name: string; readonly kinds: readonly MessageType[] }
  /** Never nested: there is no `T??`. */
  | { readonly kind: "optional"; readonly of: Type }
  | { readonly kind: "set"; readonly of: Type }
  /** Total over `key`. When `value` is optional, `none` means "absent". */
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "list"; readonly of: Type; readonly capacity: number }
  /** Active leaf mode of one region, or inactive (`null`) when an enclosing mode is not active. */
  | { readonly kind: "mode"; readonly machine: string; readonly leaves: readonly string[] }
  /** One waiting write of a store buffer: see `StoreEntry`. */
  | { readonly kind: "store" };

export interface TypedField {
  readonly name: string;
  readonly type: Type;
}

export interface MessageType {
  readonly name: string;
  readonly fields: readonly TypedField[];
}

/**
 * A value of a Type, as JSON-like data. Equal values are equal as JSON text.
 *
 *     bool            true, false
 *     range, int      the number
 *     enum, id, mode  ordinal of the member, id or leaf (mode: null when inactive)
 *     optional        null for `none`, otherwise the value
 *     record          [field, …] in declaration order
 *     message         [ordinal of the kind, field, …]
 *     set             [element, …] in the order of `compareValues`, without duplicates
 *     map             [value, …], one for each key in the order of `valuesOf(key)`
 *     list, channel   [element, …], head first
 *     store           [slot, [path key, …], value]
 */
export type Value = boolean | number | null | readonly Value[];

// ---------------------------------------------------------------------------- expressions

/** Operators of two operands that are numbers or truth values. */
export type BinaryOp =
  | "and"
  | "or"
  | "implies"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "add"
  | "sub"
  | "mul"
  | "mod";

/**
 * An expression over one state. `local` indexes the frame of the transition or property; frames are
 * `locals` long. Every node has the type of its result.
 */
export type Expr =
  | { readonly op: "const"; readonly type: Type; readonly value: Value; readonly span: Span }
  | {
      readonly op: "local";
      readonly type: Type;
      readonly local: number;
      readonly name: string;
      readonly span: Span;
    }
  | Read
  | {
      readonly op: "not" | "minus";
      readonly type: Type;
      readonly operand: Expr;
      readonly span: Span;
    }
  | {
      /** `and`, `or` and `implies` evaluate `right` only when `left` does not decide. */
      readonly op: BinaryOp;
      readonly type: Type;
      readonly left: Expr;
      readonly right: Expr;
      readonly span: Span;
    }
  | {
      readonly op: "if";
      readonly type: Type;
      readonly condition: Expr;
      readonly then: Expr;
      readonly else: Expr;
      readonly span: Span;
    }
  | {
      /** `filter` gives the set of elements for which `body` holds. `domain` is set-valued. */
      readonly op: "forall" | "exists" | "count" | "filter";
      readonly type: Type;
      readonly local: number;
      readonly name: string;
      readonly domain: Expr;
      readonly body: Expr;
      readonly span: Span;
    }
  /** All values of a finite type, as a set. */
  | { readonly op: "all"; readonly type: Type; readonly of: Type; readonly span: Span }
  /** Is `element` in `set` (a set or a list)? A `none` element is in no set. */
  | {
      readonly op: "in";
      readonly type: Type;
      readonly element: Expr;
      readonly set: Expr;
      readonly span: Span;
    }
  /** Is the entry of an optional-valued map present? */
  | {
      readonly op: "has";
      readonly type: Type;
      readonly map: Expr;
      readonly key: Expr;
      readonly span: Span;
    }
  /** `m[k]`; for a list the zero-based element, or `none` past its end (the type is optional). */
  | {
      readonly op: "index";
      readonly type: Type;
      readonly object: Expr;
      readonly key: Expr;
      readonly span: Span;
    }
  /** `m.get(k, d)`: the entry, or `d` when it is absent. */
  | {
      readonly op: "get";
      readonly type: Type;
      readonly map: Expr;
      readonly key: Expr;
      readonly fallback: Expr;
      readonly span: Span;
    }
  | {
      readonly op: "field";
      readonly type: Type;
      readonly object: Expr;
      readonly field: number;
      readonly span: Span;
    }
  /** Number of elements of a set, list or channel; of a map, of its present entries. */
  | { readonly op: "size"; readonly type: Type; readonly of: Expr; readonly span: Span }
  /** A `list` whose type is a map has one element for each key, in the order of the keys. */
  | {
      readonly op: "set" | "list";
      readonly type: Type;
      readonly elements: readonly Expr[];
      readonly span: Span;
    }
  | {
      readonly op: "record";
      readonly type: Type;
      readonly fields: readonly Expr[];
      readonly span: Span;
    }
  | {
      readonly op: "message";
      readonly type: Type;
      readonly kind: number;
      readonly fields: readonly Expr[];
      readonly span: Span;
    }
  /**
   * A set with one more or one fewer element; `remove` also takes the first equal element out of a
   * list. Removing `none`, or what is not there, changes nothing.
   */
  | {
      readonly op: "insert" | "remove";
      readonly type: Type;
      readonly set: Expr;
      readonly element: Expr;
      readonly span: Span;
    }
  /**
   * Set union and difference with a whole set, and list concatenation of one element at the end.
   */
  | {
      readonly op: "union" | "difference" | "append";
      readonly type: Type;
      readonly left: Expr;
      readonly right: Expr;
      readonly span: Span;
    }
  /** Is any of `leaves` the active leaf of the region in `slots[index]`? This is `x in Mode`. */
  | {
      readonly op: "modeIn";
      readonly type: Type;
      readonly region: Read;
      readonly leaves: readonly number[];
      readonly span: Span;
    }
  /**
   * `e` is known to be present where it is used (the type checker proved it); strips the optional.
   */
  | { readonly op: "present"; readonly type: Type; readonly of: Expr; readonly span: Span };

/**
 * Reads a slot, or one of a family: `slots[ordinal of index]`. With `buffer` it reads shared memory
 * as the thread that owns the store buffer sees it: its own waiting writes, oldest first, over the
 * memory.
 */
export interface Read {
  readonly op: "read";
  readonly type: Type;
  readonly slots: readonly number[];
  readonly index: Expr | undefined;
  readonly buffer: number | undefined;
  readonly span: Span;
}

// ---------------------------------------------------------------------------- effects

/** Where a write goes: a slot (or one of a family), then down through maps and records. */
export interface Place {
  readonly slots: readonly number[];
  readonly index: Expr | undefined;
  readonly path: readonly PlaceStep[];
  /** Type of the part that is written; decides what happens to a value outside its range. */
  readonly type: Type;
  /** The store buffer that takes the write, when the variable is shared and memory is `tso`. */
  readonly buffer: number | undefined;
  readonly span: Span;
}

export type PlaceStep =
  | { readonly step: "field"; readonly field: number }
  | { readonly step: "key"; readonly key: Expr };

/**
 * Effects run in order and a read sees earlier writes. A transition whose effects reach a `send`
 * without room, a `store` without room, a `fence` with waiting writes or a `choose` from an empty
 * set is not enabled in that state, as a whole.
 */
export type Effect =
  | { readonly effect: "assign"; readonly place: Place; readonly value: Expr; readonly span: Span }
  | {
      readonly effect: "send";
      /** Index into `Model.channels` (not a slot), or a family of them indexed by `index`. */
      readonly channels: readonly number[];
      readonly index: Expr | undefined;
      readonly message: Expr;
      readonly span: Span;
    }
  | {
      readonly effect: "if";
      readonly condition: Expr;
      readonly then: readonly Effect[];
      readonly else: readonly Effect[];
      readonly span: Span;
    }
  | {
      /** In the order of `compareValues`; the domain is read once, before the first round. */
      readonly effect: "for";
      readonly local: number;
      readonly name: string;
      readonly domain: Expr;
      readonly body: readonly Effect[];
      readonly span: Span;
    }
  | {
      /** One successor for each element; the choice is part of the step's label. */
      readonly effect: "choose";
      readonly local: number;
      readonly name: string;
      readonly domain: Expr;
      readonly span: Span;
    }
  | { readonly effect: "assert"; readonly condition: Expr; readonly span: Span }
  /** Waits until the store buffer is empty (also part of `swap` and `cas`). Absent under `sc`. */
  | { readonly effect: "fence"; readonly buffer: number; readonly span: Span }
  /** Sets a local of the frame: the old value of `swap`, the success of `cas`. */
  | { readonly effect: "bind"; readonly local: number; readonly value: Expr; readonly span: Span };
