/**
 * The cores find what a naive search finds, for random Codes and at the edges of what they can do.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryCode, arbitraryStates } from "./arbitrary-code.fixture.ts";
import type { Code, Routine, Term } from "./code.ts";
import { type Core, type CreateCore, TARGET_MISSING } from "./core.ts";
import { type Found, naiveSearch } from "./interpreter.fixture.ts";
import { createCompressedCore } from "./compressed-core.ts";
import { createJavaScriptCore } from "./javascript-core.ts";
import { philosophers } from "./philosophers.fixture.ts";
import { createWasmCore } from "./wasm-core.ts";

const CORES: readonly (readonly [name: string, create: CreateCore])[] = [
  ["JavaScript", createJavaScriptCore],
  ["WebAssembly", createWasmCore],
  ["compressed WebAssembly", createCompressedCore],
];

const UNLIMITED = 2 ** 40;
/** Sightings after which a site is closed. */
const CLOSING = 3;

interface Search {
  readonly core: Core;
  readonly sightings: number[][];
}

function begin(create: CreateCore, code: Code, states: number, bytes = UNLIMITED): Search {
  const sightings: number[][] = Array.from({ length: code.sites }, () => []);
  const sight = (site: number, id: number): boolean => {
    const seen = sightings[site] ?? [];
    return seen.push(id) === CLOSING;
  };
  return { core: create(code, { states, bytes, sight }), sightings };
}

/** Everything that a core has found, in the words of the naive search. */
function search(create: CreateCore, code: Code, initial: number[][], limit: number): Found {
  const { core, sightings } = begin(create, code, limit);
  if (initial.every((state) => core.add(Uint32Array.from(state)) !== undefined)) {
    for (let end = 1; core.expand(end) === end; end += 7);
  }
  const state = new Uint32Array(code.words);
  const ids = Array.from({ length: core.states }, (_, id) => id);
  const { starts, labels, targets } = core.edges(0, core.states);
  return {
    states: ids.map((id) => {
      core.read(id, state);
      return Array.from(new Int32Array(state.buffer));
    }),
    parents: ids.map((id) => core.parent(id)),
    ...core.tallies(),
    sightings,
    next: core.next,
    edges: ids.map((id) => {
      const [from = 0, to = 0] = starts.subarray(id, id + 2);
      return Array.from(labels.subarray(from, to), (label, step) => [
        label,
        targets[from + step] ?? 0,
      ]);
    }),
  };
}

test.each(CORES)("%s finds what a naive search finds", (_name, create) => {
  fc.assert(
    fc.property(
      arbitraryCode(1, 2, 3, 4, 7).chain((code) =>
        fc.tuple(fc.constant(code), arbitraryStates(code.words), fc.constantFrom(2, 20, 300)),
      ),
      ([code, initial, limit]) => {
        const found = search(create, code, initial, limit);
        expect(found).toEqual(naiveSearch(code, initial, limit, CLOSING));
      },
    ),
    { numRuns: 150 },
  );
});

/** A counter that goes from 0 to `last` in steps of 1, and from 0 to everywhere in one step. */
function fan(last: number): Code {
  const count: Term = { op: "local", local: 0 };
  const one: Term = { op: "const", value: 1 };
  return {
    words: 1,
    registers: 0,
    labels: 1,
    counters: 1,
    sites: 0,
    judge: [],
    expand: [
      {
        locals: 1,
        body: [
          {
            do: "while",
            condition: { op: "lt", left: count, right: { op: "const", value: last } },
            body: [
              { do: "set", local: 0, value: { op: "add", left: count, right: one } },
              { do: "next", word: 0, value: count },
              { do: "emit", label: 0 },
              { do: "count", counter: 0 },
            ],
          },
        ],
      },
    ],
  };
}

test.each(CORES)("%s takes states with more successors than a batch has", (_name, create) => {
  for (const [last, limit] of [
    [5000, 10_000],
    [5000, 3000],
    [9000, 2],
  ] as const) {
    const code = { ...fan(last), expand: onlyAtZero(fan(last).expand) };
    expect(search(create, code, [[0]], limit)).toEqual(naiveSearch(code, [[0]], limit, CLOSING));
  }
});

