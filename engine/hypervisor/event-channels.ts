/**
 * Event channels with the 2-level ABI: bits by which domains wake each other.
 *
 *     Xen, for each port      state │ remote domain │ remote port │ vCPU that is notified
 *     shared, for each domain pending bits │ mask bits
 *     shared, for each vCPU   selector (one bit for each word of ports) │ upcall pending
 *
 * Two sends before the handler runs are one event. An event is a hint that there is work, never the
 * work itself, so the receiver must look for itself after it has cleared the bits.
 *
 * Sources: Xen common/event_channel.c, common/event_2l.c, public/event_channel.h. Left out: FIFO
 * ABI, ports attached to Xen, physical interrupts.
 */
import { EINVAL, ENOSPC, ESRCH, OK } from "./status.ts";

export const FREE = 0;
export const UNBOUND = 1;
export const INTERDOMAIN = 2;
export const IPI = 3;
export const VIRQ = 4;
/** Port 0 is never given out. */
const RESERVED = 5;

export type WordBits = 32 | 64;

export interface EventShape {
  readonly domains: number;
  /** vCPUs of each domain. */
  readonly vcpus: number;
  /** Bits of a word of the guest's ABI: 4096 ports with 64, 1024 with 32. */
  readonly wordBits: WordBits;
  /** Ports that a domain may have; at most what the ABI allows. */
  readonly ports: number;
}

export interface PortView {
  readonly state: number;
  readonly remoteDomain: number;
  readonly remotePort: number;
  readonly vcpu: number;
}

export interface EventChannels {
  readonly shape: EventShape;
  /** The whole state; the array is its own. */
  readonly cells: Int32Array;
  // -------------------------------------------------------------------- hypercalls
  /** A new port that `remote` may bind to; gives the port, or ENOSPC. Any `remote` is accepted. */
  allocUnbound(domain: number, remote: number): number;
  /**
   * Connects a new port to one that is unbound and meant for the caller; gives the new port, EINVAL
   * or ENOSPC. The new port is pending at once: earlier notifications may have been lost.
   */
  bindInterdomain(domain: number, remote: number, remotePort: number): number;
  /** A port by which vCPUs of one domain notify each other. */
  bindIpi(domain: number, vcpu: number): number;
  bindVirq(domain: number, vcpu: number): number;
  /** Notifies the other end. A port that nobody has bound takes it silently: 0, and it is lost. */
  send(domain: number, port: number): number;
  /** Frees the port. The other end becomes unbound, for the closer, and is not told. */
  close(domain: number, port: number): number;
  /** Unmasks, and notifies again if the port is pending. */
  unmask(domain: number, port: number): number;
  /** Which vCPU is notified from now on. */
  bindVcpu(domain: number, port: number, vcpu: number): number;
  /** Closes every port, in order: what destroying a domain does. */
  reset(domain: number): void;
  /** Blocks a vCPU; false when an upcall is pending, then it runs on. */
  block(domain: number, vcpu: number): boolean;
  // -------------------------------------------------------------------- shared memory of the guest
  isPending(domain: number, port: number): boolean;
  isMasked(domain: number, port: number): boolean;
  /** Clears the pending bit and says whether it was set. */
  clearPending(domain: number, port: number): boolean;
  /** Sets or clears the mask bit as the guest can: without the look that `unmask` takes. */
  setMask(domain: number, port: number, masked: boolean): void;
  isUpcallPending(domain: number, vcpu: number): boolean;
  clearUpcallPending(domain: number, vcpu: number): void;
  /** Words with pending ports, and none from now on. */
  takeSelector(domain: number, vcpu: number): readonly number[];
  isBlocked(domain: number, vcpu: number): boolean;
  // -------------------------------------------------------------------- for observers
  portOf(domain: number, port: number): PortView;
}

const PORT_CELLS = 4;
/** The selector of 64 words takes two cells; then upcall pending and blocked. */
const VCPU_CELLS = 4;

