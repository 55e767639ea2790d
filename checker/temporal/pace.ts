/**
 * Limits of the judging of runs: the time, memory and patience that the search has left.
 *
 * A limit that is met ends the judging by an exception, which `limitMet` takes apart: in the loops
 * over millions of nodes a result that is handed from function to function would cost more than
 * the work. It never escapes `judgeTemporal`; the property becomes unknown with this reason.
 */
import type { Budget } from "../../spec/model.ts";
import type { UnknownReason } from "../verdict.ts";

/** Bytes of arrays for one check when no budget says less. */
const JUDGING_BYTES_MAX = 8_000_000_000;
/** Milliseconds between two turns of the event loop. */
const REST_INTERVAL = 200;

export interface Pace {
  /** Ends the judging when so many bytes are too many, when time is up, or after an abort. */
  readonly allow: (bytes: number) => void;
  /** Lets the event loop turn when it is time to, so that an abort is heard. */
  readonly rest: () => Promise<void>;
}

class LimitMet extends Error {
  readonly reason: UnknownReason;
  constructor(reason: UnknownReason) {
    super(reason.reason);
    this.reason = reason;
  }
}

/** Ends the judging for this reason. */
export function stopFor(reason: UnknownReason): never {
  throw new LimitMet(reason);
}

/** The limit behind an exception; undefined when it is some other error. */
export function limitMet(error: unknown): UnknownReason | undefined {
  return error instanceof LimitMet ? error.reason : undefined;
}

/** What is left of a budget of which a search has used some. */
export function paceOf(
  budget: Budget,
  signal: AbortSignal | undefined,
  used: { readonly milliseconds: number; readonly bytes: number },
): Pace {
  const time = budget.milliseconds ?? Infinity;
  const deadline = performance.now() + time - used.milliseconds;
  const bytesMax = budget.bytes ?? JUDGING_BYTES_MAX;
  const room = Math.min(JUDGING_BYTES_MAX, Math.max(0, bytesMax - used.bytes));
  let rested = performance.now();
  const allow = (bytes: number): void => {
    if (signal?.aborted === true) stopFor({ reason: "interrupted" });
    if (performance.now() >= deadline) stopFor({ reason: "time", limit: time });
    if (bytes > room) stopFor({ reason: "memory", limit: bytesMax });
  };
  const rest = async (): Promise<void> => {
    if (performance.now() - rested < REST_INTERVAL) return;
    await new Promise((resume) => setImmediate(resume));
    rested = performance.now();
  };
  return { allow, rest };
}
