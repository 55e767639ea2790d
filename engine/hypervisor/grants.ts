/**
 * Grants: a domain lets another map or copy a frame of its memory.
 *
 *     guest ──stores──► entries in shared memory ◄──compare-exchange── Xen
 *                       (grant-entries.ts)                              │
 *     cells   of each entry   readers │ writers │ grantee │ frame │ locked
 *             of each handle  granter + 1, or -1 while a map has it │ entry │ writable
 *
 * Xen marks an entry in its flags while it is mapped, and keeps for itself who has mapped what:
 * what the granter writes over an entry that is in use changes nothing. There is no way to take a
 * mapping away from its holder but the holder's death.
 *
 * A map is several steps on the real machine, because the granter can write in between; they can
 * be taken one by one (`beginMap`, `stepMap`) while the entry is locked against other maps.
 * Sources: Xen common/grant_table.c, public/grant_table.h. Left out: version 2, transfers, device
 * maps.
 */
import type { Memory } from "../hardware/memory.ts";
import {
  Field,
  type GrantEntries,
  type GrantShape,
  PERMIT_ACCESS,
  READ_ONLY,
  READING,
  TYPE_MASK,
  WRITING,
} from "./grant-entries.ts";

/** Status of an operation, with Xen's numbers. */
export const GrantStatus = {
  okay: 0,
  generalError: -1,
  badDomain: -2,
  badReference: -3,
  badHandle: -4,
  noDeviceSpace: -7,
  again: -12,
};

/** Compare-exchanges that Xen tries on memory that a guest can write. */
export const TRIES_MAX = 5;

export interface Mapped {
  readonly status: number;
  /** -1 unless the status is okay. */
  readonly handle: number;
  readonly frame: number;
}

/** A map that has begun: what it knows until its next step. */
export interface MapAttempt {
  readonly mapper: number;
  readonly granter: number;
  readonly ref: number;
  readonly readOnly: boolean;
  /** The mapper's handle that is kept for it. */
  readonly handle: number;
  readonly stage: "look" | "compare" | "frame";
  /** Flags and grantee as they were read. */
  readonly seen: readonly [flags: number, grantee: number];
  readonly tries: number;
}

/** Where a copy reads or writes: a granted frame, or one of the caller's own. */
export type CopyEnd =
  | { readonly granter: number; readonly ref: number }
  | { readonly frame: number };

export interface Mapping {
  readonly handle: number;
  readonly granter: number;
  readonly ref: number;
  readonly frame: number;
  readonly isWritable: boolean;
}

export interface Grants {
  readonly shape: GrantShape;
  /** What Xen keeps; the array is its own. */
  readonly cells: Int32Array;
  /** Maps at once. The core is the one on which Xen runs; no store of it may wait. */
  map(core: number, mapper: number, granter: number, ref: number, readOnly?: boolean): Mapped;
  /** Locks the entry and begins; `again` while another map has it locked. */
  beginMap(mapper: number, granter: number, ref: number, readOnly?: boolean): MapAttempt | Mapped;
  stepMap(core: number, attempt: MapAttempt): MapAttempt | Mapped;
  /** Gives `badHandle` for a handle that the caller does not hold. */
  unmap(core: number, mapper: number, handle: number): number;
  /** Copies one frame to another; both grants are held only meanwhile. */
  copy(core: number, caller: number, source: CopyEnd, target: CopyEnd): number;
  /** Ends all mappings of a domain that dies; gives how many there were. */
  releaseMappings(core: number, mapper: number): number;
  // -------------------------------------------------------------------- for observers
  pinsOf(granter: number, ref: number): { readonly readers: number; readonly writers: number };
  mappingsOf(mapper: number): readonly Mapping[];
  /** Is this frame mapped by grant from this domain? */
  isPinned(granter: number, frame: number): boolean;
}

const READERS = 0;
const WRITERS = 1;
const GRANTEE = 2;
const FRAME = 3;
const LOCKED = 4;
const ENTRY_CELLS = 5;
const HANDLE_CELLS = 3;
/** Of a handle that a map has which has not ended. */
const TAKEN = -1;

/** Cells that Xen's own tables take. */
export function grantCellsOf({ domains, entries, handles }: GrantShape): number {
  return domains * (entries * ENTRY_CELLS + handles * HANDLE_CELLS);
}

interface Parts {
  readonly memory: Memory;
  readonly entries: GrantEntries;
  readonly shape: GrantShape;
  readonly cells: Int32Array;
}

