/**
 * Which rules of a machine react to one event, for each combination of active leaf modes.
 *
 * An inner mode's rule wins over its parent's: an outer rule gets the guard "no inner rule is
 * enabled". The regions of a machine react in one step: their alternatives are multiplied. What is
 * left when no rule is enabled is decided by the innermost `ignore`, `defer` or `block` for the
 * event, and otherwise by whether any rule exists at all: a message with a rule whose guard is
 * false waits, a message without a rule is unhandled.
 *
 *     leaf Up.Busy  on req.Data if g   →  g: take         not g and Up has `on req.Data`: take that
 *     leaf Up.Idle  defer req.Data     →  true: defer
 *     leaf Down     (no rule)          →  true: none
 */
import { all, and, any, isFalse, not, truth } from "../fold.ts";
import type { Expr } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { BOOL } from "../type-relations.ts";
import { modeTypeOf, readSlots } from "./entities.ts";
import { chainOf, type ModeInfo, type RegionInfo } from "./modes.ts";
import type { InstanceScope } from "./scope.ts";

export type EventRule =
  | syntax.StepRule
  | syntax.ReceiveRule
  | syntax.TimerRule
  | syntax.InterruptRule;

/** A rule that takes the event, and where it was found. */
export interface Reaction {
  readonly rule: EventRule;
  /** The mode in which the rule stands, and the leaf that is active. */
  readonly mode: ModeInfo;
  readonly leaf: ModeInfo;
}

export type Answer =
  | "take"
  | "ignore"
  | "defer"
  | "block"
  /** There are rules, and none is enabled. */
  | "wait"
  /** There is no rule. */
  | "none";

export interface Alternative {
  readonly modes: readonly { readonly region: RegionInfo; readonly leaves: readonly number[] }[];
  /** The condition apart from modes. */
  readonly guard: Expr;
  readonly reactions: readonly Reaction[];
  readonly answer: Answer;
  /** For `ignore`: the line that says so. */
  readonly disposition: syntax.DispositionRule | undefined;
}

/** An event as the rules of one mode see it. */
export interface EventOf {
  readonly span: Span;
  /** Rules of the mode for this event. */
  readonly rules: (mode: ModeInfo) => readonly EventRule[];
  /** The guard of a rule; true when it has none. */
  readonly guard: (rule: EventRule) => Expr;
  readonly disposition: (mode: ModeInfo) => syntax.DispositionRule | undefined;
  /** Says that the regions react in more ways than can be written out. */
  readonly tooMany: () => void;
}

/** Most ways in which the regions of a machine can react to one event together. */
export const ALTERNATIVES_MAX = 16_384;

/** Strength of answers when regions differ: a message that one region takes is taken. */
const STRENGTH: readonly Answer[] = ["none", "wait", "block", "defer", "ignore", "take"];

/**
 * All alternatives for an event; together they cover every state, and answers may overlap only in
 * "take".
 */
export function reactionsTo(
  regions: readonly RegionInfo[],
  event: EventOf,
): readonly Alternative[] {
  let product: readonly Alternative[] = [
    {
      modes: [],
      guard: truth(true, event.span),
      reactions: [],
      answer: "none",
      disposition: undefined,
    },
  ];
  for (const region of regions) {
    const next = region.leaves.flatMap((leaf, ordinal) =>
      reactionsOfLeaf(leaf, event).map((alternative) => ({
        ...alternative,
        modes: [{ region, leaves: [ordinal] }, ...alternative.modes],
      })),
    );
    if (product.length * next.length > ALTERNATIVES_MAX) {
      event.tooMany();
      return [];
    }
    product = product
      .flatMap((left) => next.map((right) => combine(left, right)))
      .filter((alternative) => !isFalse(alternative.guard));
  }
  return mergeLeaves(product);
}

export function combine(left: Alternative, right: Alternative): Alternative {
  const stronger = STRENGTH.indexOf(left.answer) >= STRENGTH.indexOf(right.answer) ? left : right;
  return {
    modes: [...left.modes, ...right.modes],
    guard: and(left.guard, right.guard),
    reactions: [...left.reactions, ...right.reactions],
    answer: stronger.answer,
    disposition: stronger.disposition,
  };
}

