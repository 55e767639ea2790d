/**
 * What is special about the compressed core: wide states, memory, limits, and going on. That it
 * finds what every core finds is tested in `cores.test.ts`.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryCode, arbitraryStates } from "./arbitrary-code.fixture.ts";
import type { Code, Term } from "./code.ts";
import { createCompressedCore } from "./compressed-core.ts";
import type { Core, CreateCore, Saved } from "./core.ts";
import { createJavaScriptCore } from "./javascript-core.ts";
import { createLayers, NO_PARENT } from "./layers.ts";
import { philosophers } from "./philosophers.fixture.ts";
import { createWasmCore } from "./wasm-core.ts";

const UNLIMITED = 2 ** 40;

function begin(create: CreateCore, code: Code, states = UNLIMITED, bytes = UNLIMITED): Core {
  return create(code, { states, bytes, sight: () => false });
}

/** A core that has searched from the given states, or from the state of zeroes. */
function searched(core: Core, initial: readonly number[][] = []): Core {
  const starts = initial.length === 0 ? [Array<number>(core.code.words).fill(0)] : initial;
  for (const state of starts) core.add(Uint32Array.from(state));
  core.expand(Infinity);
  return core;
}

/** Everything that can be read of a core. */
function contents(core: Core): unknown {
  const { states, next, stopped } = core;
  const ids = Array.from({ length: states }, (_, id) => id);
  return {
    states: core.readStates(0, states),
    chunks: [...core.chunks()].flatMap((chunk) => [...chunk]),
    parents: ids.map((id) => core.parent(id)),
    edges: core.edges(0, states),
    tallies: core.tallies(),
    next,
    stopped,
  };
}

test("random Codes with wide states: the same as in the core in JavaScript", () => {
  const wide = arbitraryCode(5, 6, 13, 30);
  const cases = wide.chain((code) => fc.tuple(fc.constant(code), arbitraryStates(code.words)));
  fc.assert(
    fc.property(cases, fc.constantFrom(20, 200), ([code, initial], limit) => {
      const found = searched(begin(createCompressedCore, code, limit), initial);
      const wanted = searched(begin(createJavaScriptCore, code, limit), initial);
      expect(contents(found)).toEqual(contents(wanted));
    }),
    { numRuns: 60 },
  );
});

test("a better tree in the midst of a search changes nothing that is found", () => {
  const sites = [{ do: "sight", site: 0 }] as const;
  const code = { ...philosophers(9, 29), sites: 1, judge: [{ locals: 0, body: sites }] };
  const found = [createCompressedCore, createWasmCore].map((create) => {
    const seen: number[] = [];
    // The site is closed by a sighting before the tree is made anew.
    const sight = (_site: number, id: number): boolean => seen.push(id) === 10_000;
    const core = create(code, { states: UNLIMITED, bytes: UNLIMITED, sight });
    core.add(new Uint32Array(30));
    let end = 0;
    while (core.expand(end) === end) end += 1000;
    return { seen, tallies: core.tallies(), states: core.readStates(0, core.states) };
  });
  expect(found[0]?.states.length).toBe(30 * 3 ** 9);
  expect(found[0]).toEqual(found[1]);
});

/**
 * Counts in word 0 up to `last`; all other words are functions of it, so that no node is shared.
 */
function mixer(words: number, last: number): Code {
  const count: Term = { op: "word", word: 0 };
  const next: Term = { op: "add", left: count, right: { op: "const", value: 1 } };
  const mixed = (word: number): Term => {
    return { op: "mul", left: next, right: { op: "const", value: 0x9e3779b1 * (word + 1) } };
  };
  const all = Array.from({ length: words - 1 }, (_, index) => index + 1);
  return {
    words,
    registers: 0,
    labels: 1,
    counters: 0,
    sites: 0,
    judge: [],
    expand: [
      {
        locals: 0,
        body: [
          {
            do: "if",
            condition: { op: "below", left: count, right: { op: "const", value: last } },
            then: [
              { do: "begin" },
              { do: "next", word: 0, value: next },
              ...all.map((word) => ({ do: "next", word, value: mixed(word) }) as const),
              { do: "emit", label: 0 },
            ],
            else: [],
          },
        ],
      },
    ],
  };
}

describe("states that share nothing", () => {
  test("are found again after nodes and roots have grown", () => {
    const core = searched(begin(createCompressedCore, mixer(9, 60_000)));
    expect(core.states).toBe(60_001);
    const state = new Uint32Array(9);
    for (let id = 0; id < core.states; id += 97) {
      core.read(id, state);
      expect([state[0], core.find(state)]).toEqual([id, id]);
      state[8] = (state[8] ?? 0) ^ 1;
      expect(core.find(state)).toBeUndefined();
    }
  });

  test.each([1, 2, 3])("stop at a limit of bytes that nodes meet; %d MB", (megabytes) => {
    const bytes = megabytes * 1_000_000;
    const core = searched(begin(createCompressedCore, mixer(30, 60_000), UNLIMITED, bytes));
    expect([core.stopped, core.next]).toEqual(["memory", core.states - 1]);
    expect(core.bytes).toBeLessThanOrEqual(bytes);
    expect(core.tallies().labels).toEqual([core.next]);
    // A state takes 28 nodes and a root, of at most 14 bytes each, and half of the limit is used.
    expect(core.states).toBeGreaterThan(bytes / 2 / (29 * 14));
    expect(core.parent(core.states - 1)).toBe(core.next - 1);
  });
});

test("a million states of 30 words take less than 16 bytes each", () => {
  const core = begin(createCompressedCore, philosophers(13, 29));
  core.add(new Uint32Array(30));
  core.expand(Infinity);
  expect(core.states).toBe(3 ** 13);
  expect(core.bytes / core.states).toBeLessThan(16);
});

describe("what was saved", () => {
  /** Of a search, after the given number of states was expanded. */
  function saved(core: Core, expanded: number): Saved {
    core.add(new Uint32Array(core.code.words));
    core.expand(expanded);
    return Object.assign(core.tallies(), {
      states: core.states,
      next: core.next,
      readStates: (from: number, to: number) => core.readStates(from, to),
      readParents: (from: number, to: number) => core.readParents(from, to),
    });
  }

  test.each([0, 1, 7, 100, 729])("goes on to the same end, after %d states", (expanded) => {
    const code = philosophers(6, 5);
    const whole = contents(searched(begin(createCompressedCore, code)));
    for (const create of [createCompressedCore, createWasmCore]) {
      const core = begin(createCompressedCore, code);
      core.restore(saved(begin(create, code), expanded));
      core.expand(Infinity);
      expect(contents(core)).toEqual(whole);
    }
  });

  test("does not fit into less memory", () => {
    const code = philosophers(9, 5);
    const core = begin(createCompressedCore, code, 1000);
    core.restore(saved(begin(createCompressedCore, code), 3 ** 9));
    expect(core.stopped).toBeDefined();
  });
});

test("layers are known again from what is saved in place of parents", () => {
  const layers = createLayers();
  layers.addInitial(0);
  // 0 │ 1 2 │ 3 4 5 │ 6
  for (const [next, states] of [
    [0, 1],
    [1, 3],
    [3, 6],
  ] as const)
    layers.endFor(next, states);
  const all = [0, 1, 2, 3, 4, 5, 6];
  const kept = all.map((id) => layers.placeholder(id));
  expect(kept).toEqual([NO_PARENT, 0, 0, 1, 1, 1, 3]);
  const again = createLayers();
  again.restore(7, 3, (id) => kept[id] ?? 0);
  expect(all.map((id) => again.before(id))).toEqual(all.map((id) => layers.before(id)));
});
