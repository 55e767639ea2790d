/**
 * A search by several workers over one visited set: the leader, which is this thread, and helpers.
 *
 *     layer ──chunks──► leader   ┐
 *           ──chunks──► helper 1 ├──► one arena, one table, one list of parents
 *           ──chunks──► helper … ┘
 *
 * A search begins with the leader alone; helpers are started when it takes long, and share layers
 * that are large. Any worker expands any state. A new state is written where nobody else writes, in
 * a block of ids of its finder, and then its slot of the table is filled by compare-and-swap:
 * whoever comes second finds it. Layers are expanded together, so that depths are exact and paths
 * are shortest. When the table must grow all rest, and then fill it anew together.
 *
 * The idea of a shared table without locks is that of Laarman, van de Pol and Weber, "Boosting
 * Multi-Core Reachability Performance with Shared Hash Tables" (2010).
 *
 * Which id a state gets, and which of several shortest paths its parents make, depends on timing;
 * which states there are, their depths, and tallies of a search that ends do not. At a limit of
 * states as many more may have been added as were under way, and tallies may count steps of states
 * that count as not expanded.
 */
import { setImmediate as turn } from "node:timers/promises";
import { receiveMessageOnPort } from "node:worker_threads";
import { createBlockList } from "./block-list.ts";
import type { Code } from "./code.ts";
import type { CoreStop, Successors } from "./core.ts";
import { dismiss, goOn, invite, meet, rest } from "./helper-threads.ts";
import type { Told } from "./search-worker.ts";
import {
  areResting,
  createMemories,
  makeRoomFor,
  resume,
  type Team,
  type WorkersOptions,
} from "./team.ts";
import { compileModule } from "./wasm-engine.ts";
import { layoutOf, movedBy } from "./wasm-layout.ts";
import { chunksOf } from "./wasm-restore.ts";
import { assemble } from "./wasm-runtime.ts";
import {
  addState,
  bytesOf,
  findState,
  parentOf,
  readState,
  STATES_PER_CALL,
  successorsOf,
  talliesOf,
} from "./wasm-store.ts";
import { createControl } from "./worker-control.ts";
import { createWorkerSearch, type Shared } from "./worker-search.ts";

/** Workers of one search. */
export const WORKERS_MAX = 64;
/** A layer is divided into so many chunks for each worker, of so many states at least. */
const CHUNKS = 16;
const CHUNK_MIN = 64;
/** Milliseconds after which the leader lets others of its thread run. */
const MOMENT = 20;

/**
 * A search by several workers. What reads states may be called at rest only: when no promise of
 * `expand` is open, and in `sight`.
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
  /** Accounted memory. */
  readonly bytes: number;
  tallies(): { readonly labels: readonly number[]; readonly counters: readonly number[] };
  /** The ids of all states, ascending: each range from the first to the end, not included. */
  ranges(): readonly (readonly [first: number, end: number])[];
  read(id: number, into: Uint32Array): void;
  /** Words of all states, some at a time; each is valid until the next. */
  chunks(): Iterable<Uint32Array>;
  /** -1 for initial states. */
  parent(id: number): number;
  depthOf(id: number): number;
  find(words: Uint32Array): number | undefined;
  successors(words: Uint32Array): Successors;
  /** Ends the threads. What reads states goes on working. */
  close(): Promise<void>;
}

/** Adds initial states. Sightings of them are told when they are expanded. */
export function createWorkers(
  code: Code,
  options: WorkersOptions,
  initial: readonly Uint32Array[],
): Workers {
  const { workers } = options;
  if (!Number.isInteger(workers) || workers < 2 || workers > WORKERS_MAX) {
    throw new RangeError(`Workers are from 2 to ${WORKERS_MAX}, not ${workers}`);
  }
  const team = startTeam(code, options, initial);
  const { control, leader, blocks } = team;
  const { store } = leader;
  return {
    code,
    workers,
    expand: () => expand(team),
    pause: () => control.set("halt", 1),
    get stopped() {
      return control.stopped;
    },
    get states() {
      return control.sum("states");
    },
    get expanded() {
      return control.sum("expanded");
    },
    get depth() {
      return team.depth;
    },
    get bytes() {
      return bytesOf(store);
    },
    tallies: () => sumOfTallies(team),
    ranges: () => blocks.ranges(),
    *chunks() {
      for (const [first, end] of blocks.ranges()) yield* chunksOf(store, first, end);
    },
    read: (id, into) => readState(store, id, into),
    parent: (id) => parentOf(store, id),
    depthOf: (id) => blocks.depthOf(id),
    find: (words) => findState(store, words),
    successors: (words) => successorsOf(store, words),
    close: () => dismiss(team),
  };
}

