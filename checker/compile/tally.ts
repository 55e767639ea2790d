/** Tallies of compiled code as the facts of an Exploration; see `explore/tally.ts`. */
import type { ConditionTally } from "../explore/explorer.ts";
import { boundHits, spreadCounts } from "../explore/tally.ts";
import type { BoundHit, PathStep, RuleCoverage } from "../verdict.ts";
import type { Compiled } from "./compile.ts";
import type { Core, Finder } from "./core.ts";
import { encodeState } from "./layout.ts";
import { mask } from "./terms.ts";

export function talliesOf(
  compiled: Compiled,
  property: "invariant" | "goal",
  examined: number,
  counters: readonly number[],
  path: (index: number) => readonly PathStep[] | undefined,
): readonly ConditionTally[] {
  const all = property === "invariant" ? compiled.invariants : compiled.goals;
  return all.map(({ trueIn, premises }, index) => ({
    examined,
    trueIn: counters[trueIn] ?? 0,
    premises: premises.map((counter) => counters[counter] ?? 0),
    path: path(index),
  }));
}

/** How often each rule was taken: with all labels that it has a part in, violating steps too. */
export function coverageOf(
  { plan, layout: { model } }: Compiled,
  tallies: ReturnType<Core["tallies"]>,
): readonly RuleCoverage[] {
  const taken = model.rules.map(() => 0);
  for (const [label, { transition, partners }] of plan.labels.entries()) {
    const violating = plan.violations[label];
    const violated = violating === undefined ? 0 : (tallies.counters[violating] ?? 0);
    const times = (tallies.labels[label] ?? 0) + violated;
    for (const number of [transition, ...partners]) {
      for (const rule of model.transitions[number]?.rules ?? []) {
        taken[rule] = (taken[rule] ?? 0) + times;
      }
    }
  }
  return taken.map((times, rule) => ({ rule, taken: times }));
}

export function boundsOf(
  { plan, layout: { model } }: Compiled,
  counters: readonly number[],
  alike: readonly (readonly number[])[],
): readonly BoundHit[] {
  const bySlot = model.slots.map((_, slot) => {
    const counter = plan.felt.get(slot);
    return counter === undefined ? 0 : (counters[counter] ?? 0);
  });
  return boundHits(spreadCounts(bySlot, alike), model);
}

/** For each slot: did it ever differ from its initial value? Ghosts are not followed: true. */
export function changedSlots({ layout }: Compiled, finder: Finder): readonly boolean[] {
  const initial = encodeState(
    layout,
    layout.model.slots.map((slot) => slot.initial),
  );
  const different = new Uint32Array(initial.length);
  const changed = layout.slots.map((place) => place === undefined);
  /** Words in which lie slots that are not known to change. */
  let open = [...initial.keys()];
  for (const states of finder.chunks()) {
    if (open.length === 0) break;
    for (const word of open) different[word] = differences(states, initial, word);
    open = [];
    for (const [slot, place] of layout.slots.entries()) {
      if (place === undefined || changed[slot] === true) continue;
      changed[slot] = place.lanes.some(({ word, shift, bits }) => {
        const own = bits === 0 ? 0 : mask(bits) << shift;
        return ((different[word] ?? 0) & own) !== 0;
      });
      if (changed[slot]) continue;
      open.push(...place.lanes.filter(({ bits }) => bits > 0).map(({ word }) => word));
    }
    open = [...new Set(open)];
  }
  return changed;
}

/** Bits of a word in which some of the states differ from the initial values. */
function differences(states: Uint32Array, initial: Uint32Array, word: number): number {
  const own = initial[word] ?? 0;
  let bits = 0;
  for (let at = word; at < states.length; at += initial.length) bits |= (states[at] ?? 0) ^ own;
  return bits;
}
