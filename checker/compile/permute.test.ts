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
import { scriptOf } from "./permute-script.ts";
import { permuteRoutine } from "./permute.ts";
import { Unsupported } from "./unsupported.ts";

/** All orders of `0..size-1`. */
function orders(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return orders(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => order.toSpliced(at, 0, size - 1)),
  );
}

/** All permutations of a state in packed form, and how many keep the state. */
function orbitOf({ model, types }: Symmetry, layout: Layout, state: readonly Value[]): Orbit {
  const renamings = types.reduce<readonly ReadonlyMap<string, readonly number[]>[]>(
    (all, { name, size }) =>
      all.flatMap((ids) => orders(size).map((order) => new Map([...ids, [name, order]]))),
    [new Map()],
  );
  const own = encodeState(layout, state).join();
  const moved = renamings.map((ids) => {
    const permutation = permutationOf(model, ids);
    if (permutation === undefined) throw new Error("not admitted");
    return encodeState(layout, permuteState(model, state, permutation));
  });
  return { states: moved, kept: moved.filter((words) => words.join() === own).length };
}

interface Orbit {
  readonly states: readonly Uint32Array[];
  readonly kept: number;
}

/** Some reachable states of a Model. */
async function statesOf(model: Model, count: number): Promise<readonly (readonly Value[])[]> {
  const budget = { milliseconds: undefined, bytes: undefined, states: 20 * count };
  const { graph } = await explore(model, { budget, signal: undefined, onProgress: undefined });
  return Array.from({ length: Math.min(count, graph.states) }, (_, at) =>
    graph.state(Math.floor((at * graph.states) / Math.min(count, graph.states))),
  );
}

interface Found {
  readonly form: string;
  readonly kept: number;
}

/** The routine as a function of states; undefined where a Model is beyond it. */
function canonical(
  symmetry: Symmetry,
  layout: Layout,
): ((state: Uint32Array) => Found) | undefined {
  try {
    const target = new Int32Array(layout.words);
    const host = { target, counters: new Float64Array(0), emit: () => {}, sight: () => {} };
    const code = { words: layout.words, registers: 1 };
    const run = compileRoutines([permuteRoutine(permutePlan(symmetry), layout)], code, host);
    return (state) => {
      const kept = run(Int32Array.from(state), 0);
      return { form: Uint32Array.from(target).join(), kept };
    };
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

test("compiled code gives all of an orbit one state of it, and counts what keeps a state", async () => {
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
        const { states, kept } = orbitOf(symmetry, layout, state);
        const { form } = find(encodeState(layout, state));
        expect(states.map((words) => words.join())).toContain(form);
        expect(states.map(find)).toEqual(states.map(() => ({ form, kept })));
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
    const script = scriptOf({ types }, 2 ** swaps.length - 1);
    for (const number of script) {
      const { type, ids } = swaps[number] ?? { type: "", ids: [0, 0] };
      const own = at[Number(type)] ?? [];
      [own[ids[0]], own[ids[1]]] = [own[ids[1]] ?? -1, own[ids[0]] ?? -1];
      seen.add(JSON.stringify(at));
    }
    expect([script.length, seen.size]).toEqual([order - 1, order]);
    // Where no two ids are alike there is one order.
    expect(scriptOf({ types }, 0)).toEqual([]);
  },
);
