/**
 * Random Models with random fairness and formulas, from the search to the replay: every violation
 * replays, and on small graphs every verdict is that of the slow twin.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Model, Temporal } from "../../spec/model.ts";
import { explore } from "../explore/explore.ts";
import type { Exploration } from "../explore/explorer.ts";
import { randomModel } from "../explore/random-model.ts";
import { replay } from "../replay.ts";
import { propertyOf } from "../verdict-notation.ts";
import { checkModel } from "../check.ts";
import { temporalVerdicts } from "./judge.ts";
import { isViolatedNaively } from "./naive-judge.fixture.ts";
import {
  ATOMS,
  atom,
  formula,
  randomFormula,
  type SmallGraph,
  type Written,
} from "./small-graph.fixture.ts";

const STATES_MAX = 300;
const BUDGET = { milliseconds: undefined, bytes: undefined, states: STATES_MAX };
const OPTIONS = { budget: BUDGET, signal: undefined, onProgress: undefined, sources: new Map() };
/** Graphs with at most so many states are given to the slow twin. */
const TWIN_STATES_MAX = 6;

const FAIRNESS = ["none", "weak", "strong"] as const;

/** The model with fairness, and with the formula as property `P` over its invariants and goal. */
function withProperty(
  model: Model,
  fairness: readonly (typeof FAIRNESS)[number][],
  written: Written,
): Model {
  const { span } = model;
  const conditions = [...model.invariants, ...model.goals].map(({ condition }) => condition);
  const grounded = (part: Temporal): Temporal => {
    if (part.op === "state") {
      const index = ATOMS.findIndex((name) => JSON.stringify(atom(name)) === JSON.stringify(part));
      const condition = conditions[index];
      return condition === undefined ? part : { ...part, condition };
    }
    return "operand" in part
      ? { ...part, operand: grounded(part.operand) }
      : { ...part, left: grounded(part.left), right: grounded(part.right) };
  };
  const locals = Math.max(...[...model.invariants, ...model.goals].map((each) => each.locals));
  const instances = [{ label: "", formula: grounded(formula(written)) }];
  const quantifier = "forall";
  return {
    ...model,
    transitions: model.transitions.map((transition, index) => ({
      ...transition,
      fairness: transition.kind === "fault" ? "none" : (fairness[index] ?? "none"),
    })),
    temporal: [{ name: "P", instances, quantifier, locals, bounded: false, span }],
  };
}

/** The graph in the notation of the slow twin; atoms are invariants and goal. */
function smallOf(model: Model, { graph }: Exploration): SmallGraph {
  const observe = graph.observer([...model.invariants, ...model.goals]);
  const ids = Array.from({ length: graph.states }, (_, id) => id);
  const fair = Object.fromEntries(
    model.transitions.flatMap(({ fairness }, index) =>
      fairness === "none" ? [] : [[`t${index}`, fairness]],
    ),
  );
  return {
    states: ids.map((id) => ATOMS.filter((_, bit) => ((observe(id) >>> bit) & 1) === 1).join("")),
    steps: ids.flatMap((id) => {
      const { count, labels, targets } = graph.steps(id);
      return Array.from({ length: count }, (_, step) => {
        const label = graph.labels[labels[step] ?? -1];
        const names = [label?.transition ?? -1, ...(label?.partners ?? [])];
        return `${id} ${names.map((each) => `t${each}`).join("+")} ${targets[step]}`;
      });
    }),
    initial: graph.initial,
    fair,
  };
}

const fairnesses = fc.array(fc.constantFrom(...FAIRNESS), { maxLength: 6 });

test("every violation replays, and small graphs are judged as the slow twin does", async () => {
  const seen = { violated: 0, holds: 0, unknown: 0, compared: 0 };
  const check = async (
    plain: Model,
    fairness: readonly (typeof FAIRNESS)[number][],
    written: Written,
  ): Promise<void> => {
    const model = withProperty(plain, fairness, written);
    const found = await explore(model, OPTIONS);
    const [verdict] = await temporalVerdicts(model, found, OPTIONS);
    if (verdict === undefined) throw new Error("no verdict");
    seen[verdict.outcome]++;
    const { counterexample } = verdict;
    if (counterexample !== undefined) {
      const { steps, loop } = counterexample;
      expect(replay(model, "P", steps, loop)).toEqual({ agrees: true });
    }
    if (found.stopped !== undefined) {
      expect(verdict.outcome).not.toBe("holds");
    } else if (found.states > 0 && found.states <= TWIN_STATES_MAX) {
      seen.compared++;
      const violated = isViolatedNaively(smallOf(model, found), formula(written));
      expect(verdict.outcome).toBe(violated ? "violated" : "holds");
    }
  };
  await fc.assert(fc.asyncProperty(randomModel, fairnesses, randomFormula(2), check), {
    numRuns: 400,
  });
  expect(Math.min(seen.violated, seen.holds, seen.compared)).toBeGreaterThan(20);
});

test("a check that is aborted or out of time is unknown, with the reason", async () => {
  const [plain] = fc.sample(randomModel, 1);
  if (plain === undefined) throw new Error("no model");
  const model = withProperty(plain, [], ["eventually", ["not", ["or", "a", ["not", "a"]]]]);
  const late = { ...OPTIONS, budget: { ...BUDGET, milliseconds: 0 } };
  expect(propertyOf(await checkModel(model, late), "P").unknown?.reason).toBe("time");
  const aborted = { ...OPTIONS, signal: AbortSignal.abort() };
  expect(propertyOf(await checkModel(model, aborted), "P").unknown?.reason).toBe("interrupted");
});
