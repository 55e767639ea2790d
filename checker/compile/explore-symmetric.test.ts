/**
 * The compiled search that stores one state of each orbit, against the search of the whole graph
 * and against the symmetric search of the reference.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model } from "../../spec/model.ts";
import { BACK_ENDS } from "../back-end.ts";
import { checkModel } from "../check.ts";
import type { Exploration } from "../explore/explorer.ts";
import { modelOf } from "../libretto-notation.ts";
import { arbitrarySystem } from "../reduce/arbitrary-system.fixture.ts";
import { exploreReduced } from "../reduce/explore-reduced.ts";
import { permutePlan } from "../reduce/permute-plan.ts";
import { exact, search as referenceSearch, withoutRuns } from "../reduce/reduce-notation.ts";
import { symmetryOf } from "../reduce/symmetry.ts";
import { lowered, NO_BUDGET } from "../verdict-notation.ts";
import { compileModel } from "./compile.ts";
import type { Core, CreateCore } from "./core.ts";
import { createJavaScriptCore } from "./javascript-core.ts";
import { encodeState } from "./layout.ts";
import { permuteRoutine } from "./permute.ts";
import { createWasmCore } from "./wasm-core.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 25);
/** Most states of a random Model: larger ones are skipped. */
const STATES_MAX = 2_500;
/** Part of the runs in which the search must have been compiled and have left out states. */
const FIRING = 0.2;

type Compiler = "wasm" | "javascript";

function search(model: Model, backEnd: Compiler, reduced: boolean): Promise<Exploration> {
  return exploreReduced(BACK_ENDS[backEnd], model, {
    budget: { ...NO_BUDGET, states: STATES_MAX },
    signal: undefined,
    onProgress: undefined,
    reductions: reduced ? ["symmetry"] : [],
  });
}

/** Everything about a search but its times and memory, stored states included. */
function facts(found: Exploration): unknown {
  const { graph } = found;
  const states = Array.from({ length: graph.states }, (_, id) => graph.state(id));
  const steps = states.map((_, id) => {
    const { count, labels, targets } = graph.steps(id);
    return [Array.from(labels).slice(0, count), Array.from(targets).slice(0, count)];
  });
  return { ...found, bytes: 0, milliseconds: 0, explorer: 0, graph: { states, steps } };
}

const models = arbitrarySystem.map((text) => withoutRuns(modelOf(text)));

test("counts are those of the whole graph, and states are stored as by the reference", async () => {
  let fired = 0;
  await fc.assert(
    fc.asyncProperty(models, async (model) => {
      const whole = await search(model, "wasm", false);
      if (whole.stopped !== undefined) return;
      const found = await search(model, "wasm", true);
      if (found.explorer.backEnd !== "wasm") return;
      expect(exact(found)).toEqual(exact(whole));
      expect(facts(await search(model, "javascript", true))).toEqual(facts(found));
      const reference = await referenceSearch(model, "symmetry");
      expect(found.graph.states).toBe(reference.graph.states);
      if (found.graph.states < whole.graph.states) fired++;
    }),
    { numRuns: RUNS },
  );
  expect(fired / RUNS).toBeGreaterThan(FIRING);
});

