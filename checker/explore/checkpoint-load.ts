/**
 * Loading a checkpoint: all of it is verified before any of it is used.
 *
 *     checkpoint.json ──format, version, sum──► of this model? ──► states, parents: every chunk
 *
 * What is refused is refused whole, with the file and the reason; nothing is changed on the disk.
 * The arrays are read again when they are asked for, piece by piece, as they may be larger than the
 * memory; each piece is verified again.
 */
import { endianness } from "node:os";
import { join } from "node:path";
import { type ChunkIndex, type Extent, readWords, verifyChunks } from "./checkpoint-chunks.ts";
import { type Disk, nodeDisk, readAll } from "./checkpoint-disk.ts";
import {
  type Identity,
  type Json,
  MANIFEST_NAME,
  type Manifest,
  parseManifest,
} from "./checkpoint-manifest.ts";
import { type CheckpointProblem, whyOf } from "./checkpoint-problem.ts";

/** Largest `checkpoint.json` that is read; bytes. */
const MANIFEST_BYTES_MAX = 256_000_000;

/** A checkpoint whose files were read once from beginning to end and are what was written. */
export interface Checkpoint {
  readonly manifest: Manifest;
  readonly words: number;
  readonly states: number;
  readonly next: number;
  readonly tallies: Json;
  /**
   * As of `Durable`. Throws when the files have changed since they were verified; they are read
   * again, because they may be larger than the memory.
   */
  readStates(from: number, to: number): Uint32Array;
  readParents(from: number, to: number): Uint32Array;
  close(): void;
}

/**
 * The checkpoint in a folder, verified. A checkpoint of another search than `identity` is refused;
 * without one, every model's is read.
 */
export function loadCheckpoint(
  folder: string,
  identity: Identity | undefined,
  disk: Disk = nodeDisk,
): { readonly checkpoint: Checkpoint } | { readonly problem: CheckpointProblem } {
  const read = readManifest(folder, disk);
  if ("problem" in read) return read;
  const { manifest } = read;
  if (identity !== undefined && !isSame(manifest.identity, identity)) {
    return { problem: { problem: "other model", path: folder } };
  }
  const name = (file: string): string => join(folder, `${file}-${manifest.generation}.bin`);
  const states = openVerified(disk, name("states"), manifest.files.states);
  if ("problem" in states) return states;
  const parents = openVerified(disk, name("parents"), manifest.files.parents);
  if ("problem" in parents) {
    disk.close(states.handle);
    return parents;
  }
  const { words } = manifest.identity;
  const read32 = (file: Verified, from: number, to: number): Uint32Array => {
    const found = readWords(disk, file.handle, file.index, from, to);
    if (found === undefined) throw new Error(`a checkpoint in ${folder} changed while it was read`);
    return found;
  };
  return {
    checkpoint: {
      manifest,
      words,
      states: manifest.states,
      next: manifest.next,
      tallies: manifest.tallies,
      readStates: (from, to) => read32(states, from * words, to * words),
      readParents: (from, to) => read32(parents, from, to),
      close() {
        disk.close(states.handle);
        disk.close(parents.handle);
      },
    },
  };
}

function readManifest(
  folder: string,
  disk: Disk,
): { readonly manifest: Manifest } | { readonly problem: CheckpointProblem } {
  const path = join(folder, MANIFEST_NAME);
  const damaged = (what: string): { readonly problem: CheckpointProblem } => ({
    problem: { problem: "damaged", path, what },
  });
  const read = readBytes(disk, path);
  if ("problem" in read) return read;
  const parsed = parseManifest(new TextDecoder().decode(read.bytes));
  if ("damage" in parsed) return damaged(parsed.damage);
  if ("version" in parsed) {
    return { problem: { problem: "version", path, found: `version ${parsed.version}` } };
  }
  const { manifest } = parsed;
  if (manifest.endianness !== endianness()) {
    const found = `the byte order ${manifest.endianness}`;
    return { problem: { problem: "version", path, found } };
  }
  const { states, files, identity } = manifest;
  const fits = files.states.words === states * identity.words && files.parents.words === states;
  return fits ? { manifest } : damaged("its numbers do not fit each other");
}

function readBytes(
  disk: Disk,
  path: string,
): { readonly bytes: Uint8Array } | { readonly problem: CheckpointProblem } {
  try {
    const size = disk.size(path);
    if (size === undefined) return { problem: { problem: "missing", path } };
    if (size > MANIFEST_BYTES_MAX) {
      return { problem: { problem: "damaged", path, what: "it is too big" } };
    }
    const bytes = new Uint8Array(size);
    const handle = disk.open(path, "read");
    try {
      readAll(disk, handle, bytes, 0);
    } finally {
      disk.close(handle);
    }
    return { bytes };
  } catch (error) {
    return { problem: { problem: "unreadable", path, why: whyOf(error) } };
  }
}

interface Verified {
  readonly handle: number;
  readonly index: ChunkIndex;
}

function openVerified(
  disk: Disk,
  path: string,
  extent: Extent,
): Verified | { readonly problem: CheckpointProblem } {
  const damaged = (what: string): { readonly problem: CheckpointProblem } => ({
    problem: { problem: "damaged", path, what },
  });
  try {
    const size = disk.size(path);
    if (size === undefined) return damaged("it is missing");
    if (size < extent.bytes) return damaged(`it ends after ${size} of ${extent.bytes} bytes`);
    const handle = disk.open(path, "read");
    const index = verifyChunks(disk, handle, extent);
    if (index !== undefined) return { handle, index };
    disk.close(handle);
    return damaged("a checksum is wrong");
  } catch (error) {
    return { problem: { problem: "unreadable", path, why: whyOf(error) } };
  }
}

function isSame(left: Identity, right: Identity): boolean {
  return left.model === right.model && left.layout === right.layout && left.words === right.words;
}
