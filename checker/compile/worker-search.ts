/**
 * One worker of a search among others, in its own thread: an instance of the module over the shared
 * memories, the blocks of ids that it owns, and its share of the layer.
 *
 *     cursor ──claim──► positions ──ranges──► ids ──expand──► new states, in own blocks
 *
 * Where there are no more blocks, room must be made, and for that all must rest: an expansion
 * returns before its next batch then, with the rest of its share kept. Only within a single state
 * with more successors than fit into the buffer room is made at once (`makeRoom`).
 */
import type { CodeShape } from "./code.ts";
import { instantiate, type WasmModule } from "./wasm-engine.ts";
import { LEAVE, movedBy, type WasmLayout } from "./wasm-layout.ts";
import type { WasmExports, WasmHost } from "./wasm-runtime.ts";
import { createStore, type Memories, STATES_PER_CALL, type Store } from "./wasm-store.ts";
import { BLOCK_STATES, type Control } from "./worker-control.ts";
import type { CoreOptions } from "./core.ts";

/** Sightings of one site that a worker tells of one layer. */
export const SIGHTINGS_MAX = 4096;

/** What workers have in common. */
export interface Shared {
  readonly module: WasmModule;
  readonly code: CodeShape;
  /** The layout of the module: that of the first worker. */
  readonly layout: WasmLayout;
  readonly memories: Memories;
}

/** A site was seen at the state of that id. */
export interface Sighting {
  readonly site: number;
  readonly id: number;
}

/** Why a worker returned: its share is done, room is needed, a halt was wished, or it was asked. */
export type Outcome = "done" | "crowded" | "halted" | "asked";

export interface WorkerSearch {
  readonly store: Store;
  /** Those that were not given yet. */
  takeSightings(): readonly Sighting[];
  /** Before the first share of a layer. */
  openLayer(): void;
  /** Expands positions of the layer as long as there are some; asks between calls. */
  work(isAsked: () => boolean): Outcome;
  /** Makes so many ids ready; false at a limit. */
  reserve(count: number): boolean;
  /** Says how many states there are in its blocks. */
  note(): void;
  /** Takes over the size of the table. */
  refresh(): void;
  /** Places states in the table, which was cleared, block by block. */
  place(): void;
}

interface Searching {
  readonly me: number;
  readonly control: Control;
  readonly store: Store;
  readonly makeRoom: () => void;
  /** Most states of all workers together. */
  readonly states: number;
  /** Blocks that are owned beyond those up to `capacity`. */
  readonly blocks: number[];
  /** Where the ids that are given one after the other began, and how many there were before. */
  run: number;
  before: number;
  /** First block that may not be noted yet. */
  unnoted: number;
  /** Positions that are taken and not expanded, and the range that holds the first. */
  position: number;
  end: number;
  range: number;
  expanded: number;
  readonly sightings: Sighting[];
  /** By site: how many of this layer were told, and the last state. */
  readonly told: Uint32Array;
  readonly last: Float64Array;
}

/** `makeRoom` returns when there is room, or a limit forbids it. */
export function createWorkerSearch(
  { module, code, layout, memories }: Shared,
  me: number,
  control: Control,
  limits: Pick<CoreOptions, "states" | "bytes" | "expected">,
  makeRoom: () => void,
): WorkerSearch {
  const host: WasmHost = {
    reserve: (count) => reserveFor(searching, count),
    sight: (site, id) => Number(sight(searching, site, id >>> 0)),
    drain: (end) => store.drain(end),
  };
  const exports = instantiate(module, { ...host, ...memories }) as WasmExports;
  const base = me * layout.share;
  if (exports.base !== undefined) exports.base.value = base;
  const own = { code, layout: movedBy(base, layout), exports, memories };
  const store = createStore(own, limits);
  const searching: Searching = {
    me,
    control,
    store,
    makeRoom,
    states: limits.states,
    blocks: [],
    run: 0,
    before: 0,
    unnoted: 0,
    position: 0,
    end: 0,
    range: 0,
    expanded: 0,
    sightings: [],
    told: new Uint32Array(code.sites),
    last: new Float64Array(code.sites).fill(-1),
  };
  return {
    store,
    takeSightings: () => searching.sightings.splice(0),
    openLayer: () => openLayer(searching),
    work: (isAsked) => work(searching, isAsked),
    reserve: (count) => reserveFor(searching, count) === 1,
    note: () => note(searching),
    refresh: () => refresh(searching),
    place: () => place(searching),
  };
}

// ---------------------------------------------------------------------------- blocks

const nextId = ({ store }: Searching): number => store.exports.count.value >>> 0;
const endOfRun = ({ store }: Searching): number => store.exports.capacity.value >>> 0;

