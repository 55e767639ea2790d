/** Checkpoints: whatever happens at whatever moment, what is loaded is what was saved before. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHUNK_WORDS } from "./checkpoint-chunks.ts";
import { nodeDisk } from "./checkpoint-disk.ts";
import { type Checkpoint, loadCheckpoint } from "./checkpoint-load.ts";
import type { Identity } from "./checkpoint-manifest.ts";
import { createCheckpointWriter, type Durable } from "./checkpoint.ts";
import { Killed, memoryDisk, type MemoryDisk } from "./memory-disk.fixture.ts";

const FOLDER = "saved";
const IDENTITY: Identity = { model: "m", layout: "l", words: 3 };

/** A search that has found so many states, whose words say where they belong. */
function search(states: number, next = states >> 1, words = IDENTITY.words): Durable {
  return {
    words,
    states,
    next,
    readStates: (from, to) =>
      Uint32Array.from({ length: (to - from) * words }, (_, at) => word(from * words + at)),
    readParents: (from, to) => Uint32Array.from({ length: to - from }, (_, at) => from + at - 1),
    tallies: () => ({ states, labels: [next, 1.5, "ä"] }),
  };
}

const word = (position: number): number => Math.imul(position, 0x9e3779b1) >>> 0;

/** What a checkpoint holds, compared with the search that it is of. */
function expectFaithful(checkpoint: Checkpoint): void {
  const { states, next, words } = checkpoint;
  const original = search(states, next, words);
  expect(checkpoint.readStates(0, states)).toEqual(original.readStates(0, states));
  expect(checkpoint.readParents(0, states)).toEqual(original.readParents(0, states));
  expect(checkpoint.tallies).toEqual(original.tallies());
}

function loaded(disk: MemoryDisk, identity: Identity | undefined = IDENTITY): Checkpoint | string {
  const answer = loadCheckpoint(FOLDER, identity, disk);
  return "checkpoint" in answer ? answer.checkpoint : answer.problem.problem;
}

/** Saves after so many states each, and gives the problems. */
function save(disk: MemoryDisk, counts: readonly number[]): readonly (string | undefined)[] {
  const writer = createCheckpointWriter(FOLDER, IDENTITY, undefined, disk);
  return counts.map((count) => writer.save(search(count))?.problem);
}

