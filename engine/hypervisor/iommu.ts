/**
 * The IOMMU: which memory a device can reach, and what becomes of its DMA afterwards.
 *
 *     requester ──► context: domain, or quarantine ──► cached? ──no──► page table ──► frame
 *                                                         └─yes───────────────────────►
 *
 *     cells   of each requester  context
 *             of each domain     page table: for each device frame  frame × 4 + write × 2 + read
 *             IOTLB              (domain + 1, device frame, entry) × lines │ next to replace
 *             queue              how many │ (domain + 1, device frame) × places
 *             faults             how many │ overflow │ (requester, device frame, write) × places
 *
 * An entry that is gone from the table can still be cached: a frame is out of reach only when an
 * invalidation has been queued *and* waited for. A posted write is translated when it arrives, not
 * when it is issued, so what is in flight over a change of owner meets the context of the new one.
 *
 * Sources: Xen drivers/passthrough/vtd/iommu.h, passthrough/pci.c, docs/misc/xen-command-line.
 * Left out: interrupt remapping, large pages, snooping. The cache forgets in the order in which it
 * learned, and `forget` makes it forget at any time; real ones are free to.
 */
import { EBUSY, EINVAL, ENODEV, OK } from "./status.ts";

/**
 * What happens to DMA of a device that belongs to nobody: it faults; or it lands in a page that
 * nobody reads; or (a mistake) the context of the last owner stays until the next one comes.
 */
export type Quarantine = "basic" | "scratch" | "none";

export interface IommuShape {
  readonly requesters: number;
  readonly domains: number;
  /** Device frames of each domain's table. */
  readonly deviceFrames: number;
  /** Translations that can be cached. */
  readonly lines: number;
  /** Invalidations that can be queued. */
  readonly queue: number;
  /** Faults that can be recorded; one more sets the overflow bit. */
  readonly faults: number;
}

export interface IommuRules {
  readonly quarantine: Quarantine;
  /** Where a device goes when its owner dies: Xen 4.14 has quarantine, 4.10 gives it to Dom0. */
  readonly release: "quarantine" | "dom0";
}

export const XEN_4_14: IommuRules = { quarantine: "basic", release: "quarantine" };
export const XEN_4_10: IommuRules = { quarantine: "basic", release: "dom0" };

export const DOM0 = 0;
/** Context of a device that belongs to nobody. */
export const QUARANTINE: number = -1;

export type Landing =
  | { readonly kind: "memory"; readonly domain: number; readonly frame: number }
  | { readonly kind: "fault" }
  | { readonly kind: "scratch" };

export interface Fault {
  readonly requester: number;
  readonly deviceFrame: number;
  readonly isWrite: boolean;
}

export interface Iommu {
  readonly shape: IommuShape;
  /** The whole state; the array is its own. */
  readonly cells: Int32Array;
  // -------------------------------------------------------------------- devices
  ownerOf(requester: number): number;
  /**
   * Gives a device to a domain. EBUSY unless it is with Dom0 or in quarantine, ENODEV when there is
   * no such device. What is cached for the domain stays.
   */
  assign(requester: number, domain: number): number;
  /** Takes a device from its owner: to quarantine, or to Dom0. EINVAL when it has none. */
  release(requester: number): number;
  // -------------------------------------------------------------------- tables
  /** Maps a device frame; one that is mapped already is changed, as in Xen. */
  map(domain: number, deviceFrame: number, frame: number, isWritable: boolean): void;
  /** Takes the entry out of the table; it may still be cached. */
  unmap(domain: number, deviceFrame: number): void;
  /** Takes out all the entries of a domain. */
  clear(domain: number): void;
  // -------------------------------------------------------------------- cache
  /** Queues an invalidation of one device frame; EBUSY when the queue is full. */
  invalidate(domain: number, deviceFrame: number): number;
  /** The hardware performs the oldest invalidation; false when none is queued. */
  process(): boolean;
  /** Has everything that was queued been performed? This is what software waits for. */
  isIdle(): boolean;
  /** The cache drops a line, as it may at any time. */
  forget(line: number): void;
  isCached(domain: number, deviceFrame: number): boolean;
  // -------------------------------------------------------------------- what devices do
  /** A read or write of a device arrives. */
  access(requester: number, deviceFrame: number, isWrite: boolean): Landing;
  readonly faults: readonly Fault[];
  /** Faults were lost because nobody took them. */
  readonly hasOverflowed: boolean;
  clearFaults(): void;
}

