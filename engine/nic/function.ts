/**
 * A NIC with SR-IOV: its physical function (PF, number 0) and virtual ones (VF v is number v + 1).
 *
 *     CPU ──posted──► registers ─┐                       ┌─► wire
 *                                ├─ rings ─ MAC filter ──┤
 *     memory ◄──posted── bus ────┘                       └─► another function
 *
 *     cells   link × 3, are VFs enabled?, frames of other senders are stopped?
 *             of each function   MAC × 2, may receive, may send, longest frame, gone until × 2
 *                                │ interrupts │ ring to send │ ring to receive │ posted writes
 *
 * A VF is reset by itself (VFCTRL.RST), from outside (function level reset, FLR), or together with
 * the PF, whose FLR also disables the VFs. State is cleared at once; posted writes that were
 * issued before still land. After an FLR the function is gone from the bus for 100 ms.
 *
 * Sources: Intel 82599 datasheet, resets and SR-IOV; PCI Express base specification, FLR.
 */
import { BROADCAST, type Mac } from "../network/frames.ts";
import type { Dma } from "./dma.ts";
import { createInterrupts, INTERRUPT_CELLS, type Interrupts } from "./interrupts.ts";
import { type Bus, createBus, postedCells } from "./pcie.ts";
import { ETHERNET_FRAME_MAX } from "./pf-driver.ts";
import {
  createRxRing,
  createTxRing,
  type Frame,
  FRAME_WORDS,
  type Reception,
  RING_CELLS,
  type RxRing,
  type TxRing,
  WRITE_BACK,
} from "./rings.ts";
import { setWide, wide, WIDE_CELLS } from "./wide.ts";

/** Time after an FLR in which software must leave the function alone; nanoseconds. */
export const FLR_TIME = 100_000_000;

export const PF = 0;
/** Causes of a function's one queue, and of its mailbox or link. */
export const QUEUE_CAUSE = 1;
export const OTHER_CAUSE = 4;

export interface NicShape {
  readonly vfs: number;
  /** Posted writes that a function can have on their way. */
  readonly posted: number;
}

export interface NicParts {
  /** The requester is the number of the function. */
  readonly dma: Dma;
  /** The interrupt of a function has landed. */
  readonly interrupt: (number: number) => void;
  /** VFLRE, or the PF's FLR: mailboxes and drivers may want to know. */
  resetHappened(number: number): void;
}

export interface NicFunction {
  readonly bus: Bus;
  readonly interrupts: Interrupts;
  readonly tx: TxRing;
  readonly rx: RxRing;
}

/** A frame that a function has sent, and who gets it. */
export interface Sending {
  readonly frame: Frame;
  /** Functions of the same NIC. */
  readonly functions: readonly number[];
  readonly toWire: boolean;
}

export interface Nic {
  readonly shape: NicShape;
  /** The whole state, mailboxes and drivers apart. */
  readonly cells: Int32Array;
  /** A RangeError for a number that the NIC does not have. */
  functionOf(number: number): NicFunction;
  // -------------------------------------------------------------------- what the PF controls
  /** MAC filter of a function; 0 for none. */
  setMac(number: number, mac: Mac): void;
  macOf(number: number): Mac;
  enable(number: number, receive: boolean, transmit: boolean): void;
  /** Longest frame that a function receives, without check sequence. */
  setFrameMax(number: number, bytes: number): void;
  frameMaxOf(number: number): number;
  /** VF Enable of the SR-IOV capability. */
  enableVfs(areEnabled: boolean): void;
  /** Frames with a sender that is not the function's own MAC are stopped. */
  stopSpoofing(isStopped: boolean): void;
  // -------------------------------------------------------------------- link
  /** The link is negotiated anew; it is up after so long. */
  startLink(now: number, duration: number): void;
  stopLink(): void;
  isLinkUp(now: number): boolean;
  // -------------------------------------------------------------------- resets
  /** VFCTRL.RST, or CTRL.RST of the PF, which stops the VFs too but does not disable them. */
  reset(number: number): void;
  flr(number: number, now: number): void;
  /** Is it there? Reads of a function that is not give all ones, and writes are lost. */
  isThere(number: number, now: number): boolean;
  // -------------------------------------------------------------------- frames
  /** The function sends its next frame, if it may and has one. */
  transmit(number: number, now: number): Sending | undefined;
  /** Functions for which a frame from the wire is meant. */
  targets(frame: Frame): readonly number[];
  /** Puts a frame into a function's ring and tells it. */
  receive(number: number, frame: Frame, now: number): Reception;
}

