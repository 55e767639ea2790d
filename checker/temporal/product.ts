/**
 * The product of a state graph and an automaton, breadth first, in flat arrays.
 *
 *     node      0        1        2          (state, control), found again in pages by control
 *     state     0        1        0
 *     control   0        0        3
 *     parent    -1       0        0          and the edge that found it
 *     marks     step that was taken (or none: the run stays) and acceptance bits, as one number
 *
 * Nodes are numbered in the order of finding, so the first of some kind has a shortest prefix.
 * Staying in a state is an edge too. A state that was not expanded can only be stayed in, and only
 * when no transition is fair: what it enables is not known.
 */
import type { StateGraph } from "../explore/state-graph.ts";
import type { Automaton, Letter } from "./automaton.ts";
import type { Edges } from "./edges.ts";
import type { FairGraph } from "./fair-components.ts";
import { type FairBits, setBit } from "./fairness.ts";
import { growingWords, type GrowingWords } from "./growing-words.ts";
import type { Pace } from "./pace.ts";

export interface Product {
  readonly graph: FairGraph;
  readonly initial: readonly number[];
  readonly parents: GrowingWords;
  /** The edge of the parent that found a node. */
  readonly parentEdges: GrowingWords;
  /** The label of the step of a mark; `STAYS` when the run stays where it is. */
  readonly labelOfMark: readonly number[];
  /** The first node from which on every run is a counterexample, if there is one. */
  readonly done: number | undefined;
}

/** In place of a label: no step. */
export const STAYS = -1;
/** In place of a parent: none. */
export const NO_PARENT = 0xff_ff_ff_ff;
/** Bytes of one node and of one edge, with those that the search for components needs. */
const NODE_BYTES = 44;
const EDGE_BYTES = 8;
const NODES_PER_LOOK = 1024;
/** States that share a page of the table of nodes: two to this power. */
const PAGE_BITS = 10;

interface Building {
  readonly states: GrowingWords;
  readonly controls: GrowingWords;
  readonly parents: GrowingWords;
  readonly parentEdges: GrowingWords;
  readonly offsets: GrowingWords;
  readonly targets: GrowingWords;
  readonly marks: GrowingWords;
  /** By acceptance, then by label plus one. */
  readonly numbers: number[][];
  /** Label and acceptance of each mark. */
  readonly meanings: { readonly label: number; readonly acceptance: number }[];
  /** By control, then by state: pages of node numbers. */
  readonly pages: Int32Array[][];
  pageCount: number;
}

/** Builds the product, up to the first node that needs no continuation. */
export async function productOf(
  graph: StateGraph,
  edges: Edges,
  fair: FairBits,
  automaton: Automaton,
  letterOf: (id: number) => Letter,
  pace: Pace,
): Promise<Product> {
  const building = begin();
  const initial = graph.initial.map((state) =>
    nodeOf(building, state, automaton.initial, NO_PARENT, 0),
  );
  const mayStayUnexpanded = fair.words === 0;
  let done: number | undefined;
  for (let node = 0; node < building.states.length && done === undefined; node++) {
    if (node % NODES_PER_LOOK === 0) {
      pace.allow(bytesOf(building));
      await pace.rest();
    }
    const state = building.states.at(node);
    const isExpanded = state < graph.expanded;
    const found = automaton.edges(building.controls.at(node), letterOf(state));
    for (const each of found) {
      if (each.done) done ??= node;
      if (isExpanded || mayStayUnexpanded) {
        const mark = markOf(building, STAYS, each.acceptance);
        addEdge(building, node, state, each.stay, mark);
      }
      if (!isExpanded) continue;
      const end = edges.offsets[state + 1] ?? 0;
      for (let edge = edges.offsets[state] ?? 0; edge < end; edge++) {
        const mark = markOf(building, edges.labels[edge] ?? 0, each.acceptance);
        addEdge(building, node, edges.targets[edge] ?? 0, each.step, mark);
      }
    }
    building.offsets.push(building.targets.length);
  }
  const { parents, parentEdges, meanings } = building;
  return {
    graph: fairGraphOf(building, edges, fair, automaton),
    initial: [...new Set(initial)],
    parents,
    parentEdges,
    labelOfMark: meanings.map(({ label }) => label),
    done,
  };
}

