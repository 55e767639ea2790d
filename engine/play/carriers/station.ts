/**
 * `Station`: a domain with a virtual function of a NIC, and the driver of both.
 *
 *     memory of a station, one page for each direction    descriptors │ buffers
 *
 *     driver ──descriptor in memory, tail: posted write──► function ──DMA read──► wire
 *     driver ◄──interrupt, behind the data───────────────── function ◄──────────── wire
 *
 * Each station is a machine of its own with one function, because what a NIC carries goes over the
 * link. All DMA goes through the IOMMU, where a function belongs to its domain. The wait between
 * interrupts (EITR) is 0, so that each message has the latency of an idle system.
 *
 * When the ring to receive has no descriptor, frames wait in the card until the driver has offered
 * one. A domain that dies has its function put in quarantine and reset: what the function has
 * posted by then faults, rings are set up anew, and frames in them are lost (nic.ts sends them
 * again). That the function is away for 100 ms after a reset from outside is left out: it would be
 * a delay that nobody has asked for, in runs that often are shorter.
 */
import type { Dma } from "../../nic/dma.ts";
import { createNic, type Nic, QUEUE_CAUSE } from "../../nic/function.ts";
import { createPosted, type Posted, readRegister } from "../../nic/pcie.ts";
import { ETHERNET_FRAME_MAX } from "../../nic/pf-driver.ts";
import { VFRDT, VFTDT } from "../../nic/registers.ts";
import { createRingDriver, type RingDriver } from "../../nic/ring-driver.ts";
import {
  BASE,
  DESCRIPTOR_WORDS,
  ENABLED,
  type Frame,
  FRAME_WORDS,
  HEAD,
  LENGTH,
  TAIL,
} from "../../nic/rings.ts";
import type { Mac } from "../../network/frames.ts";
import { KIND } from "../../record/kinds.ts";
import { NONE } from "../../record/trace.ts";
import { DMA_READ, DMA_WRITE, INTERRUPT, MMIO_WRITE } from "../latencies.ts";
import type { Home } from "../playing.ts";
import type { Machine } from "./machine.ts";

/** Descriptors of each ring. */
const DESCRIPTORS = 64;
/** The number of the virtual function; 0 is the physical one. */
const FUNCTION = 1;
const POSTED = 8;
const VECTOR = 0x41;
/** Where the buffers of a ring begin in its page. */
const BUFFERS: number = DESCRIPTORS * DESCRIPTOR_WORDS;

/** What a station is made of, and who hears of it. */
export interface StationParts {
  readonly machine: Machine;
  readonly home: Home;
  readonly mac: Mac;
  /** Its memory, and how its function reaches it. */
  readonly memory: Int32Array;
  readonly dma: Dma;
  /** Address of the page of each direction, as the function sees it. */
  readonly page: { readonly send: number; readonly receive: number };
  /** Takes the function from its domain, and gives it to the next life of that. */
  readonly quarantine: () => void;
  readonly assign: () => void;
  /** A frame is on the wire; `cause` is the event that brought it there. */
  readonly transmitted: (frame: Frame, cause: number) => void;
  /** The driver has taken a frame out of its ring. */
  readonly received: (content: number, cause: number) => void;
}

export interface Station {
  readonly mac: Mac;
  readonly home: Home;
  /** The driver sends a frame, or keeps it until a descriptor is free. */
  send(frame: Frame, cause: number): void;
  /** A frame comes from the wire. */
  arrive(frame: Frame, cause: number): void;
  /** The function is reset, and a new driver begins. */
  reset(): void;
}

interface Parts extends StationParts {
  readonly nic: Nic;
  /** Doorbells on their way to the function. */
  readonly doorbells: Posted;
  tx: RingDriver;
  rx: RingDriver;
  /** Frames without a descriptor: to be sent, and received. */
  readonly backlog: { readonly frame: Frame; readonly cause: number }[];
  readonly held: { readonly frame: Frame; readonly cause: number }[];
  /** When the last doorbell, and the last of what the function has posted, lands. */
  rung: number;
  settled: number;
  isFetching: boolean;
  /** Newest event of a doorbell for what is to be sent. */
  rang: number;
  isInterrupted: boolean;
  /** Newest event of the function. */
  done: number;
  /** By content of a frame: its newest event, before the function has it, and after. */
  readonly causes: Map<number, number>;
}