function startTeam(code: Code, options: WorkersOptions, initial: readonly Uint32Array[]): Team {
  const { workers } = options;
  const layout = layoutOf(code, workers);
  const { words, labels, counters, sites } = code;
  const shared: Shared = {
    module: compileModule(assemble(code, layout)),
    code: { words, labels, counters, sites },
    layout,
    memories: createMemories(),
  };
  const control = createControl(workers, sites);
  const makeRoom = (): void => {
    while (!control.look(() => areResting(team))) if (control.get("failed") === 1) return;
    makeRoomFor(team);
    resume(team);
  };
  const leader = createWorkerSearch(shared, 0, control, options, makeRoom);
  const team: Team = {
    options,
    shared,
    control,
    leader,
    blocks: createBlockList(control),
    helpers: [],
    began: performance.now(),
    known: initial[0] ?? new Uint32Array(words),
    depth: 0,
    reached: 0,
    sightings: [],
    isSearching: false,
    failure: undefined,
    onFailure: () => {},
  };
  leader.openLayer();
  for (const each of initial) addState(leader.store, each, () => leader.reserve(1));
  leader.note();
  if (control.sum("states") > options.states) control.stop("states");
  gather(team);
  openLayer(team);
  return team;
}

// ---------------------------------------------------------------------------- the search

async function expand(team: Team): Promise<void> {
  if (team.failure !== undefined) throw team.failure;
  team.control.set("halt", 0);
  team.isSearching = true;
  try {
    if (team.options.together === true) await meet(team);
    tell(team);
    await expandLayers(team);
  } catch (error) {
    team.failure ??= error instanceof Error ? error : new Error(String(error));
    await dismiss(team);
    throw team.failure;
  } finally {
    team.isSearching = false;
  }
}

async function expandLayers(team: Team): Promise<void> {
  const { control, leader } = team;
  const moment = createMoment();
  goOn(team);
  for (;;) {
    const outcome = leader.work(moment.isOver);
    if (outcome === "asked") {
      await moment.pass();
      invite(team);
      continue;
    }
    await rest(team);
    gather(team);
    if (control.isHalting) {
      tell(team);
      return;
    }
    if (control.get("crowded") === 1) {
      makeRoomFor(team);
      resume(team);
      continue;
    }
    if (control.sum("expanded") !== team.reached) throw new Error("A part of a layer is lost");
    const isLast = openLayer(team) === 0;
    tell(team);
    if (isLast) return;
    invite(team);
  }
}

/** What was found becomes the layer at hand; gives how many states it has. */
function openLayer(team: Team): number {
  const { blocks, control, leader, options } = team;
  const total = blocks.nextLayer();
  if (total === 0) return 0;
  if (team.reached > 0) team.depth++;
  team.reached += total;
  const fair = Math.ceil(total / (options.workers * CHUNKS));
  const chunk = options.together === true ? 1 : Math.max(CHUNK_MIN, fair);
  control.set(
    "chunk",
    team.helpers.length === 0 ? STATES_PER_CALL : Math.min(STATES_PER_CALL, chunk),
  );
  control.set("total", total);
  control.set("cursor", 0);
  leader.openLayer();
  return total;
}

function createMoment(): { readonly isOver: () => boolean; pass(): Promise<void> } {
  let began = performance.now();
  return {
    isOver: () => performance.now() - began > MOMENT,
    async pass() {
      await turn();
      began = performance.now();
    },
  };
}

// ---------------------------------------------------------------------------- sightings

/** Takes over the sightings of all, who rest. */
function gather(team: Team): void {
  const { control, helpers, leader } = team;
  const gathered = [team.sightings, leader.takeSightings()];
  for (const helper of helpers) {
    while (helper.received < control.count(helper.me, "posted")) {
      const told = receiveMessageOnPort(helper.port);
      if (told === undefined) throw new Error("A message of a worker is lost");
      helper.received++;
      gathered.push(told.message as Told);
    }
  }
  team.sightings = gathered.flat();
}

/** Tells sightings in the order of their depths, and within one in that of their words. */
function tell(team: Team): void {
  const { blocks, control, leader, options } = team;
  const told = team.sightings.map((sighting) => {
    const words = new Uint32Array(team.shared.code.words);
    readState(leader.store, sighting.id, words);
    return { ...sighting, words, depth: blocks.depthOf(sighting.id) };
  });
  team.sightings = [];
  for (const { site, id, depth } of told.toSorted(compare)) {
    if (control.isClosed(site)) continue;
    if (options.sight(site, id, depth)) control.closeSite(site);
  }
}

interface Placed {
  readonly depth: number;
  readonly words: Uint32Array;
}

function compare(left: Placed, right: Placed): number {
  const differing = left.words.findIndex((word, index) => word !== right.words[index]);
  return left.depth - right.depth || (left.words[differing] ?? 0) - (right.words[differing] ?? 0);
}

/** Tallies have a place for each worker. */
function sumOfTallies({ leader, options, shared }: Team): ReturnType<Workers["tallies"]> {
  const sums = { labels: new Array<number>(), counters: new Array<number>() };
  for (let me = 0; me < options.workers; me++) {
    const layout = movedBy(me * shared.layout.share, shared.layout);
    const { labels, counters } = talliesOf({ ...leader.store, layout });
    for (const [index, count] of labels.entries()) {
      sums.labels[index] = (sums.labels[index] ?? 0) + Number(count);
    }
    for (const [index, count] of counters.entries()) {
      sums.counters[index] = (sums.counters[index] ?? 0) + Number(count);
    }
  }
  return sums;
}
