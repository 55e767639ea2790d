/**
 * Slots that permutations carry into each other, and the index that tells them apart.
 *
 *     slot     server.table   app[Client1]   app[Client2]   rep[Client1]   rep[Client2]
 *     family   0              1              1              2              2
 *     index    []             [Client1]      [Client2]      [Client1]      [Client2]
 *
 * What a search counts by slot, as the states in which a channel was full, is the same for all
 * slots of a family, and is spread over them when only representatives were counted.
 */
import type { Family } from "../../spec/model.ts";
import type { Symmetry } from "./symmetry.ts";

export interface SlotFamilies {
  /** For each slot, the first slot of its family. */
  readonly of: readonly number[];
  readonly index: readonly Family["index"][];
  /** The slots of each family that has several. */
  readonly members: readonly (readonly number[])[];
}

export function slotFamilies({ model, types }: Symmetry): SlotFamilies {
  const swaps = types.flatMap((type) => type.swaps);
  const first = model.slots.map((_, slot) => slot);
  // Families are small and swaps join neighbours: a few rounds reach the first member.
  for (let changed = true; changed; ) {
    changed = false;
    for (const [slot, moved] of swaps.flatMap((swap) => [...swap.slots.entries()])) {
      const least = Math.min(first[slot] ?? slot, first[moved] ?? moved);
      changed ||= first[slot] !== least || first[moved] !== least;
      first[slot] = least;
      first[moved] = least;
    }
  }
  const index = model.slots.map(({ role }): Family["index"] => {
    if (role.role === "channel") return model.channels[role.channel]?.family.index ?? [];
    const owner = "instance" in role ? role.instance : undefined;
    return owner === undefined ? [] : (model.instances[owner]?.family.index ?? []);
  });
  const members = [...new Set(first)]
    .map((leader) => first.flatMap((each, slot) => (each === leader ? [slot] : [])))
    .filter((family) => family.length > 1);
  return { of: first, index, members };
}
