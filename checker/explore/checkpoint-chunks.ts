/**
 * A file of 32-bit words that only grows, in chunks with a checksum each.
 *
 *     ┌ words ┬ CRC-32 ┬ payload ────────┐┌ words ┬ CRC-32 ┬ payload ──┐ …
 *     └ 4 B   ┴ 4 B    ┴ words × 4 B     ┘└ 4 B   ┴ 4 B    ┴           ┘
 *
 * Words are in the byte order of the machine; the checkpoint says which that is. The CRC covers the
 * payload, and its start value is the `seal`: the CRC of the chunk before. So a chunk fits only
 * after the very chunks that it was written after, and the last seal stands for the whole file.
 *
 * A CRC-32 finds every change of up to 32 bits in a row and every two flipped bits of a chunk, and
 * misses other damage once in 2^32. It is no protection against somebody who wants to deceive.
 *
 * What is behind the valid length is not part of the file: it is overwritten by the next append.
 */
import { crc32 } from "node:zlib";
import { type Disk, readAll, writeAll } from "./checkpoint-disk.ts";

const WORD_BYTES = 4;
const HEADER_BYTES = 8;
/** Words of one chunk at most: 1 MiB. */
export const CHUNK_WORDS: number = 2 ** 18;

/** How far a file is valid. */
export interface Extent {
  readonly bytes: number;
  readonly words: number;
  readonly seal: number;
}

export const EMPTY: Extent = { bytes: 0, words: 0, seal: 0 };

/** Writes words behind the valid part; gives what is valid then. Throws as the disk does. */
export function appendChunk(
  disk: Disk,
  handle: number,
  { bytes, words, seal }: Extent,
  payload: Uint32Array,
): Extent {
  const body = new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  const crc = crc32(body, seal);
  const chunk = new Uint8Array(HEADER_BYTES + body.length);
  const header = new Uint32Array(chunk.buffer, 0, 2);
  header[0] = payload.length;
  header[1] = crc;
  chunk.set(body, HEADER_BYTES);
  writeAll(disk, handle, chunk, bytes);
  return { bytes: bytes + chunk.length, words: words + payload.length, seal: crc };
}

/** The chunks of a file: what is valid before each, and how many words it has. */
export type ChunkIndex = readonly { readonly before: Extent; readonly words: number }[];

/**
 * Reads the whole valid part; gives where its chunks are, or undefined when it is not what was
 * written: a checksum, a length or the seal is wrong.
 */
export function verifyChunks(disk: Disk, handle: number, wanted: Extent): ChunkIndex | undefined {
  const index: { readonly before: Extent; readonly words: number }[] = [];
  let at = EMPTY;
  while (at.bytes < wanted.bytes) {
    const payload = readChunk(disk, handle, at, wanted.words - at.words);
    if (payload === undefined) return undefined;
    index.push({ before: at, words: payload.words.length });
    at = {
      bytes: at.bytes + HEADER_BYTES + payload.words.byteLength,
      words: at.words + payload.words.length,
      seal: payload.seal,
    };
  }
  const isWhole = at.bytes === wanted.bytes && at.words === wanted.words && at.seal === wanted.seal;
  return isWhole ? index : undefined;
}

/** The words from one position to another. Undefined when a chunk changed since it was verified. */
export function readWords(
  disk: Disk,
  handle: number,
  index: ChunkIndex,
  from: number,
  to: number,
): Uint32Array | undefined {
  const words = new Uint32Array(to - from);
  for (let at = chunkOf(index, from); at < index.length; at++) {
    const chunk = index[at];
    if (chunk === undefined || chunk.before.words >= to) break;
    const payload = readChunk(disk, handle, chunk.before, chunk.words)?.words;
    if (payload === undefined) return undefined;
    const start = chunk.before.words;
    const first = Math.max(0, from - start);
    words.set(payload.subarray(first, to - start), start + first - from);
  }
  return words;
}

/** The last chunk that begins at or before a word. */
function chunkOf(index: ChunkIndex, word: number): number {
  let low = 0;
  let high = index.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((index[middle]?.before.words ?? 0) <= word) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The chunk behind what is valid; undefined when it is damaged or has more words than can be. */
function readChunk(
  disk: Disk,
  handle: number,
  { bytes, seal }: Extent,
  limit: number,
): { readonly words: Uint32Array; readonly seal: number } | undefined {
  const header = new Uint32Array(2);
  if (!readAll(disk, handle, new Uint8Array(header.buffer), bytes)) return undefined;
  const [length = 0, crc = 0] = header;
  if (length === 0 || length > limit) return undefined;
  const words = new Uint32Array(length);
  const body = new Uint8Array(words.buffer, 0, length * WORD_BYTES);
  if (!readAll(disk, handle, body, bytes + HEADER_BYTES)) return undefined;
  return crc32(body, seal) === crc ? { words, seal: crc } : undefined;
}
