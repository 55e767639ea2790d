/**
 * The cores find what a naive search finds, for random Codes and at the edges of what they can do.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCode, arbitraryStates } from "./arbitrary-code.fixture.ts";
import type { Code } from "./code.ts";
import type { Core, CreateCore } from "./core.ts";
import { type Found, naiveSearch } from "./interpreter.fixture.ts";
import { createJavaScriptCore } from "./javascript-core.ts";
import { createWasmCore } from "./wasm-core.ts";

const CORES: readonly (readonly [name: string, create: CreateCore])[] = [
  ["JavaScript", createJavaScriptCore],
  ["WebAssembly", createWasmCore],
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
    { numRuns: 300 },
  );
});