/** `kick` is called when a vCPU's upcall-pending byte goes from 0 to 1. */
export function createEventChannels(
  shape: EventShape,
  kick: (domain: number, vcpu: number) => void = () => {},
): EventChannels {
  const { domains, vcpus, wordBits, ports } = shape;
  if (ports > wordBits * wordBits) {
    throw new RangeError(`The ABI with ${wordBits}-bit words has ${wordBits * wordBits} ports`);
  }
  const bitCells = Math.ceil(ports / 32);
  const stride = ports * PORT_CELLS + 2 * bitCells + vcpus * VCPU_CELLS;
  const cells = new Int32Array(domains * stride);
  const portAt = (domain: number, port: number): number => domain * stride + port * PORT_CELLS;
  const pendingAt = (domain: number): number => domain * stride + ports * PORT_CELLS;
  const maskAt = (domain: number): number => pendingAt(domain) + bitCells;
  const vcpuAt = (domain: number, vcpu: number): number =>
    maskAt(domain) + bitCells + vcpu * VCPU_CELLS;
  const cell = (index: number): number => cells[index] ?? 0;
  const exists = (domain: number, port: number): boolean =>
    domain >= 0 && domain < domains && port >= 0 && port < ports;
  const stateOf = (domain: number, port: number): number =>
    exists(domain, port) ? cell(portAt(domain, port)) : FREE;

  const bit = (base: number, index: number): boolean =>
    (cell(base + (index >> 5)) & (1 << (index & 31))) !== 0;
  /** Sets or clears a bit and gives what it was. */
  const put = (base: number, index: number, value: boolean): boolean => {
    const at = base + (index >> 5);
    const before = bit(base, index);
    cells[at] = value ? cell(at) | (1 << (index & 31)) : cell(at) & ~(1 << (index & 31));
    return before;
  };
  const write = (domain: number, port: number, view: PortView): void => {
    const at = portAt(domain, port);
    cells[at] = view.state;
    cells[at + 1] = view.remoteDomain;
    cells[at + 2] = view.remotePort;
    cells[at + 3] = view.vcpu;
  };
  const viewOf = (domain: number, port: number): PortView => {
    const at = portAt(domain, port);
    return {
      state: cell(at),
      remoteDomain: cell(at + 1),
      remotePort: cell(at + 2),
      vcpu: cell(at + 3),
    };
  };

  /** The last two steps of a notification: the word, then the upcall. */
  const select = (domain: number, port: number): void => {
    const vcpu = vcpuAt(domain, viewOf(domain, port).vcpu);
    if (put(vcpu, Math.floor(port / wordBits), true)) return;
    const was = cell(vcpu + 2);
    cells[vcpu + 2] = 1;
    if (was !== 0) return;
    cells[vcpu + 3] = 0;
    kick(domain, viewOf(domain, port).vcpu);
  };
  const setPending = (domain: number, port: number): void => {
    if (put(pendingAt(domain), port, true)) return;
    if (!bit(maskAt(domain), port)) select(domain, port);
  };
  const freePort = (domain: number): number | undefined => {
    // Port 0 is reserved, so that 0 can mean "none".
    for (let port = 1; port < ports; port++) {
      if (stateOf(domain, port) === FREE) return port;
    }
    return undefined;
  };
  const open = (domain: number, view: Omit<PortView, "vcpu">, vcpu = 0): number => {
    const port = freePort(domain);
    if (port === undefined) return ENOSPC;
    write(domain, port, { ...view, vcpu });
    put(pendingAt(domain), port, false);
    return port;
  };
  const close = (domain: number, port: number): number => {
    const { state, remoteDomain, remotePort } = viewOf(domain, port);
    if (!exists(domain, port) || state === FREE || state === RESERVED) return EINVAL;
    if (state === INTERDOMAIN) {
      const { vcpu } = viewOf(remoteDomain, remotePort);
      write(remoteDomain, remotePort, {
        state: UNBOUND,
        remoteDomain: domain,
        remotePort: 0,
        vcpu,
      });
    }
    // The vCPU that is notified is 0 again, and what was pending is forgotten.
    write(domain, port, { state: FREE, remoteDomain: 0, remotePort: 0, vcpu: 0 });
    put(pendingAt(domain), port, false);
    return OK;
  };
  for (let domain = 0; domain < domains; domain++) cells[portAt(domain, 0)] = RESERVED;

  return {
    shape,
    cells,
    allocUnbound: (domain, remote) =>
      open(domain, { state: UNBOUND, remoteDomain: remote, remotePort: 0 }),
    bindInterdomain(domain, remote, remotePort) {
      if (!exists(remote, remotePort)) return remote >= domains ? ESRCH : EINVAL;
      const { state, remoteDomain, vcpu } = viewOf(remote, remotePort);
      if (state !== UNBOUND || remoteDomain !== domain) return EINVAL;
      const port = open(domain, { state: INTERDOMAIN, remoteDomain: remote, remotePort });
      if (port < 0) return port;
      write(remote, remotePort, {
        state: INTERDOMAIN,
        remoteDomain: domain,
        remotePort: port,
        vcpu,
      });
      setPending(domain, port);
      return port;
    },
    bindIpi: (domain, vcpu) =>
      vcpu < vcpus ? open(domain, { state: IPI, remoteDomain: 0, remotePort: 0 }, vcpu) : EINVAL,
    bindVirq: (domain, vcpu) =>
      vcpu < vcpus ? open(domain, { state: VIRQ, remoteDomain: 0, remotePort: 0 }, vcpu) : EINVAL,
    send(domain, port) {
      if (!exists(domain, port)) return EINVAL;
      const { state, remoteDomain, remotePort } = viewOf(domain, port);
      if (state === INTERDOMAIN) setPending(remoteDomain, remotePort);
      else if (state === IPI) setPending(domain, port);
      else if (state !== UNBOUND) return EINVAL;
      return OK;
    },
    close,
    unmask(domain, port) {
      if (!exists(domain, port)) return EINVAL;
      const was = put(maskAt(domain), port, false);
      if (was && bit(pendingAt(domain), port)) select(domain, port);
      return OK;
    },
    bindVcpu(domain, port, vcpu) {
      const state = stateOf(domain, port);
      const isMovable = state === UNBOUND || state === INTERDOMAIN;
      if (!isMovable || vcpu >= vcpus) return EINVAL;
      write(domain, port, { ...viewOf(domain, port), vcpu });
      return OK;
    },
    reset(domain) {
      for (let port = 0; port < ports; port++) close(domain, port);
    },
    block(domain, vcpu) {
      const at = vcpuAt(domain, vcpu);
      // The flag is set before the look, so that a notification in between wakes the vCPU.
      cells[at + 3] = 1;
      if (cell(at + 2) === 0) return true;
      cells[at + 3] = 0;
      return false;
    },
    isPending: (domain, port) => bit(pendingAt(domain), port),
    isMasked: (domain, port) => bit(maskAt(domain), port),
    clearPending: (domain, port) => put(pendingAt(domain), port, false),
    setMask: (domain, port, masked) => void put(maskAt(domain), port, masked),
    isUpcallPending: (domain, vcpu) => cell(vcpuAt(domain, vcpu) + 2) !== 0,
    clearUpcallPending: (domain, vcpu) => {
      cells[vcpuAt(domain, vcpu) + 2] = 0;
    },
    takeSelector(domain, vcpu) {
      const at = vcpuAt(domain, vcpu);
      const words: number[] = [];
      for (let word = 0; word < wordBits; word++) if (put(at, word, false)) words.push(word);
      return words;
    },
    isBlocked: (domain, vcpu) => cell(vcpuAt(domain, vcpu) + 3) !== 0,
    portOf: viewOf,
  };
}
