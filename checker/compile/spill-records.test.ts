/**
 * Sorting, reading, seeking and merging of states on disk, against arrays in memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSpillFolder, type SpillFolder } from "./spill-folder.ts";
import { createGather } from "./spill-gather.ts";
import { mergeSources } from "./spill-merge.ts";
import { compareStates, hashOf, type Placed } from "./spill-order.ts";
import { readSection, type Section, type Source, writeRecords } from "./spill-records.ts";

const WORDS = 2;

let place = "";
let folder: SpillFolder;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "rehearsal-records-"));
  folder = openSpillFolder(place);
});

afterEach(() => {
  folder.close();
  rmSync(place, { recursive: true, force: true });
});

/** A state and its parent. */
type Entry = readonly [first: number, second: number, parent: number];

const entries = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: -2, max: 2 }), fc.nat(9)), {
  maxLength: 60,
});

const placed = ([first, second]: Entry): Placed => {
  const records = Int32Array.of(first, second);
  return { records, offset: 0, hash: hashOf(records, 0, WORDS) };
};

/** In order, each state once, with its smallest parent: what all of it has to give. */
function model(all: readonly Entry[]): string[] {
  const byState = new Map<string, Entry>();
  for (const entry of all) {
    const key = `${entry[0]} ${entry[1]}`;
    const known = byState.get(key);
    if (known === undefined || entry[2] < known[2]) byState.set(key, entry);
  }
  const sorted = [...byState.values()].toSorted((a, b) => {
    return compareStates(placed(a), placed(b), WORDS);
  });
  return sorted.map((entry) => entry.join(" "));
}

function rest(source: Source): string[] {
  const found: string[] = [];
  for (; !source.done; source.advance()) {
    const { records, offset, hash } = source;
    expect(hash).toBe(hashOf(records, offset, WORDS));
    found.push(records.slice(offset, offset + WORDS + 1).join(" "));
  }
  return found;
}

/** Gathers in the order of parents, as a search does. */
function gathered(all: readonly Entry[]): Source {
  const gather = createGather(WORDS, Infinity);
  for (const [first, second, parent] of all.toSorted((a, b) => a[2] - b[2])) {
    expect(gather.add(Int32Array.of(first, second), parent)).toBe(true);
  }
  return gather.sorted();
}

function section(all: readonly Entry[], chunk: number): Section {
  const writer = writeRecords(folder, WORDS + 1, chunk);
  for (const source = gathered(all); !source.done; source.advance()) {
    writer.append(source.records, source.offset);
  }
  writer.flush();
  return { file: writer.file, stride: WORDS + 1, from: 0, to: writer.count };
}

test("what is gathered comes out sorted, each state once with its first parent", () => {
  fc.assert(
    fc.property(entries, (all) => {
      expect(rest(gathered(all))).toEqual(model(all));
    }),
  );
});

test("merged sections are the section of all, with any buffer", () => {
  fc.assert(
    fc.property(
      fc.array(entries, { maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      (all, chunk) => {
        const readers = all.map((some) => readSection(folder, section(some, chunk), WORDS, chunk));
        expect(rest(mergeSources(readers, WORDS, true))).toEqual(model(all.flat()));
      },
    ),
    { numRuns: 60 },
  );
});

test("seeking finds the first state that is not before, as reading on does", () => {
  fc.assert(
    fc.property(entries, entries, fc.integer({ min: 1, max: 9 }), (all, targets, chunk) => {
      const reader = readSection(folder, section(all, chunk), WORDS, chunk);
      const own = model(all);
      const isNotBefore = (text: string, target: Placed): boolean => {
        const [first = 0, second = 0] = text.split(" ").map(Number);
        return compareStates(placed([first, second, 0]), target, WORDS) >= 0;
      };
      for (const word of model(targets)) {
        const [first = 0, second = 0] = word.split(" ").map(Number);
        const target = placed([first, second, 0]);
        reader.seek(target);
        const { records, offset } = reader;
        const at = reader.done ? undefined : records.slice(offset, offset + WORDS + 1).join(" ");
        expect(at).toBe(own.find((text) => isNotBefore(text, target)));
      }
    }),
    { numRuns: 60 },
  );
});

test("states with the same hash are told apart", () => {
  const gather = createGather(WORDS, Infinity);
  const count = 300_000;
  for (let index = 0; index < count; index++) {
    gather.add(Int32Array.of(index, Math.imul(index, 0x5bd1e995) >>> 7), 0);
  }
  let [states, collisions] = [1, 0];
  const source = gather.sorted();
  const before = { records: new Int32Array(WORDS), offset: 0, hash: source.hash };
  const keep = (): void => {
    before.records.set(source.records.subarray(source.offset, source.offset + WORDS));
    before.hash = source.hash;
  };
  for (keep(), source.advance(); !source.done; keep(), source.advance(), states++) {
    if (before.hash === source.hash) collisions++;
    if (compareStates(before, source, WORDS) >= 0) throw new Error("the order is wrong");
  }
  expect(states).toBe(count);
  expect(collisions).toBeGreaterThan(0);
});

test("a full gather says so, and still knows what it has", () => {
  const gather = createGather(WORDS, 2);
  const add = (first: number) => gather.add(Int32Array.of(first, 0), 0);
  expect([add(1), add(2), add(3), add(1), gather.count]).toEqual([true, true, false, true, 2]);
  gather.clear();
  expect([gather.count, add(3), gather.count]).toEqual([0, true, 1]);
});
