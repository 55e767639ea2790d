/**
 * Stuttering simulation: does every step of an implementation map to a step of the abstract system,
 * or change nothing there?
 *
 *     s ──────step──────► t          for every initial s: image(s) is a beginning of Abs
 *     │                   │          for every step:      image(s) = image(t)   (it stutters)
 *     ▼                   ▼                          or   image(s) ──► image(t) is a step of Abs
 *     image(s) ══step══► image(t)
 *
 * Then every run of the implementation, seen through the mapping, is a run of the abstract system
 * with repetitions, so what holds in all states of the one holds in all mapped states of the other
 * (Abadi and Lamport, "The existence of refinement mappings", 1991, without their part on
 * liveness).
 *
 * The graph is walked once, in the order of ids. An abstract state is expanded once, and a pair of
 * images is judged once, however many steps map to it. Since ids grow with depth, the first fault
 * that is met has a shortest path; the parents of the walk give it.
 *
 * A step of the abstract system that violates `assert` or `range` leads to no state, so nothing
 * maps to it. A state whose mapped value does not fit is a fault of the step that leads there.
 */
import type { Refinement } from "../../spec/model.ts";
import type { UnknownReason } from "../verdict.ts";
import { type Limits, limitReached, reasonOf, rest } from "../explore/budget.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { keyOf } from "../reference/identity.ts";
import { beginnings } from "../reference/initial.ts";
import type { Meter } from "../reference/meter.ts";
import { successors } from "../reference/successors.ts";
import { type MakeImages, NO_IMAGE, type StateImages } from "./images.ts";

export interface SimulationTally {
  /** States that were mapped. */
  readonly examined: number;
  /** Steps that were judged, and those of them that change nothing in the abstract system. */
  readonly steps: number;
  readonly stuttering: number;
  /** Distinct abstract states. */
  readonly images: number;
  /** For each transition of the abstract system: the steps that it explains. */
  readonly explained: readonly number[];
  /** Could the abstract system have changed in some mapped state? */
  readonly couldMove: boolean;
}

export interface Simulation {
  readonly tally: SimulationTally;
  /** Ids of a shortest run whose last step has no counterpart. */
  readonly fault: readonly number[] | undefined;
  /** Why the walk ended early. */
  readonly stopped: UnknownReason | undefined;
}

/** States between two looks at the clock. */
const STATES_PER_LOOK = 256;
/** Images are joined to pairs in one number: exact while both are below this. */
const PAIR_BASE = 2 ** 26;
/** Account of an image with its steps, in bytes: a guess on the high side. */
const BYTES_PER_IMAGE = 1_000;
/** Bytes of a state in the arrays of the walk: image and parent. */
const BYTES_PER_STATE = 8;

const UNSEEN = -2;

/** The steps of the implementation that map to one pair of images. */
interface Pair {
  /** Transitions of the abstract system that lead there; none is a fault. */
  readonly transitions: readonly number[];
  steps: number;
}

interface Walk {
  readonly graph: StateGraph;
  readonly images: StateImages;
  readonly abstract: AbstractSteps;
  readonly imageOf: Int32Array;
  readonly parents: Int32Array;
  readonly pairs: Map<number, Pair>;
  examined: number;
  steps: number;
  stuttering: number;
}

/** Judges a refinement on the graph of its implementation, as far as that was expanded. */
export async function simulate(
  graph: StateGraph,
  refinement: Refinement,
  makeImages: MakeImages,
  limits: Limits,
  meter: Meter,
): Promise<Simulation> {
  const images = makeImages(graph, refinement, meter);
  const walk: Walk = {
    graph,
    images,
    abstract: abstractSteps(refinement, images, meter),
    imageOf: new Int32Array(graph.states).fill(UNSEEN),
    parents: new Int32Array(graph.states).fill(UNSEEN),
    pairs: new Map(),
    examined: 0,
    steps: 0,
    stuttering: 0,
  };
  let fault: readonly number[] | undefined;
  let stopped: UnknownReason | undefined;
  try {
    fault = judgeBeginnings(walk);
    for (let id = 0; id < graph.expanded && fault === undefined; id++) {
      if (id % STATES_PER_LOOK === 0) {
        await rest(limits, () => undefined);
        const bytes = images.count() * BYTES_PER_IMAGE + graph.states * BYTES_PER_STATE;
        stopped = limitReached(limits, { bytes, states: 0 });
        if (stopped !== undefined) break;
      }
      fault = judgeSteps(walk, id);
    }
  } catch (error) {
    stopped = reasonOf(error);
    if (stopped === undefined) throw error;
  }
  return { tally: tallyOf(walk, refinement), fault, stopped };
}