export function createStation(given: StationParts): Station {
  const { machine, dma, mac, home } = given;
  const domain = machine.domainOf(home);
  const nic = createNic(
    { vfs: FUNCTION, posted: POSTED },
    {
      dma: {
        read: (requester, address, words) => dma.read(requester, address, words),
        write(requester, address, values) {
          if (!dma.write(requester, address, values)) return false;
          landed(parts, address, values);
          return true;
        },
      },
      interrupt: () => interrupted(parts),
      resetHappened: () => undefined,
    },
  );
  const write = (register: number, [value = 0]: readonly number[]): void => {
    const { tx, rx } = nic.functionOf(FUNCTION);
    (register === VFTDT ? tx : rx).set(TAIL, value);
  };
  const doorbells = createPosted(
    { entries: POSTED, words: 1 },
    { write, interrupt: () => undefined },
  );
  const parts: Parts = {
    ...given,
    nic,
    doorbells,
    tx: driverOf(given, given.page.send),
    rx: driverOf(given, given.page.receive),
    backlog: [],
    held: [],
    rung: 0,
    settled: 0,
    isFetching: false,
    rang: NONE,
    isInterrupted: false,
    done: NONE,
    causes: new Map(),
  };
  nic.enableVfs(true);
  nic.startLink(0, 0);
  bringUp(parts);
  return {
    mac,
    home,
    send(frame, cause) {
      parts.backlog.push({ frame, cause });
      pump(parts);
    },
    arrive: (frame, cause) => accept(parts, frame, cause),
    reset() {
      given.quarantine();
      nic.reset(FUNCTION);
      machine.recordDevice(KIND.flr, domain, FUNCTION, 0, NONE);
      // Whoever reads a register knows that nothing of before is on its way any more.
      readRegister(doorbells, nic.functionOf(FUNCTION).bus, () => 0);
      given.assign();
      parts.held.length = 0;
      parts.backlog.length = 0;
      parts.tx = driverOf(given, given.page.send);
      parts.rx = driverOf(given, given.page.receive);
      bringUp(parts);
    },
  };
}

function driverOf({ memory }: StationParts, page: number): RingDriver {
  const place = { base: page, buffers: page + BUFFERS, length: DESCRIPTORS };
  memory.fill(0, page, page + BUFFERS + DESCRIPTORS * FRAME_WORDS);
  return createRingDriver(place, {
    load: (address) => memory[address] ?? 0,
    store(address, value) {
      memory[address] = value;
    },
  });
}

/** The registers of a function whose rings are empty, and all descriptors to receive offered. */
function bringUp({ nic, mac, page, rx, machine }: Parts): void {
  nic.setMac(FUNCTION, mac);
  nic.enable(FUNCTION, true, true);
  nic.setFrameMax(FUNCTION, ETHERNET_FRAME_MAX);
  const { tx: sending, rx: receiving, interrupts } = nic.functionOf(FUNCTION);
  for (const [ring, base] of [
    [sending, page.send],
    [receiving, page.receive],
  ] as const) {
    ring.set(BASE, base);
    ring.set(LENGTH, DESCRIPTORS);
    ring.set(ENABLED, 1);
  }
  while (rx.free > 0) receiving.set(TAIL, rx.offer() ?? 0);
  interrupts.unmask(QUEUE_CAUSE, machine.agenda.now);
}

// ---------------------------------------------------------------------------- driver

/** Puts frames into free descriptors and rings once for all of them. */
function pump(parts: Parts): void {
  const { machine, home, page, backlog, tx, causes } = parts;
  const sent = backlog.splice(0, tx.free);
  let tail: number | undefined;
  let event = NONE;
  for (const { frame, cause } of sent) {
    const slot = page.send + DESCRIPTOR_WORDS * (tx.cells[1] ?? 0);
    tail = tx.send(frame);
    event = machine.record(KIND.store, home, slot, frame.content, cause);
    causes.set(frame.content, event);
  }
  if (tail !== undefined) parts.rang = ring(parts, VFTDT, tail, event);
}

/** A posted write to a tail register; it lands after those before it. */
function ring(parts: Parts, register: number, tail: number, cause: number): number {
  const { machine, home, doorbells } = parts;
  const { agenda } = machine;
  const event = machine.record(KIND["mmio-write"], home, register, tail, cause);
  doorbells.post(register, [tail]);
  parts.rung = Math.max(parts.rung, agenda.now + machine.draw(MMIO_WRITE));
  agenda.quietly(parts.rung, () => {
    if (doorbells.waiting > 0) doorbells.land();
    if (register === VFTDT) fetchSoon(parts);
    else retry(parts);
  });
  return event;
}

