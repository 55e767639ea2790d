/**
 * Messages in rings in granted memory, one ring for each domain that sends on a channel.
 *
 *     sender     slot, produced │ fence │ is the receiver waiting for it? ──► notify
 *     receiver   upcall ──► take all there is ──► wanted = consumed + 1 │ fence │ look again
 *
 * That is the protocol of Xen's public/io/ring.h (RING_PUSH_REQUESTS_AND_CHECK_NOTIFY and
 * RING_FINAL_CHECK_FOR_REQUESTS). Either fence left out, both can look before the other's store is
 * in memory: the message is in the ring and nobody comes for it. `fences: false` leaves out the
 * sender's, for tests. With doorbell `none` the receiver polls; its polls of an empty ring are not
 * played.
 *
 * A message is written when the one before it has been, and read out in its turn, so many of them
 * queue; a sender that finds the ring full goes on when the receiver has made room. What a sender
 * has begun when its domain dies is finished, since the Model still has the message; a receiver
 * that dies leaves what it has not taken, and its next life looks (event-lines.ts).
 */
import { NONE } from "../../record/trace.ts";
import type { Carrier, Parcel } from "../carrier.ts";
import type { Task } from "../agenda.ts";
import { COPY, POLL } from "../latencies.ts";
import type { Home } from "../playing.ts";
import type { EventLine } from "./event-lines.ts";
import type { Machine } from "./machine.ts";
import { CONSUMED, PRODUCED, type RingPages, SLOTS, WANTED } from "./ring-page.ts";

export interface RingParts {
  readonly machine: Machine;
  readonly pages: RingPages;
  readonly slots: number;
  /** Undefined: the receiver polls. */
  readonly line: ((look: (event: number) => void) => EventLine) | undefined;
  /** Does the sender fence between its store and its look? */
  readonly fences: boolean;
}

interface Ring extends RingParts {
  /** Address of its first word. */
  readonly base: number;
  readonly receiver: Home;
  readonly doorbell: EventLine | undefined;
  /** By number, as it is in the slot. */
  readonly parcels: Map<number, { readonly parcel: Parcel; readonly filled: number }>;
  /** Not yet in the ring. */
  readonly backlog: Parcel[];
  isSending: boolean;
  /** The ring is full. */
  isStalled: boolean;
  isReceiving: boolean;
  /** Counts the receiver's lives. */
  life: number;
  numbers: number;
  /** The sender sees that the receiver has made room. */
  readonly resume: Task;
}

export interface RingCarrier extends Carrier {
  /** The receiver dies. */
  crash(): void;
}

/** A carrier for what one domain sends to another on one channel. */
export function createRing(sender: Home, receiver: Home, parts: RingParts): RingCarrier {
  const ring: Ring = {
    ...parts,
    base: parts.pages.share(sender, receiver),
    receiver,
    doorbell: parts.line?.((event) => look(ring, event)),
    parcels: new Map(),
    backlog: [],
    isSending: false,
    isStalled: false,
    isReceiving: false,
    life: 0,
    numbers: 0,
    resume() {
      if (!ring.isStalled) return;
      ring.isStalled = false;
      put(ring);
    },
  };
  return {
    carry(parcel) {
      ring.backlog.push(parcel);
      if (ring.isSending) return;
      ring.isSending = true;
      begin(ring);
    },
    crash() {
      ring.life++;
      ring.isReceiving = false;
      if (ring.doorbell === undefined) look(ring, NONE);
    },
  };
}

// ---------------------------------------------------------------------------- sender

/** Writes the next message, if there is one. */
function begin(ring: Ring): void {
  const { machine, backlog } = ring;
  ring.isSending = backlog.length > 0;
  if (ring.isSending) machine.after(COPY, () => put(ring));
}

function put(ring: Ring): void {
  const { pages, base, slots, backlog, parcels, fences, doorbell } = ring;
  const { stores } = pages;
  const [parcel] = backlog;
  if (parcel === undefined) return;
  const home = parcel.sender;
  const produced = stores.load(home, base + PRODUCED);
  if (produced - stores.load(home, base + CONSUMED) >= slots) {
    ring.isStalled = true;
    return;
  }
  backlog.shift();
  const number = ring.numbers++;
  const slot = base + SLOTS + (produced % slots);
  const filled = stores.store(home, slot, number, parcel.sent);
  parcels.set(number, { parcel, filled });
  const event = stores.store(home, base + PRODUCED, produced + 1, filled);
  if (doorbell === undefined) stores.afterDrains(home, () => poll(ring, event));
  else if (fences) stores.fence(home, event, (fenced) => check(ring, home, produced + 1, fenced));
  else check(ring, home, produced + 1, event);
}

/** Is the receiver waiting for this one? */
function check(ring: Ring, home: Home, produced: number, cause: number): void {
  const { doorbell, pages, base } = ring;
  const wanted = pages.stores.load(home, base + WANTED);
  const event = pages.stores.recordLoad(home, base + WANTED, cause);
  if (wanted !== produced) return begin(ring);
  doorbell?.send(home, event, () => begin(ring));
}

/** The receiver's next poll finds it. */
function poll(ring: Ring, cause: number): void {
  if (!ring.isReceiving) ring.machine.after(POLL, () => look(ring, cause));
  begin(ring);
}

// ---------------------------------------------------------------------------- receiver

/** What an upcall does: nothing, if the receiver is at it already. */
function look(ring: Ring, cause: number): void {
  if (ring.isReceiving) return;
  ring.isReceiving = true;
  drain(ring, cause);
}

function drain(ring: Ring, cause: number): void {
  const { machine, pages, base, receiver, life } = ring;
  const { agenda } = machine;
  const consumed = pages.stores.load(receiver, base + CONSUMED);
  if (consumed === pages.stores.load(receiver, base + PRODUCED)) return rest(ring, cause);
  const event = pages.stores.recordLoad(receiver, base + PRODUCED, cause);
  agenda.quietly(agenda.now + machine.draw(COPY), () => {
    if (ring.life === life) take(ring, consumed, event);
  });
}

function take(ring: Ring, consumed: number, cause: number): void {
  const { pages, base, slots, receiver, parcels } = ring;
  const { stores } = pages;
  const slot = base + SLOTS + (consumed % slots);
  const number = stores.load(receiver, slot);
  const { parcel, filled = cause } = parcels.get(number) ?? {};
  const event = stores.recordLoad(receiver, slot, filled, cause);
  const done = stores.store(receiver, base + CONSUMED, consumed + 1, event, ring.resume);
  parcel?.arrive(event);
  parcels.delete(number);
  drain(ring, done);
}

/** Goes to sleep, if nothing has come by now. */
function rest(ring: Ring, cause: number): void {
  const { pages, base, receiver, life, doorbell } = ring;
  const { stores } = pages;
  if (doorbell === undefined) {
    ring.isReceiving = false;
    return;
  }
  const consumed = stores.load(receiver, base + CONSUMED);
  const event = stores.store(receiver, base + WANTED, consumed + 1, cause);
  stores.fence(receiver, event, (fenced) => {
    if (ring.life !== life) return;
    if (stores.load(receiver, base + PRODUCED) === consumed) ring.isReceiving = false;
    else drain(ring, fenced);
  });
}