function reactionsOfLeaf(leaf: ModeInfo, event: EventOf): readonly Alternative[] {
  return reactionsTo(leaf.subregions, event).flatMap((inner) =>
    inner.answer === "none" || inner.answer === "wait"
      ? reactionsOfChain(leaf, event, inner)
      : [inner],
  );
}

/** The rules of a leaf and its parents, inside out, when nothing further in reacts. */
function reactionsOfChain(
  leaf: ModeInfo,
  event: EventOf,
  inner: Alternative,
): readonly Alternative[] {
  const found: Alternative[] = [];
  let otherwise = inner.guard;
  let { answer } = inner;
  for (const mode of chainOf(leaf).toReversed()) {
    const rules = event.rules(mode);
    const guards = rules.map((rule) => event.guard(rule));
    for (const [index, rule] of rules.entries()) {
      const guard = and(otherwise, guards[index] ?? truth(true, event.span));
      found.push({
        modes: inner.modes,
        guard,
        reactions: [{ rule, mode, leaf }],
        answer: "take",
        disposition: undefined,
      });
    }
    if (rules.length > 0) {
      answer = "wait";
      otherwise = and(otherwise, not(any(guards, event.span)));
    }
    const disposition = event.disposition(mode);
    if (disposition !== undefined) {
      const { disposition: word } = disposition;
      found.push({
        modes: inner.modes,
        guard: otherwise,
        reactions: [],
        answer: word,
        disposition,
      });
      return found;
    }
  }
  found.push({ ...inner, guard: otherwise, reactions: [], answer });
  return found;
}

/** Joins alternatives that differ only in the leaf of their single region. */
function mergeLeaves(alternatives: readonly Alternative[]): readonly Alternative[] {
  const merged: Alternative[] = [];
  for (const alternative of alternatives) {
    const [mode] = alternative.modes;
    const index = merged.findIndex((known) => canMerge(known, alternative));
    const known = merged[index];
    const knownMode = known?.modes[0];
    if (known === undefined || mode === undefined || knownMode === undefined) {
      merged.push(alternative);
      continue;
    }
    const leaves = [...knownMode.leaves, ...mode.leaves];
    merged[index] = { ...known, modes: [{ region: mode.region, leaves }] };
  }
  return merged;
}

function canMerge(left: Alternative, right: Alternative): boolean {
  const [first, second] = [left.modes[0], right.modes[0]];
  if (left.modes.length !== 1 || right.modes.length !== 1 || first?.region !== second?.region) {
    return false;
  }
  // A rule that changes the mode leaves different modes from different leaves.
  const moves = [...left.reactions, ...right.reactions].some(
    (reaction) => reaction.rule.target !== undefined,
  );
  return (
    !moves &&
    left.answer === right.answer &&
    left.disposition === right.disposition &&
    left.reactions.length === right.reactions.length &&
    left.reactions.every((reaction, index) => reaction.rule === right.reactions[index]?.rule) &&
    JSON.stringify(left.guard) === JSON.stringify(right.guard)
  );
}

/** The condition of an alternative with its modes, as an expression over the instance's slots. */
export function conditionOfAlternative(
  instance: InstanceScope,
  alternative: Alternative,
  span: Span,
): Expr {
  const modes = alternative.modes.map(({ region, leaves }) =>
    inLeaves(instance, region, leaves, span),
  );
  return and(all(modes, span), alternative.guard, span);
}

/** Is one of the leaves of a region active? */
export function inLeaves(
  instance: InstanceScope,
  region: RegionInfo,
  leaves: readonly number[],
  span: Span,
): Expr {
  const slot = instance.modeSlots.get(region);
  if (slot === undefined) return truth(true, span);
  if (leaves.length === region.leaves.length && region.owner === undefined)
    return truth(true, span);
  const type = modeTypeOf(instance.machine.name.text, region);
  return {
    op: "modeIn",
    type: BOOL,
    region: readSlots(type, [slot], undefined, span),
    leaves,
    span,
  };
}
