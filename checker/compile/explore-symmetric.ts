/**
 * Breadth-first search in compiled code that stores one state of each orbit.
 *
 *     Symmetry ──permutePlan──► permuteRoutine ──► core with orbits ──► Exploration of all states
 *
 * It counts what the search of the whole graph counts: each stored state as often as the number of
 * states that it stands for. Paths lead through states of the Model as it is, not through the
 * stored ones.
 *
 * One worker searches, also where several are asked for.
 */
import type { BackEnd, Exploration, ExploreOptions } from "../explore/explorer.ts";
import { permutePlan } from "../reduce/permute-plan.ts";
import { slotFamilies } from "../reduce/slot-families.ts";
import type { Symmetry } from "../reduce/symmetry.ts";
import type { Group } from "./code.ts";
import { compileModel } from "./compile.ts";
import { ifCompiled, search } from "./explore.ts";
import { createJavaScriptCore } from "./javascript-core.ts";
import type { Layout } from "./layout.ts";
import { permuteRoutine } from "./permute.ts";
import { Unsupported } from "./unsupported.ts";
import { createWasmCore } from "./wasm-core.ts";

const CORES = { wasm: createWasmCore, javascript: createJavaScriptCore } as const;

/** The search of the Model of a symmetry, or what in it cannot be compiled. */
export async function symmetricExplore(
  symmetry: Symmetry,
  options: ExploreOptions,
  backEnd: Exclude<BackEnd, "reference">,
): Promise<Exploration | { readonly unsupported: string }> {
  const { model } = symmetry;
  const compiled = compileModel(model);
  if ("unsupported" in compiled) return compiled;
  const group = groupOf(symmetry, compiled.layout);
  if ("unsupported" in group) return group;
  const { members } = slotFamilies(symmetry);
  const symmetric = { ...compiled, code: { ...compiled.code, group } };
  const found = await ifCompiled(symmetric, (ready) =>
    search(model, ready, CORES[backEnd], "plain", options, members),
  );
  if ("unsupported" in found) return found;
  return { ...found, explorer: { backEnd, notCompiled: undefined, workers: 1 } };
}

function groupOf(symmetry: Symmetry, layout: Layout): Group | { readonly unsupported: string } {
  const plan = permutePlan(symmetry);
  try {
    return { order: plan.order, routine: permuteRoutine(plan, layout) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    throw error;
  }
}
