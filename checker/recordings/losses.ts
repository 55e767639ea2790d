/**
 * Which losses matter to a verdict.
 *
 * An instance depends on a stretch of the recording: from the first mention of its ids (or from the
 * start) to its decision. A loss outside of that stretch is of no consequence. Inside, the verdict
 * stands only when the wary rail agrees, and when nothing can be missing between the last mention
 * of its ids and the decision: a final event there would have changed it.
 *
 * A loss of a capture matters to properties that look at captured events, and to connections of
 * that capture; a loss of an event log matters always, because any event may be among the lost
 * ones.
 */
import type { ResolvedProperty } from "../../spec/log.ts";
import type { Loss, RecordingSource } from "../../traces/trace.ts";
import type { Inconclusive } from "../verdict.ts";
import { idRecord, type MonitorState } from "./monitor-state.ts";
import type { Decided } from "./instances.ts";
import { UNKNOWN } from "./truth.ts";

export interface LossContext {
  readonly losses: readonly Loss[];
  readonly sources: readonly RecordingSource[];
  readonly state: MonitorState;
}

/** The loss that makes the verdict of an instance doubtful, if there is one. */
export function doubtfulLoss(
  context: LossContext,
  property: ResolvedProperty,
  decided: Decided,
): Loss | undefined {
  if (property.onLoss === "ignore") return undefined;
  const { start, time, verdict, wary, confirmed } = decided;
  return context.losses.find((loss) => {
    if (!overlaps(loss, start, time)) return false;
    if (!isCapture(context, loss)) return true;
    if (!property.usesCapture || !isOfCapture(context, property, decided, loss)) return false;
    if (verdict === UNKNOWN || wary !== verdict) return true;
    return confirmed !== undefined && overlaps(loss, confirmed, time) && !isBefore(loss, confirmed);
  });
}

/** Why the verdict is open. */
export function lossReason(loss: Loss): Inconclusive {
  return { reason: loss.reason === "truncated" ? "truncated" : "loss", detail: loss.note };
}

function overlaps(loss: Loss, from: bigint | undefined, until: bigint | undefined): boolean {
  const begins = loss.from === undefined || until === undefined || loss.from <= until;
  const ends = loss.until === undefined || from === undefined || loss.until >= from;
  return begins && ends;
}

/** Whether the loss is over when the id is mentioned for the last time. */
function isBefore(loss: Loss, confirmed: bigint): boolean {
  return loss.until !== undefined && loss.until <= confirmed;
}

function isCapture(context: LossContext, loss: Loss): boolean {
  return context.sources[loss.source]?.format !== "jsonl";
}

/** Whether one of the ids was first seen in the capture of the loss, or none is of a capture. */
function isOfCapture(
  context: LossContext,
  property: ResolvedProperty,
  { env }: Decided,
  loss: Loss,
): boolean {
  let captured = false;
  for (const [slot, { sort }] of property.binders.entries()) {
    const id = env[slot];
    if (sort === undefined || typeof id !== "string") continue;
    const source = idRecord(context.state, sort, id)?.source;
    if (source === undefined || context.sources[source]?.format === "jsonl") continue;
    if (source === loss.source) return true;
    captured = true;
  }
  return !captured;
}