const READ = 1;
const WRITE = 2;
const LINE_CELLS = 3;
const PLACE_CELLS = 2;
const FAULT_CELLS = 3;

/** Cells that an IOMMU of this shape takes. */
export function iommuCellsOf(shape: IommuShape): number {
  return offsetsOf(shape).end;
}

function offsetsOf({ requesters, domains, deviceFrames, lines, queue, faults }: IommuShape) {
  const tables = requesters;
  const cache = tables + domains * deviceFrames;
  const pending = cache + lines * LINE_CELLS + 1;
  const log = pending + 1 + queue * PLACE_CELLS;
  return { tables, cache, pending, log, end: log + 2 + faults * FAULT_CELLS };
}

/** All devices are with Dom0, and all tables are empty. */
export function createIommu(
  shape: IommuShape,
  rules: IommuRules = XEN_4_14,
  cells: Int32Array = new Int32Array(iommuCellsOf(shape)),
): Iommu {
  const parts: Parts = { shape, cells, at: offsetsOf(shape) };
  const { at } = parts;
  const ownerOf = (requester: number): number => cells[requester] ?? 0;
  const isDevice = (requester: number): boolean => requester >= 0 && requester < shape.requesters;
  return {
    shape,
    cells,
    ownerOf: (requester) => (isLeftBehind(ownerOf(requester)) ? QUARANTINE : ownerOf(requester)),
    assign(requester, domain) {
      if (!isDevice(requester)) return ENODEV;
      if (ownerOf(requester) > DOM0) return EBUSY;
      cells[requester] = domain;
      return OK;
    },
    release(requester) {
      if (!isDevice(requester)) return ENODEV;
      const owner = ownerOf(requester);
      if (owner < DOM0) return EINVAL;
      const quarantined = rules.quarantine === "none" ? leftBehind(owner) : QUARANTINE;
      cells[requester] = rules.release === "dom0" ? DOM0 : quarantined;
      return OK;
    },
    map(domain, deviceFrame, frame, isWritable) {
      cells[entryAt(parts, domain, deviceFrame)] = frame * 4 + (isWritable ? WRITE : 0) + READ;
    },
    unmap(domain, deviceFrame) {
      cells[entryAt(parts, domain, deviceFrame)] = 0;
    },
    clear(domain) {
      const from = at.tables + domain * shape.deviceFrames;
      cells.fill(0, from, from + shape.deviceFrames);
    },
    ...createCache(parts),
    access: (requester, deviceFrame, isWrite) => {
      const context = ownerOf(requester);
      if (context === QUARANTINE && rules.quarantine === "scratch") return { kind: "scratch" };
      const domain = isLeftBehind(context) ? leftBehind(context) : context;
      const entry = domain < 0 ? 0 : translate(parts, domain, deviceFrame);
      if ((entry & (isWrite ? WRITE : READ)) !== 0) {
        return { kind: "memory", domain, frame: entry >> 2 };
      }
      record(parts, { requester, deviceFrame, isWrite });
      return { kind: "fault" };
    },
    get faults() {
      return Array.from({ length: cells[at.log] ?? 0 }, (_, index) => faultOf(parts, index));
    },
    get hasOverflowed() {
      return cells[at.log + 1] !== 0;
    },
    clearFaults: () => void cells.fill(0, at.log, at.end),
  };
}

