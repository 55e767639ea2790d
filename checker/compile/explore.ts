/**
 * Breadth-first search of the whole state graph in compiled code.
 *
 *     Model ──compileModel──► Code ──Core──► arena, tallies, sightings ──► Exploration
 *
 * The Core finds and judges packed states; here they get their meaning back. Sightings are known by
 * the id of their state; what a reader sees of them (paths, labels, hindrances) is made by the
 * reference evaluator at the end, which is at once the replay of every path that is shown.
 */
import type { Model } from "../../spec/model.ts";
import { limitReached, type Limits, limitsOf, reasonOf, rest } from "../explore/budget.ts";
import type {
  BackEnd,
  Exploration,
  Explore,
  ExploreOptions,
  Progress,
} from "../explore/explorer.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import type { UnknownReason } from "../verdict.ts";
import { type Compiled, compileModel } from "./compile.ts";
import type { Core, CreateCore } from "./core.ts";
import { CheckpointRefused } from "../explore/checkpoint-problem.ts";
import { bytesOf, statesOf } from "./explore-limits.ts";
import { openDurable } from "./durable.ts";
import { compiledGraph } from "./graph.ts";
import { encodeState } from "./layout.ts";
import { newSightings, type Sightings } from "./violations.ts";
import { explorationOf, stepsTaken } from "./exploration.ts";

/** States expanded between two looks at the clock. */
const CHUNK = 4096;

/** An explorer over the given Core, or over the reference where a Model cannot be compiled. */
export function compiledExplore(
  backEnd: Exclude<BackEnd, "reference">,
  createCore: CreateCore,
  otherwise: Explore,
): Explore {
  return async (model, options) => {
    const compiled = compileModel(model);
    if (!("unsupported" in compiled)) {
      const found = await search(model, compiled, createCore, options);
      return { ...found, explorer: { backEnd, notCompiled: undefined, workers: 1 } };
    }
    const { checkpoint } = options;
    if (checkpoint !== undefined) {
      const { folder } = checkpoint;
      const why = compiled.unsupported;
      throw new CheckpointRefused({ problem: "not compiled", path: folder, why });
    }
    const found = await otherwise(model, options);
    return { ...found, explorer: { ...found.explorer, notCompiled: compiled.unsupported } };
  };
}

/** Searches with one core. `alike` are slots that stand for each other. */
export async function search(
  model: Model,
  compiled: Compiled,
  createCore: CreateCore,
  options: ExploreOptions,
  alike: readonly (readonly number[])[] = [],
): Promise<Omit<Exploration, "explorer">> {
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const [bytes, states] = [bytesOf(options.budget), statesOf(options.budget)];
  const sightings = newSightings(compiled);
  const core = createCore(compiled.code, { states, bytes, sight: sightings.sight });
  sightings.attach(core);
  const { checkpoint } = options;
  const durable = checkpoint && openDurable(model, compiled, core, checkpoint);
  const run: Run = { model, compiled, core, sightings, limits, meter: createMeter(), depth: 0 };
  const initial = begin(run);
  let stopped = stopOf(core, bytes, states);
  let layerEnd = core.states;
  if (durable?.resumed !== undefined) {
    sightings.restore(durable.resumed.sightings);
    ({ layerEnd } = durable.resumed);
    run.depth = durable.resumed.depth;
  }
  const progressed = () => ({ depth: run.depth, layerEnd, sightings: sightings.saved() });
  try {
    while (stopped === undefined && core.next < core.states) {
      if (core.next >= layerEnd) {
        layerEnd = core.states;
        run.depth++;
      }
      if (run.depth >= (options.depth ?? Infinity)) break;
      core.expand(Math.min(layerEnd, core.next + CHUNK));
      stopped = stopOf(core, bytes, states);
      durable?.save(progressed, false);
      await rest(limits, () => options.onProgress?.(progressOf(run, began)));
      stopped ??= limitReached(limits, { bytes: 0, states: 0 });
    }
  } catch (error) {
    stopped = reasonOf(error);
    if (stopped === undefined) throw error;
  }
  durable?.save(progressed, true);
  durable?.close();
  // States that were found beyond the last layer that was begun.
  if (core.states > layerEnd) run.depth++;
  return explorationOf(compiled, core, sightings, {
    ...progressOf(run, began),
    expanded: core.orbits?.expanded ?? core.next,
    meter: run.meter,
    stopped,
    graph: compiledGraph(compiled, core, initial),
    alike,
    began,
  });
}

interface Run {
  readonly model: Model;
  readonly compiled: Compiled;
  readonly core: Core;
  readonly sightings: Sightings;
  readonly limits: Limits;
  readonly meter: Meter;
  depth: number;
}

/** Adds the initial states; gives their ids. */
function begin({ model, compiled, core, sightings, meter }: Run): readonly number[] {
  const ids: number[] = [];
  for (const beginning of beginnings(model, meter)) {
    if (beginning.violation !== undefined) {
      sightings.beginning(beginning);
      continue;
    }
    const id = core.add(encodeState(compiled.layout, beginning.state));
    if (id !== undefined && !ids.includes(id)) ids.push(id);
  }
  return ids;
}

function stopOf(core: Core, bytes: number, states: number): UnknownReason | undefined {
  switch (core.stopped) {
    case "memory":
      return { reason: "memory", limit: bytes };
    case "states":
      return { reason: "states", limit: states };
    case undefined:
      return undefined;
  }
}

function progressOf({ core, depth }: Run, began: number): Progress {
  return {
    states: core.orbits?.states ?? core.states,
    transitions: stepsTaken(core),
    queue: core.states - core.next,
    depth,
    bytes: core.bytes,
    milliseconds: performance.now() - began,
  };
}
