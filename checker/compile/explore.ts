/**
 * Breadth-first search of the whole state graph in compiled code.
 *
 *     Model ──compileModel──► Code ──Core──► arena, tallies, sightings ──► Exploration
 *
 * The Core finds and judges packed states; here they get their meaning back. Sightings are known by
 * the id of their state; what a reader sees of them (paths, labels, hindrances) is made by the
 * reference evaluator at the end, which is at once the replay of every path that is shown.
 *
 * Limit: a state is expanded to its end, so a budget of time is met late where one state has
 * millions of steps.
 */
import type { Model } from "../../spec/model.ts";
import { limitReached, type Limits, limitsOf, reasonOf, rest } from "../explore/budget.ts";
import type {
  BackEnd,
  Exploration,
  Explore,
  ExploreOptions,
  Progress,
  Storage,
} from "../explore/explorer.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter, type Meter } from "../reference/meter.ts";
import type { UnknownReason } from "../verdict.ts";
import { type Compiled, compileModel } from "./compile.ts";
import type { Core, CreateCore } from "./core.ts";
import { CheckpointRefused } from "../explore/checkpoint-problem.ts";
import { bytesOf, expectedStates, statesOf } from "./explore-limits.ts";
import { openDurable } from "./durable.ts";
import { compiledGraph } from "./graph.ts";
import { encodeState } from "./layout.ts";
import { Unsupported, unsupportedBy } from "./unsupported.ts";
import { newSightings, type Sightings } from "./violations.ts";
import { explorationOf, stepsTaken } from "./exploration.ts";

/** States expanded between two looks at the clock: so many that they take about a moment. */
const CHUNK_MIN = 16;
const CHUNK_MAX = 4096;
/** Milliseconds. */
const MOMENT = 50;

/**
 * An explorer over the given Core, or over the reference where a Model cannot be compiled. The
 * storage is that of the Core: it names it in the verdict and in checkpoints.
 */
export function compiledExplore(
  backEnd: Exclude<BackEnd, "reference">,
  createCore: CreateCore,
  otherwise: Explore,
  storage: Storage = "plain",
): Explore {
  return async (model, options) => {
    const compiled = compileModel(model);
    const found = await ifCompiled(compiled, (ready) =>
      search(model, ready, createCore, storage, options),
    );
    if (!("unsupported" in found)) {
      const explorer = { backEnd, notCompiled: undefined, workers: 1 };
      return { ...found, explorer: storage === "plain" ? explorer : { ...explorer, storage } };
    }
    const { unsupported } = found;
    const { checkpoint } = options;
    if (checkpoint !== undefined) {
      const { folder } = checkpoint;
      throw new CheckpointRefused({ problem: "not compiled", path: folder, why: unsupported });
    }
    const other = await otherwise(model, options);
    return { ...other, explorer: { ...other.explorer, notCompiled: unsupported } };
  };
}

/** What cannot be compiled, also when only the engine that is to run the code says so. */
export async function ifCompiled<T>(
  compiled: ReturnType<typeof compileModel>,
  explore: (compiled: Compiled) => Promise<T>,
): Promise<T | { readonly unsupported: string }> {
  if ("unsupported" in compiled) return compiled;
  try {
    return await explore(compiled);
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    throw error;
  }
}

/** What `create` makes of the code; `Unsupported` when that is too large for the engine. */
export async function made<T>(create: () => T | Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    const unsupported = unsupportedBy(error);
    throw unsupported === undefined ? error : new Unsupported(unsupported);
  }
}

/** Searches with one core. `alike` are slots that stand for each other. */
export async function search(
  model: Model,
  compiled: Compiled,
  createCore: CreateCore,
  storage: Storage,
  options: ExploreOptions,
  alike: readonly (readonly number[])[] = [],
): Promise<Omit<Exploration, "explorer">> {
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const [bytes, states] = [bytesOf(options.budget), statesOf(options.budget)];
  const sightings = newSightings(compiled);
  const core = await made(() =>
    createCore(compiled.code, {
      states,
      bytes,
      expected: expectedStates(model, compiled.code),
      sight: sightings.sight,
    }),
  );
  sightings.attach(core);
  const { checkpoint } = options;
  const durable = checkpoint && openDurable(model, compiled, core, storage, checkpoint);
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
  let chunk = CHUNK_MIN;
  try {
    while (stopped === undefined && core.next < core.states) {
      if (core.next >= layerEnd) {
        layerEnd = core.states;
        run.depth++;
      }
      if (run.depth >= (options.depth ?? Infinity)) break;
      const before = performance.now();
      core.expand(Math.min(layerEnd, core.next + chunk));
      const slow = performance.now() - before > MOMENT;
      chunk = slow ? Math.max(CHUNK_MIN, chunk / 4) : Math.min(CHUNK_MAX, chunk * 2);
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
