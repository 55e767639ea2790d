/**
 * `Core`: the inner loop of a search over packed states, whichever back end runs it.
 *
 *     arena    id × words        states in the order of finding: also the queue
 *     parents  id                the state from which each was found first
 *     table    hash → id         the visited set; exact, as the whole state is compared
 *
 * States are found breadth-first: `expand` takes them in the order of their ids, follows all their
 * successors, and judges each new one. Two cores given the same Code find the same states in the
 * same order, with the same tallies and sightings.
 */
import type { StepRoom } from "../explore/step-room.ts";
import type { Code } from "./code.ts";

export type CoreStop = "memory" | "states";

export interface CoreOptions {
  /** Most states that are kept. */
  readonly states: number;
  /** Most bytes of arena, parents and table together. */
  readonly bytes: number;
  /** How many states there should be, to make room for; nothing else depends on it. */
  readonly expected?: number | undefined;
  /**
   * A sighting at the state `id`. The site is told again, for other states, until the answer is
   * true. A state that is judged has been added already.
   *
   * Each site that only `expand` or only `judge` passes is told of states in the order of their
   * ids; between two sites the order is open. A state at which a limit was met has been expanded to
   * its end for sightings. The answer may read states, and must not add, expand or follow steps.
   */
  readonly sight: (site: number, id: number) => boolean;
}

/** Successors, `count` of them: labels, and `count × words` words. Valid until the next call. */
export interface Successors {
  readonly count: number;
  readonly labels: Uint32Array;
  readonly words: Uint32Array;
}

/** A target that is not among the states: a limit kept it out. */
export const TARGET_MISSING = -1;

/**
 * Steps of consecutive states: those of the i-th are entries `starts[i]` up to `starts[i + 1]` (not
 * included) of `labels` and `targets`.
 */
export interface Edges {
  readonly starts: Uint32Array;
  readonly labels: Uint32Array;
  /** Ids, or `TARGET_MISSING`. */
  readonly targets: Int32Array;
}

/** What a search has found, to go on with: states and parents by id, and the tallies. */
export interface Saved {
  readonly states: number;
  readonly next: number;
  readonly labels: readonly number[];
  readonly counters: readonly number[];
  readStates(from: number, to: number): Uint32Array;
  readParents(from: number, to: number): Uint32Array;
}

/**
 * What a core knows besides that stores one state for all that differ from it by a permutation. Its
 * tallies are those of all states; its ids, limits and steps those of the stored ones.
 */
export interface Orbits {
  /** States that the stored ones stand for, and of these the ones that are expanded. */
  readonly states: number;
  readonly expanded: number;
  /** What is stored for a state. */
  canonical(words: Uint32Array): Uint32Array;
}

export interface Core {
  readonly code: Code;
  readonly orbits?: Orbits | undefined;
  /** Adds an initial state; gives its id, also when it was there, or undefined at a limit. */
  add(words: Uint32Array): number | undefined;
  /**
   * Expands states in order, from the first that is not expanded up to `end` (not included) or the
   * last that there is; gives the first that is not expanded then. When a limit is met, the state
   * at which it was met counts as not expanded, also in the tallies, and `stopped` says which; the
   * search does not go on then.
   */
  expand(end: number): number;
  readonly stopped: CoreStop | undefined;
  readonly states: number;
  /** First state that is not expanded. */
  readonly next: number;
  /** Accounted memory: what arena, parents and table take. */
  readonly bytes: number;
  /** Times that each label was emitted and each counter was counted. */
  tallies(): { readonly labels: readonly number[]; readonly counters: readonly number[] };
  read(id: number, into: Uint32Array): void;
  /** -1 for initial states. */
  parent(id: number): number;
  chunks(): Iterable<Uint32Array>;
  /** Words of the states `from` up to `to` (not included), one after the other. */
  readStates(from: number, to: number): Uint32Array;
  /** Their parents; 2^32 - 1 for initial states. */
  readParents(from: number, to: number): Uint32Array;
  /** Goes on from what was saved, before anything is added; `stopped` says when a limit forbids. */
  restore(saved: Saved): void;
  find(words: Uint32Array): number | undefined;
  /** Steps of a state outside of the search: nothing is added, counted or told. */
  successors(words: Uint32Array): Successors;
  /**
   * Steps of the states from `first` up to `end` (not included), taken again: nothing is added,
   * counted or told. In the order of emission, as often as each was emitted. The arrays are the
   * caller's.
   */
  edges(first: number, end: number): Edges;
  /**
   * Appends the same steps to a room; gives where those of each state begin there, and the end. Not
   * there where it would be no cheaper.
   */
  edgesInto?(room: StepRoom, first: number, end: number): Uint32Array;
}

/** What was found, however many cores found it: what verdicts and paths are made of. */
export interface Finder {
  readonly states: number;
  readonly orbits?: Orbits | undefined;
  read(id: number, into: Uint32Array): void;
  parent(id: number): number;
  tallies(): ReturnType<Core["tallies"]>;
  /** All states, some at a time, one after the other. */
  chunks(): Iterable<Uint32Array>;
}

export type CreateCore = (code: Code, options: CoreOptions) => Core;
