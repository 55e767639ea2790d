/** Limits of a compiled search where nobody sets them. */
import { totalmem } from "node:os";
import type { Budget } from "../../spec/model.ts";

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
