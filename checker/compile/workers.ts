/**
 * A search by several workers, each with a core of its own: the coordinator and its face.
 *
 *     this thread ──run──► worker 0 ◄──mail──► worker 1 ◄──► …        states divided by their home
 *          ▲                  │
 *          └── sightings ─────┘          arenas and tables are shared for reading at rest
 *
 * Each worker owns the states whose home (`home.ts`) says so, in memories of its own: no table is
 * written by two, so nothing is locked. Layers are expanded together, so that depths are exact and
 * paths are shortest. A shared table with compare-and-swap gains less: memory is what all wait for.
 *
 * States have names (id × workers + worker). Which name a state gets, and which of several shortest
 * paths its parents make, depends on timing; which states there are, their depths, and tallies of a
 * search that ends do not. At a limit of states as many more may have been added as were under way,
 * and tallies may count steps of states that count as not expanded.
 */
import { Worker } from "node:worker_threads";
import type { Code } from "./code.ts";
import type { CoreOptions, CoreStop, Successors } from "./core.ts";
import { chooseHome } from "./home-choice.ts";
import { type Home, ownerOf } from "./home.ts";
import { MEMORY_BYTES_MAX, PAGE_BYTES } from "./room.ts";
import type { WorkerAnswer, WorkerRequest } from "./search-worker.ts";
import { compileModule, instantiate, sharedMemory, type WasmModule } from "./wasm-engine.ts";
import { layoutOf, type WasmLayout } from "./wasm-layout.ts";
import { assemble, type WasmExports, type WasmHost } from "./wasm-runtime.ts";
import {
  createStore,
  findState,
  type Memories,
  parentOf,
  readState,
  type Store,
  successorsOf,
} from "./wasm-store.ts";
import { chunksOf } from "./wasm-restore.ts";
import { type Control, createControl } from "./worker-control.ts";
import { createMail } from "./worker-mail.ts";
import type { Sighting, WorkerStart, WorkerState } from "./worker-search.ts";

/** What one worker may have more than its share, in parts of it, without growing. */
const UNEVENNESS = 0.05;
/** Workers of one search: names of states have 32 bits. */
export const WORKERS_MAX = 64;

export interface WorkersOptions extends Omit<CoreOptions, "sight"> {
  /** From 2 to `WORKERS_MAX`. */
  readonly workers: number;
  /**
   * A sighting, as of a core, in the order of depths. Of one layer each worker tells at most
   * `SIGHTINGS_MAX` of a site.
   */
  readonly sight: (site: number, name: number, depth: number) => boolean;
}

/**
 * A search by several workers. What reads states may be called at rest only: when no promise of
 * `expand` is open, and in `sight`, where `read` and `parent` may.
 */
export interface Workers {
  readonly code: Code;
  readonly workers: number;
  /**
   * Expands layer by layer until there are no more states, a limit is met, or `pause` is called;
   * may be called again after a pause. Rejects when a worker fails: then the search is lost.
   */
  expand(): Promise<void>;
  /** Brings the workers to rest soon, also within a layer. */
  pause(): void;
  readonly stopped: CoreStop | undefined;
  /** These may be read at any time: states found, states expanded, depth of the layer at hand. */
  readonly states: number;
  readonly expanded: number;
  readonly depth: number;
  /** Accounted memory at the last rest. */
  readonly bytes: number;
  tallies(): { readonly labels: readonly number[]; readonly counters: readonly number[] };
  /** All names, worker by worker. */
  names(): Iterable<number>;
  read(name: number, into: Uint32Array): void;
  /** Words of all states, some at a time; each is valid until the next. */
  chunks(): Iterable<Uint32Array>;
  /** -1 for initial states. */
  parent(name: number): number;
  depthOf(name: number): number;
  find(words: Uint32Array): number | undefined;
  successors(words: Uint32Array): Successors;
  /** Ends the threads. What reads states goes on working. */
  close(): Promise<void>;
}

interface Team {
  readonly options: WorkersOptions;
  readonly layout: WasmLayout;
  readonly control: Control;
  readonly threads: readonly Worker[];
  /** For each worker, its states as this thread reads them. */
  readonly stores: readonly Store[];
  /** For each worker, what it had at its last rest, and messages of sightings that have come. */
  readonly states: (WorkerState | undefined)[];
  readonly posted: number[];
  waiting: Sighting[];
  failure: Error | undefined;
  /** Settles the request that is under way. */
  settle: (failure: Error | undefined) => void;
}