/** `copyFrame` is called when a copy moves what is in one frame to another. */
export function createGrants(
  memory: Memory,
  entries: GrantEntries,
  copyFrame: (from: number, to: number) => void = () => {},
  cells: Int32Array = new Int32Array(grantCellsOf(entries.shape)),
): Grants {
  const { shape } = entries;
  const parts: Parts = { memory, entries, shape, cells };
  const map: Grants["map"] = (core, mapper, granter, ref, readOnly = false) => {
    let next = beginMap(parts, { mapper, granter, ref, readOnly });
    while ("stage" in next) next = stepMap(parts, core, next);
    return next;
  };
  const unmap: Grants["unmap"] = (core, mapper, handle) => {
    const mapping = mappingOf(parts, mapper, handle);
    if (mapping === undefined) return GrantStatus.badHandle;
    const at = handleAt(shape, mapper, handle);
    cells.fill(0, at, at + HANDLE_CELLS);
    unpin(parts, core, mapping);
    return GrantStatus.okay;
  };
  const mappingsOf = (mapper: number): readonly Mapping[] =>
    Array.from({ length: shape.handles }, (_, handle) => mappingOf(parts, mapper, handle)).filter(
      (mapping) => mapping !== undefined,
    );
  return {
    shape,
    cells,
    map,
    beginMap: (mapper, granter, ref, readOnly = false) =>
      beginMap(parts, { mapper, granter, ref, readOnly }),
    stepMap: (core, attempt) => stepMap(parts, core, attempt),
    unmap,
    copy(core, caller, source, target) {
      const held: Mapped[] = [];
      const frameOf = (end: CopyEnd, readOnly: boolean): number | undefined => {
        if ("frame" in end) return end.frame;
        const mapped = map(core, caller, end.granter, end.ref, readOnly);
        held.push(mapped);
        return mapped.status === GrantStatus.okay ? mapped.frame : undefined;
      };
      const from = frameOf(source, true);
      const to = from === undefined ? undefined : frameOf(target, false);
      if (from !== undefined && to !== undefined) copyFrame(from, to);
      for (const { handle } of held) if (handle >= 0) unmap(core, caller, handle);
      return held.find(({ status }) => status !== GrantStatus.okay)?.status ?? GrantStatus.okay;
    },
    releaseMappings(core, mapper) {
      const mappings = mappingsOf(mapper);
      for (const { handle } of mappings) unmap(core, mapper, handle);
      return mappings.length;
    },
    pinsOf(granter, ref) {
      const at = entryAt(shape, granter, ref);
      return { readers: cells[at + READERS] ?? 0, writers: cells[at + WRITERS] ?? 0 };
    },
    mappingsOf,
    isPinned: (granter, frame) =>
      Array.from({ length: shape.entries }, (_, ref) => entryAt(shape, granter, ref)).some(
        (at) => hasPins(parts, at) && cells[at + FRAME] === frame,
      ),
  };
}

function entryAt({ entries }: GrantShape, granter: number, ref: number): number {
  return (granter * entries + ref) * ENTRY_CELLS;
}

function handleAt({ domains, entries, handles }: GrantShape, mapper: number, handle: number) {
  return domains * entries * ENTRY_CELLS + (mapper * handles + handle) * HANDLE_CELLS;
}

function hasPins({ cells }: Parts, at: number): boolean {
  return (cells[at + READERS] ?? 0) + (cells[at + WRITERS] ?? 0) > 0;
}

function mappingOf({ cells, shape }: Parts, mapper: number, handle: number): Mapping | undefined {
  if (handle < 0 || handle >= shape.handles) return undefined;
  const at = handleAt(shape, mapper, handle);
  const granter = (cells[at] ?? 0) - 1;
  if (granter < 0) return undefined;
  const ref = cells[at + 1] ?? 0;
  const frame = cells[entryAt(shape, granter, ref) + FRAME] ?? 0;
  return { handle, granter, ref, frame, isWritable: cells[at + 2] !== 0 };
}

function failed(status: number): Mapped {
  return { status, handle: -1, frame: -1 };
}

type Wanted = Pick<MapAttempt, "mapper" | "granter" | "ref" | "readOnly">;

