/**
 * Changing modes: exit blocks from the inside out, the effects of the rule, entry blocks from the
 * outside in (the order of SCXML). A rule without `->` changes no mode and runs no exit or entry; a
 * rule with `-> M` leaves its own mode and enters `M`, also when they are the same.
 *
 * Inner regions of a leaf are left and entered with it. Which of their leaves is active is not
 * known here, so their exit blocks become conditional effects.
 */
import { misplaced } from "../errors.ts";
import { constant } from "../fold.ts";
import type { Effect } from "../model.ts";
import type { Span } from "../source.ts";
import type * as syntax from "../syntax.ts";
import { assignSlots, effectsOf } from "./effects.ts";
import { modeTypeOf } from "./entities.ts";
import {
  chainOf,
  findMode,
  initialLeaf,
  type ModeInfo,
  type RegionInfo,
  startOf,
  withInner,
} from "./modes.ts";
import { inLeaves, type Reaction } from "./reactions.ts";
import type { InstanceScope, Scope } from "./scope.ts";

/** The effects of one reaction: exits, body, new mode, entries. */
export function reactionEffects(
  scope: Scope,
  instance: InstanceScope,
  reaction: Reaction,
): readonly Effect[] {
  const { rule, mode } = reaction;
  if (rule.target === undefined) return effectsOf(scope, rule.body).effects;
  const target = targetOf(scope, instance, rule.target, mode);
  if (target === undefined) return effectsOf(scope, rule.body).effects;
  // Regions that this reaction is in, from the inside out, with what is active there.
  const around = new Map<RegionInfo, { leaf: ModeInfo; source: ModeInfo }>();
  around.set(mode.region, { leaf: reaction.leaf, source: mode });
  for (let out = mode.region.owner; out !== undefined; out = out.region.owner) {
    around.set(out.region, { leaf: out, source: out });
  }
  const wanted = new Map<RegionInfo, ModeInfo>();
  let goal: ModeInfo | undefined = target;
  while (goal !== undefined && !around.has(goal.region)) {
    wanted.set(goal.region, initialLeaf(goal));
    goal = goal.region.owner;
  }
  const from = goal === undefined ? undefined : around.get(goal.region);
  if (goal === undefined || from === undefined) {
    const reason = "it is in another region";
    scope.lowering.report(misplaced(`\`-> ${target.path}\``, reason, rule.target.span));
    return effectsOf(scope, rule.body).effects;
  }
  const shared = commonAncestors(from.source, goal);
  const exits = exitEffects(scope, instance, from.leaf, shared);
  // Exit blocks come between the guard and the body: what the guard showed may no longer be true.
  const known = runsExitBlocks(from.leaf) ? { ...scope, facts: new Set<string>() } : scope;
  const body = effectsOf(known, rule.body).effects;
  return [...exits, ...body, ...entryEffects(scope, instance, goal, shared, wanted, rule.span)];
}

/** Could leaving this leaf run an exit block? */
function runsExitBlocks(leaf: ModeInfo): boolean {
  const own = chainOf(leaf).some((mode) => mode.items.some((item) => item.kind === "exit"));
  return own || leaf.subregions.some((region) => region.leaves.some(runsExitBlocks));
}

export function targetOf(
  scope: Scope,
  instance: InstanceScope,
  path: syntax.Path,
  from: ModeInfo | undefined,
): ModeInfo | undefined {
  const parts = path.parts.map((part) => part.text);
  return findMode(scope.lowering, instance, parts, path.span, from);
}

/** Modes that contain both and are neither: they stay active. */
function commonAncestors(source: ModeInfo, target: ModeInfo): ReadonlySet<ModeInfo> {
  const around = new Set(chainOf(source).slice(0, -1));
  return new Set(
    chainOf(target)
      .slice(0, -1)
      .filter((mode) => around.has(mode)),
  );
}

function exitEffects(
  scope: Scope,
  instance: InstanceScope,
  leaf: ModeInfo,
  shared: ReadonlySet<ModeInfo>,
): Effect[] {
  const inner = leaf.subregions
    .toReversed()
    .flatMap((region) => exitRegion(scope, instance, region));
  const left = chainOf(leaf)
    .toReversed()
    .filter((mode) => !shared.has(mode));
  return [...inner, ...left.flatMap((mode) => blocksOf(scope, mode, "exit"))];
}

