/** Limits of a compiled search where nobody sets them. */
import { totalmem } from "node:os";
import type { Budget, Model } from "../../spec/model.ts";
import type { Code } from "./code.ts";

/** Part of the machine's memory that arena, parents and table may fill. */
const MEMORY_SHARE = 0.6;

/** Bytes of arena, parents and table together. */
export function bytesOf(budget: Budget): number {
  return budget.bytes ?? Math.floor(totalmem() * MEMORY_SHARE);
}

/** Most states. */
export function statesOf(budget: Budget): number {
  return budget.states ?? Number.MAX_SAFE_INTEGER;
}

/**
 * How many states will be stored, where the text says how many there are: memory is made ready for
 * them, and nothing else depends on it. Of orbits fewer are stored.
 */
export function expectedStates({ expect }: Model, { group }: Code): number | undefined {
  return group === undefined ? expect.states?.count : undefined;
}