describe("saving and loading", () => {
  test("what was saved last is loaded", () => {
    const disk = memoryDisk();
    expect(save(disk, [1, 5, 5, 12])).toEqual([undefined, undefined, undefined, undefined]);
    const checkpoint = loaded(disk);
    if (typeof checkpoint === "string") throw new Error(checkpoint);
    expect([checkpoint.states, checkpoint.next]).toEqual([12, 6]);
    expectFaithful(checkpoint);
  });

  test("any piece of the arrays can be read", () => {
    const disk = memoryDisk();
    save(disk, [7, 8, 20, 50]);
    const checkpoint = loaded(disk);
    if (typeof checkpoint === "string") throw new Error(checkpoint);
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(checkpoint.readStates(from, to)).toEqual(search(50).readStates(from, to));
        expect(checkpoint.readParents(from, to)).toEqual(search(50).readParents(from, to));
      }),
    );
  });

  test("on a real disk, with more than one chunk, and resumed in the same files", () => {
    const folder = mkdtempSync(join(tmpdir(), "rehearsal-checkpoint-"));
    try {
      const identity = { ...IDENTITY, words: 5 };
      const many = CHUNK_WORDS;
      const writer = createCheckpointWriter(join(folder, "deep", "saved"), identity);
      const first = search(many, 3, 5);
      expect(writer.save(first)).toBe(undefined);
      writer.close();
      const answer = loadCheckpoint(join(folder, "deep", "saved"), identity);
      if ("problem" in answer) throw new Error(answer.problem.problem);
      const { checkpoint } = answer;
      expect(checkpoint.readStates(many - 9, many)).toEqual(first.readStates(many - 9, many));
      const second = createCheckpointWriter(join(folder, "deep", "saved"), identity, checkpoint);
      expect(second.saved).toBe(many);
      expect(second.save(search(many + 4, 9, 5))).toBe(undefined);
      expect(second.saved).toBe(many + 4);
      second.close();
      checkpoint.close();
      const again = loadCheckpoint(join(folder, "deep", "saved"), identity);
      if ("problem" in again) throw new Error(again.problem.problem);
      expect([again.checkpoint.states, again.checkpoint.next]).toEqual([many + 4, 9]);
      expect(again.checkpoint.readParents(many - 1, many + 4)).toEqual(
        search(many + 4).readParents(many - 1, many + 4),
      );
      again.checkpoint.close();
      expect(nodeDisk.list(join(folder, "deep", "saved")).toSorted()).toEqual([
        "checkpoint.json",
        "parents-1.bin",
        "states-1.bin",
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** What is loaded after the process died is a state of the search that was saved, and not older. */
function expectOneOf(disk: MemoryDisk, before: number | undefined, after: number): void {
  const checkpoint = loaded(disk);
  if (before === undefined && checkpoint === "missing") return;
  if (typeof checkpoint === "string") throw new Error(checkpoint);
  expect([before, after]).toContain(checkpoint.states);
  expectFaithful(checkpoint);
}

describe.each(["written", "synced"] as const)("only what was %s survives", (what) => {
  const COUNTS = [2, 3, 3, 9, 30];
  const whole = memoryDisk();
  save(whole, COUNTS);

  test("killed anywhere in five saves: this save is found, or the one before", () => {
    for (let units = 0; units <= whole.work; units++) {
      const disk = memoryDisk();
      const writer = createCheckpointWriter(FOLDER, IDENTITY, undefined, disk);
      disk.limit(units, "kill");
      let done: number | undefined;
      let current = COUNTS[0] ?? 0;
      try {
        for (const count of COUNTS) {
          current = count;
          writer.save(search(count));
          done = count;
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
      expectOneOf(disk.survive(what), done, current);
    }
  });

  test("killed while a resumed search saves, the checkpoint that it began with is not lost", () => {
    for (let units = 0; units < 400; units++) {
      const disk = whole.survive(what);
      const checkpoint = loaded(disk);
      if (typeof checkpoint === "string") throw new Error(checkpoint);
      const writer = createCheckpointWriter(FOLDER, IDENTITY, checkpoint, disk);
      disk.limit(units, "kill");
      try {
        writer.save(search(35));
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
      expectOneOf(disk.survive(what), 30, 35);
    }
  });

  test("killed while a new search saves in the same folder, one of the two is there", () => {
    for (let units = 0; units < 400; units++) {
      const disk = whole.survive(what);
      const writer = createCheckpointWriter(FOLDER, IDENTITY, undefined, disk);
      disk.limit(units, "kill");
      try {
        writer.save(search(4));
      } catch (error) {
        expect(error).toBeInstanceOf(Killed);
      }
      expectOneOf(disk.survive(what), 30, 4);
    }
  });
});

describe("a disk that fails", () => {
  test("full anywhere: the save fails, the one before stays, the next works", () => {
    const whole = memoryDisk();
    save(whole, [4, 9]);
    for (let units = 0; units < whole.work; units++) {
      const disk = memoryDisk();
      const writer = createCheckpointWriter(FOLDER, IDENTITY, undefined, disk);
      disk.limit(units, "full");
      const problems = [writer.save(search(4)), writer.save(search(9))];
      for (const problem of problems) {
        if (problem !== undefined) expect(problem).toEqual(FULL);
      }
      const standing = loaded(disk);
      if (writer.saved === 0) expect(standing).toBe("missing");
      else if (typeof standing === "string") throw new Error(standing);
      else expect(standing.states).toBe(writer.saved);
      disk.limit(Infinity, "full");
      expect(writer.save(search(11))).toBe(undefined);
      expectOneOf(disk, 11, 11);
    }
  });

  const FULL = { problem: "unwritable", path: FOLDER, why: "the disk is full" };

  test.each([
    ["EACCES", "permission denied"],
    ["EROFS", "the disk is read-only"],
    ["EWHATEVER", "EWHATEVER"],
  ])("%s is a problem with words: %s", (code, why) => {
    const disk = memoryDisk();
    const broken = {
      ...disk,
      makeFolder: () => {
        throw Object.assign(new Error("no"), { code });
      },
    };
    const writer = createCheckpointWriter(FOLDER, IDENTITY, undefined, broken);
    expect(writer.save(search(3))).toEqual({ problem: "unwritable", path: FOLDER, why });
  });

  test("a path that is a file is a problem, on a real disk", () => {
    const writer = createCheckpointWriter("package.json", IDENTITY);
    expect(writer.save(search(3))?.problem).toBe("unwritable");
    expect(loadCheckpoint("package.json", IDENTITY)).toMatchObject({
      problem: { problem: "missing" },
    });
  });

  test("after any failures, killed anywhere: the last save is found, or its next", () => {
    const saves = fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(200), { nil: Infinity })));
    const survivals = fc.constantFrom("written" as const, "synced" as const);
    fc.assert(
      fc.property(saves, fc.nat(200), survivals, (plan, units, what) => {
        const disk = memoryDisk();
        const writer = createCheckpointWriter(FOLDER, IDENTITY, undefined, disk);
        let states = 1;
        const possible = new Set<number>();
        for (const [more, work] of plan) {
          const before = writer.saved;
          disk.limit(work, "full");
          writer.save(search((states += more)));
          // A folder that could not be synchronised may still name the checkpoint before.
          if (writer.saved > before) possible.add(before);
        }
        disk.limit(units, "kill");
        try {
          writer.save(search((states += 2)));
        } catch (error) {
          expect(error).toBeInstanceOf(Killed);
        }
        const checkpoint = loaded(disk.survive(what));
        if (checkpoint === "missing") {
          expect(writer.saved === 0 || possible.has(0)).toBe(true);
          return;
        }
        if (typeof checkpoint === "string") throw new Error(checkpoint);
        expect([...possible, writer.saved, states]).toContain(checkpoint.states);
        if (what === "written") expect(checkpoint.states).toBeGreaterThanOrEqual(writer.saved);
        expectFaithful(checkpoint);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is refused", () => {
  const sound = memoryDisk();
  save(sound, [5, 20]);

  test("another model, layout or size of states", () => {
    const others = [{ model: "x" }, { layout: "x" }, { words: 4 }];
    for (const other of others)
      expect(loaded(sound, { ...IDENTITY, ...other })).toBe("other model");
  });

  test("a folder without a checkpoint", () => {
    expect(loaded(memoryDisk())).toBe("missing");
    expect(loadCheckpoint("no/such/folder", IDENTITY)).toMatchObject({
      problem: { problem: "missing" },
    });
  });

  test("another version, another byte order", () => {
    const manifest = `${FOLDER}/checkpoint.json`;
    const text = new TextDecoder().decode(sound.content(manifest));
    const disk = sound.survive("written");
    disk.replace(manifest, new TextEncoder().encode(text.replace('"version":1', '"version":2')));
    expect(loadCheckpoint(FOLDER, IDENTITY, disk)).toEqual({
      problem: { problem: "version", path: manifest, found: "version 2" },
    });
  });

  test("a file that is missing or cut off", () => {
    for (const path of sound.paths) {
      for (let length = 0; length < sound.content(path).length - 1; length++) {
        const disk = sound.survive("written");
        disk.replace(path, sound.content(path).slice(0, length));
        expect(loaded(disk)).toBe("damaged");
      }
      const disk = sound.survive("written");
      disk.remove(path);
      expect(loaded(disk)).toMatch(/damaged|missing/);
    }
  });

  test("bytes behind the valid part are nothing", () => {
    const disk = sound.survive("written");
    const path = `${FOLDER}/states-1.bin`;
    disk.replace(path, Uint8Array.of(...sound.content(path), 1, 2, 3, 4, 5));
    expectOneOf(disk, 20, 20);
  });

  test("random damage to any file is found, or changes nothing that is loaded", () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1 });
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...sound.paths), flips, (path, damage) => {
        const disk = sound.survive("written");
        const bytes = Uint8Array.from(sound.content(path));
        for (const [at, mask] of damage) {
          const position = at % bytes.length;
          bytes[position] = (bytes[position] ?? 0) ^ mask;
        }
        disk.replace(path, bytes);
        const checkpoint = loaded(disk);
        if (typeof checkpoint !== "string") expectOneOf(disk, 20, 20);
        else refused++;
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(300);
  });

  test("chunks that change places are found", () => {
    const disk = memoryDisk();
    const writer = createCheckpointWriter(FOLDER, IDENTITY, undefined, disk);
    for (const count of [4, 8]) writer.save(search(count));
    const path = `${FOLDER}/parents-1.bin`;
    const bytes = disk.content(path);
    const half = bytes.length / 2;
    disk.replace(path, Uint8Array.of(...bytes.subarray(half), ...bytes.subarray(0, half)));
    expect(loaded(disk)).toBe("damaged");
  });
});
