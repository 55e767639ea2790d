/**
 * A packet as a capture file holds it, and what the file says about the interfaces.
 *
 * `captured` is a view into a chunk of the file, not a copy. It may be shorter than the packet was
 * (`originalLength`), because captures are usually cut at a snap length.
 */
import type { CaptureDiagnostic } from "./capture-diagnostics.ts";
import type { Loss } from "./trace.ts";

/**
 * The largest packet that a capture may hold, in bytes; larger lengths are damage. libpcap's own
 * limit.
 */
export const MAX_PACKET_BYTES = 262_144;

export interface Packet {
  /**
   * Nanoseconds since the epoch; readers of several sources may correct a clock that goes
   * backwards.
   */
  time: bigint;
  readonly linkType: number;
  /** Index into `CaptureReport.interfaces`. */
  readonly interface: number;
  readonly captured: Uint8Array;
  readonly originalLength: number;
  /** One-based number of the packet in its file, as other tools count frames. */
  readonly ordinal: number;
}

/** A loss before the file has its place among the sources of a recording. */
export type FileLoss = Omit<Loss, "source">;

/** One capturing interface, over the whole file. */
export interface CaptureInterface {
  readonly name: string | undefined;
  readonly linkType: number;
  /** 0: no limit. */
  readonly snapLength: number;
  packets: number;
  /**
   * Packets that the capture tool or the kernel says it lost; undefined when the file does not say.
   */
  dropped: number | undefined;
}

/** What a reader learns besides packets; grows while the file is read. */
export interface CaptureReport {
  readonly interfaces: CaptureInterface[];
  readonly losses: FileLoss[];
  /** Errors that ended the reading. */
  readonly diagnostics: CaptureDiagnostic[];
}

export function createReport(): CaptureReport {
  return { interfaces: [], losses: [], diagnostics: [] };
}

/** Link types that `frame.ts` can decode, as numbered by the libpcap registry. */
export const LINK_TYPES: ReadonlyMap<number, string> = new Map([
  [0, "loopback (host byte order)"],
  [1, "Ethernet"],
  [12, "raw IP"],
  [14, "raw IP"],
  [101, "raw IP"],
  [108, "loopback"],
  [113, "Linux cooked v1"],
  [228, "raw IPv4"],
  [229, "raw IPv6"],
  [276, "Linux cooked v2"],
]);
