/**
 * Which transitions are declared fair, as bits.
 *
 *     Model.transitions   server.Open weak   app.open   app.write strong   app.Ack weak
 *     bit                 0                  -          1                  2
 *
 * A bit stands for one transition of the Model, so for one instance of a rule. A step *takes* its
 * own transition and those of the receivers that took part by rendezvous; a state *enables* what
 * its steps take, which is why no guard is evaluated here. Faults are never fair.
 */
import type { Model } from "../../spec/model.ts";
import type { StepLabel } from "../explore/state-graph.ts";

export interface FairBits {
  /** The fair transitions, indices into `Model.transitions`, in the order of their bits. */
  readonly transitions: readonly number[];
  /** Words of 32 bits for one set of them. */
  readonly words: number;
  readonly weak: Uint32Array;
  readonly strong: Uint32Array;
}

export const WORD_BITS = 32;
/** Kinds of transitions that no declaration makes fair. */
const NEVER_FAIR: ReadonlySet<string> = new Set(["fault", "lossy", "duplicating", "reordering"]);

export function fairBitsOf(model: Model): FairBits {
  const transitions = model.transitions.flatMap(({ fairness, kind }, index) =>
    fairness === "none" || NEVER_FAIR.has(kind) ? [] : [index],
  );
  const words = Math.ceil(transitions.length / WORD_BITS);
  const weak = new Uint32Array(words);
  const strong = new Uint32Array(words);
  for (const [bit, index] of transitions.entries()) {
    setBit(model.transitions[index]?.fairness === "strong" ? strong : weak, 0, bit);
  }
  return { transitions, words, weak, strong };
}

/** Sets bit number `bit` of the set that begins at word `base`. */
export function setBit(words: Uint32Array, base: number, bit: number): void {
  const at = base + Math.floor(bit / WORD_BITS);
  words[at] = (words[at] ?? 0) | (1 << (bit % WORD_BITS));
}

/** The sets of bits that steps take, one after the other, by index of their label. */
export function takenBits(fair: FairBits, labels: readonly StepLabel[]): Uint32Array {
  const bitOf = new Map(fair.transitions.map((index, bit) => [index, bit]));
  const taken = new Uint32Array(labels.length * fair.words);
  for (const [label, { transition, partners }] of labels.entries()) {
    for (const each of [transition, ...partners]) {
      const bit = bitOf.get(each);
      if (bit !== undefined) setBit(taken, label * fair.words, bit);
    }
  }
  return taken;
}
