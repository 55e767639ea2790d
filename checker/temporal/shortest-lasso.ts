/**
 * From fair components to one short lasso.
 *
 *     entries  nodes of fair components, nearest first
 *     each     prefix (a shortest one) + a short fair cycle through it
 *
 * The lasso with the fewest steps is taken among the nearest entries; how many are tried depends on
 * the size of the components, because each costs a search inside. When the nearest entry of all can
 * be stayed in, no counterexample has fewer steps: each has a prefix to some entry.
 */
import type { FairComponents, FairGraph } from "./fair-components.ts";
import { createCycleFinder } from "./fair-cycle.ts";
import type { Lasso, Move } from "./lasso.ts";

/** Entries that are tried at most. */
const ENTRIES_MAX = 64;
/** Nodes that all trials together may visit, about. */
const VISITS_MAX = 2_000_000;

export interface Approach {
  /** Nodes of fair components, nearest first. */
  readonly entries: Iterable<number>;
  /** An initial state and the moves from there to the node. */
  readonly to: (node: number) => Pick<Lasso, "first" | "prefix">;
  /** The move of an edge; undefined when it stays in its state. */
  readonly move: (edge: number) => Move | undefined;
  /** Does every edge on the way to an entry take a step? */
  readonly counted: boolean;
}

/**
 * The lasso with the fewest steps among those that are tried. A fair component without a fair cycle
 * would be a defect here, and must not pass for a property that holds.
 */
export function shortLasso(
  graph: FairGraph,
  components: FairComponents,
  approach: Approach,
): Lasso {
  const cycles = createCycleFinder(graph);
  const inside = components.of.reduce((sum, component) => (component < 0 ? sum : sum + 1), 0);
  const trials = Math.min(ENTRIES_MAX, Math.max(1, Math.floor(VISITS_MAX / Math.max(1, inside))));
  let best: Lasso | undefined;
  let fewest = Infinity;
  let tried = 0;
  for (const entry of approach.entries) {
    if (tried++ >= trials) break;
    const cycle = cycles.from(entry, components.of);
    if (cycle === undefined) throw new Error("a fair component has no fair cycle");
    const loop = cycle.flatMap((edge) => approach.move(edge) ?? []);
    const { first, prefix } = approach.to(entry);
    const steps = prefix.length + loop.length;
    if (steps >= fewest) continue;
    fewest = steps;
    const shortest = approach.counted && tried === 1 && loop.length === 0;
    best = { first, prefix, loop, shortest };
    if (shortest) break;
  }
  if (best === undefined) throw new Error("a fair component has no way to it");
  return best;
}
