/**
 * Breadth-first search whose visited set is on disk: duplicates are found layer by layer.
 *
 *     layer n ──expand──► gathered in memory ──when full──► runs, sorted ─┐ merged: each state once
 *                               └───────────────── the rest, sorted ──────┤
 *     known, sorted ───────────────────────────────── taken away ─────────┤
 *                                                                         ▼
 *     states.by id   ██ layer 0 │ ███ layer 1 │ … │ █████ layer n + 1: judged as it is written
 *
 * A state is looked up when its layer ends instead of when it is met, together with all others of
 * that layer, in the order in which the files have them; nothing is read here and there. States are
 * compared whole. This is what Stern and Dill do in "Using Magnetic Disk instead of Main Memory in
 * the Murphi Verifier" (1998) and Korf in "Best-First Frontier Search with Delayed Duplicate
 * Detection" (2004), who also forgets old layers: that needs steps that can be undone.
 *
 * The id of a state is its place in the file of states: by layers, in each by the order of states.
 * Its record has the place of its parent in the layer before, so that a path is read and not
 * searched. What is found is a function of the Code and the initial states, not of the memory.
 */
import type { UnknownReason } from "../verdict.ts";
import type { Code } from "./code.ts";
import type { Finder } from "./core.ts";
import { compileRoutines, type RunRoutines } from "./javascript.ts";
import type { SpillFolder } from "./spill-folder.ts";
import { createGather, type Gather, GATHERED_MAX, gatheredBytes } from "./spill-gather.ts";
import {
  chunkOf,
  condensed,
  openSections,
  RECORDS_PER_LOOK,
  RUNS_MAX,
  type Shelf,
  withSection,
  writeRun,
} from "./spill-known.ts";
import { mergeSources } from "./spill-merge.ts";
import { compareStates } from "./spill-order.ts";
import {
  readSection,
  type RecordWriter,
  type Section,
  type Source,
  writeRecords,
} from "./spill-records.ts";
import { type Tell, tellingOf } from "./sightings.ts";

/** Part of the memory that gathered states take; another half of it when their arrays grow. */
const GATHER_SHARE = 0.5;
/** Part of the memory for buffers of files. */
const BUFFER_SHARE = 0.25;
/** Records for which there has to be memory at least: a quarter are one for each buffer. */
const RECORDS_MIN = 256;

export interface SpillOptions {
  readonly folder: SpillFolder;
  /** Memory for gathered states and buffers. */
  readonly bytes: number;
  /** States that are gathered at a time, if that is to be fewer than memory allows. */
  readonly gathered: number;
  /** Most states. */
  readonly states: number;
  readonly sight: (site: number, id: number) => boolean;
  /** Lets the event loop turn when it is time to; gives a limit that is reached. */
  readonly look: () => Promise<UnknownReason | undefined>;
}

export interface SpillSearch extends Finder {
  /** Searches from these states until all is found or something stops it. Called once. */
  run(initial: readonly Uint32Array[]): Promise<void>;
  /** Undefined as long as nothing stopped it. A failure of the disk is thrown by `run`. */
  readonly stopped: UnknownReason | undefined;
  readonly expanded: number;
  /** Length of the longest shortest path that was found. */
  readonly depth: number;
  readonly bytes: number;
  /** Runs that were written, and sections that were compared with, over all layers. */
  readonly runs: number;
}

interface Search {
  readonly code: Code;
  readonly options: SpillOptions;
  readonly shelf: Shelf;
  readonly gather: Gather;
  readonly writer: RecordWriter;
  readonly labels: Float64Array;
  readonly counters: Float64Array;
  readonly target: Int32Array;
  readonly tell: Tell;
  readonly judge: RunRoutines;
  readonly expandOne: RunRoutines;
  /** First id of each layer. */
  readonly layers: number[];
  /** Bits that are set in some state, and bits that are set in all. */
  readonly some: Int32Array;
  readonly all: Int32Array;
  known: readonly Section[];
  runs: readonly Section[];
  written: number;
  expanded: number;
  /** The state that is expanded or judged, else -1, and where it is. */
  current: number;
  at: Pick<Source, "records" | "offset">;
  /** Place of the state that is expanded in its layer. */
  place: number;
  stopped: UnknownReason | undefined;
  /** A failure of the disk within a step. */
  failure: { readonly error: unknown } | undefined;
}

