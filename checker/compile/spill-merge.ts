/**
 * Several sorted sources as one, in which each state occurs once: a heap of sources.
 *
 * Of the records of one state the one with the smallest parent is kept, when there are parents:
 * which parent a state gets then depends on the order of the layer before, and not on how much
 * memory there was.
 */
import { compareStates } from "./spill-order.ts";
import type { Source } from "./spill-records.ts";

/** A source over others. With `parents`, the word after those of a state is its parent. */
export function mergeSources(sources: readonly Source[], words: number, parents: boolean): Source {
  const heap = sources.filter(({ done }) => !done);
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (isBefore(heap[child], heap[least], words)) least = child;
      }
      const [own, other] = [heap[at], heap[least]];
      if (least === at || own === undefined || other === undefined) return;
      heap[at] = other;
      heap[least] = own;
      at = least;
    }
  };
  const stride = words + (parents ? 1 : 0);
  const records = new Int32Array(stride);
  const merged = { records, offset: 0, hash: 0, done: false, advance };
  /** Moves the first source on, and puts it where it belongs then. */
  const next = (top: Source): void => {
    top.advance();
    const last = top.done ? heap.pop() : undefined;
    if (last !== undefined && heap.length > 0) heap[0] = last;
    sink(0);
  };
  function advance(): void {
    let top = heap[0];
    merged.done = top === undefined;
    if (top === undefined) return;
    merged.hash = top.hash;
    for (let word = 0; word < stride; word++) records[word] = top.records[top.offset + word] ?? 0;
    next(top);
    for (top = heap[0]; top !== undefined; top = heap[0]) {
      if (compareStates(top, merged, words) !== 0) return;
      const parent = top.records[top.offset + words] ?? 0;
      if (parents && parent >>> 0 < (records[words] ?? 0) >>> 0) records[words] = parent;
      next(top);
    }
  }
  for (let at = heap.length >> 1; at >= 0; at--) sink(at);
  advance();
  return merged;
}

function isBefore(a: Source | undefined, b: Source | undefined, words: number): boolean {
  return a !== undefined && b !== undefined && compareStates(a, b, words) < 0;
}
