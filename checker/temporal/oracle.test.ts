/**
 * The judge against its slow twin, on random graphs with random fairness and random formulas.
 *
 * What it finds is also checked for itself: the steps exist, the loop closes and is fair, and the
 * formula is false on the run by its definition.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Temporal } from "../../spec/model.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { type Answer, avoiding } from "./avoiding.ts";
import { byAutomaton } from "./by-automaton.ts";
import { createScratch } from "./components.ts";
import { readEdges } from "./edges.ts";
import { markStates } from "./judge.ts";
import { fairBitsOf } from "./fairness.ts";
import { negationOf } from "./formula.ts";
import type { Lasso, Move } from "./lasso.ts";
import { isViolatedNaively } from "./naive-judge.fixture.ts";
import { wayTo } from "./never.ts";
import { letterReader, observe, testOf } from "./observed.ts";
import type { Pace } from "./pace.ts";
import { patternOf } from "./pattern.ts";
import {
  formula,
  randomFormula,
  randomGraph,
  searched,
  type SmallGraph,
  smallGraph,
  type Written,
} from "./small-graph.fixture.ts";
import { evaluationOf } from "./word.ts";

const FREE: Pace = { allow: () => undefined, rest: () => Promise.resolve() };

async function general(graph: StateGraph, judged: Temporal): Promise<Answer> {
  const fair = fairBitsOf(graph.model);
  const edges = await readEdges(graph, fair, FREE);
  const negation = negationOf(judged);
  const observed = await observe(graph, negation.conditions, 0, FREE);
  const letterOf = letterReader(observed, 0, negation.conditions.length);
  return await byAutomaton(graph, edges, fair, negation, letterOf, FREE);
}

/** By the pattern of the formula, if it has one. */
async function special(graph: StateGraph, judged: Temporal): Promise<Answer | undefined> {
  const pattern = patternOf(judged);
  if (pattern === undefined) return undefined;
  const fair = fairBitsOf(graph.model);
  const edges = await readEdges(graph, fair, FREE);
  if (pattern.kind === "always") {
    const isTrue = testOf(await observe(graph, [pattern.condition], 0, FREE), 0);
    return { lasso: wayTo(graph, edges, (id) => !isTrue(id)), loops: 0 };
  }
  const { due, goal } = pattern;
  const premises = typeof due === "string" ? [] : [due.premise];
  const observed = await observe(graph, [goal, ...premises], 0, FREE);
  const scratch = createScratch(graph.states);
  markStates(scratch.marks, due, graph.initial, observed, 0);
  return avoiding(graph, edges, fair, scratch);
}

/** Complaints about a lasso that is to make a formula false on the whole graph. */
function wrong(small: SmallGraph, judged: Temporal, lasso: Lasso): readonly string[] {
  const graph = smallGraph({ ...small, expanded: small.states.length });
  const complaints: string[] = [];
  if (!graph.initial.includes(lasso.first)) complaints.push("does not begin at the beginning");
  let at = lasso.first;
  const visited = [at];
  for (const { label, target } of [...lasso.prefix, ...(lasso.loop ?? [])]) {
    const { labels, targets, count } = graph.steps(at);
    const exists = Array.from({ length: count }, (_, step) => step).some(
      (step) => labels[step] === label && targets[step] === target,
    );
    if (!exists) complaints.push(`no step from ${at} to ${target}`);
    at = target;
    visited.push(at);
  }
  const start = lasso.loop === undefined ? undefined : lasso.prefix.length;
  if (start !== undefined) {
    if (visited[start] !== at) complaints.push("the loop does not close");
    complaints.push(...unfair(graph, visited.slice(start), lasso));
  }
  const states = visited.map((id) => graph.state(id));
  const truth = evaluationOf({ states, start }, judged, 0).at(judged, 0);
  if (truth !== false) complaints.push(`the formula is ${truth}`);
  return complaints;
}