/** The image of a state, which is looked for once. */
function imageOf(walk: Walk, id: number): number {
  const known = walk.imageOf[id] ?? UNSEEN;
  if (known !== UNSEEN) return known;
  const image = walk.images.of(id);
  walk.imageOf[id] = image;
  walk.examined++;
  return image;
}

function judgeBeginnings(walk: Walk): readonly number[] | undefined {
  for (const id of walk.graph.initial) {
    walk.parents[id] = -1;
    const image = imageOf(walk, id);
    if (image === NO_IMAGE || !walk.abstract.begins(image)) return [id];
  }
  return undefined;
}

/** Judges the steps of a state; gives the path to the end of one without a counterpart. */
function judgeSteps(walk: Walk, id: number): readonly number[] | undefined {
  const from = imageOf(walk, id);
  const { count, targets } = walk.graph.steps(id);
  for (let position = 0; position < count; position++) {
    const target = targets[position] ?? 0;
    if (walk.parents[target] === UNSEEN) walk.parents[target] = id;
    const to = imageOf(walk, target);
    walk.steps++;
    if (from === to) {
      walk.stuttering++;
      continue;
    }
    if (to === NO_IMAGE || pairOf(walk, from, to).transitions.length === 0) {
      return [...pathTo(walk, id), target];
    }
  }
  return undefined;
}

function pairOf(walk: Walk, from: number, to: number): Pair {
  const key = from * PAIR_BASE + to;
  let pair = walk.pairs.get(key);
  if (pair === undefined) {
    pair = { transitions: walk.abstract.leading(from, to), steps: 0 };
    walk.pairs.set(key, pair);
  }
  pair.steps++;
  return pair;
}

function pathTo(walk: Walk, id: number): readonly number[] {
  const path: number[] = [];
  for (let at = id; at >= 0; at = walk.parents[at] ?? -1) path.push(at);
  return path.toReversed();
}

function tallyOf(walk: Walk, { abstract }: Refinement): SimulationTally {
  const explained = abstract.transitions.map(() => 0);
  for (const { transitions, steps } of walk.pairs.values()) {
    for (const transition of transitions) {
      explained[transition] = (explained[transition] ?? 0) + steps;
    }
  }
  const { examined, steps, stuttering, images } = walk;
  const count = images.count();
  const moved = walk.pairs.size > 0;
  const couldMove =
    moved || Array.from({ length: count }, (_, image) => image).some(walk.abstract.canMove);
  return { examined, steps, stuttering, images: count, explained, couldMove };
}

// ---------------------------------------------------------------------------- the abstract system

interface AbstractSteps {
  readonly begins: (image: number) => boolean;
  /** Transitions of the abstract system that lead from one image to another. */
  readonly leading: (from: number, to: number) => readonly number[];
  /** Is there a step to some other abstract state? */
  readonly canMove: (image: number) => boolean;
}

/** The steps between images; each abstract state is expanded when it is first asked about. */
function abstractSteps({ abstract }: Refinement, images: StateImages, meter: Meter): AbstractSteps {
  const key = keyOf(abstract);
  const keys: string[] = [];
  const keyOfImage = (image: number): string => (keys[image] ??= key(images.state(image)));
  const starts = new Set(
    beginnings(abstract, meter).flatMap((one) =>
      one.violation === undefined ? [key(one.state)] : [],
    ),
  );
  const expanded: ReadonlyMap<string, readonly number[]>[] = [];
  const stepsOf = (image: number): ReadonlyMap<string, readonly number[]> =>
    (expanded[image] ??= expand(image));
  const expand = (image: number): ReadonlyMap<string, readonly number[]> => {
    const found = new Map<string, number[]>();
    for (const step of successors(abstract, images.state(image), meter).steps) {
      if (step.violation !== undefined) continue;
      const target = key(step.state);
      const known = found.get(target) ?? [];
      if (!known.includes(step.transition)) known.push(step.transition);
      found.set(target, known);
    }
    return found;
  };
  return {
    begins: (image) => starts.has(keyOfImage(image)),
    leading: (from, to) => stepsOf(from).get(keyOfImage(to)) ?? [],
    canMove: (image) => [...stepsOf(image).keys()].some((target) => target !== keyOfImage(image)),
  };
}
