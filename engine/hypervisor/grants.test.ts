/** Grants, sentence by sentence: after each step, exactly which words and which status. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellsOf, createMemory } from "../hardware/memory.ts";
import { visitAll } from "../schedule/exhaustive.ts";
import type { Choice, System } from "../system.ts";
import {
  createGrantEntries,
  Field,
  type Grant,
  grantWordsOf,
  PERMIT_ACCESS,
  PUBLISH_ORDER,
  READ_ONLY,
  READING,
  WRITING,
} from "./grant-entries.ts";
import { createGrants, GrantStatus, type MapAttempt, type Mapped } from "./grants.ts";

const APP = 0;
const SERVER = 1;
const OTHER = 2;
/** Cores of the granter, and of Xen when it works for another. */
const CORE = 0;
const XEN = 1;
const SHAPE = { domains: 3, entries: 4, handles: 3, base: 2 };
const GRANT: Grant = { grantee: SERVER, frame: 77 };

/** With the number of stores that can wait. */
function machine(entries = 0) {
  const words = SHAPE.base + grantWordsOf(SHAPE);
  const memory = createMemory({ words, cores: 2, entries });
  const tables = createGrantEntries(memory, SHAPE);
  const copies: string[] = [];
  const grants = createGrants(memory, tables, (from, to) => void copies.push(`${from}>${to}`));
  const wordsOf = (ref: number): readonly number[] =>
    Object.values(Field).map((field) => memory.read(tables.addressOf(APP, ref, field)));
  const write = (ref: number, field: number, value: number): void =>
    memory.write(tables.addressOf(APP, ref, field), value);
  return { memory, tables, grants, copies, wordsOf, write };
}

/** A machine on which entry 1 of the app is granted to the server. */
function granted(grant: Grant = GRANT) {
  const all = machine();
  all.tables.publish(CORE, APP, 1, grant);
  return all;
}

const failed = (status: number): Mapped => ({ status, handle: -1, frame: -1 });
const OKAY = GrantStatus.okay;

describe("entries", () => {
  test("an entry is flags, the domain and the frame; an entry is published by its flags", () => {
    const { memory, tables, wordsOf } = machine(3);
    tables.publish(CORE, APP, 1, GRANT);
    const seen: (readonly number[])[] = [wordsOf(1)];
    while (memory.waiting(CORE) > 0) {
      memory.drain(CORE);
      seen.push(wordsOf(1));
    }
    expect(seen).toEqual([
      [0, 0, 0],
      [0, SERVER, 0],
      [0, SERVER, 77],
      [PERMIT_ACCESS, SERVER, 77],
    ]);
  });

  test("the bits are type 0 and 1, read-only 2, reading 3, writing 4", () => {
    expect([PERMIT_ACCESS, READ_ONLY, READING, WRITING]).toEqual([1, 4, 8, 16]);
    expect(granted({ ...GRANT, readOnly: true }).wordsOf(1)).toEqual([5, SERVER, 77]);
    expect(() => granted().tables.storeField(CORE, APP, 1, 3, GRANT)).toThrow(RangeError);
  });

  test.each([
    ["domain, frame, flags", PUBLISH_ORDER, [77]],
    ["flags before the frame", [Field.grantee, Field.flags, Field.frame], [13, 77]],
    ["flags before the domain", [Field.frame, Field.flags, Field.grantee], [77]],
  ])("published as %s, what a mapper can get is", (_name, order, frames) => {
    for (const entries of [0, 1, 3]) expect(mappable(order, entries)).toEqual(frames);
  });

  test("flags before the domain give the frame to whoever was named before", () => {
    const order = [Field.frame, Field.flags, Field.grantee];
    expect(mappable(order, 3, OTHER)).toEqual([77]);
    expect(mappable(PUBLISH_ORDER, 3, OTHER)).toEqual([]);
  });
});

