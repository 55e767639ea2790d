/**
 * The explorers by name. One that this build lacks is undefined, and its rows say so.
 *
 *     reference    the slow evaluator, the oracle of all others
 *     javascript   compiled, back end JavaScript
 *     wasm         compiled, back end WebAssembly, one worker
 *     wasm2        the same with two workers
 */
import { BACK_ENDS, explorerWith } from "../../checker/back-end.ts";
import type { Explore } from "../../checker/explore/explorer.ts";

export const ENGINE_NAMES = ["reference", "javascript", "wasm", "wasm2"] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

/** States above which the reference explorer takes minutes and is left out. */
export const REFERENCE_STATES_MAX = 200_000;

const ENGINES: Readonly<Record<EngineName, Explore | undefined>> = {
  reference: BACK_ENDS.reference,
  javascript: BACK_ENDS.javascript,
  wasm: BACK_ENDS.wasm,
  wasm2: explorerWith("wasm", 2),
};

export function engineNamed(name: EngineName): Explore | undefined {
  return ENGINES[name];
}

export function isEngineName(name: string): name is EngineName {
  return ENGINE_NAMES.some((known) => known === name);
}

/** What is measured unless the command line says otherwise: whatever is compiled. */
export function defaultEngines(): readonly EngineName[] {
  const compiled = ENGINE_NAMES.filter(
    (name) => name !== "reference" && engineNamed(name) !== undefined,
  );
  return compiled.length === 0 ? ["reference"] : compiled;
}
