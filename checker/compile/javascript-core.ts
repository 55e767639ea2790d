/**
 * The Core in JavaScript: growing typed arrays and an open-addressing table. The plain one, against
 * which the core in WebAssembly is checked.
 *
 *     table    slot → id + 1, 0 = empty; probed linearly from the hash
 *     arena    id × words, `Int32Array`
 *
 * Each successor is looked up when it is emitted. The table has the slots of the room (`room.ts`)
 * and the account is that of the room; arena and parents really take up to twice as much, as they
 * are copied when they grow.
 *
 * Under symmetry, of all states that differ by a permutation one is stored (`counted-orbits.ts`):
 * what is emitted is first brought into that form. A stored state counts as often as the number of
 * states that it stands for, its steps and what is counted in it as well.
 */
import type { Code } from "./code.ts";
import type { CoreOptions, CoreStop, CreateCore, Edges, Saved, Successors } from "./core.ts";
import { compileRoutines, type RunRoutines } from "./javascript.ts";
import { type Room, roomsWithin } from "./room.ts";
import { type CountedOrbits, countedOrbits } from "./counted-orbits.ts";
import { type Tell, tellingOf } from "./sightings.ts";

interface Search {
  readonly code: Code;
  readonly options: CoreOptions;
  readonly rooms: readonly Room[];
  readonly orbits: CountedOrbits | undefined;
  readonly labels: Float64Array;
  readonly counters: Float64Array;
  /** Where expanding and judging one state count: `counters`, unless states have weights. */
  readonly stepCounters: Float64Array;
  readonly judgeCounters: Float64Array;
  /** The state that a routine makes, and a state that is not in the arena. */
  readonly target: Int32Array;
  readonly outside: Int32Array;
  readonly tell: Tell;
  /** Number of rooms that were taken. */
  taken: number;
  arena: Int32Array;
  parents: Int32Array;
  table: Uint32Array;
  states: number;
  next: number;
  stopped: CoreStop | undefined;
  /** The state at hand of `expand`, and how many states it stands for. */
  current: number;
  weight: number;
  /** When steps are followed outside of the search: where they go. */
  aside: Gathered | undefined;
}

interface Gathered {
  readonly labels: number[];
  readonly words: number[];
}

export const createJavaScriptCore: CreateCore = (code, options) => {
  const search = begin(code, options);
  const judge = compileRoutines(code.judge, code, {
    target: search.target,
    counters: search.judgeCounters,
    emit: () => {},
    sight: (site) => void search.tell(site, search.states - 1),
  });
  const expandOne = compileRoutines(code.expand, code, {
    target: search.target,
    counters: search.stepCounters,
    emit: (label) => emit(search, label, judge),
    sight: (site) => {
      if (search.aside === undefined) search.tell(site, search.current);
    },
  });
  return {
    code,
    orbits: search.orbits,
    add(words) {
      search.target.set(words.subarray(0, code.words));
      const id = insert(search, search.target, -1, judge);
      return id < 0 ? undefined : id;
    },
    expand: (end) => expand(search, end, expandOne),
    get stopped() {
      return search.stopped;
    },
    get states() {
      return search.states;
    },
    get next() {
      return search.next;
    },
    get bytes() {
      return search.rooms[search.taken - 1]?.bytes ?? 0;
    },
    tallies: () => ({ labels: [...search.labels], counters: [...search.counters] }),
    read(id, into) {
      const from = id * code.words;
      into.set(search.arena.subarray(from, from + code.words));
    },
    parent: (id) => search.parents[id] ?? -1,
    *chunks() {
      yield Uint32Array.from(search.arena.subarray(0, search.states * code.words));
    },
    readStates: (from, to) =>
      Uint32Array.from(search.arena.subarray(from * code.words, to * code.words)),
    readParents: (from, to) => Uint32Array.from(search.parents.subarray(from, to)),
    restore: (saved) => restore(search, saved),
    find(words) {
      search.outside.set(words.subarray(0, code.words));
      const id = lookUp(search, formOf(search, search.outside));
      return id < 0 ? undefined : id;
    },
    successors(words) {
      search.outside.set(words.subarray(0, code.words));
      return gather(search, expandOne, search.outside, 0);
    },
    edges: (first, end) => edges(search, expandOne, first, end),
  };
};

