/**
 * The layers of a breadth-first search, for a core that keeps no parents.
 *
 *     starts   0 ─── 1 ────── 4 ─────────── 11 ── …      first state of each layer
 *
 * The parent of a state is in the layer before its own, and it is the first there that has it as a
 * successor: states are expanded in the order of their ids. So it is found again by expanding that
 * layer once more, and a path costs at most as many expansions as it has states before its end.
 */

export interface Layers {
  /** Takes note of an initial state. */
  addInitial(id: number): void;
  isInitial(id: number): boolean;
  /** Where expansion has to pause, given the first state that is not expanded and their number. */
  endFor(next: number, states: number): number;
  /** Ids among which the parent of a state is: from the first up to the last, not included. */
  before(id: number): readonly [first: number, end: number];
  /** First state of the layer before, or `NO_PARENT`: what is saved in place of a parent. */
  placeholder(id: number): number;
  /** Takes over a search, given the parents or placeholders of its states. */
  restore(states: number, next: number, parentOf: (id: number) => number): void;
}

/** What stands for the parent of an initial state. */
export const NO_PARENT: number = 2 ** 32 - 1;

export function createLayers(): Layers {
  const initial = new Set<number>();
  /** First state of each layer that was begun; then the end of the last. */
  let bounds: number[] = [0];
  return {
    addInitial: (id) => void initial.add(id),
    isInitial: (id) => initial.has(id),
    endFor(next, states) {
      const end = bounds.at(-1) ?? 0;
      if (next < end) return end;
      if (states > end) bounds.push(states);
      return states;
    },
    before(id) {
      const layer = layerOf(bounds, id);
      return [bounds[layer - 1] ?? 0, bounds[layer] ?? 0];
    },
    placeholder(id) {
      return initial.has(id) ? NO_PARENT : (bounds[layerOf(bounds, id) - 1] ?? 0);
    },
    restore(states, next, parentOf) {
      bounds = [0];
      for (let id = 0; id < states; id++) {
        const parent = parentOf(id);
        if (parent === NO_PARENT) initial.add(id);
        else if (parent >= (bounds.at(-1) ?? 0)) bounds.push(id);
      }
      // A layer that is under way has an end: no state was found since that is not in it.
      const last = bounds.at(-1) ?? 0;
      if (next > last) bounds.push(states);
    },
  };
}

/** Index of the layer of a state: the last that begins with it or before. */
function layerOf(bounds: readonly number[], id: number): number {
  let [low, high] = [0, bounds.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? 0) <= id) low = middle;
    else high = middle;
  }
  return low;
}