test("every path that is shown is a path of the model, as short as any", async () => {
  let shown = 0;
  await fc.assert(
    fc.asyncProperty(models, async (model) => {
      const budget = { ...NO_BUDGET, states: 400 };
      const asked = { budget, signal: undefined, onProgress: undefined, sources: new Map() };
      const { properties } = await checkModel(model, { ...asked, reductions: ["symmetry"] });
      for (const { counterexample, witness } of properties) {
        for (const path of [counterexample, witness]) {
          if (path === undefined) continue;
          expect([path.replayed, path.reason, path.shortest]).toEqual([true, path.reason, true]);
          shown++;
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(shown).toBeGreaterThan(RUNS / 2);
});

/** A check of an example with another number of ids. */
function example(file: string, name: string, type: string, ids: number): Model {
  const text = readFileSync(
    new URL(`../../models/examples/${file}.libretto`, import.meta.url),
    "utf8",
  );
  const sized = text.replaceAll(new RegExp(`\\b${type} = 2`, "g"), `${type} = ${ids}`);
  const { models: all } = lowered(sized);
  const found = all.find((model) => model.name === name);
  if (found === undefined) throw new Error(`no check ${name}`);
  return withoutRuns(found);
}

describe("the examples", () => {
  test.each([
    ["netserver", "crashOnce", "Client", 2, 1769, 4986, 897],
    ["netserver", "noFaults", "Client", 2, 127, 320, 66],
    ["netserver", "crashOnce", "Client", 3, 44_110, 160_816, 7750],
    ["device", "twoDomains", "Dom", 2, 239, 454, 120],
    ["device", "twoDomains", "Dom", 3, 1351, 2748, 239],
  ] as const)("%s %s, %s = %i: %i states, %i steps, %i stored", async (...row) => {
    const [file, name, type, ids, ...counts] = row;
    const model = example(file, name, type, ids);
    const options = { budget: NO_BUDGET, signal: undefined, onProgress: undefined };
    const whole = exact(await BACK_ENDS.wasm(model, options));
    for (const backEnd of ["wasm", "javascript"] as const) {
      const asked = { ...options, reductions: ["symmetry"] as const };
      const found = await exploreReduced(BACK_ENDS[backEnd], model, asked);
      expect(found.explorer).toEqual({ backEnd, notCompiled: undefined, workers: 1 });
      expect([found.states, found.transitions, found.graph.states]).toEqual(counts);
      expect(exact(found)).toEqual(whole);
    }
  });
});

/** A core for a Model, with its initial state unless what was saved is to be put there. */
function coreOf(create: CreateCore, model: Model, states: number, begun = true): Core {
  const compiled = compileModel(model);
  const { symmetry } = symmetryOf(model);
  if ("unsupported" in compiled || symmetry === undefined) throw new Error("not compiled");
  const plan = permutePlan(symmetry);
  const routine = permuteRoutine(plan, compiled.layout);
  const code = { ...compiled.code, group: { order: plan.order, routine } };
  const core = create(code, { states, bytes: 2 ** 30, sight: () => true });
  const initial = model.slots.map((slot) => slot.initial);
  if (begun) core.add(encodeState(compiled.layout, initial));
  return core;
}

const CORES: readonly (readonly [name: string, create: CreateCore])[] = [
  ["WebAssembly", createWasmCore],
  ["JavaScript", createJavaScriptCore],
];

test.each(CORES)(
  "%s: where a limit is met, the tallies are of the states that were expanded",
  (_, create) => {
    const model = example("netserver", "crashOnce", "Client", 3);
    const limited = coreOf(create, model, 1000);
    limited.expand(Number.MAX_SAFE_INTEGER);
    const unlimited = coreOf(create, model, Number.MAX_SAFE_INTEGER);
    unlimited.expand(limited.next);
    expect([limited.stopped, limited.states]).toEqual(["states", 1000]);
    expect(limited.tallies().labels).toEqual(unlimited.tallies().labels);
    expect(limited.orbits?.expanded).toBe(unlimited.orbits?.expanded);
  },
);

test.each(CORES)("%s: a search that is saved goes on as if it had not been", (_, create) => {
  const model = example("netserver", "crashOnce", "Client", 3);
  const first = coreOf(create, model, Number.MAX_SAFE_INTEGER);
  first.expand(500);
  const second = coreOf(create, model, Number.MAX_SAFE_INTEGER, false);
  second.restore({
    ...first.tallies(),
    states: first.states,
    next: first.next,
    readStates: (from, to) => first.readStates(from, to),
    readParents: (from, to) => first.readParents(from, to),
  });
  for (const core of [first, second]) core.expand(Number.MAX_SAFE_INTEGER);
  expect(second.tallies()).toEqual(first.tallies());
  expect([second.states, second.orbits?.states, second.orbits?.expanded]).toEqual([
    7750, 44_110, 44_110,
  ]);
});
