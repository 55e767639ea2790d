/**
 * The regions of an instance as a tree, and where it is in them, in the Model's words and XState's.
 *
 *     Model     one slot for each region: "" is in leaf Run, Run.A in leaf x, Run.B in leaf y
 *     XState    one value for the machine: { Run: { A: "x", B: "y" } }
 *
 * Full paths tell both apart: a leaf of region `Run.A` called `Up.Idle` has the path
 * `Run.A.Up.Idle`, and a region inside of a leaf has the leaf's path and one name more.
 */
import type { StateValue } from "xstate";
import type { Model, Value } from "../../spec/model.ts";

export interface Region {
  /** Index into `Model.slots`. */
  readonly slot: number;
  /** "" for the only region of a machine. */
  readonly path: string;
  /** Full paths; the position is the value of the slot. */
  readonly leaves: readonly string[];
  /** The leaf in which this region is; undefined for the outermost. */
  readonly owner: { readonly region: Region; readonly leaf: number } | undefined;
}

/** Leaf modes by region, null where a region is not active; in the order of the regions. */
export type Modes = readonly (number | null)[];

/** The regions of an instance, outermost first, as `Instance.regions` lists them. */
export function regionsOf(model: Model, instance: number): readonly Region[] {
  const regions: Region[] = [];
  for (const slot of model.instances[instance]?.regions ?? []) {
    const { role, type } = model.slots[slot] ?? {};
    if (role?.role !== "mode" || type?.kind !== "mode") {
      throw new RangeError(`Slot ${slot} is no region`);
    }
    const path = role.region;
    const around = path.split(".").slice(0, -1).join(".");
    const [owner] = regions.flatMap((region) => {
      const leaf = around === "" ? -1 : region.leaves.indexOf(around);
      return leaf < 0 ? [] : [{ region, leaf }];
    });
    const prefix = path === "" ? "" : `${path}.`;
    const leaves = type.leaves.map((leaf) => prefix + leaf);
    regions.push({ slot, path, leaves, owner });
  }
  return regions;
}

/** Regions inside of a leaf. */
export function regionsInside(
  regions: readonly Region[],
  region: Region,
  leaf: number,
): readonly Region[] {
  return regions.filter(({ owner }) => owner?.region === region && owner.leaf === leaf);
}

/** Where an instance is, in a state given as the values of all slots. */
export function modesIn(values: readonly Value[], regions: readonly Region[]): Modes {
  return regions.map(({ slot }) => {
    const value = values[slot];
    return typeof value === "number" ? value : null;
  });
}

/** Where a machine is. Modes may have states of their own inside, which the Model does not know. */
export function modesOfValue(value: StateValue, regions: readonly Region[]): Modes {
  return regions.map((region) => {
    let inside: StateValue | undefined = value;
    let path = region.path;
    for (const name of path === "" ? [] : path.split(".")) {
      inside = typeof inside === "string" ? undefined : inside?.[name];
    }
    while (inside !== undefined) {
      const name: string | undefined = typeof inside === "string" ? inside : only(inside);
      if (name === undefined) return null;
      path = path === "" ? name : `${path}.${name}`;
      const leaf = region.leaves.indexOf(path);
      if (leaf >= 0) return leaf;
      inside = typeof inside === "string" ? undefined : inside[name];
    }
    return null;
  });
}

function only(value: Readonly<Record<string, StateValue | undefined>>): string | undefined {
  const names = Object.keys(value);
  return names.length === 1 ? names[0] : undefined;
}

/** The value of a machine that is there. */
export function valueOfModes(modes: Modes, regions: readonly Region[]): StateValue {
  const root: Record<string, StateValue> = {};
  for (const [index, region] of regions.entries()) {
    const leaf = modes[index];
    const path = leaf === null || leaf === undefined ? undefined : region.leaves[leaf];
    if (path === undefined) continue;
    let node = root;
    for (const name of path.split(".")) {
      const known = node[name];
      const next: Record<string, StateValue> =
        typeof known === "object" ? (known as Record<string, StateValue>) : {};
      node[name] = next;
      node = next;
    }
  }
  return short(root);
}

/** XState writes a state without states of its own as a word: `{ Up: {} }` is `Up`. */
function short(node: Readonly<Record<string, StateValue | undefined>>): StateValue {
  const entries = Object.entries(node).map(([name, inner]) => [name, inner ?? {}] as const);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && Object.keys(first[1]).length === 0) {
    return first[0];
  }
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, typeof inner === "string" ? inner : short(inner)]),
  );
}

/** `Run, A.x`: for messages. */
export function printModes(modes: Modes, regions: readonly Region[]): string {
  const active = regions.flatMap(({ leaves }, index) => leaves[modes[index] ?? -1] ?? []);
  return active.length === 0 ? "no mode" : active.map((path) => `\`${path}\``).join(", ");
}