function begin(code: Code, options: CoreOptions): Search {
  const orbits = code.group && countedOrbits(code.group, code);
  const counters = new Float64Array(code.counters);
  const ownCounters = (): Float64Array =>
    orbits === undefined ? counters : new Float64Array(code.counters);
  return {
    code,
    options,
    rooms: roomsWithin(code.words, options.bytes, options.expected),
    orbits,
    labels: new Float64Array(code.labels),
    counters,
    stepCounters: ownCounters(),
    judgeCounters: ownCounters(),
    target: new Int32Array(code.words),
    outside: new Int32Array(code.words),
    tell: tellingOf(code, options),
    taken: 0,
    arena: new Int32Array(0),
    parents: new Int32Array(0),
    table: new Uint32Array(0),
    states: 0,
    next: 0,
    stopped: undefined,
    current: -1,
    weight: 1,
    aside: undefined,
  };
}

// ---------------------------------------------------------------------------- steps

function emit(search: Search, label: number, judge: RunRoutines): void {
  const { aside, target } = search;
  if (aside !== undefined) {
    aside.labels.push(label);
    for (const word of target) aside.words.push(word);
    return;
  }
  search.labels[label] = (search.labels[label] ?? 0) + search.weight;
  if (search.stopped === undefined) insert(search, target, search.current, judge);
}

function expand(search: Search, end: number, expandOne: RunRoutines): number {
  const { code } = search;
  while (search.stopped === undefined && search.next < end && search.next < search.states) {
    search.current = search.next;
    const offset = search.current * code.words;
    search.weight = search.orbits?.weightOf(search.arena, offset) ?? 1;
    expandOne(search.arena, offset);
    if (search.stopped === undefined) {
      search.next++;
      settle(search, search.stepCounters, search.weight);
      search.orbits?.expand(search.weight);
    } else takeBack(search, expandOne);
  }
  return search.next;
}

/** Adds what was counted in one state, as often as the state counts. */
function settle({ counters }: Search, own: Float64Array, weight: number): void {
  if (own === counters) return;
  for (let counter = 0; counter < own.length; counter++) {
    const count = own[counter] ?? 0;
    if (count === 0) continue;
    counters[counter] = (counters[counter] ?? 0) + weight * count;
    own[counter] = 0;
  }
}

/** Takes the steps of the state at hand, which met a limit, out of the tallies. */
function takeBack(search: Search, expandOne: RunRoutines): void {
  const { arena, code, counters, stepCounters, weight } = search;
  const before = counters.slice();
  const { labels } = follow(search, expandOne, arena, search.current * code.words);
  for (const label of labels) search.labels[label] = (search.labels[label] ?? 0) - weight;
  // With weights, what was counted in the state has not been added, and nothing follows.
  if (stepCounters !== counters) return;
  for (const [counter, count] of before.entries()) {
    counters[counter] = 2 * count - (counters[counter] ?? 0);
  }
}

/** Steps of any state, without adding, counting or telling. */
function gather(
  search: Search,
  expandOne: RunRoutines,
  states: Int32Array,
  offset: number,
): Successors {
  const before = search.stepCounters.slice();
  const { labels, words } = follow(search, expandOne, states, offset);
  search.stepCounters.set(before);
  return {
    count: labels.length,
    labels: Uint32Array.from(labels),
    words: Uint32Array.from(words),
  };
}

/** Runs the routines on a state so that only counters see it. */
function follow(
  search: Search,
  expandOne: RunRoutines,
  states: Int32Array,
  offset: number,
): Gathered {
  const aside: Gathered = { labels: [], words: [] };
  search.aside = aside;
  expandOne(states, offset);
  search.aside = undefined;
  return aside;
}

function edges(search: Search, expandOne: RunRoutines, first: number, end: number): Edges {
  const { arena, code, outside } = search;
  const starts = [0];
  const labels: number[] = [];
  const targets: number[] = [];
  for (let id = first; id < end; id++) {
    const found = gather(search, expandOne, arena, id * code.words);
    for (let step = 0; step < found.count; step++) {
      outside.set(found.words.subarray(step * code.words, (step + 1) * code.words));
      labels.push(found.labels[step] ?? 0);
      targets.push(lookUp(search, formOf(search, outside)));
    }
    starts.push(targets.length);
  }
  return {
    starts: Uint32Array.from(starts),
    labels: Uint32Array.from(labels),
    targets: Int32Array.from(targets),
  };
}