const LINK_STARTED = 0;
const LINK_TIME = 1;
const VFS_ENABLED = 3;
const NO_SPOOFING = 4;
const NIC_CELLS = 5;

const MAC = 0;
const MAY_RECEIVE = 2;
const MAY_SEND = 3;
const FRAME_MAX = 4;
const GONE_UNTIL = 5;
const FUNCTION_CELLS: number = GONE_UNTIL + WIDE_CELLS;

/** The PF's settings of each function, and of the whole NIC. */
interface Settings {
  readonly at: (number: number) => number;
  readonly get: (number: number, field: number) => number;
  readonly set: (number: number, field: number, value: number) => void;
  readonly macOf: (number: number) => Mac;
  readonly setMac: (number: number, mac: Mac) => void;
  readonly isEnabled: (number: number) => boolean;
  readonly isLinkUp: (now: number) => boolean;
}

function createSettings(cells: Int32Array, count: number, stride: number): Settings {
  const at = (number: number): number => {
    if (number < 0 || number >= count) throw new RangeError(`There is no function ${number}`);
    return NIC_CELLS + number * stride;
  };
  return {
    at,
    get: (number, field) => cells[at(number) + field] ?? 0,
    set(number, field, value) {
      cells[at(number) + field] = value;
    },
    macOf: (number) => wide(cells, at(number) + MAC),
    setMac: (number, mac) => setWide(cells, at(number) + MAC, mac),
    isEnabled: (number) => number === PF || cells[VFS_ENABLED] !== 0,
    isLinkUp: (now) => cells[LINK_STARTED] !== 0 && now >= wide(cells, LINK_TIME),
  };
}

export function createNic(shape: NicShape, parts: NicParts): Nic {
  const count = shape.vfs + 1;
  const posted = { entries: shape.posted, words: FRAME_WORDS };
  const stride = FUNCTION_CELLS + INTERRUPT_CELLS + 2 * RING_CELLS + postedCells(posted);
  const cells = new Int32Array(NIC_CELLS + count * stride);
  const settings = createSettings(cells, count, stride);
  const functions = Array.from({ length: count }, (_, number) => {
    let from = settings.at(number) + FUNCTION_CELLS;
    const part = (length: number): Int32Array => cells.subarray(from, (from += length));
    return createFunction(number, posted, parts, part);
  });
  const functionOf = (number: number): NicFunction => {
    const found = functions[number];
    if (found === undefined) throw new RangeError(`There is no function ${number}`);
    return found;
  };
  const numbers = functions.map((_, number) => number);
  const { set } = settings;
  const resets = createResets(settings, functionOf, numbers, cells, parts);
  return {
    shape,
    cells,
    functionOf,
    setMac: settings.setMac,
    macOf: settings.macOf,
    enable(number, receive, transmit) {
      set(number, MAY_RECEIVE, receive ? 1 : 0);
      set(number, MAY_SEND, transmit ? 1 : 0);
    },
    setFrameMax: (number, bytes) => set(number, FRAME_MAX, bytes),
    frameMaxOf: (number) => settings.get(number, FRAME_MAX),
    stopSpoofing(isStopped) {
      cells[NO_SPOOFING] = isStopped ? 1 : 0;
    },
    startLink(now, duration) {
      cells[LINK_STARTED] = 1;
      setWide(cells, LINK_TIME, now + duration);
    },
    stopLink() {
      cells[LINK_STARTED] = 0;
      setWide(cells, LINK_TIME, 0);
    },
    isLinkUp: settings.isLinkUp,
    ...resets,
    ...createTraffic(settings, functionOf, numbers, () => cells[NO_SPOOFING] !== 0),
  };
}

type Resets = Pick<Nic, "enableVfs" | "reset" | "flr" | "isThere">;

