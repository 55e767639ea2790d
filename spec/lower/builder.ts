/** The Model under construction: lists that only grow, and the rules that have been seen. */
import { modelTooBig } from "../type-errors.ts";
import type {
  Channel,
  Effect,
  FaultBudget,
  Instance,
  Model,
  Reception,
  Rule,
  Slot,
  Transition,
} from "../model.ts";
import type { Span } from "../source.ts";
import type { Frame, Lowering } from "./scope.ts";

export interface Builder {
  readonly lowering: Lowering;
  readonly memory: Model["memory"];
  readonly slots: Slot[];
  readonly instances: Instance[];
  readonly channels: Channel[];
  readonly rules: Rule[];
  /** Rule of each node of the syntax tree that has one. */
  readonly ruleOf: Map<object, number>;
  readonly transitions: Transition[];
  readonly receptions: Reception[];
  /** Ends of channels that the ports of all instances have. */
  readonly counts: { ends: number };
  readonly start: Effect[];
  readonly startFrame: Frame;
  /** Bounds that the check gives: `server.crash` → 1, unbounded → undefined. */
  readonly bounds: ReadonlyMap<string, FaultBound>;
  readonly faults: FaultBudget[];
}

export interface FaultBound {
  readonly bound: number | undefined;
  readonly span: Span;
}

/** Most slots and transitions of one model: beyond this the sizes are a mistake. */
const SLOTS_MAX = 20_000;
const TRANSITIONS_MAX = 100_000;
/** Most ends of channels that all ports have together. */
const ENDS_MAX = 100_000;

export function newBuilder(
  lowering: Lowering,
  memory: Model["memory"],
  bounds: ReadonlyMap<string, FaultBound>,
): Builder {
  return {
    lowering,
    memory,
    slots: [],
    instances: [],
    channels: [],
    rules: [],
    ruleOf: new Map(),
    transitions: [],
    receptions: [],
    counts: { ends: 0 },
    start: [],
    startFrame: { size: 0 },
    bounds,
    faults: [],
  };
}

/** Adds a slot and gives its index. */
export function addSlot(builder: Builder, slot: Slot): number {
  return builder.slots.push(slot) - 1;
}

/**
 * The index of the rule that a node of the syntax tree stands for; made when it is first needed.
 */
export function ruleFor(builder: Builder, node: object, make: () => Rule): number {
  const known = builder.ruleOf.get(node);
  if (known !== undefined) return known;
  const index = builder.rules.push(make()) - 1;
  builder.ruleOf.set(node, index);
  return index;
}

/** Is the model larger than any check could explore? */
export function isTooBig({ slots, transitions, receptions, counts }: Builder): boolean {
  const rows = Math.max(transitions.length, receptions.length);
  return slots.length > SLOTS_MAX || rows > TRANSITIONS_MAX || counts.ends > ENDS_MAX;
}

/** Reports sizes that no check could explore. */
export function tooBig(builder: Builder, span: Span): boolean {
  const { slots, counts, lowering } = builder;
  if (counts.ends > ENDS_MAX) {
    lowering.report(modelTooBig("ends of channels", undefined, ENDS_MAX, span));
    return true;
  }
  if (slots.length > SLOTS_MAX) {
    lowering.report(modelTooBig("variables", undefined, SLOTS_MAX, span));
    return true;
  }
  if (isTooBig(builder)) {
    lowering.report(modelTooBig("transitions", undefined, TRANSITIONS_MAX, span));
    return true;
  }
  return false;
}
