/**
 * Limits of a search: time, memory, states, and the user's patience.
 *
 * Reaching a limit is a result, never an exception that escapes: the search ends where it is and
 * says which limit it was. Memory is the search's own account of states and keys, so that a budget
 * means the same on every run; the ceiling below it keeps the account within what the process can
 * have.
 */
import { getHeapStatistics } from "node:v8";
import type { Budget } from "../../spec/model.ts";
import { MAX_OUTCOMES, TooManyOutcomes } from "../reference/effects.ts";
import type { UnknownReason } from "../verdict.ts";

/** Milliseconds between two reports of progress, and between two turns of the event loop. */
export const PROGRESS_INTERVAL = 200;
/** States of one search: a `Map` of V8 cannot hold more than 2^24 entries. */
export const MAX_STATES = 16_000_000;
/**
 * Milliseconds that one state may take. Within a state the event loop does not turn, so nothing
 * else could end a quantifier over a billion elements when no budget is set.
 */
export const STATE_TIME_MAX = 10_000;
/** Part of the heap that a search may fill by its own account, which leaves out garbage. */
const HEAP_SHARE = 0.5;
/**
 * Account of one state, fitted to the heap that large searches really used: a character of the key
 * stands for itself and for the nested values it was made from; the rest is array headers, the
 * entry in the map, and bookkeeping.
 */
const BYTES_PER_CHARACTER = 4;
const BYTES_PER_SLOT = 8;
const STATE_OVERHEAD = 256;

export interface Limits {
  /** Moment at which time is up, on the clock of `performance.now()`. */
  readonly deadline: number;
  readonly milliseconds: number;
  readonly bytes: number;
  readonly states: number;
  readonly signal: AbortSignal | undefined;
  /** When the event loop turned last; the search keeps it up to date. */
  rested: number;
}

/** Thrown inside an evaluation when a limit is reached there; `reasonOf` takes it apart. */
class Stopped extends Error {
  readonly reason: UnknownReason;
  constructor(reason: UnknownReason) {
    super(reason.reason);
    this.reason = reason;
  }
}

export function limitsOf(budget: Budget, signal: AbortSignal | undefined, now: number): Limits {
  const milliseconds = budget.milliseconds ?? Infinity;
  const ceiling = Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE);
  return {
    deadline: now + milliseconds,
    milliseconds,
    bytes: Math.min(budget.bytes ?? ceiling, ceiling),
    states: Math.min(budget.states ?? MAX_STATES, MAX_STATES),
    signal,
    rested: now,
  };
}

/** The limit that is reached, if any. */
export function limitReached(
  limits: Limits,
  used: { readonly bytes: number; readonly states: number },
): UnknownReason | undefined {
  if (limits.signal?.aborted === true) return { reason: "interrupted" };
  if (performance.now() >= limits.deadline) return { reason: "time", limit: limits.milliseconds };
  if (used.bytes > limits.bytes) return { reason: "memory", limit: limits.bytes };
  if (used.states > limits.states) return { reason: "states", limit: limits.states };
  return undefined;
}

/** Lets the event loop turn when it is time to; `report` is called before it does. */
export async function rest(limits: Limits, report: () => void): Promise<void> {
  if (performance.now() - limits.rested < PROGRESS_INTERVAL) return;
  report();
  await new Promise((resume) => setImmediate(resume));
  limits.rested = performance.now();
}

/** For a meter: ends an evaluation when time is up, for all states or for this one. */
export function pauseWithin(limits: Limits): () => void {
  return () => {
    const reason = limitReached(limits, { bytes: 0, states: 0 });
    if (reason !== undefined) throw new Stopped(reason);
    if (performance.now() - limits.rested > STATE_TIME_MAX) {
      throw new Stopped({ reason: "time", limit: STATE_TIME_MAX });
    }
  };
}

/** The limit behind an error that ended an evaluation; undefined when it is some other error. */
export function reasonOf(error: unknown): UnknownReason | undefined {
  if (error instanceof Stopped) return error.reason;
  // Every outcome would be a state, so this is the limit of states, met inside one step.
  if (error instanceof TooManyOutcomes) return { reason: "states", limit: MAX_OUTCOMES };
  return undefined;
}

/** Accounted size of one state. */
export function bytesOf(key: string, slots: number): number {
  return key.length * BYTES_PER_CHARACTER + slots * BYTES_PER_SLOT + STATE_OVERHEAD;
}
