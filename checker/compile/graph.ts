/**
 * The graph that a Core has found, on the face that properties of runs are judged on.
 *
 * Steps are taken again by compiled code and looked up in its visited set; conditions are compiled
 * when they are asked for.
 */
import { type Condition, observe, type StateGraph, type Steps } from "../explore/state-graph.ts";
import { makeRoom, type StepRoom } from "../explore/step-room.ts";
import type { Compiled } from "./compile.ts";
import { type Core, type Edges, TARGET_MISSING } from "./core.ts";
import { evaluator } from "./javascript.ts";
import { observeRoutine } from "./judge.ts";
import { decodeState } from "./layout.ts";
import { unsupportedBy } from "./unsupported.ts";
import { Disagreement, valuesAt } from "./path.ts";

/** States whose steps are taken together when states are asked for one after the other. */
const BLOCK_STATES = 4096;

/** States that are read together when they are observed one after the other. */
const OBSERVED_STATES = 1024;

const NOT_FOUND = "a step leads to a state that was not found";

export function compiledGraph(
  compiled: Compiled,
  core: Core,
  initial: readonly number[],
): StateGraph {
  const { code, layout, plan } = compiled;
  return {
    model: layout.model,
    states: core.states,
    expanded: core.next,
    initial,
    labels: plan.labels,
    state: (id) => valuesAt(compiled, core, id),
    steps: stepsOf(core),
    stepsBetween(room, first, end) {
      const { count } = room;
      const starts = core.edgesInto?.(room, first, end) ?? append(room, core.edges(first, end));
      const targets = room.targets.subarray(count, room.count);
      if (targets.includes(TARGET_MISSING >>> 0)) throw new Disagreement(NOT_FOUND);
      return starts;
    },
    observer(conditions) {
      const test = observerOf(compiled, conditions);
      let block: Uint32Array = new Uint32Array(0);
      let first = 0;
      let last = -1;
      return (id) => {
        const at = (id - first) * code.words;
        const inOrder = id === last + 1;
        last = id;
        if (at >= 0 && at < block.length) return test(block, at);
        first = id;
        block = core.readStates(id, Math.min(core.states, id + (inOrder ? OBSERVED_STATES : 1)));
        return test(block, 0);
      };
    },
  };
}

function append(room: StepRoom, { starts, labels, targets }: Edges): Uint32Array {
  const before = room.count;
  makeRoom(room, labels.length);
  room.labels.set(labels, before);
  room.targets.set(targets, before);
  room.count += labels.length;
  return starts.map((start) => before + start);
}

/**
 * Tests conditions on the packed state whose words begin at a place: bit i of the answer is the
 * truth of condition i.
 */
export function observerOf(
  { layout, code }: Compiled,
  conditions: readonly Condition[],
): (states: Uint32Array, offset: number) => number {
  try {
    return evaluator(observeRoutine(layout, conditions), code.words);
  } catch (error) {
    if (unsupportedBy(error) === undefined) throw error;
    return (states, offset) => {
      const words = states.subarray(offset, offset + code.words);
      return observe(conditions, decodeState(layout, words));
    };
  }
}

/** Steps by state, taken in blocks as long as the states are asked for in order. */
function stepsOf(core: Core): (id: number) => Steps {
  let first = 0;
  let last = -1;
  let block: Edges | undefined;
  let labels = new Uint32Array(16);
  let targets = new Uint32Array(16);
  return (id) => {
    if (block === undefined || id < first || id >= first + block.starts.length - 1) {
      const inOrder = id === last + 1;
      const end = Math.min(core.states, id + (inOrder ? BLOCK_STATES : 1));
      block = core.edges(id, end);
      first = id;
    }
    last = id;
    const from = block.starts[id - first] ?? 0;
    const to = block.starts[id - first + 1] ?? from;
    if (to - from > labels.length) {
      labels = new Uint32Array(2 * (to - from));
      targets = new Uint32Array(2 * (to - from));
    }
    let count = 0;
    for (let at = from; at < to; at++) {
      const label = block.labels[at] ?? 0;
      const target = block.targets[at] ?? TARGET_MISSING;
      if (target === TARGET_MISSING) {
        if (id < core.next) throw new Disagreement(NOT_FOUND);
        continue;
      }
      let known = false;
      for (let before = 0; before < count; before++) {
        if (targets[before] === target && labels[before] === label) known = true;
      }
      if (known) continue;
      labels[count] = label;
      targets[count] = target;
      count++;
    }
    return { count, labels, targets };
  };
}