function createResets(
  settings: Settings,
  functionOf: (number: number) => NicFunction,
  numbers: readonly number[],
  cells: Int32Array,
  parts: NicParts,
): Resets {
  const clear = (number: number): void => {
    const { interrupts, tx, rx } = functionOf(number);
    interrupts.clear();
    tx.clear();
    rx.clear();
    settings.set(number, MAY_RECEIVE, number === PF ? 1 : 0);
    settings.set(number, MAY_SEND, number === PF ? 1 : 0);
    settings.set(number, FRAME_MAX, ETHERNET_FRAME_MAX);
    if (number !== PF) settings.setMac(number, 0);
  };
  const reset = (number: number): void => {
    for (const each of number === PF ? numbers : [number]) clear(each);
    if (number === PF) cells[LINK_STARTED] = 0;
    parts.resetHappened(number);
  };
  const goneAt = (number: number): number => settings.at(number) + GONE_UNTIL;
  for (const number of numbers) clear(number);
  return {
    enableVfs(areEnabled) {
      cells[VFS_ENABLED] = areEnabled ? 1 : 0;
      if (!areEnabled) for (const vf of numbers.slice(1)) clear(vf);
    },
    reset,
    flr(number, now) {
      setWide(cells, goneAt(number), now + FLR_TIME);
      if (number === PF) cells[VFS_ENABLED] = 0;
      reset(number);
    },
    isThere: (number, now) => settings.isEnabled(number) && now >= wide(cells, goneAt(number)),
  };
}

type Traffic = Pick<Nic, "transmit" | "targets" | "receive">;

function createTraffic(
  { get, macOf, isEnabled, isLinkUp }: Settings,
  functionOf: (number: number) => NicFunction,
  numbers: readonly number[],
  isSpoofingStopped: () => boolean,
): Traffic {
  const mayReceive = (number: number): boolean =>
    isEnabled(number) && get(number, MAY_RECEIVE) !== 0;
  /** Functions that a frame is meant for, except the one that sent it. */
  const targets = ({ to, bytes }: Frame, sender?: number): readonly number[] =>
    numbers.filter(
      (number) =>
        number !== sender &&
        mayReceive(number) &&
        bytes <= get(number, FRAME_MAX) &&
        (to === BROADCAST || to === macOf(number)),
    );
  const isLocal = ({ to }: Frame): boolean =>
    numbers.some((number) => isEnabled(number) && to === macOf(number));
  return {
    transmit(number, now) {
      const { tx, interrupts } = functionOf(number);
      const maySend = isEnabled(number) && get(number, MAY_SEND) !== 0 && isLinkUp(now);
      const frame = maySend ? tx.fetch() : undefined;
      if (frame === undefined) return undefined;
      interrupts.raise(QUEUE_CAUSE, now);
      const isSpoofed = frame.from !== macOf(number) && isSpoofingStopped();
      if (isSpoofed) return { frame, functions: [], toWire: false };
      const toWire = frame.to === BROADCAST || !isLocal(frame);
      return { frame, functions: targets(frame, number), toWire };
    },
    targets: (frame) => targets(frame),
    receive(number, frame, now) {
      const { rx, interrupts } = functionOf(number);
      const reception = mayReceive(number) ? rx.receive(frame) : "deaf";
      if (reception === "received") interrupts.raise(QUEUE_CAUSE, now);
      return reception;
    },
  };
}

function createFunction(
  number: number,
  posted: { readonly entries: number; readonly words: number },
  { dma, interrupt }: NicParts,
  part: (length: number) => Int32Array,
): NicFunction {
  const interruptCells = part(INTERRUPT_CELLS);
  const txCells = part(RING_CELLS);
  const rxCells = part(RING_CELLS);
  const bus = createBus(posted, number, dma, interrupt, part(postedCells(posted)));
  return {
    bus,
    interrupts: createInterrupts(() => bus.posted.postInterrupt(number), interruptCells),
    tx: createTxRing(bus, txCells),
    rx: createRxRing(bus, rxCells),
  };
}

/** TDWBAL of a function to 0, which no reset does. */
export function clearWriteBack({ tx }: NicFunction): void {
  tx.set(WRITE_BACK, 0);
}