interface Parts {
  readonly shape: IommuShape;
  readonly cells: Int32Array;
  readonly at: ReturnType<typeof offsetsOf>;
}

/** Context of a device without an owner whose old translations still work. Its own inverse. */
const leftBehind = (domain: number): number => -2 - domain;
const isLeftBehind = (context: number): boolean => context < QUARANTINE;

function entryAt({ shape, at }: Parts, domain: number, deviceFrame: number): number {
  if (deviceFrame < 0 || deviceFrame >= shape.deviceFrames) {
    throw new RangeError(`A table has no device frame ${deviceFrame}`);
  }
  return at.tables + domain * shape.deviceFrames + deviceFrame;
}

function lineOf({ shape, cells, at }: Parts, domain: number, deviceFrame: number): number {
  for (let line = 0; line < shape.lines; line++) {
    const from = at.cache + line * LINE_CELLS;
    if (cells[from] === domain + 1 && cells[from + 1] === deviceFrame) return line;
  }
  return -1;
}

/** The entry as the device sees it; a walk of the table is remembered. */
function translate(parts: Parts, domain: number, deviceFrame: number): number {
  const { shape, cells, at } = parts;
  const known = lineOf(parts, domain, deviceFrame);
  if (known >= 0) return cells[at.cache + known * LINE_CELLS + 2] ?? 0;
  if (deviceFrame < 0 || deviceFrame >= shape.deviceFrames) return 0;
  const entry = cells[entryAt(parts, domain, deviceFrame)] ?? 0;
  if (entry === 0 || shape.lines === 0) return entry;
  const next = at.pending - 1;
  const line = cells[next] ?? 0;
  cells.set([domain + 1, deviceFrame, entry], at.cache + line * LINE_CELLS);
  cells[next] = (line + 1) % shape.lines;
  return entry;
}

type Cache = Pick<Iommu, "invalidate" | "process" | "isIdle" | "forget" | "isCached">;

function createCache(parts: Parts): Cache {
  const { shape, cells, at } = parts;
  const queued = (): number => cells[at.pending] ?? 0;
  const forget = (line: number): void => {
    if (line < 0 || line >= shape.lines) throw new RangeError(`There is no line ${line}`);
    const from = at.cache + line * LINE_CELLS;
    cells.fill(0, from, from + LINE_CELLS);
  };
  return {
    invalidate(domain, deviceFrame) {
      if (queued() === shape.queue) return EBUSY;
      cells.set([domain + 1, deviceFrame], at.pending + 1 + queued() * PLACE_CELLS);
      cells[at.pending] = queued() + 1;
      return OK;
    },
    process() {
      if (queued() === 0) return false;
      const first = at.pending + 1;
      const line = lineOf(parts, (cells[first] ?? 0) - 1, cells[first + 1] ?? 0);
      if (line >= 0) forget(line);
      const end = first + queued() * PLACE_CELLS;
      cells.copyWithin(first, first + PLACE_CELLS, end);
      cells.fill(0, end - PLACE_CELLS, end);
      cells[at.pending] = queued() - 1;
      return true;
    },
    isIdle: () => queued() === 0,
    forget,
    isCached: (domain, deviceFrame) => lineOf(parts, domain, deviceFrame) >= 0,
  };
}

function record({ shape, cells, at }: Parts, { requester, deviceFrame, isWrite }: Fault): void {
  const count = cells[at.log] ?? 0;
  if (count === shape.faults) {
    cells[at.log + 1] = 1;
    return;
  }
  cells.set([requester, deviceFrame, isWrite ? 1 : 0], at.log + 2 + count * FAULT_CELLS);
  cells[at.log] = count + 1;
}

function faultOf({ cells, at }: Parts, index: number): Fault {
  const from = at.log + 2 + index * FAULT_CELLS;
  const [requester = 0, deviceFrame = 0, isWrite = 0] = cells.subarray(from, from + FAULT_CELLS);
  return { requester, deviceFrame, isWrite: isWrite !== 0 };
}
