/**
 * The state of a connection tracker: one record per capture.
 *
 * The rules are elsewhere: which connection a frame belongs to in `tcp-generation.ts`, what it
 * means there in `tcp-segment.ts` and `tcp-reset.ts`.
 */
import type { ConnectionRegistry } from "./connection-registry.ts";
import {
  type ConnectionTable,
  createConnectionTable,
  MAX_CONNECTIONS,
} from "./connection-table.ts";
import { createFrame, type Frame, type FrameKind } from "./frame.ts";
import type { FileLoss } from "./packet.ts";
import { createRepeatedFrames, type RepeatedFrames } from "./repeated-frames.ts";
import { createEventSink, type EventSink } from "./tcp-events.ts";

/** What a tracker counted besides events. */
export interface TrackerCounts {
  readonly frames: Record<FrameKind, number>;
  /** Frames seen before: at another interface, or twice at one. */
  copies: number;
  duplicates: number;
  /** Segments whose numbers cannot belong to their connection. */
  implausible: number;
  evicted: number;
}

export interface Tracker {
  readonly sink: EventSink;
  readonly registry: ConnectionRegistry;
  readonly table: ConnectionTable;
  readonly repeated: RepeatedFrames;
  readonly frame: Frame;
  readonly counts: TrackerCounts;
  readonly maxConnections: number;
}

/** A tracker for capture `source`; trackers of one recording share `registry`. */
export function createTracker(
  source: number,
  registry: ConnectionRegistry,
  losses: FileLoss[],
  maxConnections: number = MAX_CONNECTIONS,
): Tracker {
  return {
    sink: createEventSink(source, losses),
    registry,
    table: createConnectionTable(),
    repeated: createRepeatedFrames(),
    frame: createFrame(),
    counts: {
      frames: { tcp: 0, arp: 0, fragment: 0, short: 0, broken: 0, other: 0 },
      copies: 0,
      duplicates: 0,
      implausible: 0,
      evicted: 0,
    },
    maxConnections,
  };
}
