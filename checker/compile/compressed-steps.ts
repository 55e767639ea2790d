/**
 * Steps of kept states, taken again: for properties of runs, and for parents, which the compressed
 * core does not keep.
 */
import type { CompressedStore } from "./compressed-store.ts";
import { readTree } from "./compressed-store.ts";
import { entriesUpTo, uncounted } from "./wasm-store.ts";

/** States that are expanded again between two looks at whether the parent was among them. */
const STATES_PER_LOOK = 256;

/** Appends the successors of a state; gives where they end. */
export function follow({ exports, trees }: CompressedStore, id: number, cursor: number): number {
  exports.unfold(id, trees.expanded);
  return exports.follow(id, trees.expanded, cursor) >>> 0;
}

/** The first state from `first` up to `end` (not included) that leads to a state; -1 for none. */
export function predecessorOf(
  store: CompressedStore,
  id: number,
  [first, end]: readonly [first: number, end: number],
): number {
  const wanted = new Uint32Array(store.layout.words);
  readTree(store, id, wanted);
  for (let from = first; from < end; from += STATES_PER_LOOK) {
    const found = predecessorAmong(store, wanted, from, Math.min(end, from + STATES_PER_LOOK));
    if (found >= 0) return found;
  }
  return -1;
}

function predecessorAmong(
  store: CompressedStore,
  wanted: Uint32Array,
  first: number,
  end: number,
): number {
  const { words, buffer, batchEnd } = store.layout;
  let found = -1;
  let cursor = buffer;
  store.drain = (drained) => {
    const entries = entriesUpTo(store, drained);
    for (let at = 0; at < entries.length && found < 0; at += words + 2) {
      let same = 0;
      while (same < words && entries[at + same] === wanted[same]) same++;
      if (same === words) found = entries[at + words] ?? -1;
    }
    cursor = buffer;
  };
  uncounted(store, () => {
    for (let at = first; at < end; at++) {
      cursor = follow(store, at, cursor);
      if (cursor >= batchEnd) store.drain(cursor);
    }
    store.drain(cursor);
  });
  return found;
}
