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
/**
 * How many times as large as it should be the share of a worker may be: of the values, which tell
 * more of a whole search, and of the states of the sample, which are all near its beginning.
 */
const IMBALANCE_MAX = 1.02;
const SAMPLE_IMBALANCE_MAX = 1.2;
/** Ways to divide the values of a home that are tried. */
const SEEDS = 64;
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

/** The home of these bits that divides their values most evenly, if that is even enough. */
function evenHome(sample: Sample, masks: readonly number[], workers: number): Home | undefined {
  const { states, words } = sample;
  const values = valuesOf(sample, masks);
  if (values.length < words * VALUES_PER_WORKER * workers) return undefined;
  let best: { readonly home: Home; readonly share: number } | undefined;
  for (let seed = 0; seed < SEEDS; seed++) {
    const home = { masks, seed };
    const share = largestShare(values, words, home, workers);
    const sampled = largestShare(states, words, home, workers);
    if (sampled > SAMPLE_IMBALANCE_MAX / workers || share >= (best?.share ?? Infinity)) continue;
    best = { home, share };
  }
  return best !== undefined && best.share <= IMBALANCE_MAX / workers ? best.home : undefined;
}

/** The different values that these bits have in the sample, one after the other. */
function valuesOf({ states, words }: Sample, masks: readonly number[]): Uint32Array {
  const values = new Map<string, number[]>();
  for (let at = 0; at < states.length; at += words) {
    const value = masks.map((mask, word) => (states[at + word] ?? 0) & mask);
    values.set(value.join(), value);
  }
  return Uint32Array.from([...values.values()].flat());
}

interface Sample {
  readonly words: number;
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
  return { words, states, pairs };
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

function largestShare(states: Uint32Array, words: number, home: Home, workers: number): number {
  const shares = Array.from({ length: workers }, () => 0);
  for (let at = 0; at < states.length; at += words) {
    const owner = ownerOf(home, workers, states, at);
    shares[owner] = (shares[owner] ?? 0) + 1;
  }
  return (Math.max(...shares) * words) / states.length;
}