function begin(): Building {
  const offsets = growingWords();
  offsets.push(0);
  return {
    states: growingWords(),
    controls: growingWords(),
    parents: growingWords(),
    parentEdges: growingWords(),
    offsets,
    targets: growingWords(),
    marks: growingWords(),
    numbers: [],
    meanings: [],
    pages: [],
    pageCount: 0,
  };
}

function bytesOf({ states, targets, pageCount }: Building): number {
  const pages = pageCount * 4 * (1 << PAGE_BITS);
  return states.length * NODE_BYTES + targets.length * EDGE_BYTES + pages;
}

function addEdge(
  building: Building,
  from: number,
  state: number,
  control: number,
  mark: number,
): void {
  const target = nodeOf(building, state, control, from, building.targets.length);
  building.targets.push(target);
  building.marks.push(mark);
}

/** The number of a node; a new one is found over this edge. */
function nodeOf(
  building: Building,
  state: number,
  control: number,
  parent: number,
  edge: number,
): number {
  const { states, controls, pages } = building;
  const own = (pages[control] ??= []);
  let page = own[state >>> PAGE_BITS];
  if (page === undefined) {
    page = new Int32Array(1 << PAGE_BITS).fill(-1);
    own[state >>> PAGE_BITS] = page;
    building.pageCount++;
  }
  const place = state & ((1 << PAGE_BITS) - 1);
  const known = page[place] ?? -1;
  if (known >= 0) return known;
  const node = states.length;
  page[place] = node;
  states.push(state);
  controls.push(control);
  building.parents.push(parent);
  building.parentEdges.push(edge);
  return node;
}

/** The number of a label together with an acceptance. */
function markOf({ numbers, meanings }: Building, label: number, acceptance: number): number {
  const own = (numbers[acceptance] ??= []);
  return (own[label + 1] ??= meanings.push({ label, acceptance }) - 1);
}

function fairGraphOf(
  building: Building,
  edges: Edges,
  fair: FairBits,
  automaton: Automaton,
): FairGraph {
  const { words: fairWords } = fair;
  const words = fairWords + Math.ceil(automaton.untils / 32);
  const required = new Uint32Array(words);
  required.set(fair.weak);
  for (let bit = 0; bit < automaton.untils; bit++) setBit(required, fairWords, bit);
  const strong = new Uint32Array(words);
  strong.set(fair.strong);
  const given = new Uint32Array(building.meanings.length * words);
  for (const [mark, { label, acceptance }] of building.meanings.entries()) {
    const base = mark * words;
    if (label !== STAYS) {
      given.set(edges.taken.subarray(label * fairWords, (label + 1) * fairWords), base);
    }
    const bits = automaton.acceptances[acceptance] ?? 0n;
    for (let bit = 0; bit < automaton.untils; bit++) {
      if (((bits >> BigInt(bit)) & 1n) === 1n) setBit(given, base + fairWords, bit);
    }
  }
  const nodes = building.states.length;
  return {
    nodes,
    offsets: filledUp(building.offsets, nodes + 1, building.targets.length),
    targets: building.targets.words(),
    marks: building.marks.words(),
    given,
    words,
    enabledWords: fairWords,
    enabled: edges.enabled,
    stateOf: building.states.words(),
    required,
    strong,
    stutters: 0,
  };
}

/** Offsets of all nodes: those that were not expanded have no edges. */
function filledUp(offsets: GrowingWords, length: number, last: number): Uint32Array {
  const all = new Uint32Array(length).fill(last);
  all.set(offsets.words());
  return all;
}
