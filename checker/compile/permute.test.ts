/** The canonical form in compiled code against all permutations by the plainest way there is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Model, Value } from "../../spec/model.ts";
import { explore } from "../explore/explore.ts";
import { modelOf } from "../libretto-notation.ts";
import { arbitrarySystem } from "../reduce/arbitrary-system.fixture.ts";
import { permutationOf, permuteState } from "../reduce/permutation.ts";
import { permutePlan } from "../reduce/permute-plan.ts";
import { withoutRuns } from "../reduce/reduce-notation.ts";
import { factorial, type Symmetry, symmetryOf } from "../reduce/symmetry.ts";
import { compileRoutines } from "./javascript.ts";
import { encodeState, type Layout, layoutOf } from "./layout.ts";
import { permuteRoutine, scriptOf } from "./permute.ts";
import { Unsupported } from "./unsupported.ts";

/** All orders of `0..size-1`. */
function orders(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return orders(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => order.toSpliced(at, 0, size - 1)),
  );
}

/** The smallest permutation of a state, and how many permutations keep the state. */
function smallest({ model, types }: Symmetry, layout: Layout, state: readonly Value[]): unknown {
  const renamings = types.reduce<readonly ReadonlyMap<string, readonly number[]>[]>(
    (all, { name, size }) =>
      all.flatMap((ids) => orders(size).map((order) => new Map([...ids, [name, order]]))),
    [new Map()],
  );
  const packed = (values: readonly Value[]): number[] => [
    ...Int32Array.from(encodeState(layout, values)),
  ];
  const own = packed(state).join();
  const moved = renamings.map((ids) => {
    const permutation = permutationOf(model, ids);
    if (permutation === undefined) throw new Error("not admitted");
    return packed(permuteState(model, state, permutation));
  });
  const [first] = moved.toSorted((left, right) => {
    const word = left.findIndex((bits, at) => bits !== right[at]);
    return (left[word] ?? 0) - (right[word] ?? 0);
  });
  return { form: first, kept: moved.filter((words) => words.join() === own).length };
}

/** Some reachable states of a Model. */
async function statesOf(model: Model, count: number): Promise<readonly (readonly Value[])[]> {
  const budget = { milliseconds: undefined, bytes: undefined, states: 20 * count };
  const { graph } = await explore(model, { budget, signal: undefined, onProgress: undefined });
  return Array.from({ length: Math.min(count, graph.states) }, (_, at) =>
    graph.state(Math.floor((at * graph.states) / Math.min(count, graph.states))),
  );
}

/** The routine as a function of states; undefined where a Model is beyond it. */
function canonical(
  symmetry: Symmetry,
  layout: Layout,
): ((state: Uint32Array) => unknown) | undefined {
  try {
    const target = new Int32Array(layout.words);
    const host = { target, counters: new Float64Array(0), emit: () => {}, sight: () => {} };
    const code = { words: layout.words, registers: 1 };
    const run = compileRoutines([permuteRoutine(permutePlan(symmetry), layout)], code, host);
    return (state) => {
      const kept = run(Int32Array.from(state), 0);
      return { form: [...target], kept };
    };
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

test("compiled code finds the smallest permutation and the number of those that keep a state", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(arbitrarySystem, async (text) => {
      const model = withoutRuns(modelOf(text));
      const { symmetry } = symmetryOf(model);
      if (symmetry === undefined) return;
      const layout = layoutOf(model);
      const find = canonical(symmetry, layout);
      if (find === undefined) return;
      for (const state of await statesOf(model, 30)) {
        expect(find(encodeState(layout, state))).toEqual(smallest(symmetry, layout, state));
        compared++;
      }
    }),
    { numRuns: 40 },
  );
  expect(compared).toBeGreaterThan(100);
});

test.each([[[2]], [[5]], [[2, 3]], [[3, 2, 2]]])(
  "the script for %j visits each order once",
  (sizes) => {
    const types = sizes.map((size, type) => ({
      name: `${type}`,
      size,
      swaps: Array.from({ length: size - 1 }, (_, first) => ({
        type: `${type}`,
        ids: [first, first + 1] as const,
        slots: [],
        values: [],
        sorted: [],
      })),
    }));
    const swaps = types.flatMap((type) => type.swaps);
    const order = sizes.reduce((product, size) => product * factorial(size), 1);
    const at = sizes.map((size) => Array.from({ length: size }, (_, place) => place));
    const seen = new Set([JSON.stringify(at)]);
    const script = scriptOf({ order, types });
    for (const number of script) {
      const { type, ids } = swaps[number] ?? { type: "", ids: [0, 0] };
      const own = at[Number(type)] ?? [];
      [own[ids[0]], own[ids[1]]] = [own[ids[1]] ?? -1, own[ids[0]] ?? -1];
      seen.add(JSON.stringify(at));
    }
    expect([script.length, seen.size]).toEqual([order - 1, order]);
  },
);
