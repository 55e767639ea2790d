/**
 * Steps of kept states, taken again: for properties of runs, and for parents, which the compressed
 * core does not keep.
 */
import type { CompressedStore } from "./compressed-store.ts";
import { readTree } from "./compressed-store.ts";
import type { Edges } from "./core.ts";
import { createNumberList } from "./number-list.ts";
import { entriesUpTo, uncounted } from "./wasm-store.ts";

/** States that are expanded again between two looks at whether the parent was among them. */
const STATES_PER_LOOK = 64;

/** Appends the successors of a state; gives where they end. */
export function follow({ exports, trees }: CompressedStore, id: number, cursor: number): number {
  exports.unfold(id, trees.expanded);
  return exports.follow(id, trees.expanded, cursor) >>> 0;
}

/** Steps of the states from `first` up to `end`, not included. */
export function edges(store: CompressedStore, first: number, end: number): Edges {
  const { exports, layout } = store;
  const starts = createNumberList();
  const labels = createNumberList();
  const targets = createNumberList();
  let cursor = layout.buffer;
  store.drain = (drained) => {
    exports.locate(drained);
    const entries = entriesUpTo(store, drained);
    for (let at = layout.words; at < entries.length; at += layout.words + 2) {
      targets.push(entries[at] ?? 0);
      labels.push(entries[at + 1] ?? 0);
    }
    cursor = layout.buffer;
  };
  uncounted(store, () => {
    for (let id = first; id < end; id++) {
      starts.push(labels.length + (cursor - layout.buffer) / layout.stride);
      cursor = follow(store, id, cursor);
      if (cursor >= layout.batchEnd) store.drain(cursor);
    }
    store.drain(cursor);
  });
  starts.push(labels.length);
  return {
    starts: starts.numbers(),
    labels: labels.numbers(),
    targets: new Int32Array(targets.numbers().buffer),
  };
}

/** The first state from `first` up to `end` (not included) that leads to a state; -1 for none. */
export function predecessorOf(
  store: CompressedStore,
  id: number,
  [first, end]: readonly [first: number, end: number],
): number {
  const { layout } = store;
  const wanted = new Uint32Array(layout.words);
  readTree(store, id, wanted);
  let found = -1;
  store.drain = (drained) => {
    const entries = entriesUpTo(store, drained);
    for (let at = 0; at < entries.length && found < 0; at += layout.words + 2) {
      let same = 0;
      while (same < layout.words && entries[at + same] === wanted[same]) same++;
      if (same === layout.words) found = entries[at + same] ?? -1;
    }
  };
  uncounted(store, () => {
    for (let from = first; from < end && found < 0; from += STATES_PER_LOOK) {
      let cursor = layout.buffer;
      for (let at = from; at < Math.min(end, from + STATES_PER_LOOK); at++) {
        cursor = follow(store, at, cursor);
        if (cursor < layout.batchEnd) continue;
        store.drain(cursor);
        cursor = layout.buffer;
      }
      store.drain(cursor);
    }
  });
  return found;
}
