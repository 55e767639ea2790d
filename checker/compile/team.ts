/**
 * `Team`: the workers of a search as the leader sees them, and the room that they share.
 */
import type { BlockList } from "./block-list.ts";
import type { CoreOptions } from "./core.ts";
import type { Helper } from "./helper-threads.ts";
import { MEMORY_BYTES_MAX, PAGE_BYTES } from "./room.ts";
import { sharedMemory } from "./wasm-engine.ts";
import { clearTable, type Memories, widen } from "./wasm-store.ts";
import { BLOCK_STATES, type Control } from "./worker-control.ts";
import type { Shared, Sighting, WorkerSearch } from "./worker-search.ts";

export interface WorkersOptions extends Omit<CoreOptions, "sight"> {
  /** From 2 to `WORKERS_MAX`, with the leader. */
  readonly workers: number;
  /**
   * A sighting, as of a core, in the order of depths. Of one layer each worker tells at most
   * `SIGHTINGS_MAX` of a site.
   */
  readonly sight: (site: number, id: number, depth: number) => boolean;
  /** Whether helpers are waited for before the first step and share all layers, for tests. */
  readonly together?: boolean | undefined;
}

export interface Team {
  readonly options: WorkersOptions;
  readonly shared: Shared;
  readonly control: Control;
  readonly leader: WorkerSearch;
  readonly blocks: BlockList;
  readonly helpers: Helper[];
  readonly known: Uint32Array;
  /** On the clock of `performance.now()`. */
  readonly began: number;
  depth: number;
  /** States up to the layer at hand. */
  reached: number;
  sightings: readonly Sighting[];
  isSearching: boolean;
  failure: Error | undefined;
  /** Called when a failure is known. */
  onFailure: () => void;
}

export function createMemories(): Memories {
  const pages = MEMORY_BYTES_MAX / PAGE_BYTES;
  return {
    states: sharedMemory(pages),
    table: sharedMemory(pages),
    parents: sharedMemory(pages),
  };
}

/** Whether no helper does anything. */
export function areResting({ control, helpers }: Team): boolean {
  return helpers.every(({ me }) => ["absent", "idle", "crowded"].includes(control.status(me)));
}

/** Makes room for another batch of each worker, while all rest. */
export function makeRoomFor(team: Team): void {
  const { control, helpers, leader, shared } = team;
  const { store } = leader;
  const each = Math.ceil(shared.layout.entries / BLOCK_STATES);
  const wanted = control.get("claimed") + each * (helpers.length + 1);
  const blocksOf = (taken: number): number =>
    Math.floor((store.rooms[taken]?.capacity ?? 0) / BLOCK_STATES);
  let taken = store.taken;
  while (blocksOf(taken) < wanted && taken + 1 < store.rooms.length) taken++;
  const room = store.rooms[taken];
  control.set("crowded", 0);
  if (room === undefined || blocksOf(taken) <= control.get("blocks") || !widen(store, room)) {
    control.stop("memory");
    return;
  }
  store.taken = taken + 1;
  control.set("blocks", blocksOf(taken));
  if (control.get("slots") !== room.slots) fillTable(team, room.slots);
}

/** The table gets so many slots, and all states are placed in it anew, by all. */
function fillTable(team: Team, slots: number): void {
  const { control, helpers, leader } = team;
  clearTable(leader.store, slots);
  control.set("slots", slots);
  control.set("idMask", leader.store.exports.idMask.value);
  control.set("placed", 0);
  leader.note();
  const resting = helpers.map(({ me }) => control.status(me));
  for (const [index, { me }] of helpers.entries()) {
    if (resting[index] !== "absent") control.give(me, "place");
  }
  leader.place();
  while (!control.look(() => areResting(team))) if (control.get("failed") === 1) return;
}

/** Those that waited for room go on. */
export function resume({ control, helpers }: Team): void {
  for (const { me } of helpers) if (control.status(me) === "crowded") control.give(me, "expand");
}
