/**
 * Several workers find what one core finds, come to rest when they should, and never hang.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCode, arbitraryStates } from "./arbitrary-code.fixture.ts";
import type { Code, Command, Term } from "./code.ts";
import { philosophers } from "./philosophers.fixture.ts";
import { createWasmCore } from "./wasm-core.ts";
import { createWorkers, type Workers, WORKERS_MAX } from "./workers.ts";

const UNLIMITED = 2 ** 40;

interface Limits {
  readonly workers?: number;
  readonly states?: number;
  readonly bytes?: number;
  readonly expected?: number;
  /** Whether helpers take part from the first state on. */
  readonly together?: boolean;
}

/** Sightings are told as `site @ depth`; `closing` of them close a site. */
function begin(
  code: Code,
  initial: readonly (readonly number[])[],
  { workers = 2, states = UNLIMITED, bytes = UNLIMITED, expected, together = true }: Limits = {},
  closing = 1,
): { search: Workers; sightings: string[] } {
  const sightings: string[] = [];
  const told = new Map<number, number>();
  const sight = (site: number, _name: number, depth: number): boolean => {
    told.set(site, (told.get(site) ?? 0) + 1);
    sightings.push(`${site} @ ${depth}`);
    return told.get(site) === closing;
  };
  const words = initial.map((state) => Uint32Array.from(state));
  const options = { workers, states, bytes, expected, together, sight };
  const search = createWorkers(code, options, words);
  return { search, sightings };
}

interface Summary {
  readonly states: readonly string[];
  readonly labels: readonly number[];
  readonly counters: readonly number[];
}

function summaryOf(search: Workers): Summary {
  const state = new Uint32Array(search.code.words);
  const states = Array.from(idsOf(search), (id) => {
    search.read(id, state);
    return `${state.join(" ")} at ${search.depthOf(id)}`;
  });
  return { states: states.toSorted(), ...search.tallies() };
}

function* idsOf(search: Workers): Iterable<number> {
  for (const [first, end] of search.ranges()) for (let id = first; id < end; id++) yield id;
}

/** What one core finds, with depths along the links to parents. */
function alone(code: Code, initial: readonly (readonly number[])[]): Summary {
  const core = createWasmCore(code, { states: UNLIMITED, bytes: UNLIMITED, sight: () => true });
  for (const state of initial) core.add(Uint32Array.from(state));
  core.expand(Infinity);
  const depths: number[] = [];
  const state = new Uint32Array(code.words);
  const states = Array.from({ length: core.states }, (_, id) => {
    depths.push((depths[core.parent(id)] ?? -1) + 1);
    core.read(id, state);
    return `${state.join(" ")} at ${depths[id]}`;
  });
  return { states: states.toSorted(), ...core.tallies() };
}

const WORD: Term = { op: "word", word: 0 };
const number = (value: number): Term => ({ op: "const", value });

function codeOf(expand: readonly Command[], judge: readonly Command[]): Code {
  return {
    words: 1,
    registers: 1,
    labels: 1,
    counters: 1,
    sites: 2,
    expand: [{ locals: 0, body: expand }],
    judge: [{ locals: 0, body: judge }],
  };
}

test.each([2, 3])("%d workers find what one core finds", async (workers) => {
  const code = philosophers(9);
  const { search } = begin(code, [[0]], { workers });
  await search.expand();
  await search.close();
  expect([search.states, search.expanded, search.stopped]).toEqual([3 ** 9, 3 ** 9, undefined]);
  expect(summaryOf(search)).toEqual(alone(code, [[0]]));
});

test("workers agree with one core on random codes", async () => {
  const searches = arbitraryCode(1, 2, 3).chain((code) =>
    fc.tuple(fc.constant(code), arbitraryStates(code.words)),
  );
  await fc.assert(
    fc.asyncProperty(searches, async ([code, initial]) => {
      const { search } = begin(code, initial);
      await search.expand();
      await search.close();
      expect(summaryOf(search)).toEqual(alone(code, initial));
    }),
    { numRuns: 10 },
  );
});

test("parents lead back to the beginning by shortest paths", async () => {
  const { search } = begin(philosophers(7), [[0]]);
  await search.expand();
  const state = new Uint32Array(1);
  for (const name of idsOf(search)) {
    search.read(name, state);
    expect(search.find(state)).toBe(name);
    const parent = search.parent(name);
    if (parent === -1) continue;
    expect(search.depthOf(parent)).toBe(search.depthOf(name) - 1);
    const [words = 0] = state;
    search.read(parent, state);
    const { words: steps } = search.successors(state);
    expect([...steps]).toContain(words);
  }
  expect(search.find(Uint32Array.of(2 ** 31))).toBeUndefined();
  await search.close();
});

test("a pause brings workers to rest, and they go on from there", async () => {
  const code = philosophers(10);
  const { search } = begin(code, [[0]]);
  let rests = 0;
  do {
    const resting = search.expand();
    setTimeout(() => search.pause(), 1);
    await resting;
  } while (search.expanded < search.states && rests++ < 1000);
  await search.close();
  expect(summaryOf(search)).toEqual(alone(code, [[0]]));
});

test("a search that takes long is helped from there on", async () => {
  const code = philosophers(12);
  const { search } = begin(code, [[0, 0]], { together: false, workers: 3 });
  await search.expand();
  await search.close();
  expect([search.states, search.expanded]).toEqual([3 ** 12, 3 ** 12]);
  const core = createWasmCore(code, { states: UNLIMITED, bytes: UNLIMITED, sight: () => true });
  core.add(Uint32Array.of(0, 0));
  core.expand(Infinity);
  expect(search.tallies()).toEqual(core.tallies());
});

