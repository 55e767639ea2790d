/**
 * What a transition of a Model does with the modes of its instance, read off its effects.
 *
 * Leaving and entering modes has become assignments of constants to the slots of regions, some of
 * them conditional: a line of a thread that says `if r > 1 then A else C`, or the exit blocks of
 * regions of which nobody knew which leaf would be active. Each combination of branches gives one
 * change; combinations that end alike are one.
 */
import type { Effect, Expr, Transition } from "../../spec/model.ts";
import type { Region } from "./regions.ts";

/** The new leaf of each region that is assigned, by slot; null: it is no longer active. */
export type ModeChange = ReadonlyMap<number, number | null>;

/** Every way in which the transition may change modes; one that is empty changes none. */
export function changesOf(
  transition: Transition,
  regions: readonly Region[],
): readonly ModeChange[] {
  const slots = new Set(regions.map(({ slot }) => slot));
  const changes = walk(transition.effects, [new Map()], slots);
  return distinct(changes.map((change) => withoutInactive(change, regions)));
}

function walk(
  effects: readonly Effect[],
  before: readonly ModeChange[],
  slots: ReadonlySet<number>,
): readonly ModeChange[] {
  let changes = before;
  for (const effect of effects) {
    if (effect.effect === "if") {
      const yes = walk(effect.then, changes, slots);
      changes = distinct([...yes, ...walk(effect.else, changes, slots)]);
    } else if (effect.effect === "assign") {
      const [slot = -1] = effect.place.slots;
      if (!slots.has(slot) || effect.value.op !== "const") continue;
      const { value } = effect.value;
      const leaf = typeof value === "number" ? value : null;
      changes = changes.map((change) => new Map(change).set(slot, leaf));
    }
  }
  return changes;
}

/** A region in a leaf that is left says nothing; whether it was active before does not matter. */
function withoutInactive(change: ModeChange, regions: readonly Region[]): ModeChange {
  return new Map(
    regions.flatMap(({ slot }) => {
      const leaf = change.get(slot);
      return leaf === undefined || leaf === null ? [] : [[slot, leaf] as const];
    }),
  );
}

function distinct(changes: readonly ModeChange[]): readonly ModeChange[] {
  const known = new Map<string, ModeChange>();
  for (const change of changes) {
    const key = JSON.stringify([...change].toSorted(([one], [other]) => one - other));
    if (!known.has(key)) known.set(key, change);
  }
  return [...known.values()];
}

/** Leaves of a region in which the transition can begin; all of them when it says nothing. */
export function sourcesOf(
  transition: Transition,
  region: Region,
  regions: readonly Region[],
): readonly number[] {
  const said = saidOf(transition.guard, region);
  if (said !== undefined) return said;
  const inner = regions.filter(
    (other) => isInside(other, region) && saidOf(transition.guard, other) !== undefined,
  );
  const around = new Set(inner.map((other) => leafAround(other, region)));
  return region.leaves.flatMap((_, leaf) => (around.size === 0 || around.has(leaf) ? [leaf] : []));
}

/** Does the guard say where in this region the transition can begin? */
export function speaksOf(transition: Transition, region: Region): boolean {
  return saidOf(transition.guard, region) !== undefined;
}

function saidOf(guard: Expr, region: Region): readonly number[] | undefined {
  if (guard.op === "and") {
    const [left, right] = [saidOf(guard.left, region), saidOf(guard.right, region)];
    if (left === undefined || right === undefined) return left ?? right;
    return left.filter((leaf) => right.includes(leaf));
  }
  if (guard.op !== "modeIn" || guard.region.index !== undefined) return undefined;
  return guard.region.slots[0] === region.slot ? guard.leaves : undefined;
}

function isInside(inner: Region, region: Region): boolean {
  return leafAround(inner, region) !== undefined;
}

/** The leaf of `region` in which `inner` is. */
function leafAround(inner: Region, region: Region): number | undefined {
  for (let { owner } = inner; owner !== undefined; { owner } = owner.region) {
    if (owner.region === region) return owner.leaf;
  }
  return undefined;
}