/** All frames that a mapper gets while an entry that named another frame is published anew. */
function mappable(order: readonly number[], entries: number, mapper = SERVER): readonly number[] {
  const { memory, tables, grants } = machine(entries);
  memory.write(tables.addressOf(APP, 1, Field.frame), 13);
  memory.write(tables.addressOf(APP, 1, Field.grantee), OTHER);
  const clean = cellsOf(memory.shape);
  let attempt: MapAttempt | Mapped | undefined;
  let stored = 0;
  const frames = new Set<number>();
  const choices = (): readonly Choice[] =>
    [
      stored < order.length && memory.hasRoom(CORE),
      memory.waiting(CORE) > 0,
      attempt === undefined || "stage" in attempt,
    ].flatMap((enabled, actor) => (enabled ? [{ actor, action: 0 }] : []));
  type Saved = [Int32Array, Int32Array, MapAttempt | Mapped | undefined, number];
  const system: System<Saved> = {
    actors: [
      { name: "granter", kind: "core" },
      { name: "drain", kind: "drain" },
      { name: "mapper", kind: "core" },
    ],
    choices,
    take({ actor }) {
      if (actor === 0) tables.storeField(CORE, APP, 1, order[stored++] ?? 0, GRANT);
      else if (actor === 1) memory.drain(CORE);
      else if (attempt === undefined) attempt = grants.beginMap(mapper, APP, 1);
      else if ("stage" in attempt) attempt = grants.stepMap(XEN, attempt);
      if (attempt !== undefined && !("stage" in attempt) && attempt.status === OKAY) {
        frames.add(attempt.frame);
      }
    },
    describe: () => "",
    save: () => [memory.cells.slice(), grants.cells.slice(), attempt, stored],
    restore([words, cells, ...rest]) {
      memory.cells.set(words);
      grants.cells.set(cells);
      [attempt, stored] = rest;
    },
    key: () => JSON.stringify([[...memory.cells], [...grants.cells], attempt, stored]),
  };
  expect(memory.cells.length).toBe(clean);
  expect(visitAll(system).cut).toBe(false);
  return [...frames].toSorted((a, b) => a - b);
}

describe("map and unmap", () => {
  test("a map sets reading and writing, and gives a handle and the frame", () => {
    const { grants, wordsOf } = granted();
    expect(grants.map(XEN, SERVER, APP, 1)).toEqual({ status: 0, handle: 0, frame: 77 });
    expect(wordsOf(1)).toEqual([PERMIT_ACCESS | READING | WRITING, SERVER, 77]);
    expect(grants.pinsOf(APP, 1)).toEqual({ readers: 0, writers: 1 });
    expect(grants.mappingsOf(SERVER)).toEqual([
      { handle: 0, granter: APP, ref: 1, frame: 77, isWritable: true },
    ]);
    expect([grants.isPinned(APP, 77), grants.isPinned(SERVER, 77)]).toEqual([true, false]);
  });

  test("a map for reading sets only reading", () => {
    const { grants, wordsOf } = granted({ ...GRANT, readOnly: true });
    expect(grants.map(XEN, SERVER, APP, 1, true).status).toBe(OKAY);
    expect(wordsOf(1)).toEqual([PERMIT_ACCESS | READ_ONLY | READING, SERVER, 77]);
  });

  test("writing is cleared with the last writer, reading with the last of all", () => {
    const { grants, wordsOf } = granted();
    const flags = () => (wordsOf(1)[0] ?? 0) & (READING | WRITING);
    const writer = grants.map(XEN, SERVER, APP, 1).handle;
    const reader = grants.map(XEN, SERVER, APP, 1, true).handle;
    const second = grants.map(XEN, SERVER, APP, 1).handle;
    expect(grants.pinsOf(APP, 1)).toEqual({ readers: 1, writers: 2 });
    const seen = [writer, second, reader].map((handle) => {
      expect(grants.unmap(XEN, SERVER, handle)).toBe(OKAY);
      return flags();
    });
    expect(seen).toEqual([READING | WRITING, READING, 0]);
    expect(grants.cells.every((cell) => cell === 0)).toBe(true);
  });

  test("a reader that also writes is marked as a writer too", () => {
    const { grants, wordsOf } = granted();
    grants.map(XEN, SERVER, APP, 1, true);
    expect(wordsOf(1)[0]).toBe(PERMIT_ACCESS | READING);
    grants.map(XEN, SERVER, APP, 1);
    expect(wordsOf(1)[0]).toBe(PERMIT_ACCESS | READING | WRITING);
  });

  const { badDomain, badReference, generalError } = GrantStatus;
  test.each([
    ["a domain that is not there", SERVER, 3, 1, badDomain],
    ["a negative domain", SERVER, -1, 1, badDomain],
    ["an entry beyond the table", SERVER, APP, 4, badReference],
    ["a negative entry", SERVER, APP, -1, badReference],
    ["an entry that is not published", SERVER, APP, 2, generalError],
    ["an entry that is for another domain", OTHER, APP, 1, generalError],
  ])("a map of %s is refused", (_name, mapper, granter, ref, status) => {
    const { grants, wordsOf } = granted();
    expect(grants.map(XEN, mapper, granter, ref)).toEqual(failed(status));
    expect(wordsOf(1)).toEqual([PERMIT_ACCESS, SERVER, 77]);
    expect(grants.cells.every((cell) => cell === 0)).toBe(true);
  });

  test("the numbers are those of the public header", () => {
    expect(Object.values(GrantStatus)).toEqual([0, -1, -2, -3, -4, -7, -12]);
  });

  test("a map for writing of an entry that is read-only is refused", () => {
    const { grants, wordsOf } = granted({ ...GRANT, readOnly: true });
    expect(grants.map(XEN, SERVER, APP, 1)).toEqual(failed(generalError));
    expect(wordsOf(1)[0]).toBe(PERMIT_ACCESS | READ_ONLY);
  });

  test("who has no handle left is refused", () => {
    const { grants } = granted();
    for (let count = 0; count < SHAPE.handles; count++) grants.map(XEN, SERVER, APP, 1);
    expect(grants.map(XEN, SERVER, APP, 1)).toEqual(failed(GrantStatus.noDeviceSpace));
  });

  test("an unmap of a handle that the caller does not hold is refused", () => {
    const { grants } = granted();
    const { handle } = grants.map(XEN, SERVER, APP, 1);
    expect(grants.unmap(XEN, OTHER, handle)).toBe(GrantStatus.badHandle);
    expect(grants.unmap(XEN, SERVER, 99)).toBe(GrantStatus.badHandle);
    expect(grants.unmap(XEN, SERVER, handle)).toBe(OKAY);
    expect(grants.unmap(XEN, SERVER, handle)).toBe(GrantStatus.badHandle);
  });

  test("what the granter writes over a pinned entry changes nothing for the mapper", () => {
    const { grants, write } = granted();
    grants.map(XEN, SERVER, APP, 1);
    write(1, Field.frame, 13);
    write(1, Field.grantee, OTHER);
    // The check of the entry is skipped, and the mapper that Xen remembers is the one that counts.
    expect(grants.map(XEN, SERVER, APP, 1)).toMatchObject({ status: OKAY, frame: 77 });
    expect(grants.map(XEN, OTHER, APP, 1)).toEqual(failed(generalError));
  });

  test("while one map works on an entry, another has to come again", () => {
    const { grants } = granted();
    const attempt = grants.beginMap(SERVER, APP, 1);
    expect(grants.beginMap(SERVER, APP, 1)).toEqual(failed(GrantStatus.again));
    let next = attempt;
    while ("stage" in next) next = grants.stepMap(XEN, next);
    expect(next.status).toBe(OKAY);
    expect(() => "stage" in attempt && grants.stepMap(XEN, attempt)).toThrow(RangeError);
  });

  test.each([
    [4, OKAY],
    [5, generalError],
  ])("a granter that changes the flags %i times before a try: status %i", (changes, status) => {
    const { grants, write, wordsOf } = granted();
    let next = grants.beginMap(SERVER, APP, 1);
    for (let count = 0; "stage" in next; ) {
      if (next.stage === "compare" && count++ < changes) {
        write(1, Field.flags, PERMIT_ACCESS | (count << 5));
      }
      next = grants.stepMap(XEN, next);
    }
    expect(next.status).toBe(status);
    expect((wordsOf(1)[0] ?? 0) & READING).toBe(status === OKAY ? READING : 0);
    expect(grants.mappingsOf(SERVER)).toHaveLength(status === OKAY ? 1 : 0);
  });

  test("flags and grantee are compared as one word", () => {
    const { grants, write, wordsOf } = granted();
    let next = grants.beginMap(SERVER, APP, 1);
    if ("stage" in next) next = grants.stepMap(XEN, next);
    write(1, Field.grantee, OTHER);
    while ("stage" in next) next = grants.stepMap(XEN, next);
    expect(next).toEqual(failed(generalError));
    expect(wordsOf(1)).toEqual([PERMIT_ACCESS, OTHER, 77]);
  });
});