/** Prepares a search; nothing is searched yet. Throws what the disk throws. */
export function createSpillSearch(code: Code, options: SpillOptions): SpillSearch {
  const search = begin(code, options);
  const { words } = code;
  const record = new Int32Array(words + 1);
  const read = (id: number): Int32Array => {
    search.writer.read(id, record);
    return record;
  };
  return {
    run: (initial) => run(search, initial),
    get stopped() {
      return search.stopped;
    },
    get states() {
      return search.writer.count;
    },
    get expanded() {
      return search.expanded;
    },
    get depth() {
      return Math.max(0, search.layers.filter((first) => first < search.writer.count).length - 1);
    },
    get bytes() {
      return search.gather.bytes + search.shelf.bytes;
    },
    get runs() {
      return search.written;
    },
    read(id, into) {
      const { records, offset } =
        id === search.current ? search.at : { records: read(id), offset: 0 };
      into.set(records.subarray(offset, offset + words));
    },
    parent(id) {
      const layer = layerOf(search.layers, id);
      const before = search.layers[layer - 1];
      return before === undefined ? -1 : before + ((read(id)[words] ?? 0) >>> 0);
    },
    tallies: () => ({ labels: [...search.labels], counters: [...search.counters] }),
    // In these two every bit differs that differs in some state: more than that nobody asks.
    *chunks() {
      if (search.writer.count > 0) yield Uint32Array.from([...search.some, ...search.all]);
    },
  };
}

/** The last layer that does not begin behind a state. */
function layerOf(layers: readonly number[], id: number): number {
  let [low, high] = [0, layers.length];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((layers[middle] ?? Infinity) <= id) low = middle;
    else high = middle;
  }
  return low;
}

function begin(code: Code, options: SpillOptions): Search {
  const { words } = code;
  const most = Math.floor((options.bytes * GATHER_SHARE) / gatheredBytes(words));
  const shelf: Shelf = {
    folder: options.folder,
    words,
    bytes: Math.floor(options.bytes * BUFFER_SHARE),
    pause: async () => {
      search.stopped ??= await options.look();
      return search.stopped !== undefined;
    },
  };
  const [target, counters] = [new Int32Array(words), new Float64Array(code.counters)];
  const tell = tellingOf(code, options);
  const sight = (site: number): void => void tell(site, search.current);
  const search: Search = {
    code,
    options,
    shelf,
    gather: createGather(words, Math.max(1, Math.min(GATHERED_MAX, options.gathered, most))),
    writer: writeRecords(options.folder, words + 1, chunkOf(shelf, RUNS_MAX)),
    labels: new Float64Array(code.labels),
    counters,
    target,
    tell,
    judge: compileRoutines(code.judge, code, { target, counters, emit: () => {}, sight }),
    expandOne: compileRoutines(code.expand, code, {
      target,
      counters,
      emit: (label) => emit(search, label),
      sight,
    }),
    layers: [],
    some: new Int32Array(words),
    all: new Int32Array(words).fill(-1),
    known: [],
    runs: [],
    written: 0,
    expanded: 0,
    current: -1,
    at: { records: target, offset: 0 },
    place: 0,
    stopped: undefined,
    failure: undefined,
  };
  const least = RECORDS_MIN * 4 * (words + 1);
  if (options.bytes < least) search.stopped = { reason: "memory", limit: options.bytes };
  return search;
}

