/**
 * All steps of a state graph, kept in flat arrays: what every search for loops runs over.
 *
 *     offsets   0     2  3        states + 1
 *     targets   1  2  2           one for each step
 *     labels    0  3  1
 *     enabled   101   010  …      fair transitions that a state enables, as sets of bits
 *
 * The graph takes steps anew whenever it is asked, which costs as much as the search did, so they
 * are asked for once and shared by all properties. Eight bytes for each step were found cheaper
 * than a second pass. The rejected alternative, asking during the search for components, asks two
 * to four times, and leaves its arrays to the graph in between.
 *
 * States that were not expanded have no steps here.
 */
import type { StateGraph, StepsOfMany } from "../explore/state-graph.ts";
import { type FairBits, takenBits } from "./fairness.ts";
import type { Pace } from "./pace.ts";

export interface Edges {
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly labels: Uint32Array;
  /** `fair.words` words for each label: fair transitions that its steps take. */
  readonly taken: Uint32Array;
  /** `fair.words` words for each state: fair transitions that it enables. */
  readonly enabled: Uint32Array;
}

/** Bytes of one step. */
const STEP_BYTES = 8;
/** States between two looks at the clock. */
const STATES_PER_LOOK = 8192;
/**
 * Steps for which there is room at first, for each state; pages that are not touched cost nothing.
 */
const FIRST_ROOM = 5;

export function bytesOf({ offsets, targets, labels, enabled }: Edges): number {
  return offsets.byteLength + targets.byteLength + labels.byteLength + enabled.byteLength;
}

/** Takes every step of the graph once. Ends with the exception of `pace` when a limit is met. */
export async function readEdges(graph: StateGraph, fair: FairBits, pace: Pace): Promise<Edges> {
  const { states, expanded } = graph;
  const offsets = new Uint32Array(states + 1);
  let targets = new Uint32Array(Math.max(16, expanded * FIRST_ROOM));
  let labels = new Uint32Array(targets.length);
  const fixed = offsets.byteLength + states * fair.words * 4;
  const read = graph.stepsBetween ?? oneByOne(graph);
  let count = 0;
  for (let first = 0; first < expanded; first += STATES_PER_LOOK) {
    pace.allow(fixed + targets.length * STEP_BYTES);
    await pace.rest();
    const end = Math.min(expanded, first + STATES_PER_LOOK);
    const steps = read(first, end);
    const needed = count + steps.labels.length;
    if (needed > targets.length) {
      targets = larger(targets, needed, pace);
      labels = larger(labels, needed, pace);
    }
    targets.set(steps.targets, count);
    labels.set(steps.labels, count);
    for (let id = first; id < end; id++)
      offsets[id + 1] = count + (steps.starts[id + 1 - first] ?? 0);
    count = needed;
  }
  offsets.fill(count, expanded + 1);
  const taken = takenBits(fair, graph.labels);
  const kept = { offsets, targets: targets.subarray(0, count), labels: labels.subarray(0, count) };
  return { ...kept, taken, enabled: enabledBits(kept, taken, fair.words, states) };
}

/** The steps of many states by asking for each. */
function oneByOne(graph: StateGraph): (first: number, end: number) => StepsOfMany {
  return (first, end) => {
    const starts = [0];
    const labels: number[] = [];
    const targets: number[] = [];
    for (let id = first; id < end; id++) {
      const steps = graph.steps(id);
      for (let step = 0; step < steps.count; step++) {
        labels.push(steps.labels[step] ?? 0);
        targets.push(steps.targets[step] ?? 0);
      }
      starts.push(labels.length);
    }
    return { starts, labels, targets };
  };
}

function larger(
  words: Uint32Array<ArrayBuffer>,
  needed: number,
  pace: Pace,
): Uint32Array<ArrayBuffer> {
  const length = Math.max(needed, Math.ceil(words.length * 1.5));
  pace.allow(length * STEP_BYTES);
  const grown = new Uint32Array(length);
  grown.set(words);
  return grown;
}

function enabledBits(
  edges: Pick<Edges, "offsets" | "labels">,
  taken: Uint32Array,
  words: number,
  states: number,
): Uint32Array {
  const enabled = new Uint32Array(states * words);
  if (words === 0) return enabled;
  const { offsets, labels } = edges;
  for (let id = 0; id < states; id++) {
    const end = offsets[id + 1] ?? 0;
    for (let edge = offsets[id] ?? 0; edge < end; edge++) {
      const from = (labels[edge] ?? 0) * words;
      for (let word = 0; word < words; word++) {
        const at = id * words + word;
        enabled[at] = (enabled[at] ?? 0) | (taken[from + word] ?? 0);
      }
    }
  }
  return enabled;
}
