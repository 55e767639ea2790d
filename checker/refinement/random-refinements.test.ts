/**
 * The judge against a naive twin, on random systems.
 *
 * The twin builds the whole graph of both systems and the set of all pairs of states that the
 * abstract one connects; nothing is shared with the judge but the evaluator. A random Model refines
 * itself when every slot maps to itself; a Model with guards, effects or transitions of another, or
 * with one slot mapped to another, mostly does not.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryProgram } from "../../spec/arbitrary-program.ts";
import type { Model, Refinement, Value } from "../../spec/model.ts";
import { compiledExplore } from "../compile/explore.ts";
import { createJavaScriptCore } from "../compile/javascript-core.ts";
import { explore } from "../explore/explore.ts";
import type { Explore } from "../explore/explorer.ts";
import { randomModel } from "../explore/random-model.ts";
import { graphOf, modelsOf } from "../libretto-notation.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import type { PropertyVerdict } from "../verdict.ts";
import { NO_BUDGET } from "../verdict-notation.ts";
import { mappedState } from "./mapped-state.ts";
import { refinementVerdicts } from "./verdicts.ts";

/** Runs in the ordinary tests; `REHEARSAL_RUNS` asks for more. */
const RUNS = Number(process.env["REHEARSAL_RUNS"] ?? 60);

/** Every slot maps to the one of the same position, or to the one that `from` says. */
function identity(abstract: Model, from: (slot: number) => number = (slot) => slot): Refinement {
  const { span } = abstract;
  const mapping = abstract.slots.map(({ type }, slot) => ({
    slot,
    value: { op: "read", type, slots: [from(slot)], index: undefined, buffer: undefined, span },
    locals: 0,
    span,
  }));
  return { name: "R", abstract, mapping, span } as Refinement;
}

async function judge(
  model: Model,
  refinement: Refinement,
  search: Explore = explore,
): Promise<PropertyVerdict> {
  const judged: Model = { ...model, refinements: [refinement] };
  const options = { budget: NO_BUDGET, signal: undefined, onProgress: undefined };
  const found = await search(judged, options);
  const [verdict] = await refinementVerdicts(judged, found, options);
  if (verdict === undefined) throw new Error("no verdict");
  return verdict;
}

/** `holds`, or the length of a shortest run that the abstract system cannot follow. */
function naive(model: Model, refinement: Refinement): "holds" | number {
  const { abstract } = refinement;
  const meter = createMeter();
  const key = keyOf(abstract);
  const image = (state: readonly Value[]): string | undefined => {
    const mapped = mappedState(refinement, state, meter);
    return mapped.misfit === undefined ? key(mapped.state) : undefined;
  };
  const reachable = graphOf(abstract);
  const starts = new Set(
    beginnings(abstract, meter).flatMap((one) => (one.violation ? [] : [key(one.state)])),
  );
  const pairs = new Set<string>();
  for (const state of reachable.states) {
    for (const step of stepsOf(abstract, state)) pairs.add(`${key(state)} ${key(step)}`);
  }
  const depths = new Map<string, number>();
  let layer: (readonly Value[])[] = [];
  for (const one of beginnings(model, meter)) {
    if (one.violation !== undefined) continue;
    const at = image(one.state);
    if (at === undefined || !starts.has(at)) return 0;
    depths.set(keyOf(model)(one.state), 0);
    layer.push(one.state);
  }
  for (let depth = 1; layer.length > 0; depth++) {
    const next: (readonly Value[])[] = [];
    for (const state of layer) {
      const from = image(state);
      for (const target of stepsOf(model, state)) {
        const to = image(target);
        if (to === undefined || (from !== to && !pairs.has(`${from} ${to}`))) return depth;
        const name = keyOf(model)(target);
        if (depths.has(name)) continue;
        depths.set(name, depth);
        next.push(target);
      }
    }
    layer = next;
  }
  return "holds";
}

function stepsOf(model: Model, state: readonly Value[]): readonly (readonly Value[])[] {
  return successors(model, state, createMeter()).steps.flatMap((step) =>
    step.violation === undefined ? [step.state] : [],
  );
}

