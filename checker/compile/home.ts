/**
 * Which worker a state belongs to: by a hash of some of its bits, those that say where its home is.
 *
 *     state & home ──hash──► worker
 *
 * `home-choice.ts` finds bits that keep a state and its successors together.
 */

export interface Home {
  /** For each word, the bits that count. */
  readonly masks: readonly number[];
  /** Where the hash begins: homes with the same bits can divide their values otherwise. */
  readonly seed: number;
}

/** Parts of the hash, which `wasm-passes.ts` computes too. */
export const HOME_MULTIPLIER = 0x9e3779b1;
export const HOME_SHIFT = 15;

/** All bits: the most even division. */
export function wholeHome(words: number): Home {
  return { masks: Array.from({ length: words }, () => -1), seed: 0 };
}

/** The worker that the state at an offset belongs to. */
export function ownerOf(
  { masks, seed }: Home,
  workers: number,
  states: ArrayLike<number>,
  offset: number,
): number {
  let hash = seed;
  for (const [word, mask] of masks.entries()) {
    if (mask === 0) continue;
    hash = Math.imul(hash ^ ((states[offset + word] ?? 0) & mask), HOME_MULTIPLIER);
    hash ^= hash >>> HOME_SHIFT;
  }
  return ((hash >>> 16) * workers) >>> 16;
}
