/**
 * Event channels with the 2-level ABI: bits by which domains wake each other.
 *
 *     guest ──hypercall──► ports in Xen (event-ports.ts) ──► bits shared with the other guest
 *                                                            (event-bits.ts)
 *
 * Two sends before the handler runs are one event. An event is a hint that there is work, never the
 * work itself, so the receiver must look for itself after it has cleared the bits.
 *
 * A hypercall here is one step, but for `send` and `block`, whose steps can also be taken one by
 * one, because other cores race with them. Sources: Xen common/event_channel.c,
 * common/event_2l.c, public/event_channel.h. Left out: FIFO ABI, physical interrupts, per-vCPU
 * VIRQs.
 */
import {
  createEventBits,
  type EventBits,
  type EventBitsOfXen,
  Notification,
  type VcpuHooks,
} from "./event-bits.ts";
import { eventCellsOf, eventLayoutOf, type EventLayout, type EventShape } from "./event-layout.ts";
import {
  createEventPorts,
  type EventPorts,
  FREE,
  FREE_PORT,
  INTERDOMAIN,
  IPI,
  type PortView,
  RESERVED,
  UNBOUND,
  VIRQ,
} from "./event-ports.ts";
import { EBUSY, EEXIST, EINVAL, ENOENT, ENOSPC, ERESTART, ESRCH, OK } from "./status.ts";

export type { EventShape } from "./event-layout.ts";
export { FREE, INTERDOMAIN, type PortView, UNBOUND, VIRQ } from "./event-ports.ts";

export interface EventHooks extends VcpuHooks {
  /** A notification reaches a port that is attached to Xen. */
  notifyXen?(domain: number, port: number): void;
  /** Domains that are being destroyed get no more ports. */
  isDying?(domain: number): boolean;
}

/** Where a notification that has begun goes; absent when it is lost or has no target. */
export interface Sending {
  readonly status: number;
  readonly to?: { readonly domain: number; readonly port: number; readonly vcpu: number };
}

export interface EventChannels extends EventBits {
  readonly shape: EventShape;
  /** The whole state; the array is its own. */
  readonly cells: Int32Array;
  // -------------------------------------------------------------------- ports
  /**
   * A new port that `remote` may bind to; gives the port, or ENOSPC. Any `remote` is accepted.
   * EINVAL for a domain that is being destroyed, as with all that ask for a new port.
   */
  allocUnbound(domain: number, remote: number): number;
  /** As `allocUnbound`, with Xen itself as the receiver. */
  allocForXen(domain: number, remote: number, vcpu: number): number;
  /**
   * Connects a new port to one that is unbound and meant for the caller; gives the new port,
   * EINVAL, ESRCH or ENOSPC. The new port is pending at once: earlier notifications may have been
   * lost.
   */
  bindInterdomain(domain: number, remote: number, remotePort: number): number;
  /** A port by which vCPUs of one domain notify each other; ENOENT for a vCPU that is not there. */
  bindIpi(domain: number, vcpu: number): number;
  /** A port for a global VIRQ, on vCPU 0; EEXIST when it has one. */
  bindVirq(domain: number, virq: number): number;
  /** Which vCPU is notified from now on; EINVAL for IPIs and for ports of Xen. */
  bindVcpu(domain: number, port: number, vcpu: number): number;
  /** Frees the port. The other end becomes unbound, for the closer, and is not told. */
  close(domain: number, port: number): number;
  /**
   * Closes every port, in order. Between two groups of 64 ports it may stop with ERESTART, when
   * `mayStop` says so; then `resume` goes on. EBUSY for a reset while another has stopped.
   */
  reset(domain: number, mayStop?: () => boolean): number;
  resume(domain: number, mayStop?: () => boolean): number;
  /** Closes every port, those of Xen too: what destroying a domain does. */
  destroy(domain: number): void;
  // -------------------------------------------------------------------- notification
  /** Notifies the other end. A port that nobody has bound takes it silently: 0, and it is lost. */
  send(domain: number, port: number): number;
  /** Looks up the target of `send`, as its first step. */
  beginSend(domain: number, port: number): Sending;
  /** One step of a notification, from `Notification.pending` on; gives the next one. */
  notifyStep(domain: number, port: number, vcpu: number, step: number): number;
  /** Raises a global VIRQ of a domain; lost when no port is bound to it. */
  raiseVirq(domain: number, virq: number): void;
  /** Unmasks, and notifies again if the port is pending. */
  unmask(domain: number, port: number): number;
  // -------------------------------------------------------------------- blocking
  /** Blocks a vCPU; false when an upcall is pending, then it runs on. */
  block(domain: number, vcpu: number): boolean;
  /** `block` in two steps: the flag, then (after a full barrier) the look. */
  beginBlock(domain: number, vcpu: number): void;
  settleBlock(domain: number, vcpu: number): boolean;
  /** Blocks until one of the ports is pending; returns at once when one is. EINVAL for no port. */
  poll(domain: number, vcpu: number, ports: readonly number[]): number;
  isBlocked(domain: number, vcpu: number): boolean;
  /** What the time limit of a poll does. */
  unblock(domain: number, vcpu: number): void;
  // -------------------------------------------------------------------- for observers
  portOf(domain: number, port: number): PortView;
}

