/**
 * The table of ports that Xen keeps for each domain, which guests cannot see.
 *
 *     state │ remote domain │ remote port │ vCPU that is notified │ attached to Xen
 *
 * What the second and third cell mean depends on the state: who may bind an unbound port, the other
 * end of an interdomain one, the number of a VIRQ. In Xen they are a union, so that a check of one
 * state on a port of another reads something unrelated; here they are separate on purpose, and the
 * states are always looked at first.
 */
import type { EventLayout, EventShape } from "./event-layout.ts";

export const FREE = 0;
export const UNBOUND = 1;
export const INTERDOMAIN = 2;
export const IPI = 3;
export const VIRQ = 4;
/** Port 0 is never given out, so that 0 can mean "none". */
export const RESERVED = 5;

export interface PortView {
  readonly state: number;
  /** Of an unbound port, the domain that may bind it. */
  readonly remoteDomain: number;
  /** Of a VIRQ, its number. */
  readonly remotePort: number;
  readonly vcpu: number;
  /** Xen itself is at this end: the guest may not touch the port. */
  readonly isXen: boolean;
}

export const FREE_PORT: PortView = {
  state: FREE,
  remoteDomain: 0,
  remotePort: 0,
  vcpu: 0,
  isXen: false,
};

export interface EventPorts {
  exists(domain: number, port: number): boolean;
  viewOf(domain: number, port: number): PortView;
  /** Changes what is named, and leaves the rest. */
  change(domain: number, port: number, to: Partial<PortView>): void;
  /** The lowest free port, if any. */
  firstFree(domain: number): number | undefined;
  /** The port of a domain and vCPU that has this VIRQ, or 0. */
  portOfVirq(domain: number, virq: number): number;
}

export function createEventPorts(
  { domains, ports }: EventShape,
  layout: EventLayout,
  cells: Int32Array,
): EventPorts {
  for (let domain = 0; domain < domains; domain++) cells[layout.portAt(domain, 0)] = RESERVED;
  const viewOf = (domain: number, port: number): PortView => {
    const at = layout.portAt(domain, port);
    return {
      state: cells[at] ?? FREE,
      remoteDomain: cells[at + 1] ?? 0,
      remotePort: cells[at + 2] ?? 0,
      vcpu: cells[at + 3] ?? 0,
      isXen: cells[at + 4] === 1,
    };
  };
  return {
    exists: (domain, port) => domain >= 0 && domain < domains && port >= 0 && port < ports,
    viewOf,
    change(domain, port, to) {
      const { state, remoteDomain, remotePort, vcpu, isXen } = { ...viewOf(domain, port), ...to };
      cells.set(
        [state, remoteDomain, remotePort, vcpu, isXen ? 1 : 0],
        layout.portAt(domain, port),
      );
    },
    firstFree(domain) {
      for (let port = 1; port < ports; port++) {
        if (cells[layout.portAt(domain, port)] === FREE) return port;
      }
      return undefined;
    },
    portOfVirq(domain, virq) {
      for (let port = 1; port < ports; port++) {
        const at = layout.portAt(domain, port);
        if (cells[at] === VIRQ && cells[at + 2] === virq) return port;
      }
      return 0;
    },
  };
}
