/**
 * The search on disk behind the same `Explore`: for state graphs that memory does not hold.
 *
 * What is found is equal to what a search in memory finds: states, steps, depth, tallies, and the
 * lengths of counterexamples. Which of several shortest paths is shown may differ. The budget of
 * bytes is what is gathered and buffered in memory, and not a limit of states.
 *
 * A disk that fails ends the search as a limit does: everything that was found is told, and what
 * needs all states is *unknown*. Properties of runs need the whole graph at hand, here and there,
 * which files do not give; they are unknown too. The rejected alternative, looking each state of a
 * step up on disk, would take a seek for each step.
 */
import type { Model } from "../../spec/model.ts";
import { codeOf } from "../explore/checkpoint-disk.ts";
import { whyOf } from "../explore/checkpoint-problem.ts";
import { limitReached, limitsOf, rest } from "../explore/budget.ts";
import type { Exploration, Explore, ExploreOptions, Progress } from "../explore/explorer.ts";
import type { StateGraph } from "../explore/state-graph.ts";
import { beginnings } from "../reference/initial.ts";
import { createMeter } from "../reference/meter.ts";
import type { UnknownReason } from "../verdict.ts";
import { type Compiled, compileModel } from "./compile.ts";
import type { Code } from "./code.ts";
import { explorationOf, stepsTaken } from "./exploration.ts";
import { bytesOf, statesOf } from "./explore-limits.ts";
import { encodeState } from "./layout.ts";
import {
  nodeSpillDisk,
  openSpillFolder,
  type SpillDisk,
  type SpillFolder,
} from "./spill-folder.ts";
import { createSpillSearch, type SpillSearch } from "./spill-search.ts";
import { newSightings } from "./violations.ts";

/** What tests make worse than it is. */
export interface SpillConditions {
  readonly disk?: SpillDisk | undefined;
  /** States that are gathered at a time. */
  readonly gathered?: number | undefined;
}

/**
 * An explorer with its states in `folder`; `otherwise` explores what cannot be compiled.
 * Checkpoints and reductions are not for it: the command refuses them beside `--spill`.
 */
export function spillExplore(
  folder: string,
  otherwise: Explore,
  { disk = nodeSpillDisk, gathered = Infinity }: SpillConditions = {},
): Explore {
  return async (model, options) => {
    const compiled = compileModel(model);
    if ("unsupported" in compiled) {
      const found = await otherwise(model, options);
      return { ...found, explorer: { ...found.explorer, notCompiled: compiled.unsupported } };
    }
    return search(model, compiled, { folder, disk, gathered }, options);
  };
}

interface Place {
  readonly folder: string;
  readonly disk: SpillDisk;
  readonly gathered: number;
}

/** Codes of failed operations of a disk; those of wrong arguments begin with `ERR_`. */
const OF_A_DISK = /^E[A-Z0-9]+$/;

type Found = Omit<SpillSearch, "run">;

async function search(
  model: Model,
  compiled: Compiled,
  { folder: path, disk, gathered }: Place,
  options: ExploreOptions,
): Promise<Exploration> {
  const began = performance.now();
  const limits = limitsOf(options.budget, options.signal, began);
  const sightings = newSightings(compiled);
  const meter = createMeter();
  const starts = beginnings(model, meter);
  for (const each of starts) if (each.violation !== undefined) sightings.beginning(each);
  const initial = starts
    .filter(({ violation }) => violation === undefined)
    .map(({ state }) => encodeState(compiled.layout, state));
  let folder: SpillFolder | undefined;
  let found: Found = nothingFound(compiled.code);
  let failed: UnknownReason | undefined;
  try {
    try {
      folder = openSpillFolder(path, disk);
      const made = createSpillSearch(compiled.code, {
        folder,
        bytes: bytesOf(options.budget),
        gathered,
        states: statesOf(options.budget),
        sight: sightings.sight,
        look: async () => {
          await rest(limits, () => options.onProgress?.(progressOf(made, began)));
          return limitReached(limits, { bytes: 0, states: 0 });
        },
      });
      found = made;
      sightings.attach(made);
      await made.run(initial);
    } catch (error) {
      if (!OF_A_DISK.test(codeOf(error) ?? "")) throw error;
      failed = { reason: "disk", why: whyOf(error) };
    }
    const facts = explorationOf(compiled, found, sightings, {
      ...progressOf(found, began),
      expanded: found.expanded,
      meter,
      stopped: failed ?? found.stopped,
      graph: noGraph(model),
      began,
    });
    const spilled = { bytes: folder?.peak ?? 0, runs: found.runs };
    const explorer = {
      backEnd: "javascript",
      notCompiled: undefined,
      workers: 1,
      spilled,
    } as const;
    return { ...facts, explorer, runsUnknown: { reason: "states on disk" } };
  } finally {
    folder?.close();
  }
}

/** What there is when no folder could be made. */
function nothingFound({ labels, counters }: Code): Found {
  const none = (count: number): number[] => Array.from({ length: count }, () => 0);
  return {
    states: 0,
    expanded: 0,
    depth: 0,
    bytes: 0,
    runs: 0,
    stopped: undefined,
    read: () => undefined,
    parent: () => -1,
    tallies: () => ({ labels: none(labels), counters: none(counters) }),
    chunks: () => [],
  };
}

function progressOf(found: Found, began: number): Progress {
  const { states, expanded, depth, bytes } = found;
  return {
    states,
    transitions: stepsTaken(found),
    queue: states - expanded,
    depth,
    bytes,
    milliseconds: performance.now() - began,
  };
}

/** A graph of which nothing is at hand. */
function noGraph(model: Model): StateGraph {
  return {
    model,
    states: 0,
    expanded: 0,
    initial: [],
    labels: [],
    state: () => [],
    steps: () => ({ count: 0, labels: [], targets: [] }),
    observer: () => () => 0,
  };
}
