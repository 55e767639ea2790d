/**
 * What the workers of a search and their coordinator share besides mail: wishes, counts, and the
 * steps by which workers agree that a layer is over.
 *
 *     finished[w] = n   worker w sends no more in round n
 *     ready[w] = n      it has taken all mail of round n, and written its report
 *
 * When all are ready, each reads what all have written, and so all come to the same decision.
 * Reports alternate between two places by the round, as the fastest may be one round ahead. Worker
 * 0 writes the decision to rest, after all have finished: whoever paused early, all do then.
 */
import type { CoreStop } from "./core.ts";

/** Places of 32-bit numbers; those of a report come twice. */
const PLACES = { pause: 0, failed: 1, stop: 2, decision: 3, all: 5 } as const;
const WORKER_PLACES = {
  bell: 0,
  asleep: 12,
  finished: 1,
  ready: 2,
  states: 3,
  expanded: 4,
  layers: 5,
  posted: 6,
  fresh: 8,
  left: 10,
  all: 16,
} as const;
/** Looks before a worker goes to sleep: what it waits for often comes soon. */
const LOOKS_MAX = 500;
/** Milliseconds after which a sleeper looks around even if nobody rang. */
const SLEEP_MAX = 50;
const STOPS: readonly (CoreStop | undefined)[] = [undefined, "states", "memory"];

/** Counts of a worker that anybody may read at any time. */
export type WorkerCount = "states" | "expanded" | "layers" | "posted";

/** What a worker has found in a round: new states, and states of the layer not yet expanded. */
export interface Report {
  readonly fresh: number;
  readonly left: number;
}

/** Thrown in a worker when another one has failed. */
export class OtherWorkerFailed extends Error {}

export interface Control {
  /** To be given to other threads. */
  readonly shared: SharedControl;
  pause(isWished: boolean): void;
  /** Wakes all workers to fail too. */
  fail(): void;
  /** A limit was met. */
  stop(reason: CoreStop): void;
  readonly stopped: CoreStop | undefined;
  /** Whether workers should come to rest. */
  readonly isResting: boolean;
  closeSite(site: number): void;
  isClosed(site: number): boolean;
  set(worker: number, count: WorkerCount, value: number): void;
  get(worker: number, count: WorkerCount): number;
  /** Of all workers together. */
  sum(count: WorkerCount): number;
  /** Wakes a worker that has mail. */
  ring(worker: number): void;
  /**
   * Waits, in a worker, until something is so; a change must be followed by a ring. Throws when
   * another worker has failed.
   */
  wait(worker: number, isSo: () => boolean): void;
  finish(worker: number, round: number): void;
  haveAll(step: "finished" | "ready", round: number): boolean;
  /** Writes what a worker has found; it is ready then. */
  report(worker: number, round: number, report: Report): void;
  /** What all have written, once all are ready. */
  agreement(round: number): Report & { readonly isResting: boolean };
}

export interface SharedControl {
  readonly buffer: SharedArrayBuffer;
  readonly workers: number;
}

export function createControl(workers: number, sites: number): Control {
  const places = PLACES.all + workers * WORKER_PLACES.all + sites;
  return controlOf({ buffer: new SharedArrayBuffer(4 * places), workers });
}

export function controlOf(shared: SharedControl): Control {
  const { workers } = shared;
  const all = Array.from({ length: workers }, (_, worker) => worker);
  const view = new Int32Array(shared.buffer);
  const load = (place: number): number => Atomics.load(view, place) >>> 0;
  const store = (place: number, value: number): void => void Atomics.store(view, place, value);
  const placeOf = (worker: number, field: keyof typeof WORKER_PLACES): number =>
    PLACES.all + worker * WORKER_PLACES.all + WORKER_PLACES[field];
  const siteOf = (site: number): number => PLACES.all + workers * WORKER_PLACES.all + site;
  const ring = (worker: number): void => {
    Atomics.add(view, placeOf(worker, "bell"), 1);
    // Waking is slow, and mostly nobody sleeps.
    if (load(placeOf(worker, "asleep")) === 1) Atomics.notify(view, placeOf(worker, "bell"));
  };
  const sum = (field: keyof typeof WORKER_PLACES, offset = 0): number =>
    all.reduce((total, worker) => total + load(placeOf(worker, field) + offset), 0);
  const step = (worker: number, field: "finished" | "ready", round: number): void => {
    store(placeOf(worker, field), round);
    all.forEach(ring);
  };
  const isResting = (): boolean => load(PLACES.pause) + load(PLACES.stop) + load(PLACES.failed) > 0;
  return {
    shared,
    pause: (isWished) => store(PLACES.pause, Number(isWished)),
    fail() {
      store(PLACES.failed, 1);
      all.forEach(ring);
    },
    stop: (reason) => void Atomics.compareExchange(view, PLACES.stop, 0, STOPS.indexOf(reason)),
    get stopped() {
      return STOPS[load(PLACES.stop)];
    },
    get isResting() {
      return isResting();
    },
    closeSite: (site) => store(siteOf(site), 1),
    isClosed: (site) => load(siteOf(site)) === 1,
    set: (worker, count, value) => store(placeOf(worker, count), value),
    get: (worker, count) => load(placeOf(worker, count)),
    sum,
    ring,
    wait(worker, isSo) {
      for (let looks = 0; ; looks++) {
        const rung = Atomics.load(view, placeOf(worker, "bell"));
        if (load(PLACES.failed) > 0) throw new OtherWorkerFailed("Another worker has failed");
        if (isSo()) return;
        if (looks < LOOKS_MAX) continue;
        store(placeOf(worker, "asleep"), 1);
        Atomics.wait(view, placeOf(worker, "bell"), rung, SLEEP_MAX);
        store(placeOf(worker, "asleep"), 0);
      }
    },
    finish: (worker, round) => step(worker, "finished", round),
    haveAll: (field, round) => all.every((worker) => load(placeOf(worker, field)) >= round),
    report(worker, round, { fresh, left }) {
      store(placeOf(worker, "fresh") + (round % 2), fresh);
      store(placeOf(worker, "left") + (round % 2), left);
      if (worker === 0) store(PLACES.decision + (round % 2), Number(isResting()));
      step(worker, "ready", round);
    },
    agreement: (round) => ({
      fresh: sum("fresh", round % 2),
      left: sum("left", round % 2),
      isResting: load(PLACES.decision + (round % 2)) === 1,
    }),
  };
}
