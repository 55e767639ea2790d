/**
 * The portmap: which application has which port of the shared address, for TCP and for UDP.
 *
 *     cells   TCP: (slot + 1, address) × ports │ UDP: (slot + 1, address) × ports
 *
 * 0 is free. (In memory free entries are all ones, and the index is the port in network byte
 * order; neither can be observed here.) A port is taken in two steps, a look and a
 * compare-exchange, without the lock of the registrar: two domains may look at the same port.
 *
 * Source: LibrettOS' Xen, common/rumprun_service.c (assign_port, assign_random_port).
 */
import { EADDRINUSE, OK } from "./status.ts";

export const TCP = 6;
export const UDP = 17;

export interface PortmapShape {
  /** 65,536 on the real thing; few in what is explored. */
  readonly ports: number;
  /** First port that is given out to those who name none; 49,152 on the real thing. */
  readonly firstDynamic: number;
}

export interface PortmapRules {
  /** Mistake: the last port is given out too, which the server takes for a broadcast. */
  readonly lastPortToo: boolean;
  /** Mistake: a port is taken by a plain store, so that two can win. */
  readonly takesByStore: boolean;
}

export interface Owner {
  readonly slot: number;
  readonly address: number;
}

/** A bind that has begun; `candidate` is the port at which it has looked. */
export interface BindAttempt extends Owner {
  readonly protocol: number;
  /** 0 when the caller names none. */
  readonly wanted: number;
  readonly candidate: number;
}

export interface Bound {
  readonly status: number;
  /** The port; 0 unless the status is OK. */
  readonly port: number;
  /** It was free before. */
  readonly isNew: boolean;
}

export interface Portmap {
  readonly shape: PortmapShape;
  readonly cells: Int32Array;
  /** The look. `protocol` is `TCP` or `UDP`. */
  look(protocol: number, owner: Owner, wanted: number): BindAttempt | Bound;
  /** The compare-exchange; an attempt for any port looks for the next one if it comes too late. */
  take(attempt: BindAttempt): BindAttempt | Bound;
  ownerOf(protocol: number, port: number): Owner | undefined;
  free(protocol: number, port: number): void;
  /** Frees all ports of a slot. */
  freeSlot(slot: number): void;
  clear(): void;
}

const ENTRY_CELLS = 2;

export function portmapCellsOf({ ports }: PortmapShape): number {
  return 2 * ports * ENTRY_CELLS;
}

const REFUSED: Bound = { status: EADDRINUSE, port: 0, isNew: false };

/** All ports are free. */
export function createPortmap(
  shape: PortmapShape,
  rules: PortmapRules,
  cells: Int32Array = new Int32Array(portmapCellsOf(shape)),
): Portmap {
  const { ports, firstDynamic } = shape;
  const at = (protocol: number, port: number): number =>
    ((protocol === TCP ? 0 : ports) + port) * ENTRY_CELLS;
  const slotOf = (protocol: number, port: number): number => (cells[at(protocol, port)] ?? 0) - 1;
  const free = (protocol: number, port: number): void => {
    cells.fill(0, at(protocol, port), at(protocol, port) + ENTRY_CELLS);
  };
  /** First free port of those that are given out, from this one on. */
  const lookFrom = (from: number, attempt: Omit<BindAttempt, "candidate">) => {
    const end = rules.lastPortToo ? ports : ports - 1;
    for (let candidate = from; candidate < end; candidate++) {
      if (slotOf(attempt.protocol, candidate) < 0) return { ...attempt, candidate };
    }
    return REFUSED;
  };
  return {
    shape,
    cells,
    look(protocol, { slot, address }, wanted) {
      const attempt = { protocol, slot, address, wanted };
      if (wanted === 0) return lookFrom(firstDynamic, attempt);
      if (wanted < 0 || wanted >= ports) throw new RangeError(`There is no port ${wanted}`);
      const owner = slotOf(protocol, wanted);
      if (owner === slot) return { status: OK, port: wanted, isNew: false };
      return owner < 0 ? { ...attempt, candidate: wanted } : REFUSED;
    },
    take(attempt) {
      const { protocol, slot, address, wanted, candidate } = attempt;
      if (slotOf(protocol, candidate) >= 0 && !rules.takesByStore) {
        return wanted === 0 ? lookFrom(candidate + 1, attempt) : REFUSED;
      }
      cells.set([slot + 1, address], at(protocol, candidate));
      return { status: OK, port: candidate, isNew: true };
    },
    ownerOf(protocol, port) {
      const slot = slotOf(protocol, port);
      const address = cells[at(protocol, port) + 1] ?? 0;
      return slot < 0 ? undefined : { slot, address };
    },
    free,
    freeSlot(slot) {
      for (const protocol of [TCP, UDP]) {
        for (let port = 0; port < ports; port++) {
          if (slotOf(protocol, port) === slot) free(protocol, port);
        }
      }
    },
    clear: () => void cells.fill(0),
  };
}
