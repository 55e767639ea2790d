/**
 * Any formula: is there a fair run of the graph that the automaton of its negation accepts?
 */
import type { StateGraph } from "../explore/state-graph.ts";
import { automatonOf, type Letter } from "./automaton.ts";
import type { Answer } from "./avoiding.ts";
import { createScratch, SCRATCH_BYTES } from "./components.ts";
import type { Edges } from "./edges.ts";
import { fairComponents } from "./fair-components.ts";
import type { FairBits } from "./fairness.ts";
import type { Formula } from "./formula.ts";
import type { Lasso, Move } from "./lasso.ts";
import type { Pace } from "./pace.ts";
import { NO_PARENT, type Product, productOf, STAYS } from "./product.ts";
import { shortLasso } from "./shortest-lasso.ts";

export async function byAutomaton(
  graph: StateGraph,
  edges: Edges,
  fair: FairBits,
  formula: Formula,
  letterOf: (id: number) => Letter,
  pace: Pace,
): Promise<Answer> {
  const automaton = automatonOf(formula);
  const product = await productOf(graph, edges, fair, automaton, letterOf, pace);
  const approach = approachIn(product);
  if (product.done !== undefined) {
    const way = approach.to(product.done);
    return { lasso: { ...way, loop: undefined, shortest: false }, loops: 0 };
  }
  pace.allow(product.graph.nodes * SCRATCH_BYTES);
  const scratch = createScratch(product.graph.nodes);
  const components = fairComponents(product.graph, scratch, product.initial, () => false);
  if (components.count === 0) return { lasso: undefined, loops: components.loops };
  const entries = fairNodes(components.of);
  const lasso = shortLasso(product.graph, components, { ...approach, entries });
  return { lasso, loops: components.loops };
}

function* fairNodes(component: Int32Array): Iterable<number> {
  for (const [node, number] of component.entries()) if (number >= 0) yield node;
}

function approachIn({
  graph,
  parents,
  parentEdges,
  labelOfMark,
}: Product): Omit<Parameters<typeof shortLasso>[2], "entries"> {
  const stateOf = (node: number): number => graph.stateOf?.[node] ?? 0;
  const move = (edge: number): Move | undefined => {
    const label = labelOfMark[graph.marks[edge] ?? 0] ?? STAYS;
    return label === STAYS ? undefined : { label, target: stateOf(graph.targets[edge] ?? 0) };
  };
  const to = (node: number): Pick<Lasso, "first" | "prefix"> => {
    const prefix: Move[] = [];
    let at = node;
    for (; parents.at(at) !== NO_PARENT; at = parents.at(at)) {
      const step = move(parentEdges.at(at));
      if (step !== undefined) prefix.push(step);
    }
    return { first: stateOf(at), prefix: prefix.toReversed() };
  };
  // A way may stay in a state before it goes on, so it need not be the one with the fewest steps.
  return { to, move, counted: false };
}
