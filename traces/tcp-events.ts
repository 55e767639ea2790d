/**
 * Where the events of one capture are put together.
 *
 * The tracker sets time and number of the packet once; every rule that finds something just says
 * what. Events collect in `events` until the recording takes them away, a batch at a time.
 */
import type { FileLoss } from "./packet.ts";
import { type Attributes, type Connection, identity } from "./tcp-connection.ts";
import type { TraceEvent } from "./trace.ts";

export interface EventSink {
  readonly source: number;
  /** Time and number of the packet at hand. */
  time: bigint;
  ordinal: number;
  events: TraceEvent[];
  readonly losses: FileLoss[];
}

export function createEventSink(source: number, losses: FileLoss[]): EventSink {
  return { source, time: 0n, ordinal: 0, events: [], losses };
}

/** Reports an event of `connection`, unless another capture owns it. */
export function emit(
  sink: EventSink,
  connection: Connection,
  kind: string,
  attributes: Attributes,
): void {
  if (!connection.shadow) {
    emitFree(sink, kind, { ...identity(connection), ...attributes });
  }
}

/** Reports an event of no connection, with exactly these attributes. */
export function emitFree(sink: EventSink, kind: string, attributes: Attributes): void {
  const { time, source, ordinal } = sink;
  sink.events.push({ time, kind, attributes, origin: { source, ordinal } });
}
