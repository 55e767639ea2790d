/**
 * One worker of a search: it owns the states whose hash says so, expands them layer by layer, and
 * sends to each other worker the successors that belong to that one.
 *
 *     round: expand the layer ──► finish ──► take the last mail ──► report ──► all decide the same
 *
 * Mail is sent and taken after every batch of an expansion. A worker that cannot send because the
 * other's ring is full takes its own mail until it can, so that no two wait for each other.
 *
 * States have a name among all workers: id × workers + worker.
 */
import type { CodeShape } from "./code.ts";
import { ownerOf } from "./home.ts";
import { instantiate, type WasmModule } from "./wasm-engine.ts";
import type { WasmLayout } from "./wasm-layout.ts";
import type { WasmExports, WasmHost } from "./wasm-runtime.ts";
import {
  addState,
  bytesOf,
  countOf,
  createStore,
  fillRecent,
  type Memories,
  reserve,
  STATES_PER_CALL,
  type Store,
  talliesOf,
} from "./wasm-store.ts";
import { type Control, controlOf, type SharedControl } from "./worker-control.ts";
import { type Mail, mailOf, type SharedMail } from "./worker-mail.ts";

const NAMES_MAX = 2 ** 32 - 1;
/** Sightings of one site that a worker tells of one layer. */
export const SIGHTINGS_MAX = 4096;

/** What a worker is started with. */
export interface WorkerStart {
  readonly me: number;
  readonly module: WasmModule;
  readonly code: CodeShape;
  readonly layout: WasmLayout;
  readonly memories: Memories;
  readonly control: SharedControl;
  readonly mail: SharedMail;
  /** Most states of all workers together, and most bytes of this one. */
  readonly states: number;
  readonly bytes: number;
  /** How many states this one should find, to make room for, or 0. */
  readonly expected: number;
}

/** A site was seen at the state of that name. */
export interface Sighting {
  readonly site: number;
  readonly name: number;
  readonly depth: number;
}

/** What others need to read the states of a worker that is at rest. */
export interface WorkerState {
  readonly labels: BigUint64Array;
  readonly counters: BigUint64Array;
  /** First id of each depth. */
  readonly starts: readonly number[];
  readonly count: number;
  readonly slots: number;
  readonly idMask: number;
  readonly bytes: number;
}

export interface WorkerSearch {
  /** Adds those of the initial states that this worker owns. */
  add(states: readonly Uint32Array[]): void;
  /** Expands layers until there are no more states, a limit is met, or a pause is wished. */
  run(): void;
  state(): WorkerState;
}

interface Searching {
  readonly start: WorkerStart;
  readonly store: Store;
  readonly control: Control;
  readonly mail: Mail;
  readonly boxes: Boxes;
  /** By site: how many were told of this layer, and the last state. */
  readonly told: Uint32Array;
  readonly last: Float64Array;
  readonly starts: number[];
  sightings: Sighting[];
  round: number;
  next: number;
  /** The layer that is expanded is that of the states before this id. */
  layerEnd: number;
}

/** `post` gives the sightings of a layer to the coordinator. */
export function createWorkerSearch(
  start: WorkerStart,
  post: (sightings: readonly Sighting[]) => void,
): WorkerSearch {
  const { code, layout, memories, me } = start;
  const host: WasmHost = {
    reserve: (count) => Number(reserve(store, count)),
    sight: (site, name) => Number(sight(searching, site, name >>> 0)),
    drain: () => {},
    send: () => exchange(searching, false),
  };
  const exports = instantiate(start.module, { ...host, ...memories }) as WasmExports;
  exports.me.value = me;
  // The names of states have 32 bits.
  const states = Math.floor(NAMES_MAX / layout.workers);
  const limits = { states, bytes: start.bytes, expected: start.expected };
  const store = createStore({ code, layout, exports, memories }, limits);
  const searching: Searching = {
    start,
    store,
    control: controlOf(start.control),
    mail: mailOf(start.mail),
    boxes: boxesOf(store),
    told: new Uint32Array(code.sites),
    last: new Float64Array(code.sites).fill(-1),
    starts: [0],
    sightings: [],
    round: 0,
    next: 0,
    layerEnd: 0,
  };
  return {
    add: (states) => addOwned(searching, states),
    run: () => run(searching, post),
    state: () => stateOf(searching),
  };
}

function stateOf({ store, starts }: Searching): WorkerState {
  const { labels, counters } = talliesOf(store);
  const { slots, idMask } = store.exports;
  return {
    labels: BigUint64Array.from(labels),
    counters: BigUint64Array.from(counters),
    starts,
    count: countOf(store),
    slots: slots.value,
    idMask: idMask.value,
    bytes: bytesOf(store),
  };
}

function addOwned(searching: Searching, states: readonly Uint32Array[]): void {
  const { control, start, store } = searching;
  const { layout, me } = start;
  const [first] = states;
  if (first !== undefined) fillRecent(store, first);
  // What is found is part of the first layer.
  searching.layerEnd = Infinity;
  for (const words of states) {
    if (ownerOf(layout.home, layout.workers, words, 0) !== me) continue;
    if (addState(store, words) === undefined) control.stop("memory");
  }
  searching.layerEnd = countOf(store);
  noteCounts(searching);
}

// ---------------------------------------------------------------------------- rounds