function beginMap(parts: Parts, wanted: Wanted): MapAttempt | Mapped {
  const { shape, cells } = parts;
  const { mapper, granter, ref, readOnly } = wanted;
  if (granter < 0 || granter >= shape.domains) return failed(GrantStatus.badDomain);
  const handle = freeHandle(parts, mapper);
  if (handle === undefined) return failed(GrantStatus.noDeviceSpace);
  if (ref < 0 || ref >= shape.entries) return failed(GrantStatus.badReference);
  const at = entryAt(shape, granter, ref);
  if (cells[at + LOCKED] !== 0) return failed(GrantStatus.again);
  const isPinned = hasPins(parts, at);
  if (isPinned && cells[at + GRANTEE] !== mapper) return failed(GrantStatus.generalError);
  cells[at + LOCKED] = 1;
  cells[handleAt(shape, mapper, handle)] = TAKEN;
  const isEnough = isPinned && (readOnly || (cells[at + WRITERS] ?? 0) > 0);
  return { ...wanted, handle, stage: isEnough ? "frame" : "look", seen: [0, 0], tries: 0 };
}

function stepMap(parts: Parts, core: number, attempt: MapAttempt): MapAttempt | Mapped {
  const { memory, entries, shape, cells } = parts;
  const { granter, ref, stage } = attempt;
  const at = entryAt(shape, granter, ref);
  if (cells[at + LOCKED] === 0) throw new RangeError("This map has ended");
  const addressOf = (field: number): number => entries.addressOf(granter, ref, field);
  if (stage === "look") {
    const flags = memory.load(core, addressOf(Field.flags));
    const grantee = memory.load(core, addressOf(Field.grantee));
    return { ...attempt, stage: "compare", seen: [flags, grantee] };
  }
  if (stage === "compare") return compare(parts, core, attempt);
  const isFirst = !hasPins(parts, at);
  if (isFirst) cells[at + FRAME] = memory.load(core, addressOf(Field.frame));
  return pin(parts, attempt);
}

/** One try to set the bits that say that the entry is in use. */
function compare(parts: Parts, core: number, attempt: MapAttempt): MapAttempt | Mapped {
  const { memory, entries, shape, cells } = parts;
  const { mapper, granter, ref, readOnly, handle, seen, tries } = attempt;
  const [flags, grantee] = seen;
  const at = entryAt(shape, granter, ref);
  const stop = (): Mapped => {
    cells[at + LOCKED] = 0;
    cells[handleAt(shape, mapper, handle)] = 0;
    return failed(GrantStatus.generalError);
  };
  const isPermitted = (flags & TYPE_MASK) === PERMIT_ACCESS && grantee === mapper;
  if (!hasPins(parts, at) && !isPermitted) return stop();
  if (!readOnly && (flags & READ_ONLY) !== 0) return stop();
  const wanted = flags | READING | (readOnly ? 0 : WRITING);
  const address = entries.addressOf(granter, ref, Field.flags);
  let found = seen;
  memory.exchange(core, address, (old) => {
    found = [old, memory.read(entries.addressOf(granter, ref, Field.grantee))];
    return found[0] === flags && found[1] === grantee ? wanted : old;
  });
  if (found[0] === flags && found[1] === grantee) return { ...attempt, stage: "frame" };
  return tries + 1 === TRIES_MAX ? stop() : { ...attempt, seen: found, tries: tries + 1 };
}

function pin({ shape, cells }: Parts, attempt: MapAttempt): Mapped {
  const { mapper, granter, ref, readOnly, handle } = attempt;
  const at = entryAt(shape, granter, ref);
  cells[at + LOCKED] = 0;
  const count = at + (readOnly ? READERS : WRITERS);
  cells[count] = (cells[count] ?? 0) + 1;
  cells[at + GRANTEE] = mapper;
  cells.set([granter + 1, ref, readOnly ? 0 : 1], handleAt(shape, mapper, handle));
  return { status: GrantStatus.okay, handle, frame: cells[at + FRAME] ?? 0 };
}

function freeHandle({ cells, shape }: Parts, mapper: number): number | undefined {
  for (let handle = 0; handle < shape.handles; handle++) {
    if (cells[handleAt(shape, mapper, handle)] === 0) return handle;
  }
  return undefined;
}

/** Drops one pin; the bits in the flags go with the last writer, and with the last of all. */
function unpin(parts: Parts, core: number, { granter, ref, isWritable }: Mapping): void {
  const { memory, entries, shape, cells } = parts;
  const at = entryAt(shape, granter, ref);
  const count = at + (isWritable ? WRITERS : READERS);
  cells[count] = (cells[count] ?? 0) - 1;
  const flags = entries.addressOf(granter, ref, Field.flags);
  const isLastWriter = isWritable && cells[at + WRITERS] === 0;
  if (isLastWriter) memory.exchange(core, flags, (old) => old & ~WRITING);
  if (hasPins(parts, at)) return;
  memory.exchange(core, flags, (old) => old & ~READING);
  cells.fill(0, at, at + LOCKED);
}