interface Parts {
  readonly shape: EventShape;
  readonly cells: Int32Array;
  readonly layout: EventLayout;
  readonly bits: EventBitsOfXen;
  readonly ports: EventPorts;
  readonly hooks: EventHooks;
}

/** `cells` may be a part of a larger array that holds a whole machine; it must be all 0. */
export function createEventChannels(
  shape: EventShape,
  hooks: EventHooks = {},
  cells: Int32Array = new Int32Array(eventCellsOf(shape)),
): EventChannels {
  const layout = eventLayoutOf(shape);
  const ports = createEventPorts(shape, layout, cells);
  const bits = createEventBits({ shape, layout, cells }, hooks);
  const parts: Parts = { shape, cells, layout, bits, ports, hooks };
  return {
    ...bits,
    shape,
    cells,
    allocUnbound: (domain, remote) => open(parts, domain, unboundFor(remote)),
    allocForXen: (domain, remote, vcpu) =>
      open(parts, domain, { ...unboundFor(remote), vcpu, isXen: true }),
    bindInterdomain: (...ends) => bindInterdomain(parts, ...ends),
    bindIpi: (domain, vcpu) =>
      hasVcpu(shape, vcpu) ? open(parts, domain, { ...FREE_PORT, state: IPI, vcpu }) : ENOENT,
    bindVirq: (domain, virq) =>
      ports.portOfVirq(domain, virq) === 0
        ? open(parts, domain, { ...FREE_PORT, state: VIRQ, remotePort: virq })
        : EEXIST,
    bindVcpu: (...rest) => bindVcpu(parts, ...rest),
    close: (domain, port) => close(parts, domain, port),
    reset(domain, mayStop) {
      if (cells[layout.resetAt(domain)] !== 0) return EBUSY;
      return closeAll(parts, domain, 1, mayStop);
    },
    resume: (domain, mayStop) =>
      closeAll(parts, domain, cells[layout.resetAt(domain)] ?? 0, mayStop),
    destroy: (domain) => destroy(parts, domain),
    send(domain, port) {
      const { status, to } = beginSend(parts, domain, port);
      if (to !== undefined) bits.notify(to.domain, to.port, to.vcpu);
      return status;
    },
    beginSend: (domain, port) => beginSend(parts, domain, port),
    raiseVirq(domain, virq) {
      const port = ports.portOfVirq(domain, virq);
      if (port !== 0) bits.notify(domain, port, ports.viewOf(domain, port).vcpu);
    },
    unmask: (domain, port) => unmask(parts, domain, port),
    block(domain, vcpu) {
      bits.beginBlock(domain, vcpu, 0);
      return bits.settleBlock(domain, vcpu);
    },
    beginBlock: (domain, vcpu) => bits.beginBlock(domain, vcpu, 0),
    poll: (...rest) => poll(parts, ...rest),
    portOf: (domain, port) => ports.viewOf(domain, port),
  };
}

const unboundFor = (remoteDomain: number): PortView => ({
  ...FREE_PORT,
  state: UNBOUND,
  remoteDomain,
});

const hasVcpu = ({ vcpus }: EventShape, vcpu: number): boolean => vcpu >= 0 && vcpu < vcpus;

function open({ ports, hooks }: Parts, domain: number, view: PortView): number {
  if (hooks.isDying?.(domain) === true) return EINVAL;
  const port = ports.firstFree(domain);
  if (port === undefined) return ENOSPC;
  ports.change(domain, port, view);
  return port;
}

