/**
 * Which code explores: the choice between back ends behind one `Explore`.
 *
 *     wasm          compiled to WebAssembly: the fast one, used unless another is asked for
 *     javascript    the same Code in JavaScript: a check on it
 *     reference     the evaluator that says what the language means; also for what the compiled
 *                   ones cannot do
 *
 * All find the same; the verdict names which one did.
 */
import { compiledExplore } from "./compile/explore.ts";
import { workersExplore } from "./compile/explore-workers.ts";
import { createJavaScriptCore } from "./compile/javascript-core.ts";
import { spillExplore } from "./compile/spill.ts";
import { createWasmCore } from "./compile/wasm-core.ts";
import { explore as referenceExplore } from "./explore/explore.ts";
import type { BackEnd, Explore } from "./explore/explorer.ts";

/**
 * The explorer of a back end; several workers are for WebAssembly only. With a folder to spill to,
 * states are on disk, and JavaScript explores.
 */
export function explorerWith(backEnd: BackEnd, workers: number, spill?: string): Explore {
  if (spill !== undefined) return spillExplore(spill, referenceExplore);
  const alone = BACK_ENDS[backEnd];
  return backEnd === "wasm" && workers > 1 ? workersExplore(workers, alone) : alone;
}

export const BACK_ENDS: Readonly<Record<BackEnd, Explore>> = {
  wasm: compiledExplore("wasm", createWasmCore, referenceExplore),
  javascript: compiledExplore("javascript", createJavaScriptCore, referenceExplore),
  reference: referenceExplore,
};
