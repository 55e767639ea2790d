/**
 * A learning switch: which ports a frame goes out of.
 *
 *     frame, port ──► sender's MAC is behind this port ──► receiver known? ──► its port, else all
 *
 *     cells   of each entry   MAC × 2 │ port + 1 │ seen at × 2
 *
 * Every frame teaches where its sender is, so an announcement (gratuitous ARP) after a move turns
 * traffic at once; without one, frames go to the old port until the entry is too old. An entry is
 * forgotten when nothing was heard for the ageing time. A full table forgets the oldest entry.
 *
 * Source: IEEE 802.1D, clause 7. Left out: spanning tree, VLANs; addresses of groups are flooded.
 */
import { setWide, wide, WIDE_CELLS } from "../nic/wide.ts";
import type { Mac } from "./frames.ts";

export interface SwitchShape {
  readonly ports: number;
  readonly entries: number;
  /** Nanoseconds; IEEE 802.1D recommends 300 s. */
  readonly ageing: number;
}

/** 300 s. */
export const AGEING = 300_000_000_000;

export interface Switch {
  readonly shape: SwitchShape;
  /** The whole state. */
  readonly cells: Int32Array;
  /**
   * Ports out of which a frame goes that came in by `port`: never that one. Learns the sender,
   * unless its address is that of a group. A RangeError for a port that does not exist.
   */
  forward(port: number, from: Mac, to: Mac, now: number): readonly number[];
  /** Port behind which an address is known to be. */
  portOf(mac: Mac, now: number): number | undefined;
  /** The link of a port went down: what was learnt there is forgotten. */
  forget(port: number): void;
}

const PORT: number = WIDE_CELLS;
const SEEN: number = PORT + 1;
const STRIDE: number = SEEN + WIDE_CELLS;

export function createSwitch(
  shape: SwitchShape,
  cells: Int32Array = new Int32Array(shape.entries * STRIDE),
): Switch {
  const { ports, entries, ageing } = shape;
  const bases = Array.from({ length: entries }, (_, index) => index * STRIDE);
  const portAt = (at: number): number => (cells[at + PORT] ?? 0) - 1;
  const seenAt = (at: number): number => wide(cells, at + SEEN);
  const isFresh = (at: number, now: number): boolean =>
    portAt(at) >= 0 && now - seenAt(at) <= ageing;
  const find = (mac: Mac): number | undefined =>
    bases.find((at) => portAt(at) >= 0 && wide(cells, at) === mac);
  /** The place for an address: its own, a free one, or that of the oldest. */
  const place = (mac: Mac): number | undefined => {
    const own = find(mac) ?? bases.find((at) => portAt(at) < 0);
    if (own !== undefined) return own;
    let oldest = bases[0];
    for (const at of bases) if (oldest !== undefined && seenAt(at) < seenAt(oldest)) oldest = at;
    return oldest;
  };
  const learn = (port: number, mac: Mac, now: number): void => {
    const at = place(mac);
    if (at === undefined) return;
    setWide(cells, at, mac);
    cells[at + PORT] = port + 1;
    setWide(cells, at + SEEN, now);
  };
  const portOf = (mac: Mac, now: number): number | undefined => {
    const at = find(mac);
    return at !== undefined && isFresh(at, now) ? portAt(at) : undefined;
  };
  return {
    shape,
    cells,
    portOf,
    forward(port, from, to, now) {
      if (port < 0 || port >= ports) throw new RangeError(`There is no port ${port}`);
      if (!isGroup(from)) learn(port, from, now);
      const known = isGroup(to) ? undefined : portOf(to, now);
      if (known !== undefined) return known === port ? [] : [known];
      return Array.from({ length: ports }, (_, index) => index).filter((each) => each !== port);
    },
    forget(port) {
      for (const at of bases) if (portAt(at) === port) cells.fill(0, at, at + STRIDE);
    },
  };
}

/** Broadcast and multicast addresses: the lowest bit of the first byte is set. */
function isGroup(mac: Mac): boolean {
  return Math.floor(mac / 2 ** 40) % 2 === 1;
}
