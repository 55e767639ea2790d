/**
 * What can become of effects that run in a state: nouns shared by effects, successors and reports.
 *
 *     run ──effect──► run ──choose──► run ──► done        one next state
 *                        └─────────► run ──► violated    its end is no state
 *                        └─────────► run ──► blocked     not enabled that way
 */
import type { Expr, Type, Value } from "../../spec/model.ts";
import type { Span } from "../../spec/source.ts";

/** A step under way. Values are never changed in place. */
export interface Run {
  readonly state: readonly Value[];
  readonly locals: readonly Value[];
  /**
   * Received fields, chosen elements, receiving transitions: with the transition they name the
   * step.
   */
  readonly choices: readonly Value[];
  /** What the label says beside the name, in order. */
  readonly remarks: readonly string[];
  /** Receiving transitions that took part through rendezvous. */
  readonly partners: readonly number[];
  /** Places of the effects that ran. */
  readonly spans: readonly Span[];
}

/** A built-in property that a step breaks, with the place in the text and the value that did it. */
export type Violation =
  | {
      readonly property: "assert";
      readonly span: Span;
      readonly condition: Expr;
      /** The frame in which the condition was false. */
      readonly locals: readonly Value[];
    }
  | {
      readonly property: "range";
      readonly span: Span;
      /** The range that was left, or the list whose capacity or length was passed. */
      readonly type: Extract<Type, { kind: "range" | "list" }>;
      /** The number, or the length or position. */
      readonly value: number;
      /** Slot that would have taken the value. */
      readonly slot: number | undefined;
      /** What the slot held before; undefined when only a part of it would have changed. */
      readonly before: Value | undefined;
    };

/** Why a transition is not enabled in a state. */
export type Obstacle =
  | { readonly why: "guard" }
  /** The channel offers no message of the kind. */
  | { readonly why: "message"; readonly channel: number }
  /** A `send` found the channel full. */
  | { readonly why: "room"; readonly channel: number }
  /** A `send` on a rendezvous channel found nobody who receives. */
  | { readonly why: "partner"; readonly channel: number }
  /** A write found the store buffer full. */
  | { readonly why: "store"; readonly buffer: number }
  /** `fence`, `swap` or `cas` found waiting writes. */
  | { readonly why: "fence"; readonly buffer: number }
  /** `choose` found nothing to choose from. */
  | { readonly why: "choose"; readonly span: Span }
  /** A flush without waiting writes, or a channel fault without a message it could strike. */
  | { readonly why: "nothing"; readonly slot: number };

export type Outcome =
  | { readonly end: "done"; readonly run: Run }
  | { readonly end: "violated"; readonly run: Run; readonly violation: Violation }
  | { readonly end: "blocked"; readonly obstacle: Obstacle };
