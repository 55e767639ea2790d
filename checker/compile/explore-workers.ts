/**
 * Breadth-first search of compiled code by several workers, behind the same `Explore`.
 *
 * What is found is equal to what one worker finds: states, steps, depth, tallies, the lengths of
 * counterexamples. Which of several shortest paths is shown depends on timing.
 *
 * Properties of runs ask for states in the order of their depth, so where one is judged, and where
 * a search is to be saved, one worker explores; so does the reference where a Model cannot be
 * compiled.
 */
import type { Model } from "../../spec/model.ts";
import { limitReached, type Limits, limitsOf, PROGRESS_INTERVAL } from "../explore/budget.ts";
import type { Exploration, Explore, ExploreOptions, Progress } from "../explore/explorer.ts";
import type { StateGraph, Steps } from "../explore/state-graph.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import type { UnknownReason } from "../verdict.ts";
import { type Compiled, compileModel } from "./compile.ts";
import { ifCompiled, made } from "./explore.ts";
import { isWanted } from "../judgement.ts";
import { explorationOf, stepsTaken } from "./exploration.ts";
import { bytesOf, expectedStates, statesOf } from "./explore-limits.ts";
import { observerOf } from "./graph.ts";
import { encodeState } from "./layout.ts";
import { valuesAt } from "./path.ts";
import { newSightings } from "./violations.ts";
import { createWorkers, type Workers } from "./workers.ts";

/**
 * An explorer with so many workers; `alone` explores where several cannot. All work from the first
 * state on if they do so `together`, which costs time and is for tests.
 */
export function workersExplore(workers: number, alone: Explore, together = false): Explore {
  return async (model, options) => {
    const ofRuns = [...model.temporal, ...model.refinements].some(({ name }) =>
      isWanted(model, name),
    );
    if (workers < 2 || ofRuns || options.checkpoint !== undefined) return alone(model, options);
    const found = await ifCompiled(compileModel(model), (compiled) =>
      search(model, compiled, workers, together, options),
    );
    if ("unsupported" in found) return alone(model, options);
    return { ...found, explorer: { backEnd: "wasm", notCompiled: undefined, workers } };
  };
}

async function search(
  model: Model,
  compiled: Compiled,
  count: number,
  together: boolean,
  options: ExploreOptions,
): Promise<Omit<Exploration, "explorer">> {
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const [bytes, states] = [bytesOf(options.budget), statesOf(options.budget)];
  const sightings = newSightings(compiled);
  const meter = createMeter();
  const starts = beginnings(model, meter);
  for (const each of starts) if (each.violation !== undefined) sightings.beginning(each);
  const initial = starts
    .filter(({ violation }) => violation === undefined)
    .map(({ state }) => encodeState(compiled.layout, state));
  const workers = await made(() =>
    createWorkers(
      compiled.code,
      {
        workers: count,
        states,
        bytes,
        expected: expectedStates(model, compiled.code),
        sight: sightings.sight,
        together,
      },
      initial,
    ),
  );
  try {
    sightings.attach(workers);
    const ended = await run(workers, limits, () => {
      options.onProgress?.(progressOf(workers, began));
    });
    const stopped = ended ?? stopOf(workers, bytes, states);
    return explorationOf(compiled, workers, sightings, {
      ...progressOf(workers, began),
      expanded: workers.expanded,
      meter,
      stopped,
      graph: graphOf(compiled, workers, initial),
      began,
    });
  } finally {
    await workers.close();
  }
}

/** Expands until the end or a limit; gives the limit that was met here. */
async function run(
  workers: Workers,
  limits: Limits,
  report: () => void,
): Promise<UnknownReason | undefined> {
  let reason: UnknownReason | undefined;
  const look = (): void => {
    report();
    reason ??= limitReached(limits, { bytes: 0, states: 0 });
    if (reason !== undefined) workers.pause();
  };
  const timer = setInterval(look, PROGRESS_INTERVAL);
  limits.signal?.addEventListener("abort", look);
  try {
    await workers.expand();
  } finally {
    clearInterval(timer);
    limits.signal?.removeEventListener("abort", look);
  }
  return workers.expanded < workers.states ? reason : undefined;
}

function stopOf(workers: Workers, bytes: number, states: number): UnknownReason | undefined {
  switch (workers.stopped) {
    case "memory":
      return { reason: "memory", limit: bytes };
    case "states":
      return { reason: "states", limit: states };
    case undefined:
      return undefined;
  }
}

function progressOf(workers: Workers, began: number): Progress {
  const { states, expanded, depth, bytes } = workers;
  return {
    states,
    transitions: stepsTaken(workers),
    queue: states - expanded,
    depth,
    bytes,
    milliseconds: performance.now() - began,
  };
}

/** The graph with states numbered by their ids, without gaps: not in the order of their depth. */
function graphOf(
  compiled: Compiled,
  workers: Workers,
  initial: readonly Uint32Array[],
): StateGraph {
  const { code, layout, plan } = compiled;
  const { numberOf, idOf } = numbering(workers.ranges());
  const find = (state: Uint32Array): number => {
    const id = workers.find(state);
    return id === undefined ? -1 : numberOf(id);
  };
  const words = new Uint32Array(code.words);
  return {
    model: layout.model,
    states: workers.states,
    expanded: workers.expanded === workers.states ? workers.states : 0,
    get initial() {
      return initial.map(find);
    },
    labels: plan.labels,
    state: (number) => valuesAt(compiled, workers, idOf(number)),
    steps(number): Steps {
      workers.read(idOf(number), words);
      const found = workers.successors(words);
      const seen = new Set<string>();
      const [labels, targets]: [number[], number[]] = [[], []];
      for (let step = 0; step < found.count; step++) {
        const from = step * code.words;
        const target = find(found.words.subarray(from, from + code.words));
        const label = found.labels[step] ?? 0;
        if (target < 0 || seen.has(`${label} ${target}`)) continue;
        seen.add(`${label} ${target}`);
        labels.push(label);
        targets.push(target);
      }
      return { count: labels.length, labels, targets };
    },
    observer: (conditions) => {
      const test = observerOf(compiled, conditions);
      return (number) => {
        workers.read(idOf(number), words);
        return test(words, 0);
      };
    },
  };
}

/** Numbers without gaps for the ids in ascending ranges. */
function numbering(ranges: readonly (readonly [first: number, end: number])[]): {
  readonly numberOf: (id: number) => number;
  readonly idOf: (number: number) => number;
} {
  const numbers: number[] = [];
  let count = 0;
  for (const [first, end] of ranges) {
    numbers.push(count);
    count += end - first;
  }
  const rangeOf = (isBefore: (range: number) => boolean): number => {
    let [low, high] = [0, ranges.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (isBefore(middle)) low = middle;
      else high = middle;
    }
    return low;
  };
  const firstOf = (range: number): number => ranges[range]?.[0] ?? 0;
  const numberAt = (range: number): number => numbers[range] ?? 0;
  return {
    numberOf(id) {
      const range = rangeOf((each) => firstOf(each) <= id);
      return numberAt(range) + id - firstOf(range);
    },
    idOf(number) {
      const range = rangeOf((each) => numberAt(each) <= number);
      return firstOf(range) + number - numberAt(range);
    },
  };
}