function bindInterdomain(parts: Parts, domain: number, remote: number, remotePort: number): number {
  const { shape, ports, bits } = parts;
  if (remote < 0 || remote >= shape.domains) return ESRCH;
  const view = { ...FREE_PORT, state: INTERDOMAIN, remoteDomain: remote, remotePort };
  const port = open(parts, domain, view);
  if (port < 0) return port;
  const other = ports.exists(remote, remotePort) ? ports.viewOf(remote, remotePort) : FREE_PORT;
  if (other.state !== UNBOUND || other.remoteDomain !== domain) {
    ports.change(domain, port, FREE_PORT);
    return EINVAL;
  }
  const back = { state: INTERDOMAIN, remoteDomain: domain, remotePort: port };
  ports.change(remote, remotePort, back);
  bits.notify(domain, port, ports.viewOf(domain, port).vcpu);
  return port;
}

function bindVcpu({ shape, ports }: Parts, domain: number, port: number, vcpu: number): number {
  if (!hasVcpu(shape, vcpu)) return ENOENT;
  if (!ports.exists(domain, port)) return EINVAL;
  const { state, isXen } = ports.viewOf(domain, port);
  const isMovable = state === UNBOUND || state === INTERDOMAIN || state === VIRQ;
  if (!isMovable || isXen) return EINVAL;
  ports.change(domain, port, { vcpu });
  return OK;
}

function close({ ports, bits }: Parts, domain: number, port: number): number {
  if (!ports.exists(domain, port)) return EINVAL;
  const { state, isXen, remoteDomain, remotePort } = ports.viewOf(domain, port);
  if (state === FREE || state === RESERVED || isXen) return EINVAL;
  if (state === INTERDOMAIN) {
    ports.change(remoteDomain, remotePort, {
      state: UNBOUND,
      remoteDomain: domain,
      remotePort: 0,
    });
  }
  // What was pending is forgotten, so that whoever gets the port next sees no event of before.
  bits.clearPending(domain, port);
  ports.change(domain, port, FREE_PORT);
  return OK;
}

/** Ports after which a reset looks whether it should stop. */
const RESET_GROUP = 64;

function closeAll(
  parts: Parts,
  domain: number,
  from: number,
  mayStop: () => boolean = () => false,
): number {
  const { shape, cells, layout } = parts;
  for (let port = from; port < shape.ports; port++) {
    close(parts, domain, port);
    if (port % RESET_GROUP === 0 && mayStop()) {
      cells[layout.resetAt(domain)] = port + 1;
      return ERESTART;
    }
  }
  cells[layout.resetAt(domain)] = 0;
  return OK;
}

function destroy(parts: Parts, domain: number): void {
  for (let port = 1; port < parts.shape.ports; port++) {
    parts.ports.change(domain, port, { isXen: false });
  }
  closeAll(parts, domain, 1);
}

function beginSend({ ports, hooks }: Parts, domain: number, port: number): Sending {
  if (!ports.exists(domain, port)) return { status: EINVAL };
  const { state, remoteDomain, remotePort, vcpu, isXen } = ports.viewOf(domain, port);
  if (isXen) return { status: EINVAL };
  if (state === UNBOUND) return { status: OK };
  if (state === IPI) return { status: OK, to: { domain, port, vcpu } };
  if (state !== INTERDOMAIN) return { status: EINVAL };
  const other = ports.viewOf(remoteDomain, remotePort);
  if (other.isXen) {
    hooks.notifyXen?.(remoteDomain, remotePort);
    return { status: OK };
  }
  return { status: OK, to: { domain: remoteDomain, port: remotePort, vcpu: other.vcpu } };
}

function unmask({ ports, bits }: Parts, domain: number, port: number): number {
  if (!ports.exists(domain, port)) return EINVAL;
  const was = bits.isMasked(domain, port);
  bits.setMask(domain, port, false);
  if (!was || !bits.isPending(domain, port)) return OK;
  const { vcpu } = ports.viewOf(domain, port);
  // The last steps of a notification; pollers have been woken by the first one.
  let step = Notification.selector;
  while (step < Notification.pollers) step = bits.notifyStep(domain, port, vcpu, step);
  return OK;
}

/** Stands for more than one port. */
const SEVERAL = -1;

function poll(
  { ports, bits }: Parts,
  domain: number,
  vcpu: number,
  polled: readonly number[],
): number {
  if (polled.some((port) => !ports.exists(domain, port))) return EINVAL;
  // Unlike `block`, a poll leaves the upcall mask as it is.
  const masked = bits.isUpcallMasked(domain, vcpu);
  const [only = SEVERAL] = polled.length === 1 ? polled : [];
  bits.beginBlock(domain, vcpu, only);
  bits.setUpcallMask(domain, vcpu, masked);
  bits.settleBlock(domain, vcpu, polled);
  return OK;
}
