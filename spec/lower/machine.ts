/**
 * Transitions of one instance of a machine: steps, messages, timers, interrupts and faults.
 *
 * A rule of the text becomes one transition for each instance and for each set of leaf modes from
 * which it has different effects. All transitions of one event of one instance share a frame, whose
 * first locals are the fields of the message.
 */
import { modelTooBig } from "../type-errors.ts";
import { all, any, not, truth } from "../fold.ts";
import type { Expr } from "../model.ts";
import type * as syntax from "../syntax.ts";
import { addTransition } from "./add-transition.ts";
import type { Builder } from "./builder.ts";
import { lowerInterrupts, lowerTimer } from "./events.ts";
import { assuming, conditionOf, silently } from "./expression.ts";
import { lowerPort } from "./messages.ts";
import { reactionEffects, startEffects } from "./mode-change.ts";
import { chainOf, type ModeInfo, type RegionInfo, withInner } from "./modes.ts";
import { type EventRule, inLeaves } from "./reactions.ts";
import { checkNames } from "./rule-names.ts";
import {
  type Frame,
  type InstanceScope,
  type Scope,
  type SystemScope,
  moduleScope,
} from "./scope.ts";

/** One instance of a machine and the Model that it is lowered into. */
export interface MachineContext {
  readonly builder: Builder;
  readonly system: SystemScope;
  readonly instance: InstanceScope;
  readonly machine: syntax.MachineDeclaration;
}

/** Lowers all transitions of an instance, except its faults. */
export function lowerMachine(context: MachineContext): void {
  const { builder, instance } = context;
  checkNames(context);
  if (tooManyCombinations(context)) return;
  builder.start.push(...startEffects(scopeOf(context, builder.startFrame), instance));
  for (const region of withInner(instance.regions)) {
    for (const [ordinal, leaf] of region.leaves.entries()) lowerSteps(context, leaf, ordinal);
  }
  for (const member of instance.members.values()) {
    if (member.kind === "port" && member.port.declaration.direction === "in") {
      lowerPort(context, member.port);
    }
  }
  for (const [name, member] of instance.members) {
    if (member.kind === "timer") lowerTimer(context, name, member.slot);
  }
  lowerInterrupts(context);
}

/**
 * Most combinations of leaf modes of the regions of one machine: rules are written out for each.
 */
const COMBINATIONS_MAX = 4_096;

function tooManyCombinations(context: MachineContext): boolean {
  const { builder, instance, machine } = context;
  const count = combinationsOf(instance.regions);
  if (count <= COMBINATIONS_MAX) return false;
  const what = `combinations of modes for \`${machine.name.text}\``;
  builder.lowering.report(modelTooBig(what, count, COMBINATIONS_MAX, machine.name.span));
  return true;
}

function combinationsOf(regions: readonly RegionInfo[]): number {
  const ofRegion = (region: RegionInfo): number =>
    region.leaves.reduce((sum, leaf) => sum + combinationsOf(leaf.subregions), 0);
  return regions.reduce((product, region) => product * Math.max(ofRegion(region), 1), 1);
}

/** A scope in which the text of the instance's machine is read. */
export function scopeOf(context: MachineContext, frame: Frame): Scope {
  const { builder, system, instance } = context;
  return { ...moduleScope(builder.lowering, instance.home), system, instance, frame };
}

export function modesOf(context: MachineContext): readonly ModeInfo[] {
  const leaves = withInner(context.instance.regions).flatMap((region) => region.leaves);
  return [...new Set(leaves.flatMap(chainOf))];
}

// ---------------------------------------------------------------------------- steps

function lowerSteps(context: MachineContext, leaf: ModeInfo, ordinal: number): void {
  const { instance } = context;
  const enabledInside = new Map<string, Expr>();
  for (const mode of chainOf(leaf).toReversed()) {
    const steps = mode.items.filter((item) => item.kind === "step");
    const here = new Map<string, Expr[]>();
    for (const rule of steps) {
      const frame: Frame = { size: 0 };
      const scope = scopeOf(context, frame);
      const own = guardOf(scope, rule);
      const name = rule.name.text;
      const inner = enabledInside.get(name);
      const modes = inLeaves(instance, leaf.region, [ordinal], rule.span);
      const guard = all([modes, ...(inner === undefined ? [] : [not(inner)]), own], rule.span);
      here.set(name, [...(here.get(name) ?? []), own]);
      const reaction = { rule, mode, leaf };
      const effects = reactionEffects(knowing(scope, rule), instance, reaction);
      addTransition(context, {
        name,
        kind: "step",
        rules: [rule],
        modes: [mode],
        guard,
        effects,
        frame,
        span: rule.span,
        trigger: undefined,
      });
    }
    for (const [name, guards] of here) {
      const before = enabledInside.get(name);
      enabledInside.set(name, any(before === undefined ? guards : [before, ...guards], leaf.span));
    }
  }
}

export function guardOf(scope: Scope, rule: EventRule): Expr {
  if (rule.guard === undefined) return truth(true, rule.span);
  return conditionOf(scope, rule.guard) ?? truth(false, rule.span);
}

/** The scope of a rule's effects: its guard is true there. */
export function knowing(scope: Scope, rule: EventRule): Scope {
  if (rule.guard === undefined) return scope;
  return assuming(scope, rule.guard, true, conditionOf(silently(scope), rule.guard));
}
