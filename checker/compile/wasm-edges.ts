/**
 * Steps of kept states, taken again in the module and looked up in its table: for properties of
 * runs. They are read out of the buffer of successors a batch at a time.
 */
import { createStepRoom, makeRoom, type StepRoom } from "../explore/step-room.ts";
import type { Edges } from "./core.ts";
import { type Runnable, uncounted } from "./wasm-store.ts";

/** Appends the successors of a state to the buffer, from an address on; gives where they end. */
type Follow = (id: number, cursor: number) => number;

/** Steps of a state for which there is room at first. */
const STEPS_GUESSED = 8;

/** Steps of the states from `first` up to `end`, not included. */
export function locatedEdges(store: Runnable, first: number, end: number, follow: Follow): Edges {
  const room = createStepRoom(STEPS_GUESSED * (end - first), () => {});
  const starts = locateEdges(store, [first, end], follow, room);
  const labels = room.labels.subarray(0, room.count);
  return { starts, labels, targets: new Int32Array(room.targets.buffer, 0, room.count) };
}

/** Appends these steps to a room; gives where those of each state begin there, and the end. */
export function locateEdges(
  store: Runnable,
  [first, end]: readonly [first: number, end: number],
  follow: Follow,
  room: StepRoom,
): Uint32Array {
  const { exports, memories } = store;
  const { words, buffer, stride, batchEnd } = store.layout;
  const starts = new Uint32Array(end - first + 1);
  let cursor = buffer;
  store.drain = (drained) => {
    exports.locate(drained);
    const entries = new Uint32Array(memories.states.buffer, buffer, (drained - buffer) / 4);
    makeRoom(room, entries.length / (words + 2));
    const { labels, targets } = room;
    let { count } = room;
    for (let at = words; at < entries.length; at += words + 2) {
      targets[count] = entries[at] ?? 0;
      labels[count++] = entries[at + 1] ?? 0;
    }
    room.count = count;
    cursor = buffer;
  };
  uncounted(store, () => {
    for (let id = first; id < end; id++) {
      starts[id - first] = room.count + (cursor - buffer) / stride;
      cursor = follow(id, cursor);
      if (cursor >= batchEnd) store.drain(cursor);
    }
    store.drain(cursor);
  });
  starts[end - first] = room.count;
  return starts;
}
