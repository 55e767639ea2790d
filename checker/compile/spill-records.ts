/**
 * Records of a file, written at its end and read in order.
 *
 *     record    the words of a state, then perhaps its parent: `stride` words in all
 *     section   records `from` up to `to` (not included) of a file, sorted, each state once
 *
 * A reader is a `Source`: it stands at a record, or is done. It can also go to the first record
 * that is not before a given state, and passes over what lies between without reading it: first by
 * steps that double, then by halves. So a small layer is compared with a large file at the cost of
 * the small one.
 */
import type { SpillFile, SpillFolder } from "./spill-folder.ts";
import { compareStates, hashOf, type Placed } from "./spill-order.ts";

export interface Section {
  readonly file: SpillFile;
  readonly stride: number;
  readonly from: number;
  readonly to: number;
}

/** States in their order. While it is not `done`, it is placed at one. */
export interface Source extends Placed {
  readonly done: boolean;
  advance(): void;
}

export interface SectionReader extends Source {
  /** Goes on to the first record that is not before `target`. */
  seek(target: Placed): void;
}

/** Reads a section by `chunk` records at a time; states have `words` words. */
export function readSection(
  folder: SpillFolder,
  { file, stride, from, to }: Section,
  words: number,
  chunk: number,
): SectionReader {
  const buffer = new Int32Array(Math.min(chunk, to - from) * stride);
  const probe = new Int32Array(stride);
  /** Records `first` up to `end` are in the buffer; the one at hand is `at`. */
  let [first, end, at] = [from, from, from];
  const reader = { records: buffer, offset: 0, hash: 0, done: from >= to, advance, seek };
  const load = (record: number): void => {
    first = record;
    end = Math.min(to, record + chunk);
    if (first < end) {
      const length = (end - first) * stride;
      folder.fill(file, buffer.subarray(0, length), first * stride * 4);
    }
    place(first);
  };
  function place(record: number): void {
    at = record;
    reader.done = at >= to;
    if (reader.done) return;
    reader.offset = (at - first) * stride;
    reader.hash = hashOf(buffer, reader.offset, words);
  }
  function advance(): void {
    if (at + 1 < end) place(at + 1);
    else load(at + 1);
  }
  /** Is the record, which may be on disk only, before the target? */
  const isBefore = (record: number, target: Placed): boolean => {
    if (record >= first && record < end) {
      const offset = (record - first) * stride;
      const hash = hashOf(buffer, offset, words);
      return compareStates({ records: buffer, offset, hash }, target, words) < 0;
    }
    folder.fill(file, probe, record * stride * 4);
    const hash = hashOf(probe, 0, words);
    return compareStates({ records: probe, offset: 0, hash }, target, words) < 0;
  };
  /** The last record that is before the target, of those from `low`, which is, up to `high`. */
  const lastBefore = (low: number, high: number, unit: number, target: Placed): number => {
    let [known, step] = [low, unit];
    while (known + step < high && isBefore(known + step, target)) {
      known += step;
      step *= 2;
    }
    for (step /= 2; step >= unit; step /= 2) {
      if (known + step < high && isBefore(known + step, target)) known += step;
    }
    return known;
  };
  function seek(target: Placed): void {
    if (reader.done || compareStates(reader, target, words) >= 0) return;
    // Every record of the buffer is before the target: so may be those of many chunks.
    while (isBefore(end - 1, target)) {
      load(end >= to ? to : lastBefore(end - 1, to, chunk, target) + 1);
      if (reader.done || compareStates(reader, target, words) >= 0) return;
    }
    place(lastBefore(at, end, 1, target) + 1);
  }
  load(from);
  return reader;
}

/** Writes records at the end of a file. */
export interface RecordWriter {
  readonly file: SpillFile;
  /** Records that were appended. */
  readonly count: number;
  /** Appends the `stride` words at `offset`. When this throws, the record was not appended. */
  append(records: Int32Array, offset: number): void;
  flush(): void;
  /** Words of a record, also of one that is not on disk yet. */
  read(record: number, into: Int32Array): void;
}

/** A writer that holds back up to `chunk` records. */
export function writeRecords(folder: SpillFolder, stride: number, chunk: number): RecordWriter {
  const file = folder.create();
  const buffer = new Int32Array(chunk * stride);
  let [flushed, count] = [0, 0];
  const flush = (): void => {
    if (count === flushed) return;
    folder.append(file, buffer.subarray(0, (count - flushed) * stride));
    flushed = count;
  };
  return {
    file,
    get count() {
      return count;
    },
    append(records, offset) {
      if (count - flushed === chunk) flush();
      const start = (count - flushed) * stride;
      for (let word = 0; word < stride; word++) buffer[start + word] = records[offset + word] ?? 0;
      count++;
    },
    flush,
    read(record, into) {
      if (record < flushed) return folder.fill(file, into.subarray(0, stride), record * stride * 4);
      const start = (record - flushed) * stride;
      into.set(buffer.subarray(start, start + stride));
    },
  };
}