function unfair(graph: StateGraph, loop: readonly number[], { loop: moves }: Lasso): string[] {
  const { model, labels } = graph;
  const takenBy = (label: number): readonly number[] => {
    const { transition = -1, partners = [] } = labels[label] ?? {};
    return [transition, ...partners];
  };
  const taken = new Set((moves ?? []).flatMap(({ label }) => takenBy(label)));
  return model.transitions.flatMap(({ name, fairness }, index) => {
    const enabled = loop.map((id) => {
      const steps = graph.steps(id);
      return Array.from(steps.labels).some((label) => takenBy(label).includes(index));
    });
    const due = fairness === "strong" ? enabled.includes(true) : !enabled.includes(false);
    return fairness !== "none" && due && !taken.has(index) ? [`unfair to ${name}`] : [];
  });
}

async function compare(small: SmallGraph, written: Written): Promise<void> {
  const judged = formula(written);
  const graph = smallGraph(small);
  const violated = isViolatedNaively(small, judged);
  const found = await general(graph, judged);
  expect(found.lasso !== undefined).toBe(violated);
  const fast = await special(graph, judged);
  if (fast !== undefined) expect(fast.lasso !== undefined).toBe(violated);
  for (const lasso of [found.lasso, fast?.lasso]) {
    if (lasso !== undefined) expect(wrong(small, judged, lasso)).toEqual([]);
  }
}

test("every verdict is that of the slow twin, and every run shows what it should", async () => {
  await fc.assert(fc.asyncProperty(randomGraph, randomFormula(3), compare), { numRuns: 1000 });
});

/** A lasso of part of a graph with the labels that its steps have in the whole. */
function inWhole(lasso: Lasso, part: StateGraph, small: SmallGraph): Lasso {
  const whole = smallGraph(small);
  let at = lasso.first;
  const move = ({ label, target }: Move): Move => {
    const { labels, targets } = whole.steps(at);
    const wanted = namesOf(part, label);
    const same = Array.from(labels).find((each, step) => {
      return targets[step] === target && namesOf(whole, each) === wanted;
    });
    at = target;
    return { label: same ?? -1, target };
  };
  return { ...lasso, prefix: lasso.prefix.map(move), loop: lasso.loop?.map(move) };
}

function namesOf({ labels, model }: StateGraph, label: number): string {
  const { transition = -1, partners = [] } = labels[label] ?? {};
  return [transition, ...partners].map((index) => model.transitions[index]?.name).join("+");
}

const common: fc.Arbitrary<Written> = fc.constantFrom<Written[]>(
  ["leadsTo", "a", "b"],
  ["eventually", "b"],
  ["always", ["eventually", "b"]],
  ["always", ["implies", ["and", "a", "c"], ["eventually", ["or", "b", "c"]]]],
  ["always", ["implies", "a", "b"]],
  ["eventually", ["always", "b"]],
  ["always", ["implies", "a", ["until", "b", "c"]]],
  ["always", ["implies", "a", ["once", "b"]]],
  ["always", ["implies", "a", ["previously", "b"]]],
  ["always", ["implies", "a", ["since", ["not", "c"], "b"]]],
  ["once", ["always", "b"]],
  ["leadsTo", ["previously", "a"], ["and", "b", ["historically", "c"]]],
);

test("so it is for the formulas that people write", async () => {
  await fc.assert(fc.asyncProperty(randomGraph, common, compare), { numRuns: 1500 });
});

test("what part of a graph violates, the whole violates", async () => {
  const check = async (whole: SmallGraph, expanded: number, written: Written): Promise<void> => {
    const judged = formula(written);
    const graph = smallGraph(searched(whole, expanded));
    const answers = [await general(graph, judged), await special(graph, judged)];
    for (const { lasso } of answers.flatMap((answer) => answer ?? [])) {
      if (lasso !== undefined)
        expect(wrong(whole, judged, inWhole(lasso, graph, whole))).toEqual([]);
    }
  };
  const formulas = fc.oneof(common, randomFormula(2));
  await fc.assert(fc.asyncProperty(randomGraph, fc.nat(4), formulas, check), { numRuns: 600 });
});
