/**
 * Checkpoints: what a breadth-first search has found, on disk, so that it survives `kill -9`.
 *
 *     states-1.bin      packed states by id     ┐ only grow; in chunks with checksums
 *     parents-1.bin     their parents           ┘
 *     checkpoint.json   how much of both is valid, and the search's numbers
 *
 * The arrays of the search only grow, so a checkpoint appends what is new, makes sure that it is on
 * the medium, and only then replaces `checkpoint.json` by a new one in one step:
 *
 *     append, append ──fsync──► checkpoint.json.tmp ──fsync──► rename ──fsync of the folder──► done
 *
 * Whatever moment the process dies at, `checkpoint.json` names a valid beginning of both files:
 * that of the last checkpoint, or that of the one before. Bytes behind it are overwritten later. A
 * search that begins anew in the same folder writes files of the next number, and removes the old
 * ones after its first checkpoint has taken their place.
 *
 * A write that fails is a result, not the end of the search: the checkpoint before stays valid, and
 * the next one tries again. Loading refuses everything that is not exactly what was written by the
 * same version for the same model: a resumed search must not count one state too many.
 *
 * The rejected alternative, a log of expanded states that is played back, would make resuming as
 * slow as the search was.
 */
import { endianness } from "node:os";
import { join } from "node:path";
import { appendChunk, CHUNK_WORDS, EMPTY } from "./checkpoint-chunks.ts";
import { codeOf, type Disk, nodeDisk, writeAll } from "./checkpoint-disk.ts";
import type { Checkpoint } from "./checkpoint-load.ts";
import {
  type Identity,
  type Json,
  MANIFEST_NAME,
  type Manifest,
  printManifest,
} from "./checkpoint-manifest.ts";
import { type CheckpointProblem, whyOf } from "./checkpoint-problem.ts";

/** The search that is saved. Its arrays only grow, and what stands in them never changes. */
export interface Durable {
  /** 32-bit words of a state. */
  readonly words: number;
  readonly states: number;
  /** First state that is not expanded. */
  readonly next: number;
  /** Packed states with ids from `from` to `to` - 1, one after the other. */
  readStates(from: number, to: number): Uint32Array;
  /** Their parents; 2^32 - 1 for initial states. */
  readParents(from: number, to: number): Uint32Array;
  /** Everything else that the search needs to go on. */
  tallies(): Json;
}

export interface CheckpointWriter {
  /**
   * Makes everything that was found so far durable. Gives a problem when that failed; the
   * checkpoint before is then still valid, and the next call tries again.
   */
  save(search: Durable): CheckpointProblem | undefined;
  /** States that the last valid checkpoint holds. */
  readonly saved: number;
  close(): void;
}

/** A writer for a folder. A search that was resumed from there goes on in the same files. */
export function createCheckpointWriter(
  folder: string,
  identity: Identity,
  resumed?: Checkpoint,
  disk: Disk = nodeDisk,
): CheckpointWriter {
  let files: OpenFiles | undefined;
  let valid: Valid = resumed?.manifest ?? NOTHING_VALID;
  return {
    get saved() {
      return valid.states;
    },
    save(search) {
      try {
        disk.makeFolder(folder);
        files ??= openFiles(disk, folder, resumed?.manifest.generation, valid);
        const grown = grow(disk, files, valid, search);
        const { generation } = files;
        const manifest = { identity, generation, ...grown, endianness: endianness() };
        replaceManifest(disk, folder, printManifest({ ...manifest, tallies: search.tallies() }));
        // The new checkpoint stands from here on, whatever happens to the rest.
        valid = grown;
        disk.syncFolder(folder);
        removeOthers(disk, folder, generation);
        return undefined;
      } catch (error) {
        return { problem: "unwritable", path: folder, why: whyOf(error) };
      }
    },
    close() {
      if (files === undefined) return;
      disk.close(files.states);
      disk.close(files.parents);
      files = undefined;
    },
  };
}

interface OpenFiles {
  readonly generation: number;
  readonly states: number;
  readonly parents: number;
}

/** The valid part of both files, and the search's numbers that belong to it. */
type Valid = Pick<Manifest, "states" | "next" | "files">;

const NOTHING_VALID: Valid = { states: 0, next: 0, files: { states: EMPTY, parents: EMPTY } };

/** Appends what is new and synchronises it. */
function grow(disk: Disk, open: OpenFiles, valid: Valid, search: Durable): Valid {
  let { states, parents } = valid.files;
  const each = Math.max(1, Math.floor(CHUNK_WORDS / search.words));
  for (let from = valid.states; from < search.states; from += each) {
    const to = Math.min(search.states, from + each);
    states = appendChunk(disk, open.states, states, search.readStates(from, to));
    parents = appendChunk(disk, open.parents, parents, search.readParents(from, to));
  }
  disk.sync(open.states);
  disk.sync(open.parents);
  return { states: search.states, next: search.next, files: { states, parents } };
}

function replaceManifest(disk: Disk, folder: string, text: string): void {
  const temporary = join(folder, `${MANIFEST_NAME}.tmp`);
  const bytes = new TextEncoder().encode(text);
  const handle = disk.open(temporary, "write");
  try {
    disk.truncate(handle, 0);
    writeAll(disk, handle, bytes, 0);
    disk.sync(handle);
  } finally {
    disk.close(handle);
  }
  disk.rename(temporary, join(folder, MANIFEST_NAME));
}

const DATA_FILE: RegExp = /^(?:states|parents)-(\d+)\.bin$/;

function nextGeneration(disk: Disk, folder: string): number {
  const taken = disk.list(folder).map((name) => Number(DATA_FILE.exec(name)?.[1] ?? 0));
  return Math.max(0, ...taken) + 1;
}

/** Removes the files of searches before. That this fails does no harm. */
function removeOthers(disk: Disk, folder: string, generation: number): void {
  try {
    for (const name of disk.list(folder)) {
      const number = DATA_FILE.exec(name)?.[1];
      if (number === undefined || Number(number) === generation) continue;
      disk.remove(join(folder, name));
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

/** Opens the files of a search that was resumed, or new ones, and cuts off what is not valid. */
function openFiles(
  disk: Disk,
  folder: string,
  resumed: number | undefined,
  { files }: Valid,
): OpenFiles {
  const generation = resumed ?? nextGeneration(disk, folder);
  const states = disk.open(join(folder, `states-${generation}.bin`), "write");
  try {
    const parents = disk.open(join(folder, `parents-${generation}.bin`), "write");
    try {
      disk.truncate(states, files.states.bytes);
      disk.truncate(parents, files.parents.bytes);
      return { generation, states, parents };
    } catch (error) {
      disk.close(parents);
      throw error;
    }
  } catch (error) {
    disk.close(states);
    throw error;
  }
}