/** Starts workers and adds initial states. Rejects when a worker fails. */
export async function createWorkers(
  code: Code,
  options: WorkersOptions,
  initial: readonly Uint32Array[],
): Promise<Workers> {
  const { workers } = options;
  if (!Number.isInteger(workers) || workers < 2 || workers > WORKERS_MAX) {
    throw new RangeError(`Workers are from 2 to ${WORKERS_MAX}, not ${workers}`);
  }
  const team = startTeam(code, options, chooseHome(code, workers, initial));
  await request(team, { ask: "add", states: initial });
  return {
    code,
    workers,
    expand: () => expand(team),
    pause: () => team.control.pause(true),
    get stopped() {
      return team.control.stopped;
    },
    get states() {
      return team.control.sum("states");
    },
    get expanded() {
      return team.control.sum("expanded");
    },
    get depth() {
      return team.control.get(0, "layers");
    },
    get bytes() {
      return team.states.reduce((sum, state) => sum + (state?.bytes ?? 0), 0);
    },
    tallies: () => talliesOf(team),
    names: () => namesOf(team),
    *chunks() {
      for (const [me, store] of team.stores.entries()) {
        yield* chunksOf(store, team.states[me]?.count ?? 0);
      }
    },
    read: (name, into) => readState(...placeOf(team, name), into),
    parent: (name) => parentOf(...placeOf(team, name)),
    depthOf: (name) => depthOf(team, name),
    find: (words) => find(team, words),
    successors: (words) => successorsOf(storeOf(team, 0), words),
    close: () => close(team),
  };
}

// ---------------------------------------------------------------------------- threads

function startTeam(code: Code, options: WorkersOptions, home: Home): Team {
  const { workers, states } = options;
  const layout = layoutOf(code, workers, home);
  const module = compileModule(assemble(code, layout));
  const control = createControl(workers, code.sites);
  const mail = createMail(workers, layout.message / 4);
  const { words, labels, counters, sites } = code;
  const shape = { words, labels, counters, sites };
  const bytes = Math.floor(options.bytes / workers);
  const expected = Math.ceil(((options.expected ?? 0) / workers) * (1 + UNEVENNESS));
  const memories = Array.from({ length: workers }, createMemories);
  const threads = memories.map((own, me) => {
    const start: WorkerStart = {
      me,
      module,
      code: shape,
      layout,
      memories: own,
      control: control.shared,
      mail: mail.shared,
      states,
      bytes,
      expected,
    };
    return new Worker(workerFile(), { workerData: start });
  });
  const team: Team = {
    options,
    layout,
    control,
    threads,
    stores: memories.map((own) => readerOf(module, code, layout, own)),
    states: memories.map(() => undefined),
    posted: memories.map(() => 0),
    waiting: [],
    failure: undefined,
    settle: () => {},
  };
  threads.forEach((thread, me) => listen(team, thread, me));
  return team;
}

/** The worker's file stands beside this one, also where both are bundled. */
function workerFile(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./search-worker.ts" : "./search-worker.js";
  return new URL(name, import.meta.url);
}

function createMemories(): Memories {
  const pages = MEMORY_BYTES_MAX / PAGE_BYTES;
  return {
    states: sharedMemory(pages),
    table: sharedMemory(pages),
    parents: sharedMemory(pages),
  };
}

/** An instance of this thread over the memories of a worker. It adds nothing. */
function readerOf(module: WasmModule, code: Code, layout: WasmLayout, memories: Memories): Store {
  const host: WasmHost = {
    reserve: () => 0,
    sight: () => 1,
    drain: (end) => store.drain(end),
    send: () => {},
  };
  const exports = instantiate(module, { ...host, ...memories }) as WasmExports;
  const store = createStore({ code, layout, exports, memories }, { states: 0, bytes: 0 });
  return store;
}

function listen(team: Team, thread: Worker, me: number): void {
  thread.on("message", (told: WorkerAnswer) => {
    if (told.tell === "rest") {
      team.states[me] = told.state;
      const { exports } = storeOf(team, me);
      exports.slots.value = told.state.slots;
      exports.idMask.value = told.state.idMask;
      if (team.states.every((state) => state !== undefined)) team.settle(undefined);
    } else {
      team.posted[me] = (team.posted[me] ?? 0) + 1;
      team.waiting.push(...told.sightings);
      tellSightings(team, false);
    }
  });
  thread.on("error", (error: Error) => fail(team, error));
  thread.on("exit", (code) => fail(team, new Error(`A worker has ended (${code})`)));
}

