/**
 * Test notation: Libretto text in, walks and their verdicts out.
 */
import { lowered, loweredFile, type Lowered } from "../verdict-notation.ts";
import type { Model } from "../../spec/model.ts";
import type { CheckVerdict } from "../verdict.ts";
import { type CreateStepper, simulateModel, type SimulateOptions } from "./simulate.ts";
import type { WalkPlan } from "./walks.ts";

export interface Walking extends Partial<WalkPlan> {
  readonly check?: string;
  readonly budget?: Partial<SimulateOptions["budget"]>;
  readonly signal?: AbortSignal;
  readonly onProgress?: SimulateOptions["onProgress"];
  readonly over?: CreateStepper;
}

/** Walks over the only check of a text, or over the named one. */
export async function walked(text: string, walking: Walking = {}): Promise<CheckVerdict> {
  return walkedIn(lowered(text), walking);
}

/** Walks over a check of a file of the repository. */
export async function walkedFile(path: string, walking: Walking = {}): Promise<CheckVerdict> {
  return walkedIn(loweredFile(path), walking);
}

async function walkedIn({ models, sources }: Lowered, walking: Walking): Promise<CheckVerdict> {
  const { check } = walking;
  const model = check === undefined ? models[0] : models.find(({ name }) => name === check);
  if (model === undefined) throw new Error("the text has no such check");
  return walkedModel(model, walking, sources);
}

export async function walkedModel(
  model: Model,
  walking: Walking = {},
  sources: SimulateOptions["sources"] = new Map(),
): Promise<CheckVerdict> {
  const { runs = 100, steps = 30, seed = 1, strategy = { kind: "random" } } = walking;
  const budget = {
    milliseconds: undefined,
    bytes: undefined,
    states: undefined,
    ...walking.budget,
  };
  const { signal, onProgress } = walking;
  const plan = { runs, steps, seed, strategy };
  return simulateModel(model, { plan, budget, signal, onProgress, sources }, walking.over);
}

/** A verdict without what a clock measured. */
export function timeless(verdict: CheckVerdict): unknown {
  return { ...verdict, statistics: { ...verdict.statistics, milliseconds: 0 } };
}
