/**
 * What a search has found, out of an instance and back into one: for checkpoints.
 *
 * States and parents are copied as they lie; the table is made anew from the states, as when it
 * grows. The recent states are forgotten: they only save time.
 */
import type { Saved } from "./core.ts";
import {
  addressOf,
  countOf,
  fillRecent,
  readState,
  reserve,
  type Store,
  talliesOf,
} from "./wasm-store.ts";

/** States that are copied at once. */
const STATES_PER_COPY = 65_536;

/** Words of states `from` up to `to`, not included. */
export function statesOf(store: Store, from: number, to: number): Uint32Array {
  const { code, memories } = store;
  const length = (to - from) * code.words;
  return new Uint32Array(memories.states.buffer, addressOf(store, from), length).slice();
}

/** Words of states up to `end`, not included, some at a time; each is valid until the next. */
export function* chunksOf(
  { code, layout, memories }: Store,
  first: number,
  end: number,
): Iterable<Uint32Array> {
  for (let from = first; from < end; from += STATES_PER_COPY) {
    const length = (Math.min(end, from + STATES_PER_COPY) - from) * code.words;
    yield new Uint32Array(memories.states.buffer, layout.arena + from * layout.size, length);
  }
}

/** Parents of states `from` up to `to`, not included; 2^32 - 1 for initial states. */
export function parentsOf({ memories }: Store, from: number, to: number): Uint32Array {
  return new Uint32Array(memories.parents.buffer, 4 * from, to - from).slice();
}

/** Puts what was saved into a store without states; false when a limit forbids it. */
export function restoreStore(store: Store, saved: Saved): boolean {
  const { code, exports, memories } = store;
  if (!reserve(store, saved.states)) return false;
  for (let from = 0; from < saved.states; from += STATES_PER_COPY) {
    const to = Math.min(saved.states, from + STATES_PER_COPY);
    const length = (to - from) * code.words;
    const states = new Uint32Array(memories.states.buffer, addressOf(store, from), length);
    states.set(saved.readStates(from, to));
    new Uint32Array(memories.parents.buffer, 4 * from, to - from).set(saved.readParents(from, to));
  }
  exports.count.value = saved.states;
  for (let from = 0; from < saved.states; from += STATES_PER_COPY) {
    exports.rehash(from, Math.min(saved.states, from + STATES_PER_COPY));
  }
  const { labels, counters } = talliesOf(store);
  labels.set(saved.labels.map(BigInt));
  counters.set(saved.counters.map(BigInt));
  if (countOf(store) > 0) {
    const first = new Uint32Array(code.words);
    readState(store, 0, first);
    fillRecent(store, first);
  }
  return true;
}
