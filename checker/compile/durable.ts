/**
 * Saving a compiled search, and going on with it: what of it goes into a checkpoint.
 *
 *     arena, parents      as they lie (`explore/checkpoint.ts`)
 *     numbers             tallies, sightings, depth and the end of the layer under way
 *
 * A checkpoint is made between two calls of the Core, when every successor has been looked up, so
 * that its numbers belong together. It takes a bounded part of the time: after one that took long,
 * the next is long in coming.
 */
import { createHash } from "node:crypto";
import type { Model } from "../../spec/model.ts";
import {
  type CheckpointWriter,
  createCheckpointWriter,
  type Durable,
} from "../explore/checkpoint.ts";
import { modelIdentity } from "../explore/checkpoint-identity.ts";
import { type Checkpoint, loadCheckpoint } from "../explore/checkpoint-load.ts";
import type { Identity, Json } from "../explore/checkpoint-manifest.ts";
import { CheckpointRefused } from "../explore/checkpoint-problem.ts";
import type { CheckpointWish } from "../explore/explorer.ts";
import type { Compiled } from "./compile.ts";
import type { Core } from "./core.ts";
import type { SavedSighting } from "./violations.ts";

/** Milliseconds between two checkpoints at least. */
const INTERVAL_MIN = 1000;
/** Part of the time that checkpoints may take. */
const SHARE = 0.05;

/** The numbers of a search beside its arrays. */
export interface Progressed {
  readonly depth: number;
  readonly layerEnd: number;
  readonly sightings: readonly SavedSighting[];
}

export interface DurableSearch {
  /** What was found before, when the search goes on. */
  readonly resumed: Progressed | undefined;
  /** Saves when it is time to, or `now`. */
  save(progressed: () => Progressed, now: boolean): void;
  close(): void;
}

/** Opens the folder of a wish; restores the Core from it when the search is to go on. */
export function openDurable(
  model: Model,
  compiled: Compiled,
  core: Core,
  wish: CheckpointWish,
): DurableSearch {
  const identity = identityOf(model, compiled);
  let resumed: Progressed | undefined;
  let checkpoint: Checkpoint | undefined;
  if (wish.resume) {
    const loaded = loadCheckpoint(wish.folder, identity);
    if ("problem" in loaded) throw new CheckpointRefused(loaded.problem);
    ({ checkpoint } = loaded);
    resumed = restore(core, checkpoint, wish.folder);
  }
  const writer = createCheckpointWriter(wish.folder, identity, checkpoint);
  let next = performance.now() + INTERVAL_MIN;
  return {
    resumed,
    save(progressed, now) {
      const began = performance.now();
      if (!now && began < next) return;
      saveOnce(writer, core, progressed(), wish);
      const took = performance.now() - began;
      next = performance.now() + Math.max(INTERVAL_MIN, took / SHARE);
    },
    close() {
      writer.close();
      checkpoint?.close();
    },
  };
}

function saveOnce(
  writer: CheckpointWriter,
  core: Core,
  { depth, layerEnd, sightings }: Progressed,
  wish: CheckpointWish,
): void {
  const { labels, counters } = core.tallies();
  const durable: Durable = {
    words: core.code.words,
    states: core.states,
    next: core.next,
    readStates: (from, to) => core.readStates(from, to),
    readParents: (from, to) => core.readParents(from, to),
    tallies: (): Json => ({
      labels,
      counters,
      depth,
      layerEnd,
      sightings: sightings.map(({ site, at, culprit }) => [site, at, culprit]),
    }),
  };
  const problem = writer.save(durable);
  if (problem !== undefined) wish.onProblem(problem);
}

/** Names the Model and how its states are packed. */
function identityOf(model: Model, { layout, code }: Compiled): Identity {
  const { words, labels, counters, sites } = code;
  const meaning = JSON.stringify([
    layout.slots.map((place) => place?.lanes),
    labels,
    counters,
    sites,
  ]);
  const packing = createHash("sha256").update(meaning).digest("hex");
  return { model: modelIdentity(model), layout: packing, words };
}

function restore(core: Core, checkpoint: Checkpoint, folder: string): Progressed {
  const { tallies } = checkpoint;
  const damaged = (what: string): CheckpointRefused =>
    new CheckpointRefused({ problem: "damaged", path: folder, what });
  if (typeof tallies !== "object" || tallies === null || Array.isArray(tallies)) {
    throw damaged("the numbers of the search");
  }
  const part = (name: string): Json => (name in tallies ? (entry(tallies, name) ?? null) : null);
  const labels = numbers(part("labels"));
  const counters = numbers(part("counters"));
  const [depth, layerEnd] = [part("depth"), part("layerEnd")];
  const sightings = sightingsOf(part("sightings"), core.code.sites);
  const { code } = core;
  const complete =
    labels?.length === code.labels &&
    counters?.length === code.counters &&
    typeof depth === "number" &&
    typeof layerEnd === "number" &&
    sightings !== undefined;
  if (!complete) throw damaged("the numbers of the search");
  const { states, next } = checkpoint;
  core.restore({
    states,
    next,
    labels,
    counters,
    readStates: (from, to) => checkpoint.readStates(from, to),
    readParents: (from, to) => checkpoint.readParents(from, to),
  });
  return { depth, layerEnd, sightings };
}

function entry(whole: object, name: string): Json | undefined {
  return Object.getOwnPropertyDescriptor(whole, name)?.value;
}

function numbers(json: Json): readonly number[] | undefined {
  if (!Array.isArray(json)) return undefined;
  return json.every((each) => typeof each === "number") ? json : undefined;
}

function sightingsOf(json: Json, sites: number): readonly SavedSighting[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const found: SavedSighting[] = [];
  for (const each of json) {
    if (!Array.isArray(each)) return undefined;
    const [site, at, culprit] = each;
    const valid = typeof site === "number" && site >= 0 && site < sites;
    if (!valid || typeof at !== "number" || typeof culprit !== "string") return undefined;
    found.push({ site, at, culprit });
  }
  return found;
}
