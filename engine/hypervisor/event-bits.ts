/**
 * The bits that a guest shares with Xen, and the steps by which Xen sets them.
 *
 *     PENDING ──was clear──► MASK ──clear──► SELECTOR ──was clear──► UPCALL ──► POLLERS
 *        └─was set: end       └─set────────────┴─was set───────────────────────────┘
 *
 * Each step is one locked operation, or one load, on the real machine, and other cores can look in
 * between; so the steps are there one by one, and `notify` takes them all. Rejected: the bits in
 * the words of a `Memory`. All writers use locked operations, which find the store buffer of their
 * core empty, so a buffer would never hold one of these bits. Whoever plays a guest with plain
 * stores to them (a known mistake) must keep the store back himself.
 *
 * Sources: Xen common/event_2l.c, common/event_channel.c, common/sched (poll, block).
 */
import {
  BLOCKED,
  type EventLayout,
  type EventShape,
  POLLS,
  UPCALL_MASK,
  UPCALL_PENDING,
} from "./event-layout.ts";

/** Steps of a notification. */
export const Notification = { pending: 0, mask: 1, selector: 2, upcall: 3, pollers: 4, done: 5 };

export interface EventBits {
  // -------------------------------------------------------------------- what the guest reads
  isPending(domain: number, port: number): boolean;
  isMasked(domain: number, port: number): boolean;
  isUpcallPending(domain: number, vcpu: number): boolean;
  isUpcallMasked(domain: number, vcpu: number): boolean;
  /** Words whose selector bit is set, in ascending order. */
  selectorOf(domain: number, vcpu: number): readonly number[];
  // -------------------------------------------------------------------- what the guest writes
  /** Clears the pending bit and says whether it was set. */
  clearPending(domain: number, port: number): boolean;
  /** Sets or clears the mask bit as the guest can: without the look that `unmask` takes. */
  setMask(domain: number, port: number, masked: boolean): void;
  clearUpcallPending(domain: number, vcpu: number): void;
  setUpcallMask(domain: number, vcpu: number, masked: boolean): void;
  /** Words with pending ports, and none from now on: one exchange for each cell of the selector. */
  takeSelector(domain: number, vcpu: number): readonly number[];
  /** What a guest does that has unmasked a port itself and found it pending. */
  reselect(domain: number, vcpu: number, port: number): void;
}

/** What only Xen does. */
export interface EventBitsOfXen extends EventBits {
  /** One step of a notification; gives the next one. */
  notifyStep(domain: number, port: number, vcpu: number, step: number): number;
  /** All the steps of a notification from this one on. */
  notify(domain: number, port: number, vcpu: number, from?: number): void;
  isBlocked(domain: number, vcpu: number): boolean;
  /** First step of blocking: the upcall mask is cleared and the flag set. */
  beginBlock(domain: number, vcpu: number, polls: number): void;
  /**
   * Second step: does not block when an event is to be delivered, or one of the polled ports is
   * pending. Says whether it blocks.
   */
  settleBlock(domain: number, vcpu: number, polled?: readonly number[]): boolean;
  /** Makes a blocked vCPU runnable and ends its poll. */
  unblock(domain: number, vcpu: number): void;
}

/** What hears of vCPUs. */
export interface VcpuHooks {
  /** The upcall-pending byte of a vCPU goes from 0 to 1. */
  kick?(domain: number, vcpu: number): void;
  /** A blocked vCPU becomes runnable. */
  wake?(domain: number, vcpu: number): void;
}

interface Cells {
  readonly shape: EventShape;
  readonly layout: EventLayout;
  readonly cells: Int32Array;
}

