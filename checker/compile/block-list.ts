/**
 * Which ids are states, where workers take them in blocks, and in which layer each was found.
 *
 *     blocks   |■■■■■■■■|■■■■■■■■|■■■·····|■■······|        ■ used, · will be given
 *     layer 7            └────┘      └┘    └┘                the ranges of a layer
 *
 * A block is filled by its owner from its beginning on, so what is new in it since the last layer
 * is one range.
 */
import { BLOCK_STATES, type Control } from "./worker-control.ts";

export interface BlockList {
  /**
   * At the end of a layer: the ids that are new make the next one, which is written for all to
   * read; gives how many there are.
   */
  nextLayer(): number;
  /** The ranges of all ids that are used, ascending: first, and end, not included. */
  ranges(): [first: number, end: number][];
  /** Also of one that is in no layer yet. */
  depthOf(id: number): number;
}

export function createBlockList(control: Control): BlockList {
  /** Blocks that were not full, and how many of their ids the layers have. */
  let open = new Map<number, number>();
  let known = 0;
  const depths = createDepths();
  let depth = -1;
  const freshRanges = (): [number, number][] => {
    for (const claimed = control.get("claimed"); known < claimed; known++) open.set(known, 0);
    const fresh: [number, number][] = [];
    const still = new Map<number, number>();
    for (const [block, had] of [...open].toSorted(([one], [other]) => one - other)) {
      const [first, has] = [block * BLOCK_STATES, control.used[block] ?? 0];
      if (has > had) append(fresh, first + had, first + has);
      if (has < BLOCK_STATES) still.set(block, has);
    }
    open = still;
    return fresh;
  };
  return {
    nextLayer() {
      const fresh = freshRanges();
      depth++;
      let position = 0;
      for (const [index, [first, end]] of fresh.entries()) {
        control.ranges[2 * index] = first;
        control.ranges[2 * index + 1] = position;
        depths.add(first, depth);
        position += end - first;
      }
      control.ranges[2 * fresh.length + 1] = position;
      return position;
    },
    ranges() {
      const all: [number, number][] = [];
      for (let block = 0; block < control.get("claimed"); block++) {
        const used = control.used[block] ?? 0;
        if (used > 0) append(all, block * BLOCK_STATES, block * BLOCK_STATES + used);
      }
      return all;
    },
    depthOf(id) {
      const block = Math.floor(id / BLOCK_STATES);
      const isInLayer = block < known && id - block * BLOCK_STATES < (open.get(block) ?? Infinity);
      return isInLayer ? depths.of(id) : depth + 1;
    },
  };
}

/** Appends a range, or makes the last one longer. */
function append(ranges: [number, number][], first: number, end: number): void {
  const last = ranges.at(-1);
  if (last?.[1] === first) last[1] = end;
  else ranges.push([first, end]);
}

/** Depths of ids from given ones on, up to the next that is given. */
function createDepths(): { add(first: number, depth: number): void; of(id: number): number } {
  const starts: { readonly first: number; readonly depth: number }[] = [];
  let isSorted = true;
  return {
    add(first, depth) {
      isSorted &&= first > (starts.at(-1)?.first ?? -1);
      starts.push({ first, depth });
    },
    of(id) {
      if (!isSorted) starts.sort((one, other) => one.first - other.first);
      isSorted = true;
      let [low, high] = [0, starts.length];
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        if ((starts[middle]?.first ?? 0) <= id) low = middle;
        else high = middle;
      }
      return starts[low]?.depth ?? 0;
    },
  };
}