/** What the judge says, in the words of the twin. */
function inShort({ outcome, counterexample }: PropertyVerdict): string | number {
  if (counterexample === undefined) return outcome;
  expect(counterexample.replayed).toBe(true);
  return counterexample.steps.length - 1;
}

test("a random system refines itself", async () => {
  await fc.assert(
    fc.asyncProperty(randomModel, async (model) => {
      const begins = beginnings(model, createMeter()).some((one) => one.violation === undefined);
      const verdict = await judge(model, identity(model));
      expect(inShort(verdict)).toBe(begins ? "holds" : "unknown");
    }),
    { numRuns: RUNS },
  );
});

/** The Model without one of its transitions, or with one whose guard is dropped. */
function mutant(model: Model, at: number, kind: "without" | "unguarded"): Model {
  const index = at % model.transitions.length;
  if (kind === "without") return { ...model, transitions: model.transitions.toSpliced(index, 1) };
  const transitions = model.transitions.map((one, position) => {
    const { type, span } = one.guard;
    const guard = { op: "const", type, value: true, span } as const;
    return position === index ? { ...one, guard } : one;
  });
  return { ...model, transitions };
}

test("a system that may do more, or less, is judged as by the twin", async () => {
  const seen = new Set<string>();
  const sides = fc.constantFrom("more", "less");
  await fc.assert(
    fc.asyncProperty(randomModel, fc.nat(5), sides, async (model, at, side) => {
      const [impl, abstract] =
        side === "more"
          ? [mutant(model, at, "unguarded"), model]
          : [model, mutant(model, at, "without")];
      const refinement = identity(abstract);
      const begins = beginnings(impl, createMeter()).some((one) => one.violation === undefined);
      fc.pre(begins);
      const verdict = inShort(await judge(impl, refinement));
      expect(verdict).toBe(naive(impl, refinement));
      seen.add(typeof verdict);
    }),
    { numRuns: RUNS },
  );
  expect([...seen].toSorted()).toEqual(["number", "string"]);
});

test("a graph that compiled code has found is judged the same", async () => {
  const compiled = compiledExplore("javascript", createJavaScriptCore, explore);
  await fc.assert(
    fc.asyncProperty(randomModel, fc.nat(5), async (model, at) => {
      const refinement = identity(mutant(model, at, "without"));
      const one = await judge(model, refinement);
      const other = await judge(model, refinement, compiled);
      expect(inShort(other)).toBe(inShort(one));
      if (one.outcome === "holds") expect(other.refinement).toEqual(one.refinement);
    }),
    { numRuns: RUNS },
  );
});

test("a mapping that exchanges two slots is judged as by the twin", async () => {
  await fc.assert(
    fc.asyncProperty(randomModel, fc.boolean(), async (model, modes) => {
      // Slots 0 and 1 are modes of equal instances, 2 and 3 are numbers of different ranges.
      const [left, right] = modes ? [0, 1] : [2, 3];
      const swap = (slot: number): number => (slot === left ? right : slot === right ? left : slot);
      const refinement = identity(model, swap);
      fc.pre(beginnings(model, createMeter()).some((one) => one.violation === undefined));
      expect(inShort(await judge(model, refinement))).toBe(naive(model, refinement));
    }),
    { numRuns: RUNS },
  );
});

test("a random program refines itself by the names of its variables", async () => {
  let held = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryProgram, async (text) => {
      const [model] = modelsOf(`${text}\nrefinement R : S implements S { }`);
      const refinement = model?.refinements[0];
      if (model === undefined || refinement === undefined) throw new Error("no refinement");
      const options = { budget: model.budget, signal: undefined, onProgress: undefined };
      const found = await explore(model, options);
      const [verdict] = await refinementVerdicts(model, found, options);
      expect(verdict?.outcome).toBe(found.stopped === undefined ? "holds" : "unknown");
      if (verdict?.outcome === "holds") held++;
    }),
    { numRuns: Math.ceil(RUNS / 2) },
  );
  expect(held).toBeGreaterThan(0);
});