export function createEventBits(of: Cells, hooks: VcpuHooks): EventBitsOfXen {
  const { shape, layout, cells } = of;
  const cell = (index: number): number => cells[index] ?? 0;
  const flag = (offset: number) => (domain: number, vcpu: number) =>
    cell(layout.vcpuAt(domain, checked(vcpu, shape.vcpus)) + offset) !== 0;
  const setFlag = (domain: number, vcpu: number, offset: number, value: boolean): void => {
    cells[layout.vcpuAt(domain, checked(vcpu, shape.vcpus)) + offset] = value ? 1 : 0;
  };
  const isUpcallPending = flag(UPCALL_PENDING);
  const isUpcallMasked = flag(UPCALL_MASK);
  const isBlocked = flag(BLOCKED);
  const word = (port: number): number => Math.floor(port / shape.wordBits);
  const bitsOf = (base: number, take: boolean): readonly number[] => {
    const found: number[] = [];
    for (let one = 0; one < shape.wordBits; one++) if (hasBit(cells, base, one)) found.push(one);
    if (take) cells.fill(0, base, base + UPCALL_PENDING);
    return found;
  };
  const unblock = (domain: number, vcpu: number): void => {
    if (!isBlocked(domain, vcpu)) return;
    setFlag(domain, vcpu, BLOCKED, false);
    setFlag(domain, vcpu, POLLS, false);
    hooks.wake?.(domain, vcpu);
  };
  const notifyStep = createNotifyStep(of, hooks, unblock);
  return {
    isPending: (domain, port) => hasBit(cells, layout.pendingAt(domain), portOf(shape, port)),
    isMasked: (domain, port) => hasBit(cells, layout.maskAt(domain), portOf(shape, port)),
    isUpcallPending,
    isUpcallMasked,
    selectorOf: (domain, vcpu) => bitsOf(layout.vcpuAt(domain, vcpu), false),
    clearPending: (domain, port) =>
      putBit(cells, layout.pendingAt(domain), portOf(shape, port), false),
    setMask: (domain, port, masked) =>
      void putBit(cells, layout.maskAt(domain), portOf(shape, port), masked),
    clearUpcallPending: (domain, vcpu) => setFlag(domain, vcpu, UPCALL_PENDING, false),
    setUpcallMask: (domain, vcpu, masked) => setFlag(domain, vcpu, UPCALL_MASK, masked),
    takeSelector: (domain, vcpu) => bitsOf(layout.vcpuAt(domain, vcpu), true),
    reselect(domain, vcpu, port) {
      putBit(cells, layout.vcpuAt(domain, vcpu), word(port), true);
      setFlag(domain, vcpu, UPCALL_PENDING, true);
    },
    notifyStep,
    notify(domain, port, vcpu, from = Notification.pending) {
      let step = from;
      while (step !== Notification.done) step = notifyStep(domain, port, vcpu, step);
    },
    isBlocked,
    beginBlock(domain, vcpu, polls) {
      setFlag(domain, vcpu, UPCALL_MASK, false);
      setFlag(domain, vcpu, BLOCKED, true);
      cells[layout.vcpuAt(domain, vcpu) + POLLS] = polls;
    },
    settleBlock(domain, vcpu, polled = []) {
      const isHeld = shape.guest === "pv" && isUpcallMasked(domain, vcpu);
      const isDue = isUpcallPending(domain, vcpu) && !isHeld;
      if (isDue || polled.some((port) => hasBit(cells, layout.pendingAt(domain), port))) {
        setFlag(domain, vcpu, BLOCKED, false);
        setFlag(domain, vcpu, POLLS, false);
      }
      return isBlocked(domain, vcpu);
    },
    unblock,
  };
}

function createNotifyStep(
  { shape, layout, cells }: Cells,
  hooks: VcpuHooks,
  unblock: (domain: number, vcpu: number) => void,
): EventBitsOfXen["notifyStep"] {
  const wakePollers = (domain: number, port: number): void => {
    for (let vcpu = 0; vcpu < shape.vcpus; vcpu++) {
      const polls = cells[layout.vcpuAt(domain, vcpu) + POLLS] ?? 0;
      if (polls === -1 || polls === port) unblock(domain, vcpu);
    }
  };
  return (domain, port, vcpu, step) => {
    const { pending, mask, selector, upcall, pollers, done } = Notification;
    const at = layout.vcpuAt(domain, vcpu);
    if (step === pending) {
      const was = putBit(cells, layout.pendingAt(domain), portOf(shape, port), true);
      return was ? done : mask;
    }
    if (step === mask) return hasBit(cells, layout.maskAt(domain), port) ? pollers : selector;
    if (step === selector) {
      const was = putBit(cells, at, Math.floor(port / shape.wordBits), true);
      return was ? pollers : upcall;
    }
    if (step === upcall) {
      const was = cells[at + UPCALL_PENDING] ?? 0;
      cells[at + UPCALL_PENDING] = 1;
      if (was !== 0) return pollers;
      unblock(domain, vcpu);
      hooks.kick?.(domain, vcpu);
      return pollers;
    }
    if (step !== pollers) throw new RangeError(`A notification has no step ${step}`);
    wakePollers(domain, port);
    return done;
  };
}

export function hasBit(cells: Int32Array, base: number, index: number): boolean {
  return ((cells[base + (index >> 5)] ?? 0) & (1 << (index & 31))) !== 0;
}

/** Sets or clears a bit and gives what it was. */
export function putBit(cells: Int32Array, base: number, index: number, value: boolean): boolean {
  const at = base + (index >> 5);
  const old = cells[at] ?? 0;
  const bit = 1 << (index & 31);
  cells[at] = value ? old | bit : old & ~bit;
  return (old & bit) !== 0;
}

function portOf({ ports }: EventShape, port: number): number {
  return checked(port, ports);
}

function checked(index: number, count: number): number {
  if (index >= 0 && index < count) return index;
  throw new RangeError(`${index} is not one of ${count}`);
}
