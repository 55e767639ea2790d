/**
 * Which code explores: the choice between back ends behind one `Explore`.
 *
 *     wasm          compiled to WebAssembly: the fast one, used unless another is asked for
 *     javascript    the same Code in JavaScript: a check on it
 *     compressed    WebAssembly that keeps states as trees: slower, some 13 bytes for each state
 *     reference     the evaluator that says what the language means; also for what the compiled
 *                   ones cannot do
 *
 * All find the same; the verdict names which one did.
 */
import { createCompressedCore } from "./compile/compressed-core.ts";
import { compiledExplore } from "./compile/explore.ts";
import { workersExplore } from "./compile/explore-workers.ts";
import { createJavaScriptCore } from "./compile/javascript-core.ts";
import { spillExplore } from "./compile/spill.ts";
import { createWasmCore } from "./compile/wasm-core.ts";
import { explore as referenceExplore } from "./explore/explore.ts";
import type { BackEnd, Explore } from "./explore/explorer.ts";

/** How states are kept, where it is not plainly in memory. */
export interface Keeping {
  /** A folder on whose disk they are; JavaScript explores. */
  readonly spill: string | undefined;
  /** As trees that share what they have in common; WebAssembly with one worker explores. */
  readonly compress: boolean;
}

/** The explorer of a back end. Several workers are for WebAssembly only. */
export function explorerWith(backEnd: BackEnd, workers: number, keeping?: Keeping): Explore {
  if (keeping?.spill !== undefined) return spillExplore(keeping.spill, referenceExplore);
  if (backEnd === "wasm" && keeping?.compress === true) return COMPRESSED;
  const alone = BACK_ENDS[backEnd];
  return backEnd === "wasm" && workers > 1 ? workersExplore(workers, alone) : alone;
}

export const COMPRESSED: Explore = compiledExplore(
  "wasm",
  createCompressedCore,
  referenceExplore,
  "compressed",
);

export const BACK_ENDS: Readonly<Record<BackEnd, Explore>> = {
  wasm: compiledExplore("wasm", createWasmCore, referenceExplore),
  javascript: compiledExplore("javascript", createJavaScriptCore, referenceExplore),
  reference: referenceExplore,
};
