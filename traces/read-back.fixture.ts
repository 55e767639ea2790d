/**
 * Runs readers and tracker on bytes in memory, for tests.
 *
 * `written` gives events in one line each, with just the attributes that a test names, so that an
 * expected stream reads like the packets that made it.
 */
import { createByteWindow, readFromBytes } from "./byte-window.ts";
import { createConnectionRegistry } from "./connection-registry.ts";
import { type CaptureReport, createReport, type FileLoss, type Packet } from "./packet.ts";
import { frames } from "./packet-notation.fixture.ts";
import { readPcap, readPcapHeader } from "./pcap.ts";
import { checkPcapngHeader, readPcapng } from "./pcapng.ts";
import { finishTracking, trackPacket } from "./tcp.ts";
import { createTracker, type Tracker } from "./tcp-tracker.ts";
import type { TraceEvent } from "./trace.ts";

export interface ReadBack {
  readonly packets: readonly Packet[];
  readonly report: CaptureReport;
  /** Code of the error in the header. */
  readonly code: string | undefined;
}

/** Reads a pcap file, `chunk` bytes at a time. */
export async function readPcapBytes(bytes: Uint8Array, chunk = 65_536): Promise<ReadBack> {
  const window = createByteWindow(readFromBytes(bytes, chunk));
  const report = createReport();
  const header = await readPcapHeader(window, "test.pcap");
  if ("code" in header) return { packets: [], report, code: header.code };
  return { packets: await all(readPcap(window, header, report)), report, code: undefined };
}

/** Reads a pcapng file, `chunk` bytes at a time. */
export async function readPcapngBytes(bytes: Uint8Array, chunk = 65_536): Promise<ReadBack> {
  const window = createByteWindow(readFromBytes(bytes, chunk));
  const report = createReport();
  const damage = await checkPcapngHeader(window, "test.pcapng");
  if (damage !== undefined) return { packets: [], report, code: damage.code };
  return { packets: await all(readPcapng(window, report)), report, code: undefined };
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const batch of batches) items.push(...batch);
  return items;
}

/** The packets of a text in the packet notation, as a reader would give them. */
export function packetsOf(text: string): Packet[] {
  return frames(text).map((frame, index) => ({
    time: frame.time,
    linkType: 1,
    interface: frame.interface,
    captured: frame.bytes,
    originalLength: frame.originalLength,
    ordinal: index + 1,
  }));
}

export interface Tracked {
  readonly events: readonly TraceEvent[];
  readonly losses: readonly FileLoss[];
  readonly tracker: Tracker;
}

/** Tracks the packets of a text in the packet notation to their end. */
export function track(text: string, maxConnections?: number): Tracked {
  return trackPackets(packetsOf(text), maxConnections);
}

export function trackPackets(packets: readonly Packet[], maxConnections?: number): Tracked {
  const losses: FileLoss[] = [];
  const tracker = createTracker(0, createConnectionRegistry(), losses, maxConnections);
  for (const packet of packets) trackPacket(tracker, packet);
  finishTracking(tracker);
  return { events: tracker.sink.events, losses, tracker };
}

/**
 * The events as lines: kind, then the named attributes as `name=value` (sides and true flags
 * shorter). Only kinds that match `kinds` are kept.
 */
export function written(
  events: readonly TraceEvent[],
  kinds: RegExp,
  ...names: readonly string[]
): string[] {
  return events
    .filter((event) => kinds.test(event.kind))
    .map(({ kind, attributes }) =>
      [
        kind.replace(/^tcp\./, ""),
        ...names.flatMap((name) => {
          const value = attributes[name];
          if (value === undefined) return [];
          return [name === "by" ? String(value) : `${name}=${String(value)}`];
        }),
      ].join(" "),
    );
}
