/**
 * `Disk`: the few operations on files that a checkpoint needs, so that tests can let them fail.
 *
 * A test's disk is full after n bytes, stops working in the middle of a write, or loses what was
 * not synchronised, as a machine does that loses power. Only what is named here can go wrong.
 *
 * All operations throw as those of `node:fs` do, with a `code`.
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";

export interface Disk {
  /** Makes a folder and those above it; it may exist. */
  makeFolder(path: string): void;
  /** Names in a folder; none when it does not exist. */
  list(path: string): readonly string[];
  /** Bytes of a file; undefined when there is none. */
  size(path: string): number | undefined;
  /** Opens a file for reading, or for reading and writing; the latter makes it when it is new. */
  open(path: string, access: "read" | "write"): number;
  /** Writes at a position; gives how many bytes were written, at least 1. */
  write(handle: number, bytes: Uint8Array, position: number): number;
  /** Reads at a position; gives how many bytes were read, 0 at the end. */
  read(handle: number, into: Uint8Array, position: number): number;
  truncate(handle: number, length: number): void;
  /** Returns when the file is on the medium. */
  sync(handle: number): void;
  close(handle: number): void;
  /** Replaces `to` by `from` in one step. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Returns when the names in a folder are on the medium. */
  syncFolder(path: string): void;
}

/** The disks of this machine. */
export const nodeDisk: Disk = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
  list: (path) => {
    try {
      return readdirSync(path);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
  },
  size: (path) => statSync(path, { throwIfNoEntry: false })?.size,
  // "a+" would write at the end only, whatever the position says.
  open: (path, access) => {
    if (access === "read") return openSync(path, "r");
    closeSync(openSync(path, "a"));
    return openSync(path, "r+");
  },
  write: (handle, bytes, position) => writeSync(handle, bytes, 0, bytes.length, position),
  read: (handle, into, position) => readSync(handle, into, 0, into.length, position),
  truncate: ftruncateSync,
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolder: (path) => {
    const handle = openSync(path, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
};

/** The code of a failed operation, such as `ENOSPC`; undefined for other errors. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** Writes all of `bytes`, in as many writes as it takes. */
export function writeAll(
  disk: Pick<Disk, "write">,
  handle: number,
  bytes: Uint8Array,
  position: number,
): void {
  for (let done = 0; done < bytes.length; ) {
    done += disk.write(handle, bytes.subarray(done), position + done);
  }
}

/** Reads until `into` is full; false when the file ends before. */
export function readAll(
  disk: Pick<Disk, "read">,
  handle: number,
  into: Uint8Array,
  position: number,
): boolean {
  for (let done = 0; done < into.length; ) {
    const count = disk.read(handle, into.subarray(done), position + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}