/** Adds the states that were saved in their order, without judging them again. */
function restore(search: Search, saved: Saved): void {
  const { code, target } = search;
  for (let id = 0; id < saved.states; id++) {
    target.set(saved.readStates(id, id + 1));
    const parent = (saved.readParents(id, id + 1)[0] ?? 0) | 0;
    if (insert(search, target, parent, NOTHING_TO_JUDGE) < 0) return;
    if (id < saved.next) search.orbits?.expand(search.orbits.weightOf(target, 0));
  }
  search.next = saved.next;
  search.labels.set(saved.labels.slice(0, code.labels));
  search.counters.set(saved.counters.slice(0, code.counters));
}

const NOTHING_TO_JUDGE: RunRoutines = () => 0;

// ---------------------------------------------------------------------------- visited set

/** What is stored for a state: itself, unless states have orbits. */
function formOf({ orbits }: Search, state: Int32Array): Int32Array {
  return orbits === undefined ? state : orbits.formOf(state);
}

/** The id of a state, which is added when it is new; -1 when a limit does not allow that. */
function insert(search: Search, made: Int32Array, parent: number, judge: RunRoutines): number {
  const state = formOf(search, made);
  const known = lookUp(search, state);
  if (known >= 0) return known;
  if (!reserve(search)) return -1;
  const { arena, code, orbits, parents, table } = search;
  const id = search.states++;

  arena.set(state, id * code.words);
  parents[id] = parent;
  table[freeSlot(table, state, 0, code.words)] = id + 1;
  judge(arena, id * code.words);
  if (orbits !== undefined)
    settle(search, search.judgeCounters, orbits.add(arena, id * code.words));
  return id;
}

/** The id of a state, or -1. */
function lookUp({ table, arena, code }: Search, state: Int32Array): number {
  if (table.length === 0) return -1;
  let slot = slotOf(table, state, 0, code.words);
  for (let entry = table[slot] ?? 0; entry !== 0; entry = table[slot] ?? 0) {
    if (isAt(arena, (entry - 1) * code.words, state)) return entry - 1;
    slot = slot + 1 === table.length ? 0 : slot + 1;
  }
  return -1;
}

function isAt(arena: Int32Array, offset: number, state: Int32Array): boolean {
  for (let word = 0; word < state.length; word++) {
    if (arena[offset + word] !== state[word]) return false;
  }
  return true;
}

function freeSlot(table: Uint32Array, states: Int32Array, offset: number, words: number): number {
  let slot = slotOf(table, states, offset, words);
  while (table[slot] !== 0) slot = slot + 1 === table.length ? 0 : slot + 1;
  return slot;
}

/** The slot at which the search for a state begins: multiply and shift, word by word. */
function slotOf(table: Uint32Array, states: Int32Array, offset: number, words: number): number {
  let hash = 0x3243f6a9;
  for (let word = 0; word < words; word++) {
    hash = Math.imul(hash ^ (states[offset + word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca77);
  hash ^= hash >>> 13;
  return Math.floor(((hash >>> 0) / 2 ** 32) * table.length);
}

/** Makes room for one more state, unless a limit forbids it. */
function reserve(search: Search): boolean {
  const { options, rooms } = search;
  if (search.states >= options.states) return stop(search, "states");
  if (search.states < (rooms[search.taken - 1]?.capacity ?? 0)) return true;
  while ((rooms[search.taken]?.capacity ?? Infinity) <= search.states) search.taken++;
  const room = rooms[search.taken];
  if (room === undefined) return stop(search, "memory");
  search.taken++;
  widen(search, room);
  return true;
}

function stop(search: Search, reason: CoreStop): false {
  search.stopped = reason;
  return false;
}

function widen(search: Search, room: Room): void {
  const { code, states } = search;
  if (search.parents.length < room.states) {
    const length = Math.max(room.states, 2 * search.parents.length);
    const { arena, parents } = search;
    search.arena = new Int32Array(length * code.words);
    search.arena.set(arena);
    search.parents = new Int32Array(length);
    search.parents.set(parents);
  }
  if (search.table.length < room.slots) {
    search.table = new Uint32Array(room.slots);
    for (let id = 0; id < states; id++) {
      const slot = freeSlot(search.table, search.arena, id * code.words, code.words);
      search.table[slot] = id + 1;
    }
  }
}