test("pauses within layers that helpers share lose nothing", async () => {
  const { search } = begin(philosophers(12), [[0, 0]], { together: false });
  let rests = 0;
  do {
    const resting = search.expand();
    setTimeout(() => search.pause(), 2);
    await resting;
  } while (search.expanded < search.states && rests++ < 10_000);
  await search.close();
  expect([search.states, search.expanded]).toEqual([3 ** 12, 3 ** 12]);
});

test("wide states leave room for the most workers", async () => {
  const code = philosophers(9, 250);
  const initial = [Array.from({ length: code.words }, () => 0)];
  const { search } = begin(code, initial, { workers: WORKERS_MAX, together: false });
  await search.expand();
  await search.close();
  expect(summaryOf(search)).toEqual(alone(code, initial));
});

test("room is made within the steps of one state", async () => {
  const many = 60_000;
  const first: Term = { op: "mul", left: WORD, right: number(many / 2) };
  const target: Term = { op: "add", left: { op: "local", local: 0 }, right: first };
  const fan: Command = {
    do: "while",
    condition: { op: "lt", left: { op: "local", local: 0 }, right: number(many) },
    body: [
      { do: "begin" },
      { do: "next", word: 0, value: { op: "add", left: target, right: number(100) } },
      { do: "emit", label: 0 },
      {
        do: "set",
        local: 0,
        value: { op: "add", left: { op: "local", local: 0 }, right: number(1) },
      },
    ],
  };
  const isFirst: Term = { op: "lt", left: WORD, right: number(4) };
  const code: Code = {
    ...codeOf([], [{ do: "count", counter: 0 }]),
    expand: [
      {
        locals: 1,
        body: [
          { do: "set", local: 0, value: number(0) },
          { do: "if", condition: isFirst, then: [fan], else: [] },
        ],
      },
    ],
  };
  const initial = [[0], [1], [2], [3]];
  const { search } = begin(code, initial);
  await search.expand();
  await search.close();
  expect(search.states).toBe(4 + many + (3 * many) / 2);
  expect(summaryOf(search)).toEqual(alone(code, initial));
});

test("limits stop all workers", async () => {
  const few = begin(philosophers(11), [[0, 0]], { states: 20_000 });
  await few.search.expand();
  expect(few.search.stopped).toBe("states");
  expect(few.search.states).toBeGreaterThan(20_000);
  expect(few.search.states).toBeLessThan(40_000);
  await few.search.close();

  const exact = begin(philosophers(7), [[0]], { states: 3 ** 7 });
  await exact.search.expand();
  expect([exact.search.stopped, exact.search.states]).toEqual([undefined, 3 ** 7]);
  await exact.search.close();

  const small = begin(philosophers(11), [[0, 0]], { bytes: 1_500_000 });
  await small.search.expand();
  expect(small.search.stopped).toBe("memory");
  expect(small.search.bytes).toBeLessThanOrEqual(1_500_000);
  await small.search.close();
});

/** Word 0 becomes a sum or a product of itself, while it is below `last`. */
function step(op: "add" | "mul", by: number, last: number): Command[] {
  return [
    { do: "begin" },
    {
      do: "next",
      word: 0,
      value: { op: "add", left: { op, left: WORD, right: number(by) }, right: number(1) },
    },
    {
      do: "if",
      condition: { op: "lt", left: WORD, right: number(last) },
      then: [{ do: "emit", label: 0 }],
      else: [],
    },
  ];
}

function sightWhen(op: "eq" | "ge", value: number, site: number): Command {
  const condition: Term = { op, left: WORD, right: number(value) };
  return { do: "if", condition, then: [{ do: "sight", site }], else: [] };
}

test("sightings are told in the order of depths until a site is closed", async () => {
  const code = codeOf(
    [...step("add", 0, 40), sightWhen("eq", 40, 1)],
    [sightWhen("ge", 3, 0), { do: "count", counter: 0 }],
  );
  const { search, sightings } = begin(code, [[0]], {}, 2);
  await search.expand();
  await search.close();
  expect(sightings).toEqual(["0 @ 3", "0 @ 4", "1 @ 40"]);
  expect(search.tallies()).toEqual({ labels: [40], counters: [41] });
});

test("a worker that fails ends the search of all", async () => {
  // Reads far behind all memory: the instance of the worker that does it traps.
  const trap: Command = { do: "register", register: 0, value: { op: "word", word: 2 ** 29 } };
  const isLate: Term = { op: "eq", left: WORD, right: number(20_000) };
  const code = codeOf(
    [
      ...step("mul", 2, 30_000),
      { do: "if", condition: isLate, then: [trap], else: [] },
      ...step("mul", 3, 30_000),
      ...step("add", 3, 30_000),
    ],
    [],
  );
  const { search } = begin(code, [[0]]);
  await expect(search.expand()).rejects.toThrow("out of bounds");
  await expect(search.expand()).rejects.toThrow("out of bounds");
});

test("closing workers that search is an error of the search", async () => {
  const { search } = begin(philosophers(13), [[0, 0]]);
  const searching = search.expand().catch((error: unknown) => String(error));
  await search.close();
  expect(await searching).toContain("closed");
});

test.each([1, 65, 2.5])("%d workers are refused", async (workers) => {
  expect(() => begin(philosophers(3), [[0]], { workers })).toThrow("from 2 to 64");
});
