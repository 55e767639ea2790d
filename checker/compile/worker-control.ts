/**
 * What the workers of a search share besides states and table: who does what, how far the layer at
 * hand is divided, which ids are given.
 *
 *     layer    ranges of ids, one after the other      cursor: positions up to here are taken
 *     ids      blocks of `BLOCK_STATES`                claimed: blocks up to here have an owner
 *     status   of each helper: the leader writes tasks, the helper writes that it rests
 *
 * A helper sleeps on its status, the leader on `bell`. All numbers have 32 bits.
 */
import type { CoreStop } from "./core.ts";
import { STATES_MAX } from "./room.ts";

/** Ids are given to workers so many at a time, so that they seldom write the same number. */
export const BLOCK_STATES = 8192;
const BLOCKS_MAX = STATES_MAX / BLOCK_STATES;

const PLACES = {
  bell: 0,
  cursor: 16,
  claimed: 32,
  placed: 33,
  halt: 48,
  failed: 49,
  stop: 50,
  crowded: 51,
  chunk: 52,
  total: 53,
  ranges: 54,
  blocks: 55,
  slots: 56,
  idMask: 57,
  all: 64,
} as const;
const WORKER_PLACES = { status: 0, states: 1, expanded: 2, posted: 3, all: 16 } as const;

const STOPS: readonly (CoreStop | undefined)[] = [undefined, "states", "memory"];
/** Looks before a thread goes to sleep: what it waits for often comes soon. */
const LOOKS_MAX = 2000;
/** Milliseconds after which a sleeper looks around even if nobody rang. */
const SLEEP_MAX = 5;

/**
 * What a helper does. `absent` is one whose thread has not begun; it is idle when its share of a
 * layer is done, and crowded when it waits for room with a part of its share left. The tasks are to
 * expand, to place states in the table anew, and to end.
 */
export type Status = "absent" | "idle" | "crowded" | "expand" | "place" | "end";
const STATUSES: readonly Status[] = ["absent", "idle", "crowded", "expand", "place", "end"];

export type ControlPlace = Exclude<keyof typeof PLACES, "all">;
/** Numbers of one worker that anybody may read at any time. */
export type WorkerCount = Exclude<keyof typeof WORKER_PLACES, "all" | "status">;

/** To be given to other threads. */
export interface SharedControl {
  readonly workers: number;
  readonly words: SharedArrayBuffer;
  /** For each block, how many of its ids are used: written by its owner, read at rest. */
  readonly used: SharedArrayBuffer;
  /** Of the layer: for each range its first id and the position of that, and then the end. */
  readonly ranges: SharedArrayBuffer;
}

export interface Control {
  readonly shared: SharedControl;
  readonly used: Uint32Array;
  readonly ranges: Uint32Array;
  get(place: ControlPlace): number;
  set(place: ControlPlace, value: number): void;
  /** Gives what was there before. */
  add(place: ControlPlace, by: number): number;
  /** A block of ids for whoever asks, or undefined when all that there is room for have owners. */
  claim(): number | undefined;
  count(worker: number, count: WorkerCount): number;
  setCount(worker: number, count: WorkerCount, value: number): void;
  sum(count: WorkerCount): number;
  /** A limit was met; the first one counts. */
  stop(reason: CoreStop): void;
  readonly stopped: CoreStop | undefined;
  /** Whether all should come to rest: a pause is wished, a limit was met, a worker has failed. */
  readonly isHalting: boolean;
  closeSite(site: number): void;
  isClosed(site: number): boolean;
  status(worker: number): Status;
  /** The leader gives a task to a helper that rests. */
  give(worker: number, task: Status): void;
  /** A helper says that it rests, and waits for a task. */
  awaitTask(worker: number, status: "idle" | "crowded"): Status;
  /** The leader looks, and sleeps for some milliseconds at most, until something is so. */
  look(isSo: () => boolean): boolean;
}

export function createControl(workers: number, sites: number): Control {
  const places = PLACES.all + workers * WORKER_PLACES.all + sites;
  return controlOf({
    workers,
    words: new SharedArrayBuffer(4 * places),
    used: new SharedArrayBuffer(4 * BLOCKS_MAX),
    ranges: new SharedArrayBuffer(8 * (BLOCKS_MAX + 1)),
  });
}

export function controlOf(shared: SharedControl): Control {
  const { workers } = shared;
  const words = new Int32Array(shared.words);
  const load = (place: number): number => Atomics.load(words, place) >>> 0;
  const placeOf = (worker: number, field: keyof typeof WORKER_PLACES): number =>
    PLACES.all + worker * WORKER_PLACES.all + WORKER_PLACES[field];
  const siteOf = (site: number): number => PLACES.all + workers * WORKER_PLACES.all + site;
  const statusOf = (worker: number): Status => STATUSES[load(placeOf(worker, "status"))] ?? "end";
  const setStatus = (worker: number, status: Status): void =>
    void Atomics.store(words, placeOf(worker, "status"), STATUSES.indexOf(status));
  return {
    shared,
    used: new Uint32Array(shared.used),
    ranges: new Uint32Array(shared.ranges),
    get: (place) => load(PLACES[place]),
    set: (place, value) => void Atomics.store(words, PLACES[place], value),
    add: (place, by) => Atomics.add(words, PLACES[place], by) >>> 0,
    claim() {
      for (let block = load(PLACES.claimed); block < load(PLACES.blocks); ) {
        const found = Atomics.compareExchange(words, PLACES.claimed, block, block + 1);
        if (found === block) return block;
        block = found;
      }
      return undefined;
    },
    count: (worker, count) => load(placeOf(worker, count)),
    setCount: (worker, count, value) => void Atomics.store(words, placeOf(worker, count), value),
    sum(count) {
      let sum = 0;
      for (let worker = 0; worker < workers; worker++) sum += load(placeOf(worker, count));
      return sum;
    },
    stop: (reason) => void Atomics.compareExchange(words, PLACES.stop, 0, STOPS.indexOf(reason)),
    get stopped() {
      return STOPS[load(PLACES.stop)];
    },
    get isHalting() {
      return load(PLACES.halt) + load(PLACES.stop) + load(PLACES.failed) > 0;
    },
    closeSite: (site) => void Atomics.store(words, siteOf(site), 1),
    isClosed: (site) => load(siteOf(site)) === 1,
    status: statusOf,
    give(worker, task) {
      setStatus(worker, task);
      Atomics.notify(words, placeOf(worker, "status"));
    },
    awaitTask(worker, status) {
      setStatus(worker, status);
      Atomics.add(words, PLACES.bell, 1);
      Atomics.notify(words, PLACES.bell);
      const resting = STATUSES.indexOf(status);
      for (let looks = 0; statusOf(worker) === status; looks++) {
        if (looks > LOOKS_MAX) Atomics.wait(words, placeOf(worker, "status"), resting);
      }
      return statusOf(worker);
    },
    look(isSo) {
      for (let looks = 0; looks < LOOKS_MAX; looks++) if (isSo()) return true;
      const rung = Atomics.load(words, PLACES.bell);
      if (isSo()) return true;
      Atomics.wait(words, PLACES.bell, rung, SLEEP_MAX);
      return isSo();
    },
  };
}
