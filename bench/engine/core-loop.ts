/**
 * Busy cores at the grain of memory operations: the tightest loop that the engine has, and what its
 * speed is measured with.
 *
 *     queue ──(time, actor)──► core: load, store, locked operation    │ trace, when there is one
 *                              drain: oldest store to memory          │
 *                              then the actor's next moment ──► queue
 *
 * A drain is in the queue while a store waits, and a core that must wait for an empty buffer is not
 * in it until then: every event that is taken is something that happens, and is recorded. Causes
 * are kept as in a real run: a load is caused by the store that it reads from, a drain by its
 * store.
 */
import { createMemory } from "../../engine/hardware/memory.ts";
import { KIND } from "../../engine/record/kinds.ts";
import { NONE, NOWHERE, placeOf, type Trace } from "../../engine/record/trace.ts";
import { createEventQueue } from "../../engine/schedule/event-queue.ts";
import { createRandom } from "../../engine/schedule/random.ts";

export const CORES = 4;
const WORDS = 64;
const ENTRIES = 8;
/** Of 16 operations: so many loads, then stores; the rest are locked. */
const LOADS = 9;
const STORES = 15;

/** Runs the machine of a seed; gives a sum over all values that were read, and the time it is. */
export function runCores(
  seed: number,
  events: number,
  trace: Trace | undefined,
): { readonly sum: number; readonly time: number } {
  const memory = createMemory({ words: WORDS, cores: CORES, entries: ENTRIES });
  const queue = createEventQueue();
  const random = createRandom(seed);
  const places = Array.from({ length: CORES * 2 }, (_, actor) =>
    actor < CORES ? placeOf(actor, NOWHERE, NOWHERE) : placeOf(actor - CORES, NOWHERE, 0),
  );
  const origins = createOrigins();
  const isHeld = new Uint8Array(CORES);
  let sum = 0;

  const later = (time: number): number => time + 1 + (random.next() & 7);
  const drain = (time: number, core: number): void => {
    const oldest = memory.oldest(core);
    if (oldest === undefined) return;
    memory.drain(core);
    const store = origins.drained(core, oldest.address);
    trace?.record(time, KIND.drain, places[CORES + core] ?? 0, oldest.address, oldest.value, store);
    if (memory.waiting(core) > 0) queue.add(later(time), CORES + core);
    else if (isHeld[core] === 1) queue.add(later(time), core);
  };
  const store = (time: number, core: number, address: number, value: number): void => {
    const count = memory.waiting(core);
    memory.store(core, address, value);
    const id = trace?.record(time, KIND.store, places[core] ?? 0, address, value) ?? NONE;
    origins.stored(core, count, address, id);
    if (count === 0) queue.add(later(time), CORES + core);
  };
  const operate = (time: number, core: number): void => {
    const word = random.next();
    const address = (word >>> 4) % WORDS;
    const operation = word & 15;
    const place = places[core] ?? 0;
    isHeld[core] = 0;
    if (operation < LOADS) {
      const value = memory.load(core, address);
      const count = memory.waiting(core);
      sum = (sum + value) | 0;
      trace?.record(time, KIND.load, place, address, value, origins.of(core, count, address));
    } else if (operation < STORES && memory.hasRoom(core)) {
      store(time, core, address, word >>> 10);
    } else if (memory.waiting(core) === 0) {
      const old = memory.exchange(core, address, increment);
      sum = (sum + old) | 0;
      const cause = origins.of(core, 0, address);
      const id = trace?.record(time, KIND.rmw, place, address, old + 1, cause) ?? NONE;
      origins.wrote(address, id);
    } else {
      // A locked operation, or a store that found no room, waits until the buffer is empty.
      trace?.record(time, KIND.fence, place, 0, memory.waiting(core));
      isHeld[core] = 1;
      return;
    }
    queue.add(later(time), core);
  };

  let time = 0;
  for (let core = 0; core < CORES; core++) queue.add(core, core);
  for (let event = 0; event < events; event++) {
    time = queue.first;
    const actor = queue.take();
    if (actor < CORES) operate(time, actor);
    else drain(time, actor - CORES);
  }
  return { sum, time };
}

function increment(old: number): number {
  return (old + 1) | 0;
}

/** Which event wrote what memory holds, and which events are the stores that wait. */
interface Origins {
  /** The event that a core with so many waiting stores reads from. */
  of(core: number, count: number, address: number): number;
  wrote(address: number, event: number): void;
  stored(core: number, count: number, address: number, event: number): void;
  /** The oldest waiting store is in memory now; gives its event. */
  drained(core: number, address: number): number;
}

function createOrigins(): Origins {
  const writers = new Uint32Array(WORDS).fill(NONE);
  const waiting = new Uint32Array(CORES * ENTRIES);
  const addresses = new Uint32Array(CORES * ENTRIES);
  return {
    of(core, count, address) {
      const from = core * ENTRIES;
      for (let index = from + count - 1; index >= from; index--) {
        if (addresses[index] === address) return waiting[index] ?? NONE;
      }
      return writers[address] ?? NONE;
    },
    wrote(address, event) {
      writers[address] = event;
    },
    stored(core, count, address, event) {
      addresses[core * ENTRIES + count] = address;
      waiting[core * ENTRIES + count] = event;
    },
    drained(core, address) {
      const from = core * ENTRIES;
      const event = waiting[from] ?? NONE;
      waiting.copyWithin(from, from + 1, from + ENTRIES);
      addresses.copyWithin(from, from + 1, from + ENTRIES);
      writers[address] = event;
      return event;
    },
  };
}
