/**
 * Who owns a connection, and which generation of its ports it is.
 *
 * Several captures of one recording can show the same connection. The registry is shared by their
 * trackers: the capture that brings the first packet of a generation owns it, and the others follow
 * it silently (`docs/recordings.md`). Interleaving the packets of two places of capture was
 * rejected, because the mixture is the order of events at neither place.
 *
 * Ids stay unique when old connections are evicted: `retired` keeps the highest generation per
 * hash.
 *
 * Limits: `REMEMBERED_NUMBERS` initial sequence numbers per pair; pairs live as long as a tracker
 * has them.
 */

/** Initial sequence numbers of former generations that are recognised in a late capture. */
const REMEMBERED_NUMBERS = 4;
const RETIRED_SLOTS = 65_536;

interface Entry {
  owner: number;
  generation: number;
  /**
   * Initial sequence numbers of the client, newest last; undefined for a generation without a SYN.
   */
  numbers: (number | undefined)[];
}

export interface ConnectionRegistry {
  readonly entries: Map<string, Entry>;
  readonly retired: Uint32Array;
}

export interface Claim {
  readonly generation: number;
  /** True when another capture owns the connection. */
  readonly shadow: boolean;
}

export function createConnectionRegistry(): ConnectionRegistry {
  return { entries: new Map(), retired: new Uint32Array(RETIRED_SLOTS) };
}

/**
 * Capture `source` sees a connection of `pair` that is new to it. `number` is the client's initial
 * sequence number, undefined without a SYN; `hash` is that of the pair.
 */
export function claimConnection(
  registry: ConnectionRegistry,
  pair: string,
  hash: number,
  number: number | undefined,
  source: number,
): Claim {
  const entry = registry.entries.get(pair);
  if (entry === undefined) {
    const generation = (registry.retired[hash & (RETIRED_SLOTS - 1)] ?? 0) + 1;
    registry.entries.set(pair, { owner: source, generation, numbers: [number] });
    return { generation, shadow: false };
  }
  const known = number === undefined || entry.numbers.includes(number);
  if (entry.owner !== source && known) {
    return { generation: entry.generation, shadow: true };
  }
  entry.owner = source;
  entry.generation++;
  entry.numbers = [...entry.numbers, number].slice(-REMEMBERED_NUMBERS);
  return { generation: entry.generation, shadow: false };
}

/** The owner forgets the pair. */
export function releaseConnection(
  registry: ConnectionRegistry,
  pair: string,
  hash: number,
  source: number,
): void {
  const entry = registry.entries.get(pair);
  if (entry !== undefined && entry.owner === source) {
    const slot = hash & (RETIRED_SLOTS - 1);
    registry.retired[slot] = Math.max(registry.retired[slot] ?? 0, entry.generation);
    registry.entries.delete(pair);
  }
}
