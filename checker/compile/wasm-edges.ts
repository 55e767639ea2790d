/**
 * Steps of kept states, taken again in the module and looked up in its table: for properties of
 * runs.
 *
 * They are read out of the buffer of successors a batch at a time, into arrays that are as long as
 * the longest answer needs: lists that grow by copying took longer than the steps.
 */
import type { Edges } from "./core.ts";
import type { Runnable } from "./wasm-store.ts";

/** Steps of a state for which there is room at first. */
const STEPS_GUESSED = 8;
const STEPS_LEAST = 64;

/**
 * Steps of the states from `first` up to `end`, not included. `follow` appends the successors of a
 * state to the buffer, from an address on, and gives where they end. Belongs into `uncounted`.
 */
export function locatedEdges(
  store: Runnable,
  [first, end]: readonly [first: number, end: number],
  follow: (id: number, cursor: number) => number,
): Edges {
  const { exports, memories } = store;
  const { words, buffer, stride, batchEnd } = store.layout;
  const starts = new Uint32Array(end - first + 1);
  let labels = new Uint32Array(Math.max(STEPS_LEAST, STEPS_GUESSED * (end - first)));
  let targets = new Int32Array(labels.length);
  let count = 0;
  let cursor = buffer;
  const grow = (needed: number): void => {
    const [before, known] = [labels, targets];
    labels = new Uint32Array(2 * needed);
    targets = new Int32Array(2 * needed);
    labels.set(before.subarray(0, count));
    targets.set(known.subarray(0, count));
  };
  store.drain = (drained) => {
    exports.locate(drained);
    const entries = new Int32Array(memories.states.buffer, buffer, (drained - buffer) / 4);
    const needed = count + entries.length / (words + 2);
    if (needed > labels.length) grow(needed);
    for (let at = words; at < entries.length; at += words + 2) {
      targets[count] = entries[at] ?? 0;
      labels[count++] = entries[at + 1] ?? 0;
    }
    cursor = buffer;
  };
  for (let id = first; id < end; id++) {
    starts[id - first] = count + (cursor - buffer) / stride;
    cursor = follow(id, cursor);
    if (cursor >= batchEnd) store.drain(cursor);
  }
  store.drain(cursor);
  starts[end - first] = count;
  return { starts, labels: labels.subarray(0, count), targets: targets.subarray(0, count) };
}