function exitRegion(scope: Scope, instance: InstanceScope, region: RegionInfo): Effect[] {
  const effects: Effect[] = region.leaves.flatMap((leaf, ordinal) => {
    const body = exitEffects(scope, instance, leaf, new Set());
    const condition = inLeaves(instance, region, [ordinal], leaf.span);
    return body.length === 0
      ? []
      : [{ effect: "if", condition, then: body, else: [], span: leaf.span } satisfies Effect];
  });
  return [...effects, setRegion(instance, region, undefined, region.leaves[0]?.span)];
}

/** Enters `target`, down to a leaf, with the inner regions of that leaf. */
function entryEffects(
  scope: Scope,
  instance: InstanceScope,
  target: ModeInfo,
  shared: ReadonlySet<ModeInfo>,
  wanted: ReadonlyMap<RegionInfo, ModeInfo>,
  span: Span,
): Effect[] {
  const leaf = initialLeaf(target);
  const entered = chainOf(leaf).filter((mode) => !shared.has(mode));
  return [
    setRegion(instance, target.region, leaf, span),
    ...entered.flatMap((mode) => blocksOf(scope, mode, "entry")),
    ...leaf.subregions.flatMap((region) => enterRegion(scope, instance, region, wanted, span)),
  ];
}

/** Enters a region at the wanted leaf, or where it starts. */
export function enterRegion(
  scope: Scope,
  instance: InstanceScope,
  region: RegionInfo,
  wanted: ReadonlyMap<RegionInfo, ModeInfo>,
  span: Span,
): Effect[] {
  const leaf = wanted.get(region) ?? startOf(region);
  if (leaf === undefined) return [];
  return [
    setRegion(instance, region, leaf, span),
    ...chainOf(leaf).flatMap((mode) => blocksOf(scope, mode, "entry")),
    ...leaf.subregions.flatMap((inner) => enterRegion(scope, instance, inner, wanted, span)),
  ];
}

/** Effects of the entry blocks of the modes in which an instance starts. */
export function startEffects(scope: Scope, instance: InstanceScope): Effect[] {
  const blocks = (region: RegionInfo): Effect[] => {
    const leaf = startOf(region);
    if (leaf === undefined) return [];
    const own = chainOf(leaf).flatMap((mode) => blocksOf(scope, mode, "entry"));
    return [...own, ...leaf.subregions.flatMap(blocks)];
  };
  return instance.regions.flatMap(blocks);
}

/**
 * After a fault every region starts again, without exit blocks (the machine had no time to run
 * them): at the target of the fault where it has one, elsewhere at the initial mode.
 */
export function restartEffects(
  scope: Scope,
  instance: InstanceScope,
  target: ModeInfo | undefined,
  span: Span,
): Effect[] {
  const wanted = new Map<RegionInfo, ModeInfo>();
  for (let mode = target; mode !== undefined; mode = mode.region.owner) {
    wanted.set(mode.region, initialLeaf(mode));
  }
  const inner = withInner(instance.regions).filter((region) => region.owner !== undefined);
  return [
    ...inner.map((region) => setRegion(instance, region, undefined, span)),
    ...instance.regions.flatMap((region) => enterRegion(scope, instance, region, wanted, span)),
  ];
}

function blocksOf(scope: Scope, mode: ModeInfo, kind: "entry" | "exit"): readonly Effect[] {
  return mode.items.flatMap((item) =>
    item.kind === kind ? effectsOf(withoutBinders(scope), item.body).effects : [],
  );
}

/** Entry and exit blocks belong to the mode: they see no names of the rule that runs them. */
function withoutBinders(scope: Scope): Scope {
  return { ...scope, locals: new Map(), facts: new Set() };
}

function setRegion(
  instance: InstanceScope,
  region: RegionInfo,
  leaf: ModeInfo | undefined,
  span: Span | undefined,
): Effect {
  const at = span ?? instance.machine.span;
  const type = modeTypeOf(instance.machine.name.text, region);
  const value = leaf === undefined ? null : region.leaves.indexOf(leaf);
  const slot = instance.modeSlots.get(region);
  return assignSlots(
    slot === undefined ? [] : [slot],
    undefined,
    type,
    constant(type, value, at),
    at,
  );
}