/** The first failure counts: others follow from it. */
function fail(team: Team, error: Error): void {
  team.failure ??= error;
  team.control.fail();
  team.settle(team.failure);
}

/** Asks all workers for something, and waits until all are at rest again. */
async function request(team: Team, asked: WorkerRequest): Promise<void> {
  if (team.failure !== undefined) throw team.failure;
  const answered = new Promise<void>((resolve, reject) => {
    team.settle = (failure) => (failure === undefined ? resolve() : reject(failure));
  });
  team.states.fill(undefined);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  for (const thread of team.threads) thread.postMessage(asked);
  try {
    await answered;
  } catch (error) {
    await close(team);
    throw error;
  }
  tellSightings(team, true);
}

async function expand(team: Team): Promise<void> {
  team.control.pause(false);
  await request(team, { ask: "run" });
}

async function close(team: Team): Promise<void> {
  team.failure ??= new Error("The workers were closed");
  team.control.fail();
  await Promise.all(team.threads.map((thread) => thread.terminate()));
}

// ---------------------------------------------------------------------------- sightings

/**
 * Tells sightings in the order of their depths, and within one in that of their words. A layer is
 * told when all workers are past it and all that they have posted has come.
 */
function tellSightings(team: Team, isAtRest: boolean): void {
  const { control, options, waiting } = team;
  const done = Math.min(...team.threads.map((_, worker) => control.get(worker, "layers")));
  const haveAll = team.posted.every((posted, worker) => posted === control.get(worker, "posted"));
  if (!isAtRest && !haveAll) return;
  const isDue = ({ depth }: Sighting): boolean => isAtRest || depth < done;
  const due = waiting.filter(isDue);
  team.waiting = waiting.filter((sighting) => !isDue(sighting));
  for (const { site, name, depth } of due.toSorted((left, right) => compare(team, left, right))) {
    if (control.isClosed(site)) continue;
    if (options.sight(site, name, depth)) control.closeSite(site);
  }
}

function compare(team: Team, left: Sighting, right: Sighting): number {
  const [one, other] = [wordsOf(team, left.name), wordsOf(team, right.name)];
  const differing = one.findIndex((word, index) => word !== other[index]);
  return left.depth - right.depth || (one[differing] ?? 0) - (other[differing] ?? 0);
}

function wordsOf(team: Team, name: number): Uint32Array {
  const words = new Uint32Array(team.layout.words);
  readState(...placeOf(team, name), words);
  return words;
}

// ---------------------------------------------------------------------------- reading

function storeOf({ stores }: Team, worker: number): Store {
  const store = stores[worker];
  if (store === undefined) throw new RangeError(`There is no worker ${worker}`);
  return store;
}

/** The store and the id of a state. */
function placeOf(team: Team, name: number): [store: Store, id: number] {
  const { workers } = team.options;
  return [storeOf(team, name % workers), Math.floor(name / workers)];
}

function find(team: Team, words: Uint32Array): number | undefined {
  const { layout, options } = team;
  const owner = ownerOf(layout.home, options.workers, words, 0);
  const id = findState(storeOf(team, owner), words);
  return id === undefined ? undefined : id * options.workers + owner;
}

function* namesOf({ options, states }: Team): Iterable<number> {
  for (const [worker, state] of states.entries()) {
    for (let id = 0; id < (state?.count ?? 0); id++) yield id * options.workers + worker;
  }
}

function depthOf({ options, states }: Team, name: number): number {
  const starts = states[name % options.workers]?.starts ?? [];
  const id = Math.floor(name / options.workers);
  return starts.findLastIndex((start) => start <= id);
}

function talliesOf({ states }: Team): {
  readonly labels: readonly number[];
  readonly counters: readonly number[];
} {
  const sum = (kind: "labels" | "counters"): number[] => {
    const all = states.map((state) => state?.[kind] ?? new BigUint64Array(0));
    return Array.from(all[0] ?? [], (_, index) =>
      all.reduce((total, tallies) => total + Number(tallies[index] ?? 0n), 0),
    );
  };
  return { labels: sum("labels"), counters: sum("counters") };
}