/** Routines that do nothing but in the state 0. */
function onlyAtZero(routines: readonly Routine[]): Routine[] {
  return routines.map(({ locals, body }) => {
    const condition: Term = { op: "word", word: 0 };
    return { locals, body: [{ do: "if", condition, then: [], else: body }] };
  });
}

test.each(CORES)("%s gives the successors of states outside of the search", (_name, create) => {
  const { core } = begin(create, fan(5000), 10);
  const { count, labels, words } = core.successors(Uint32Array.of(7));
  expect([count, labels.length, words[0], words[4999]]).toEqual([5000, 5000, 1, 5000]);
  expect(core.tallies()).toEqual({ labels: [0], counters: [0] });
  expect([core.states, core.find(Uint32Array.of(7))]).toEqual([0, undefined]);
});

describe.each(CORES)("%s, with philosophers", (_name, create) => {
  test.each([1, 2, 3, 30])("counts states of %d words", (words) => {
    const code = philosophers(8, words - 1);
    const { core } = begin(create, code, UNLIMITED);
    core.add(new Uint32Array(words));
    expect(core.expand(Infinity)).toBe(3 ** 8);
    expect([core.states, core.stopped]).toEqual([3 ** 8, undefined]);
  });

  test.each([0, 5, 50_000, 3 ** 11])("finds every state again, %d expected", (expected) => {
    const sight = (): boolean => true;
    const core = create(philosophers(11), { states: UNLIMITED, bytes: UNLIMITED, expected, sight });
    core.add(new Uint32Array(2));
    core.expand(Infinity);
    expect(core.states).toBe(3 ** 11);
    const state = new Uint32Array(2);
    for (let id = 0; id < core.states; id += 997) {
      core.read(id, state);
      expect(core.find(state)).toBe(id);
    }
    const { starts, labels, targets } = core.edges(0, core.states);
    const tally = labels.reduce((sum) => sum + 1, 0);
    expect(core.tallies().labels.reduce((sum, count) => sum + count)).toBe(tally);
    expect([starts.length, targets.includes(TARGET_MISSING)]).toEqual([3 ** 11 + 1, false]);
  });

  test("stops at a limit of states", () => {
    const { core } = begin(create, philosophers(11), 100_000);
    core.add(new Uint32Array(2));
    const next = core.expand(Infinity);
    expect([core.states, core.stopped]).toEqual([100_000, "states"]);
    expect([core.expand(Infinity), core.add(Uint32Array.of(9, 9))]).toEqual([next, undefined]);
    expect(core.add(new Uint32Array(2))).toBe(0);
    const { labels } = core.tallies();
    expect(labels.reduce((sum, count) => sum + count)).toBe(core.edges(0, next).labels.length);
  });

  test("has no room for a state", () => {
    const { core } = begin(create, philosophers(3), UNLIMITED, 100);
    expect([core.add(Uint32Array.of(0)), core.stopped]).toEqual([undefined, "memory"]);
    expect([core.states, core.bytes, core.expand(Infinity)]).toEqual([0, 0, 0]);
  });
});

test("cores that keep whole states stop at the same state for want of memory", () => {
  const bytes = 2_000_000;
  const whole = CORES.filter(([, create]) => create !== createCompressedCore);
  const ends = whole.map(([, create]) => {
    const { core } = begin(create, philosophers(11), UNLIMITED, bytes);
    core.add(new Uint32Array(2));
    const next = core.expand(Infinity);
    expect(core.bytes).toBeLessThanOrEqual(bytes);
    return [core.stopped, core.states, next, core.tallies()];
  });
  expect(ends[0]?.[0]).toBe("memory");
  expect(ends[1]).toEqual(ends[0]);
});

test("a million states take less than 12 bytes each beside their words", () => {
  const { core } = begin(createWasmCore, philosophers(13), UNLIMITED);
  core.add(new Uint32Array(2));
  core.expand(Infinity);
  expect(core.states).toBe(3 ** 13);
  expect(core.bytes / core.states).toBeLessThan(8 + 12);
});
