/**
 * The files of one search on disk: nameless, in a folder of their own.
 *
 *     DIR/rehearsal-spill-Ab3dEf/     made anew for each search, removed at its end
 *         1, 2, 3, …                  each loses its name as soon as it is open
 *
 * A file without a name lives as long as its handle, so whatever ends the process, be it `kill -9`,
 * gives the space back; only an empty folder may stay. What lies in DIR already is never looked at.
 *
 * All operations throw as those of `node:fs` do, with a `code`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { codeOf, type Disk, nodeDisk, readAll, writeAll } from "../explore/checkpoint-disk.ts";

/** What a search on disk needs of a disk. */
export interface SpillDisk
  extends Pick<Disk, "makeFolder" | "open" | "write" | "read" | "close" | "remove"> {
  /** Makes a folder whose path begins like this, and nobody else's. */
  makeTemporary(prefix: string): string;
  removeFolder(path: string): void;
}

export const nodeSpillDisk: SpillDisk = {
  ...nodeDisk,
  makeTemporary: mkdtempSync,
  removeFolder: (path) => rmSync(path, { recursive: true, force: true }),
};

export interface SpillFile {
  readonly handle: number;
  bytes: number;
}

export interface SpillFolder {
  create(): SpillFile;
  /** Closes a file; its space is free then. */
  release(file: SpillFile): void;
  append(file: SpillFile, words: Int32Array): void;
  /** Fills `words` from a position in bytes. A file that ends before is an error of the disk. */
  fill(file: SpillFile, words: Int32Array, position: number): void;
  /** Bytes of all files at most at one time, and bytes written in all. */
  readonly peak: number;
  readonly written: number;
  /** Removes everything; may be called again. */
  close(): void;
}

/** A file is shorter than what was written to it. */
class Shortened extends Error {
  readonly code = "EIO";
}

/** Makes the folder of a search below `folder`. */
export function openSpillFolder(folder: string, disk: SpillDisk = nodeSpillDisk): SpillFolder {
  disk.makeFolder(folder);
  const path = disk.makeTemporary(join(folder, "rehearsal-spill-"));
  const files = new Set<SpillFile>();
  let [made, used, peak, written] = [0, 0, 0, 0];
  const release = (file: SpillFile): void => {
    if (!files.delete(file)) return;
    used -= file.bytes;
    disk.close(file.handle);
  };
  const close = (): void => {
    process.off("exit", close);
    try {
      for (const file of files) release(file);
      disk.removeFolder(path);
    } catch (error) {
      // What was found is worth more than an empty folder that cannot be removed.
      if (codeOf(error) === undefined) throw error;
    }
  };
  // A second interruption ends the process where it is.
  process.on("exit", close);
  return {
    get peak() {
      return peak;
    },
    get written() {
      return written;
    },
    create() {
      const name = join(path, String(++made));
      const file = { handle: disk.open(name, "write"), bytes: 0 };
      files.add(file);
      disk.remove(name);
      return file;
    },
    release,
    append(file, words) {
      writeAll(disk, file.handle, bytesOf(words), file.bytes);
      file.bytes += words.byteLength;
      written += words.byteLength;
      used += words.byteLength;
      peak = Math.max(peak, used);
    },
    fill(file, words, position) {
      if (!readAll(disk, file.handle, bytesOf(words), position)) throw new Shortened("too short");
    },
    close,
  };
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
