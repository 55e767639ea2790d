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
import type { StateGraph } from "../explore/state-graph.ts";
import { createStepRoom, makeRoom } from "../explore/step-room.ts";
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

/** States between two looks at the clock. */
const STATES_PER_LOOK = 8192;
/** Steps for which there is room at first, for each state: no more than are expected. */
const FIRST_ROOM = 8;

export function bytesOf({ offsets, targets, labels, enabled }: Edges): number {
  return offsets.byteLength + targets.byteLength + labels.byteLength + enabled.byteLength;
}

/** Takes every step of the graph once. Ends with the exception of `pace` when a limit is met. */
export async function readEdges(
  graph: StateGraph,
  fair: FairBits,
  pace: Pace,
  expected: number = Infinity,
): Promise<Edges> {
  const { states, expanded } = graph;
  const offsets = new Uint32Array(states + 1);
  const fixed = offsets.byteLength + states * fair.words * 4;
  const first = Math.min(expected, expanded * FIRST_ROOM);
  const room = createStepRoom(first, (bytes) => pace.allow(fixed + bytes));
  const read = graph.stepsBetween ?? oneByOne(graph);
  for (let from = 0; from < expanded; from += STATES_PER_LOOK) {
    pace.allow(0);
    await pace.rest();
    offsets.set(read(room, from, Math.min(expanded, from + STATES_PER_LOOK)), from);
  }
  const { count } = room;
  offsets.fill(count, expanded + 1);
  const taken = takenBits(fair, graph.labels);
  const [targets, labels] = [room.targets.subarray(0, count), room.labels.subarray(0, count)];
  const kept = { offsets, targets, labels };
  return { ...kept, taken, enabled: enabledBits(kept, taken, fair.words, states) };
}

/** The steps of many states by asking for each. */
function oneByOne(graph: StateGraph): NonNullable<StateGraph["stepsBetween"]> {
  return (room, first, end) => {
    const starts = [room.count];
    for (let id = first; id < end; id++) {
      const { count, labels, targets } = graph.steps(id);
      makeRoom(room, count);
      for (let step = 0; step < count; step++) {
        room.labels[room.count] = labels[step] ?? 0;
        room.targets[room.count++] = targets[step] ?? 0;
      }
      starts.push(room.count);
    }
    return starts;
  };
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
  for (let word = 0; word < words; word++) {
    let edge = 0;
    for (let id = 0; id < states; id++) {
      const end = offsets[id + 1] ?? 0;
      let bits = 0;
      for (; edge < end; edge++) bits |= taken[(labels[edge] ?? 0) * words + word] ?? 0;
      enabled[id * words + word] = bits;
    }
  }
  return enabled;
}
