/**
 * Choosing the home of states (`home.ts`) by a sample: the first states of the search.
 *
 * With all bits, half of the successors belong to the other of two workers, and states that were
 * found one after the other are torn apart, so that fewer successors are recognised as recent. Bits
 * that change seldom keep a state and its successors together. They must have enough values, or
 * work is not divided evenly.
 *
 * The idea of a partition that follows the structure of states is that of Lerda and Sisto,
 * "Distributed-Memory Model Checking with SPIN" (1999).
 */
import type { Code } from "./code.ts";
import { type Home, ownerOf, wholeHome } from "./home.ts";
import { createWasmCore } from "./wasm-core.ts";

/** States of the sample. */
const SAMPLE_STATES = 6000;
/** Values of the home that the sample must have for each worker. */
const VALUES_PER_WORKER = 32;
/** Part by which the share of a worker in the sample may be larger than it should. */
const IMBALANCE_MAX = 0.05;
/** Ways to divide the values of a home that are tried. */
const SEEDS = 16;
/** Bits are taken so many at a time. */
const LANE_BITS = 8;
const LANES: number = 32 / LANE_BITS;
const LANE_MASK: number = 2 ** LANE_BITS - 1;

/** The home of fewest changes among those that divide a sample of the states evenly. */
export function chooseHome(code: Code, workers: number, initial: readonly Uint32Array[]): Home {
  const sample = sampleOf(code, initial);
  const masks = Array.from({ length: code.words }, () => 0);
  for (const lane of lanesByChanges(sample)) {
    const word = Math.floor(lane / LANES);
    masks[word] = (masks[word] ?? 0) | (LANE_MASK << (LANE_BITS * (lane % LANES)));
    const home = evenHome(sample, [...masks], workers);
    if (home !== undefined) return home;
  }
  return wholeHome(code.words);
}

/** The home of these bits that divides the sample most evenly, if that is even enough. */
function evenHome(sample: Sample, masks: readonly number[], workers: number): Home | undefined {
  const { states, count, words } = sample;
  const values = new Set<string>();
  for (let at = 0; at < count * words; at += words) {
    values.add(masks.map((mask, word) => (states[at + word] ?? 0) & mask).join());
  }
  if (values.size < VALUES_PER_WORKER * workers) return undefined;
  const seeds = Array.from({ length: SEEDS }, (_, seed) => {
    const home = { masks, seed };
    return { home, share: largestShare(sample, home, workers) };
  });
  const best = seeds.toSorted((one, other) => one.share - other.share)[0];
  return best !== undefined && best.share <= (1 + IMBALANCE_MAX) / workers ? best.home : undefined;
}

interface Sample {
  readonly words: number;
  readonly count: number;
  /** States, one after the other, and pairs of them between which there is a step. */
  readonly states: Uint32Array;
  readonly pairs: readonly (readonly [from: number, to: number])[];
}

function sampleOf(code: Code, initial: readonly Uint32Array[]): Sample {
  const { words } = code;
  const limits = { states: SAMPLE_STATES, bytes: Infinity, sight: () => true };
  const core = createWasmCore(code, limits);
  for (const state of initial) core.add(state);
  core.expand(Infinity);
  const states = new Uint32Array(core.states * words);
  for (let id = 0; id < core.states; id++) core.read(id, states.subarray(id * words));
  const { starts, targets } = core.edges(0, core.next);
  const pairs: [number, number][] = [];
  for (let id = 0; id < core.next; id++) {
    for (const target of targets.subarray(starts[id], starts[id + 1])) pairs.push([id, target]);
  }
  return { words, count: core.states, states, pairs };
}

/** Groups of bits that change at all, those first that change least often. */
function lanesByChanges({ words, states, pairs }: Sample): number[] {
  const changes = Array.from({ length: words * LANES }, () => 0);
  for (const [from, to] of pairs) {
    for (const lane of changes.keys()) {
      const word = Math.floor(lane / LANES);
      const changed = (states[from * words + word] ?? 0) ^ (states[to * words + word] ?? 0);
      const bits = (changed >>> (LANE_BITS * (lane % LANES))) & LANE_MASK;
      if (bits !== 0) changes[lane] = (changes[lane] ?? 0) + 1;
    }
  }
  return [...changes.keys()]
    .filter((lane) => changes[lane] !== 0)
    .toSorted((one, other) => (changes[one] ?? 0) - (changes[other] ?? 0));
}

function largestShare({ words, count, states }: Sample, home: Home, workers: number): number {
  const shares = Array.from({ length: workers }, () => 0);
  for (let at = 0; at < count * words; at += words) {
    const owner = ownerOf(home, workers, states, at);
    shares[owner] = (shares[owner] ?? 0) + 1;
  }
  return Math.max(...shares) / count;
}