function run(searching: Searching, post: (sightings: readonly Sighting[]) => void): void {
  const { control, start, store } = searching;
  const { me } = start;
  for (;;) {
    openSites(searching);
    expandLayer(searching);
    exchange(searching, true);
    const round = ++searching.round;
    control.finish(me, round);
    control.wait(me, () => {
      // Nothing may lie there that came before the last has finished.
      let haveAll = control.haveAll("finished", round);
      while (takeMail(searching)) haveAll = control.haveAll("finished", round);
      return haveAll;
    });
    noteCounts(searching);
    if (searching.sightings.length > 0) {
      control.set(me, "posted", control.get(me, "posted") + 1);
      post(searching.sightings);
      searching.sightings = [];
    }
    const left = searching.layerEnd - searching.next;
    control.report(me, round, { fresh: countOf(store) - searching.layerEnd, left });
    control.wait(me, () => control.haveAll("ready", round));
    const { left: lefts, fresh, isResting } = control.agreement(round);
    if (lefts === 0 && fresh > 0) endLayer(searching);
    if (lefts + fresh === 0 || isResting) return;
  }
}

/** All workers have expanded the layer: what they have found makes the next one. */
function endLayer(searching: Searching): void {
  const { control, start, starts, store } = searching;
  starts.push(searching.layerEnd);
  searching.layerEnd = countOf(store);
  control.set(start.me, "layers", starts.length - 1);
}

function expandLayer(searching: Searching): void {
  const { control, store } = searching;
  const { exports } = store;
  while (searching.next < searching.layerEnd && !control.isResting) {
    const end = Math.min(searching.layerEnd, searching.next + STATES_PER_CALL);
    searching.next = exports.expand(searching.next, end) >>> 0;
    noteCounts(searching);
  }
}

function noteCounts({ control, next, start, store }: Searching): void {
  control.set(start.me, "states", countOf(store));
  control.set(start.me, "expanded", next);
  if (store.exports.stopped.value === 1) control.stop("memory");
  if (control.sum("states") > start.states) control.stop("states");
}

// ---------------------------------------------------------------------------- mail

/** Parts of the memory of a worker; they stay where they are when it grows. */
interface Boxes {
  /** For each worker, the address where the next message to it goes. */
  readonly cursors: Uint32Array;
  /** For each worker, its address and what there is for it. */
  readonly outboxes: readonly { readonly address: number; readonly messages: Uint32Array }[];
  readonly inbox: Uint32Array;
}

function boxesOf({ layout, memories }: Store): Boxes {
  const { buffer } = memories.states;
  const cursors = new Uint32Array(buffer, layout.cursors, layout.workers);
  const outboxes = Array.from(cursors, (_, worker) => {
    const address = layout.outboxes + worker * layout.outgoing;
    cursors[worker] = address;
    return { address, messages: new Uint32Array(buffer, address, layout.outgoing / 4) };
  });
  const inbox = new Uint32Array(buffer, layout.inbox, layout.entries * (layout.words + 1));
  return { cursors, outboxes, inbox };
}

/** Sends what there is for others, if it is worth it or if it must be, and takes mail. */
function exchange(searching: Searching, mustSend: boolean): void {
  const { boxes, control, start } = searching;
  const { layout, me } = start;
  // The next batch must fit, whatever it holds.
  const most = mustSend ? 0 : layout.outgoing / 2;
  const worth = mustSend ? 1 : layout.outgoing / 4;
  for (const [to, { address }] of boxes.outboxes.entries()) {
    const waiting = (): number => (boxes.cursors[to] ?? address) - address;
    if (to === me || waiting() < worth) continue;
    sendMail(searching, to);
    if (waiting() <= most) continue;
    control.wait(me, () => {
      takeMail(searching);
      sendMail(searching, to);
      return waiting() <= most;
    });
  }
  takeMail(searching);
  noteCounts(searching);
}

function sendMail({ boxes, control, mail, start }: Searching, to: number): void {
  const outbox = boxes.outboxes[to];
  if (outbox === undefined) return;
  const { address, messages } = outbox;
  const words = ((boxes.cursors[to] ?? address) - address) / 4;
  const sent = mail.send(start.me, to, messages.subarray(0, words));
  if (sent === 0) return;
  messages.copyWithin(0, sent, words);
  boxes.cursors[to] = address + 4 * (words - sent);
  control.ring(to);
}

/** Adds the states that others have sent; gives whether there were any. */
function takeMail({ boxes, control, mail, start, store }: Searching): boolean {
  const { layout, me } = start;
  let some = false;
  for (let from = 0; from < layout.workers; from++) {
    if (from === me) continue;
    for (let taken = mail.take(from, me, boxes.inbox); taken > 0; ) {
      some = true;
      store.exports.receive(layout.inbox + 4 * taken);
      control.ring(from);
      taken = mail.take(from, me, boxes.inbox);
    }
  }
  return some;
}

// ---------------------------------------------------------------------------- sightings

/** Sites that were not closed by the coordinator are told of again. */
function openSites({ control, start, store, told }: Searching): void {
  const { code, layout } = start;
  const closed = new Uint8Array(store.memories.states.buffer, layout.closed, code.sites);
  for (const site of closed.keys()) closed[site] = Number(control.isClosed(site));
  told.fill(0);
}

/** Notes a sighting; gives whether that was the last one of the site in this layer. */
function sight(searching: Searching, site: number, name: number): boolean {
  const { control, last, sightings, start, starts, told } = searching;
  if (control.isClosed(site)) return true;
  if (last[site] === name) return false;
  last[site] = name;
  const isFound = Math.floor(name / start.layout.workers) >= searching.layerEnd;
  sightings.push({ site, name, depth: starts.length - Number(!isFound) });
  const count = (told[site] ?? 0) + 1;
  told[site] = count;
  return count === SIGHTINGS_MAX;
}
