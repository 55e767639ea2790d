/** Profiles: projections against a slow twin, attempts by their laws and on a hand-made machine. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model, Value } from "../../spec/model.ts";
import { explore } from "../explore/explore.ts";
import { randomModel } from "../explore/random-model.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { modelOf } from "../libretto-notation.ts";
import { profileOf, type StateProfile, TRIED_STATES_MAX } from "./profile.ts";
import { columnsOf, project } from "./projections.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 40);

async function graphOf(model: Model): Promise<StateGraph> {
  const { budget } = model;
  return (await explore(model, { budget, signal: undefined, onProgress: undefined })).graph;
}

async function profiled(text: string): Promise<StateProfile> {
  const sources = new Map([["test.libretto", { path: "test.libretto", text }]]);
  const found = await profileOf(await graphOf(modelOf(text)), sources, undefined);
  if (found === undefined) throw new Error("it was interrupted");
  return found;
}

/** The slow twin: distinct texts of the columns that are left. */
function distinct(states: readonly (readonly Value[])[], slots: readonly number[]): number {
  return new Set(states.map((state) => JSON.stringify(slots.map((slot) => state[slot])))).size;
}

test("projections are those of the slow twin, for each variable and each machine", async () => {
  await fc.assert(
    fc.asyncProperty(randomModel, async (model) => {
      const graph = await graphOf(model);
      const ids = Array.from({ length: graph.states }, (_, id) => id);
      const states = ids.map((id) => graph.state(id));
      const columns = columnsOf(model);
      const found = await project(
        columns,
        graph.states,
        (id) => graph.state(id),
        async () => {},
      );
      const { slots, groups } = columns;
      expect(found).toEqual({
        states: graph.states,
        values: slots.map((slot) => distinct(states, [slot])),
        without: slots.map((_, column) => distinct(states, slots.toSpliced(column, 1))),
        withoutGroup: groups.map(({ from, to }) =>
          distinct(states, slots.toSpliced(from, to - from)),
        ),
      });
    }),
    { numRuns: RUNS },
  );
});

test("every try is without a message, ends at a clause, or is enabled", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async (text) => {
      const { rules } = await profiled(text);
      for (const { tried, enabled, noMessage, clauses } of rules) {
        const ended = clauses.reduce((sum, { falseFirst }) => sum + falseFirst, 0);
        expect(noMessage + ended + enabled).toBe(tried);
      }
    }),
    { numRuns: Math.ceil(RUNS / 2) },
  );
});

const COUNTERS = `
module test
type N = 0..3
machine Counter {
  var n : N = 0
  var copy : N = 0
  ghost var past : N = 0
  initial mode Run {
    step up if n < 3 and copy == n { n += 1; copy += 1; past = 1 }
  }
  mode Never { }
}
system Two {
  left : Counter
  right : Counter
}
check all of Two { allow stuck }
`;

test("a variable that another repeats saves nothing; a machine saves its factor", async () => {
  const found = await profiled(COUNTERS);
  expect(found.states).toBe(16);
  expect(found.groups).toEqual([{ name: "Counter", variables: 6, without: 1 }]);
  expect(found.slots.map(({ values, without, atEnd }) => [values, without, atEnd])).toEqual([
    [1, 16, undefined],
    [4, 16, 4],
    [4, 16, 4],
    [1, 16, undefined],
    [4, 16, 4],
    [4, 16, 4],
  ]);
});

test("the clause that is false first is blamed, with its words", async () => {
  const found = await profiled(COUNTERS);
  expect(found.rules).toMatchObject([
    {
      tried: 32,
      enabled: 24,
      taken: 24,
      noMessage: 0,
      blocked: 0,
      clauses: [
        { words: "in mode Run", evaluated: 32, falseFirst: 0 },
        { words: "n < 3", evaluated: 32, falseFirst: 8 },
        { words: "copy == n", evaluated: 24, falseFirst: 0 },
      ],
    },
  ]);
});

test("messages that are not there and channels that are full are told apart", async () => {
  const found = await profiled(`
module test
message Ask { Please }
machine Asker { port out ask : Ask  initial mode Idle { step go { send ask.Please } } }
machine Answerer { port in ask : Ask  initial mode Here { on ask.Please } }
system Two {
  asker : Asker
  answerer : Answerer
  channel ask : asker.ask -> answerer.ask fifo(1)
}
check all of Two { }`);
  expect(found.rules).toMatchObject([
    { tried: 2, enabled: 2, taken: 1, noMessage: 0, blocked: 1 },
    { tried: 2, enabled: 1, taken: 1, noMessage: 1, blocked: 0 },
  ]);
});

test("a large graph is sampled, and the profile says how much", async () => {
  const graph = await graphOf(modelOf(COUNTERS));
  const repeated = TRIED_STATES_MAX + 1;
  const large: StateGraph = {
    ...graph,
    states: repeated,
    state: (id) => graph.state(id % graph.states),
  };
  const found = await profileOf(large, new Map(), undefined);
  expect(found).toMatchObject({ states: repeated, projected: repeated, tried: TRIED_STATES_MAX });
  expect(found?.rules[0]?.tried).toBe(2 * TRIED_STATES_MAX);
});

test("an interruption ends a profile", async () => {
  const stop = new AbortController();
  stop.abort();
  const graph = await graphOf(modelOf(COUNTERS));
  expect(await profileOf(graph, new Map(), stop.signal)).toBeUndefined();
});