describe("revoking", () => {
  test("an entry that nobody uses is revoked: its flags are 0", () => {
    const { grants, tables, wordsOf } = granted();
    expect(tables.revoke(CORE, APP, 1)).toBe(true);
    expect(wordsOf(1)).toEqual([0, SERVER, 77]);
    expect(grants.map(XEN, SERVER, APP, 1)).toEqual(failed(GrantStatus.generalError));
  });

  test.each([
    ["reads", true, READING],
    ["writes", false, READING | WRITING],
  ])("an entry that somebody %s cannot be revoked", (_name, readOnly, bits) => {
    const { grants, tables, wordsOf } = granted();
    grants.map(XEN, SERVER, APP, 1, readOnly);
    expect(tables.revoke(CORE, APP, 1)).toBe(false);
    expect(wordsOf(1)).toEqual([PERMIT_ACCESS | bits, SERVER, 77]);
  });

  test("a map between the look and the compare-exchange makes the revoke fail", () => {
    const { grants, tables, wordsOf } = granted();
    const seen = tables.readFlags(CORE, APP, 1);
    grants.map(XEN, SERVER, APP, 1);
    expect(tables.clearIfStill(CORE, APP, 1, seen)).toBe(false);
    expect(wordsOf(1)[0]).toBe(PERMIT_ACCESS | READING | WRITING);
    expect(tables.revoke(CORE, APP, 1)).toBe(false);
  });

  test("a revoke between the look and the compare-exchange of a map makes the map fail", () => {
    const { grants, tables, wordsOf } = granted();
    let next = grants.beginMap(SERVER, APP, 1);
    if ("stage" in next) next = grants.stepMap(XEN, next);
    expect(tables.revoke(CORE, APP, 1)).toBe(true);
    while ("stage" in next) next = grants.stepMap(XEN, next);
    expect(next).toEqual(failed(GrantStatus.generalError));
    expect(wordsOf(1)[0]).toBe(0);
  });

  test("revoked by a plain store instead, both sides believe that they succeeded", () => {
    const { grants, tables, write } = granted();
    const seen = tables.readFlags(CORE, APP, 1);
    grants.map(XEN, SERVER, APP, 1);
    if ((seen & (READING | WRITING)) === 0) write(1, Field.flags, 0);
    expect(grants.isPinned(APP, 77)).toBe(true);
    expect(tables.revoke(CORE, APP, 1)).toBe(true);
  });
});

