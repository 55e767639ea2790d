/**
 * Sorted sets of states on disk that grow: the visited set, and the runs of a layer.
 *
 *     sections     ████████████████  ████████  ██  █      each sorted; the last are the newest
 *     a new one    ████████████████  ████████  ██  █ █  ──►  ████████████████  ████████  ████
 *
 * The visited set is several sections without a state in common. A section that is not twice as
 * large as those behind it together is merged with them, so that there are few, and each state is
 * written again a logarithmic number of times; one sorted file, written anew with every layer,
 * would cost the whole set each time.
 */
import type { SpillFolder } from "./spill-folder.ts";
import { mergeSources } from "./spill-merge.ts";
import {
  readSection,
  type RecordWriter,
  type Section,
  type SectionReader,
  type Source,
  writeRecords,
} from "./spill-records.ts";

/** Sections of the visited set: a section is at least twice as large as those behind it. */
const GROWTH = 2;
/** Runs of one layer that are open at most; more are merged first. */
export const RUNS_MAX = 32;
/** Bytes of a buffer at most: more do not make reading faster. */
const CHUNK_BYTES_MAX = 1 << 20;
/** Buffers that are in use beside those of the sections that are merged. */
const OTHER_BUFFERS = 4;

/** Where sections are, and what merging them may take. */
export interface Shelf {
  readonly folder: SpillFolder;
  readonly words: number;
  /** Bytes of all buffers together. */
  readonly bytes: number;
  /** Called between records; true when merging is to end where it is. */
  readonly pause: () => Promise<boolean>;
}

/** Records between two calls of `pause`. */
export const RECORDS_PER_LOOK: number = 256;

/** Records in a buffer when so many sections are read at the same time. */
export function chunkOf({ words, bytes }: Shelf, sections: number): number {
  const each = Math.min(CHUNK_BYTES_MAX, bytes / (sections + OTHER_BUFFERS));
  return Math.max(1, Math.floor(each / (4 * (words + 1))));
}

export function openSections(
  shelf: Shelf,
  sections: readonly Section[],
  chunk: number,
): SectionReader[] {
  return sections.map((section) => readSection(shelf.folder, section, shelf.words, chunk));
}

export function sizeOf({ from, to }: Section): number {
  return to - from;
}

/** The section of everything that a writer of its own has written. */
export function wholeOf({ file, count }: RecordWriter, stride: number): Section {
  return { file, stride, from: 0, to: count };
}

/**
 * The visited set with a new section. Sections that were merged are released, unless `kept` says
 * that their file is needed. Undefined when it was paused for good.
 */
export async function withSection(
  shelf: Shelf,
  known: readonly Section[],
  added: Section,
  kept: (section: Section) => boolean,
): Promise<readonly Section[] | undefined> {
  const all = [...known, added];
  let [first, size] = [all.length - 1, sizeOf(added)];
  for (let before = all[first - 1]; before !== undefined; before = all[first - 1]) {
    if (sizeOf(before) >= GROWTH * size) break;
    first--;
    size += sizeOf(before);
  }
  if (first === all.length - 1) return all;
  const merged = await mergeSections(shelf, all.slice(first), shelf.words);
  if (merged === undefined) return undefined;
  for (const section of all.slice(first)) if (!kept(section)) shelf.folder.release(section.file);
  return [...all.slice(0, first), merged];
}

/** As few runs as can be read at the same time: the smallest are merged. */
export async function condensed(
  shelf: Shelf,
  runs: readonly Section[],
): Promise<readonly Section[] | undefined> {
  let left = runs;
  while (left.length > RUNS_MAX) {
    const bySize = left.toSorted((a, b) => sizeOf(a) - sizeOf(b));
    const smallest = bySize.slice(0, RUNS_MAX);
    const merged = await mergeSections(shelf, smallest, shelf.words + 1);
    if (merged === undefined) return undefined;
    for (const { file } of smallest) shelf.folder.release(file);
    left = [...bySize.slice(RUNS_MAX), merged];
  }
  return left;
}

/** Sections as one with records of `stride` words; undefined when it was paused for good. */
async function mergeSections(
  shelf: Shelf,
  sections: readonly Section[],
  stride: number,
): Promise<Section | undefined> {
  const { folder, words } = shelf;
  const chunk = chunkOf(shelf, sections.length);
  const size = sections.reduce((sum, section) => sum + sizeOf(section), 0);
  const writer = writeRecords(folder, stride, Math.min(chunk, size));
  const merged = mergeSources(openSections(shelf, sections, chunk), words, stride > words);
  for (let record = 0; !merged.done; record++) {
    if (record % RECORDS_PER_LOOK === 0 && (await shelf.pause())) return undefined;
    writer.append(merged.records, merged.offset);
    merged.advance();
  }
  writer.flush();
  return wholeOf(writer, stride);
}

/** Writes the states of a source as a run. */
export function writeRun(shelf: Shelf, source: Source): Section {
  const stride = shelf.words + 1;
  const writer = writeRecords(shelf.folder, stride, chunkOf(shelf, RUNS_MAX));
  for (; !source.done; source.advance()) writer.append(source.records, source.offset);
  writer.flush();
  return wholeOf(writer, stride);
}