async function run(search: Search, initial: readonly Uint32Array[]): Promise<void> {
  if (search.stopped !== undefined) return;
  for (const state of initial) {
    search.target.set(state);
    gatherTarget(search);
  }
  let from = 0;
  for (;;) {
    raiseFailure(search);
    search.layers.push(from);
    await settle(search);
    const to = search.writer.count;
    if (search.stopped !== undefined || from === to) return;
    await expandLayer(search, { ...sectionOf(search), from, to });
    if (search.stopped !== undefined) return;
    from = to;
  }
}

function sectionOf({ writer, code }: Search): Pick<Section, "file" | "stride"> {
  return { file: writer.file, stride: code.words + 1 };
}

// ---------------------------------------------------------------------------- steps

async function expandLayer(search: Search, layer: Section): Promise<void> {
  const { shelf } = search;
  const source = readSection(shelf.folder, layer, search.code.words, chunkOf(shelf, RUNS_MAX));
  search.at = source;
  search.place = 0;
  for (; !source.done; source.advance()) {
    if (search.place % RECORDS_PER_LOOK === 0 && (await shelf.pause())) return;
    search.current = search.expanded;
    search.expandOne(source.records, source.offset);
    search.current = -1;
    search.expanded++;
    search.place++;
    raiseFailure(search);
    if (search.runs.length > RUNS_MAX) search.runs = (await condensed(shelf, search.runs)) ?? [];
    if (search.stopped !== undefined) return;
  }
}

function emit(search: Search, label: number): void {
  search.labels[label] = (search.labels[label] ?? 0) + 1;
  // The steps of a state are told to their end, also when the disk has failed.
  if (search.failure !== undefined) return;
  try {
    gatherTarget(search);
  } catch (error) {
    search.failure = { error };
  }
}

function raiseFailure({ failure }: Search): void {
  if (failure !== undefined) throw failure.error;
}

function gatherTarget(search: Search): void {
  const { gather, target, place } = search;
  if (gather.add(target, place)) return;
  search.runs = [...search.runs, writeRun(search.shelf, gather.sorted())];
  search.written++;
  gather.clear();
  gather.add(target, place);
}

// ---------------------------------------------------------------------------- the end of a layer

/** Makes what was gathered the next layer, without what is known, and judges it. */
async function settle(search: Search): Promise<void> {
  const { code, gather, shelf, writer } = search;
  const runs = await condensed(shelf, search.runs);
  if (runs === undefined) return;
  const chunk = chunkOf(shelf, runs.length + search.known.length);
  const sources = [...openSections(shelf, runs, chunk), gather.sorted()];
  const merged = mergeSources(sources, code.words, true);
  const known = openSections(shelf, search.known, chunk);
  const from = writer.count;
  search.at = merged;
  for (let record = 0; !merged.done; merged.advance(), record++) {
    if (record % RECORDS_PER_LOOK === 0 && (await shelf.pause())) return;
    let isKnown = false;
    for (const section of known) {
      section.seek(merged);
      if (!section.done && compareStates(section, merged, code.words) === 0) isKnown = true;
    }
    if (!isKnown && !keep(search, merged)) return;
  }
  for (const { file } of runs) shelf.folder.release(file);
  search.runs = [];
  gather.clear();
  writer.flush();
  const layer = { ...sectionOf(search), from, to: writer.count };
  if (layer.from === layer.to) return;
  const inStates = ({ file }: Section): boolean => file === writer.file;
  search.known = (await withSection(shelf, search.known, layer, inStates)) ?? search.known;
}

/** Adds a new state and judges it; false when that is one too many. */
function keep(search: Search, { records, offset }: Source): boolean {
  const { code, options, writer, some, all } = search;
  if (writer.count >= options.states) {
    search.stopped = { reason: "states", limit: options.states };
    return false;
  }
  writer.append(records, offset);
  search.current = writer.count - 1;
  for (let word = 0; word < code.words; word++) {
    const own = records[offset + word] ?? 0;
    some[word] = (some[word] ?? 0) | own;
    all[word] = (all[word] ?? 0) & own;
  }
  search.judge(records, offset);
  search.current = -1;
  return true;
}