describe("copy", () => {
  test("both grants are held only meanwhile", () => {
    const { grants, copies, wordsOf, tables } = granted();
    tables.publish(CORE, APP, 2, { grantee: SERVER, frame: 78 });
    const ends = [1, 2].map((ref) => ({ granter: APP, ref })) as [
      { granter: number; ref: number },
      { granter: number; ref: number },
    ];
    expect(grants.copy(XEN, SERVER, ...ends)).toBe(OKAY);
    expect(grants.copy(XEN, SERVER, { frame: 5 }, ends[0])).toBe(OKAY);
    expect(grants.copy(XEN, SERVER, ends[1], { frame: 5 })).toBe(OKAY);
    expect(copies).toEqual(["77>78", "5>77", "78>5"]);
    expect([wordsOf(1)[0], wordsOf(2)[0]]).toEqual([PERMIT_ACCESS, PERMIT_ACCESS]);
  });

  test("a copy into a read-only entry, or from one that is not granted, is refused", () => {
    const { grants, copies, wordsOf } = granted({ ...GRANT, readOnly: true });
    const one = { granter: APP, ref: 1 };
    const none = { granter: APP, ref: 2 };
    expect(grants.copy(XEN, SERVER, { frame: 5 }, one)).toBe(GrantStatus.generalError);
    expect(grants.copy(XEN, SERVER, none, { frame: 5 })).toBe(GrantStatus.generalError);
    expect(grants.copy(XEN, SERVER, one, none)).toBe(GrantStatus.generalError);
    expect(copies).toEqual([]);
    expect(wordsOf(1)[0]).toBe(PERMIT_ACCESS | READ_ONLY);
  });
});

test("a dead peer's mappings end only with its teardown", () => {
  const { grants, tables, wordsOf } = granted();
  tables.publish(CORE, APP, 2, { grantee: SERVER, frame: 78 });
  grants.map(XEN, SERVER, APP, 1);
  grants.map(XEN, SERVER, APP, 2, true);
  expect([tables.revoke(CORE, APP, 1), tables.revoke(CORE, APP, 2)]).toEqual([false, false]);
  expect(grants.releaseMappings(XEN, SERVER)).toBe(2);
  expect([wordsOf(1)[0], wordsOf(2)[0]]).toEqual([PERMIT_ACCESS, PERMIT_ACCESS]);
  expect([tables.revoke(CORE, APP, 1), tables.revoke(CORE, APP, 2)]).toEqual([true, true]);
  expect(grants.releaseMappings(XEN, SERVER)).toBe(0);
});

test("whatever is called: the bits in the flags say who holds the entry", () => {
  const ref = fc.nat(SHAPE.entries - 1);
  const call = fc.record({
    name: fc.constantFrom("publish", "revoke", "map", "read", "unmap", "copy", "die"),
    ref,
    handle: fc.nat(SHAPE.handles - 1),
  });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const { grants, tables, wordsOf } = machine();
      for (const { name, ref, handle } of calls) {
        if (name === "publish" && wordsOf(ref)[0] === 0) tables.publish(CORE, APP, ref, GRANT);
        else if (name === "revoke") tables.revoke(CORE, APP, ref);
        else if (name === "unmap") grants.unmap(XEN, SERVER, handle);
        else if (name === "copy") grants.copy(XEN, SERVER, { granter: APP, ref }, { frame: 1 });
        else if (name === "die") grants.releaseMappings(XEN, SERVER);
        else if (name !== "publish") grants.map(XEN, SERVER, APP, ref, name === "read");
        for (let one = 0; one < SHAPE.entries; one++) {
          const { readers, writers } = grants.pinsOf(APP, one);
          const bits = (readers + writers > 0 ? READING : 0) | (writers > 0 ? WRITING : 0);
          expect((wordsOf(one)[0] ?? 0) & (READING | WRITING)).toBe(bits);
        }
      }
    }),
  );
});