/** What the interrupt handler does: takes back what was sent, and takes what has come. */
function handle(parts: Parts): void {
  const { machine, home, nic, tx, rx } = parts;
  parts.isInterrupted = false;
  const event = machine.record(KIND["irq-take"], home, VECTOR, machine.coreOf(home), parts.done);
  nic.functionOf(FUNCTION).interrupts.readCauses();
  while (tx.take() !== undefined);
  pump(parts);
  let tail: number | undefined;
  for (let frame = rx.take(); frame !== undefined; frame = rx.take()) {
    const { content } = frame;
    const landing = parts.causes.get(content) ?? NONE;
    parts.causes.delete(content);
    parts.received(content, machine.record(KIND.load, home, VFRDT, content, landing, event));
    tail = rx.offer();
  }
  if (tail !== undefined) ring(parts, VFRDT, tail, event);
}

// ---------------------------------------------------------------------------- function

function fetchSoon(parts: Parts): void {
  if (parts.isFetching) return;
  parts.isFetching = true;
  parts.machine.after(DMA_READ, () => fetch(parts));
}

/** Sends the frame of the next descriptor. */
function fetch(parts: Parts): void {
  const { machine, nic, home, causes, page } = parts;
  const { agenda } = machine;
  parts.isFetching = false;
  const { tx } = nic.functionOf(FUNCTION);
  const head = tx.get(HEAD);
  const sending = nic.transmit(FUNCTION, agenda.now);
  if (sending === undefined) return;
  const { frame } = sending;
  const cause = causes.get(frame.content) ?? NONE;
  causes.delete(frame.content);
  const address = page.send + BUFFERS + head * FRAME_WORDS;
  const event = machine.recordDevice(
    KIND["dma-read"],
    machine.domainOf(home),
    address,
    frame.content,
    cause,
    parts.rang,
  );
  parts.done = event;
  landSoon(parts);
  parts.transmitted(frame, event);
  if (tx.owned > 0) fetchSoon(parts);
}

function accept(parts: Parts, frame: Frame, cause: number): void {
  const { nic, machine, held } = parts;
  if (!nic.targets(frame).includes(FUNCTION)) return;
  const reception = held.length > 0 ? "blocked" : nic.receive(FUNCTION, frame, machine.agenda.now);
  if (reception === "blocked") held.push({ frame, cause });
  if (reception !== "received") return;
  parts.causes.set(frame.content, cause);
  landSoon(parts);
}

/** Descriptors have been offered. */
function retry(parts: Parts): void {
  for (const { frame, cause } of parts.held.splice(0)) accept(parts, frame, cause);
}

/** What the function has posted reaches memory, and its interrupt the core, in this order. */
function landSoon(parts: Parts): void {
  const { machine, nic } = parts;
  const { agenda } = machine;
  parts.settled = Math.max(parts.settled, agenda.now + machine.draw(DMA_WRITE));
  agenda.quietly(parts.settled, () => nic.functionOf(FUNCTION).bus.posted.flush());
}

/** A posted write has landed: a frame, or what says that a descriptor is done. */
function landed(parts: Parts, address: number, values: readonly number[]): void {
  const { machine, home, causes } = parts;
  const [value = 0] = values.slice(-1);
  const isFrame = values.length === FRAME_WORDS;
  const cause = isFrame ? (causes.get(value) ?? NONE) : parts.done;
  const domain = machine.domainOf(home);
  parts.done = machine.recordDevice(KIND["dma-write"], domain, address, value, cause);
  if (isFrame) causes.set(value, parts.done);
}

/** The interrupt message has landed; one that comes before the handler runs is the same. */
function interrupted(parts: Parts): void {
  const { machine, home } = parts;
  const { agenda } = machine;
  const core = machine.coreOf(home);
  parts.done = machine.recordDevice(KIND.msi, machine.domainOf(home), VECTOR, core, parts.done);
  if (parts.isInterrupted) return;
  parts.isInterrupted = true;
  agenda.quietly(agenda.now + machine.draw(INTERRUPT), () => handle(parts));
}
