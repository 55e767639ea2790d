/**
 * `StateGraph`: the whole graph that a search has found, to be walked again.
 *
 * Properties of runs (temporal ones, refinements) are judged on this face, and do not know whether
 * the reference evaluator or compiled code found the states. States are numbered in the order of
 * finding, 0 first, so a smaller number is never deeper. Steps are not stored: they are taken again
 * when asked for.
 *
 *     id ──state──► values          id ──steps──► (label, target), (label, target), …
 *     id ──observer──► which conditions are true
 *
 * Laws: `steps` gives each pair of label and target once, in the order of the Model; steps that
 * violate a built-in property lead to no state and are not among them. A graph of a search that
 * ended early has states whose steps were not all followed: those have an id of `expanded` or more.
 */
import type { Expr, Model, Value } from "../../spec/model.ts";
import { frame, holds } from "../reference/evaluate.ts";
import { createMeter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import type { Graph } from "./graph.ts";
import type { StepRoom } from "./step-room.ts";

/** What a step is called: its transition, and the receivers that took part by rendezvous. */
export interface StepLabel {
  readonly transition: number;
  readonly partners: readonly number[];
}

export interface StateGraph {
  readonly model: Model;
  readonly states: number;
  /** States below this id have had all their steps followed. */
  readonly expanded: number;
  readonly initial: readonly number[];
  readonly labels: readonly StepLabel[];
  /** The values of a state, ghosts included as they were when it was first found. */
  state(id: number): readonly Value[];
  /** The steps of an expanded state. The arrays are the caller's until the next call. */
  steps(id: number): Steps;
  /**
   * Appends the steps of the expanded states `first` up to `end` to a room, where that is cheaper;
   * gives where those of each state begin there, and the end. A pair of label and target may be
   * there twice.
   */
  readonly stepsBetween?: (room: StepRoom, first: number, end: number) => ArrayLike<number>;
  /** A test of several conditions at once: bit i of the answer is the truth of condition i. */
  observer(conditions: readonly Condition[]): (id: number) => number;
}

export interface Condition {
  readonly condition: Expr;
  readonly locals: number;
}

/** The first `count` entries are meant. */
export interface Steps {
  readonly count: number;
  /** Indices into `StateGraph.labels`. */
  readonly labels: ArrayLike<number>;
  /** Ids of states. */
  readonly targets: ArrayLike<number>;
}

/** Conditions that one observer can test: the bits of a number that stay exact under `|`. */
export const CONDITIONS_MAX = 31;

/** The graph of a search by the reference evaluator, of which `expanded` states were expanded. */
export function referenceGraph(graph: Graph, expanded: number): StateGraph {
  const { model, states } = graph;
  const labels: StepLabel[] = [];
  const labelIds = new Map<string, number>();
  const labelOf = (transition: number, partners: readonly number[]): number => {
    const key = [transition, ...partners].join();
    const known = labelIds.get(key) ?? labels.push({ transition, partners }) - 1;
    labelIds.set(key, known);
    return known;
  };
  const stepsOf = (id: number): Steps => {
    const found = { labels: [] as number[], targets: [] as number[] };
    const seen = new Set<string>();
    for (const step of successors(model, states[id] ?? [], createMeter()).steps) {
      if (step.violation !== undefined) continue;
      const target = graph.ids.get(graph.key(step.state));
      const label = labelOf(step.transition, step.partners);
      if (target === undefined || seen.has(`${label} ${target}`)) continue;
      seen.add(`${label} ${target}`);
      found.labels.push(label);
      found.targets.push(target);
    }
    return { ...found, count: found.labels.length };
  };
  const memo = new Map<number, Steps>();
  return {
    model,
    states: states.length,
    expanded,
    initial: graph.parents.flatMap((parent, id) => (parent < 0 ? [id] : [])),
    labels,
    state: (id) => states[id] ?? [],
    steps(id) {
      const steps = memo.get(id) ?? stepsOf(id);
      memo.set(id, steps);
      return steps;
    },
    observer: (conditions) => (id) => observe(conditions, states[id] ?? []),
  };
}

/** Which conditions hold in a state, by the reference evaluator: bit i is that of condition i. */
export function observe(conditions: readonly Condition[], state: readonly Value[]): number {
  return conditions.reduce((bits, { condition, locals }, index) => {
    const scope = { state, locals: frame(locals), meter: createMeter() };
    return holds(condition, scope) ? bits | (1 << index) : bits;
  }, 0);
}