/** The answer to the module; one state is asked for in the midst of a batch only. */
function reserveFor(searching: Searching, count: number): number {
  const { blocks, control } = searching;
  const room = (): number => endOfRun(searching) - nextId(searching) + blocks.length * BLOCK_STATES;
  while (room() < count) {
    const block = control.claim();
    if (block !== undefined) {
      own(searching, block);
      continue;
    }
    if (control.stopped !== undefined) return 0;
    control.set("crowded", 1);
    if (count > 1) return LEAVE;
    note(searching);
    searching.makeRoom();
  }
  if (nextId(searching) === endOfRun(searching)) beginRun(searching);
  return 1;
}

function own(searching: Searching, block: number): void {
  const { blocks, store } = searching;
  const first = block * BLOCK_STATES;
  if (blocks.length === 0 && first === endOfRun(searching)) {
    store.exports.capacity.value = first + BLOCK_STATES;
  } else {
    blocks.push(block);
  }
}

/** Goes on with the ids of the next block. */
function beginRun(searching: Searching): void {
  const { blocks, store } = searching;
  const block = blocks.shift();
  if (block === undefined) return;
  note(searching);
  searching.before += nextId(searching) - searching.run;
  searching.run = block * BLOCK_STATES;
  searching.unnoted = block;
  store.exports.count.value = searching.run;
  store.exports.capacity.value = searching.run + BLOCK_STATES;
}

function note(searching: Searching): void {
  const { control, me } = searching;
  const next = nextId(searching);
  for (let block = searching.unnoted; block * BLOCK_STATES < next; block++) {
    control.used[block] = Math.min(next - block * BLOCK_STATES, BLOCK_STATES);
  }
  // The block that is begun, or the last one that is full.
  searching.unnoted = Math.max(searching.unnoted, Math.floor(Math.max(0, next - 1) / BLOCK_STATES));
  control.setCount(me, "states", searching.before + next - searching.run);
  control.setCount(me, "expanded", searching.expanded);
}

// ---------------------------------------------------------------------------- the layer

function openLayer(searching: Searching): void {
  const { control, store, told } = searching;
  const { code, layout, memories } = store;
  searching.range = 0;
  told.fill(0);
  // Sites that were not closed are told of again.
  const closed = new Uint8Array(memories.states.buffer, layout.closed, code.sites);
  for (const site of closed.keys()) closed[site] = Number(control.isClosed(site));
}

function work(searching: Searching, isAsked: () => boolean): Outcome {
  const { control, states } = searching;
  for (;;) {
    if (control.isHalting) return "halted";
    if (control.get("crowded") === 1) return "crowded";
    if (searching.position === searching.end && !takePositions(searching)) return "done";
    expandRange(searching);
    note(searching);
    if (control.sum("states") > states) control.stop("states");
    if (isAsked()) return "asked";
  }
}

function takePositions(searching: Searching): boolean {
  const { control } = searching;
  const [chunk, total] = [control.get("chunk"), control.get("total")];
  if (control.get("cursor") >= total) return false;
  const position = control.add("cursor", chunk);
  if (position >= total) return false;
  searching.position = position;
  searching.end = Math.min(position + chunk, total);
  return true;
}

/** Expands those of the taken positions that lie in one range, as far as there is room. */
function expandRange(searching: Searching): void {
  const { control, store } = searching;
  const { ranges } = control;
  const endOf = (range: number): number => ranges[2 * range + 3] ?? 0;
  while (endOf(searching.range) <= searching.position) searching.range++;
  const { position, range } = searching;
  const first = (ranges[2 * range] ?? 0) + position - (ranges[2 * range + 1] ?? 0);
  const count = Math.min(searching.end, endOf(range), position + STATES_PER_CALL) - position;
  const expanded = (store.exports.expand(first, first + count) >>> 0) - first;
  searching.position += expanded;
  searching.expanded += expanded;
  if (store.exports.stopped.value === 1) control.stop("memory");
}

// ---------------------------------------------------------------------------- the table

function refresh({ control, store }: Searching): void {
  store.exports.slots.value = control.get("slots");
  store.exports.idMask.value = control.get("idMask");
}

function place({ control, store }: Searching): void {
  const blocks = control.get("claimed");
  for (let block = control.add("placed", 1); block < blocks; block = control.add("placed", 1)) {
    const first = block * BLOCK_STATES;
    store.exports.rehash(first, first + (control.used[block] ?? 0));
  }
}

// ---------------------------------------------------------------------------- sightings

/** Notes a sighting; gives whether that was the last one of the site in this layer. */
function sight(searching: Searching, site: number, id: number): boolean {
  const { control, last, sightings, told } = searching;
  if (control.isClosed(site)) return true;
  if (last[site] === id) return false;
  last[site] = id;
  sightings.push({ site, id });
  const count = (told[site] ?? 0) + 1;
  told[site] = count;
  return count === SIGHTINGS_MAX;
}
