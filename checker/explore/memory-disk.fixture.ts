/**
 * A Disk in memory that fails when a test says so, and forgets what was not synchronised.
 *
 *     budget     bytes and operations that still work; then writes fail (full) or the process dies
 *     survive    what another process finds: everything written (a killed process), or only what
 *                was synchronised (a machine without power)
 */
import { dirname } from "node:path";
import type { Disk } from "./checkpoint-disk.ts";

interface File {
  bytes: Uint8Array;
  synced: Uint8Array;
}

/** The process is over; no `code`, so nobody takes it for a failure of the disk. */
export class Killed extends Error {}

export interface MemoryDisk extends Disk {
  /** Units of work that were done: one for each byte written, and one for each other operation. */
  readonly work: number;
  /** After this much work, writes and changes fail as on a full disk, or kill. */
  limit(work: number, how: "full" | "kill"): void;
  /** The disk as another process finds it. */
  survive(what: "written" | "synced"): MemoryDisk;
  /** The content of a file, to be damaged. */
  content(path: string): Uint8Array;
  replace(path: string, content: Uint8Array): void;
  readonly paths: readonly string[];
}

export function memoryDisk(entries: ReadonlyMap<string, Uint8Array> = new Map()): MemoryDisk {
  const fresh = ([path, bytes]: readonly [string, Uint8Array]): [string, File] => [
    path,
    { bytes, synced: bytes },
  ];
  const files = new Map<string, File>(Array.from(entries, fresh));
  /** Names that survive a loss of power. */
  let names = new Map(files);
  const handles: File[] = [];
  let work = 0;
  let left = Infinity;
  let how: "full" | "kill" = "kill";
  const fail = (): never => {
    if (how === "kill") throw new Killed("killed");
    throw Object.assign(new Error("no space"), { code: "ENOSPC" });
  };
  /** Does up to `wanted` units; gives how many. */
  const spend = (wanted: number): number => {
    const done = Math.min(wanted, left);
    work += done;
    left -= done;
    return done;
  };
  const act = (): void => {
    if (spend(1) < 1) fail();
  };
  const fileOf = (handle: number): File => handles[handle] ?? { bytes: NONE, synced: NONE };
  return {
    get work() {
      return work;
    },
    get paths() {
      return [...files.keys()];
    },
    limit: (units, kind) => {
      left = units;
      how = kind;
    },
    survive: (what) =>
      what === "written"
        ? memoryDisk(new Map(Array.from(files, ([path, { bytes }]) => [path, bytes])))
        : memoryDisk(new Map(Array.from(names, ([path, { synced }]) => [path, synced]))),
    content: (path) => files.get(path)?.bytes ?? NONE,
    replace: (path, content) => void files.set(path, { bytes: content, synced: content }),
    makeFolder: () => undefined,
    list: (folder) =>
      [...files.keys()]
        .filter((path) => dirname(path) === folder)
        .map((path) => path.slice(folder.length + 1)),
    size: (path) => files.get(path)?.bytes.length,
    open(path, access) {
      const before = files.get(path);
      if (before === undefined && access === "read") {
        throw Object.assign(new Error("no file"), { code: "ENOENT" });
      }
      if (before === undefined) act();
      const file = before ?? { bytes: NONE, synced: NONE };
      files.set(path, file);
      return handles.push(file) - 1;
    },
    write(handle, bytes, position) {
      const file = fileOf(handle);
      const count = spend(bytes.length);
      if (count > 0) {
        const longer = new Uint8Array(Math.max(file.bytes.length, position + count));
        longer.set(file.bytes);
        longer.set(bytes.subarray(0, count), position);
        file.bytes = longer;
      }
      if (count < bytes.length) fail();
      return count;
    },
    read(handle, into, position) {
      const found = fileOf(handle).bytes.subarray(position, position + into.length);
      into.set(found);
      return found.length;
    },
    truncate(handle, length) {
      act();
      const file = fileOf(handle);
      const cut = new Uint8Array(length);
      cut.set(file.bytes.subarray(0, length));
      file.bytes = cut;
    },
    sync(handle) {
      act();
      const file = fileOf(handle);
      file.synced = file.bytes;
    },
    close: () => undefined,
    rename(from, to) {
      act();
      const file = files.get(from);
      if (file === undefined) fail();
      else files.set(to, file);
      files.delete(from);
    },
    remove(path) {
      act();
      files.delete(path);
    },
    syncFolder() {
      act();
      names = new Map(files);
    },
  };
}

const NONE = new Uint8Array(0);
