/**
 * `Trace`: a sequence of steps or events with time, place, payload and causes.
 *
 * Two kinds share one file because pages, replay and the checkers treat them alike: a *path* is
 * made of steps of a Model, a *recording* of events of a real or emulated system. Times are
 * nanoseconds since the Unix epoch as bigint, because they do not fit a double; written to disk
 * they are decimal strings.
 */

export const TRACE_VERSION = 1;

/** Where an event came from, so that a report can point at it. */
export interface Origin {
  /** Index into `Recording.sources`. */
  readonly source: number;
  /** One-based line of a text file, or frame number of a capture. */
  readonly ordinal: number;
}

/** Payload of an event: flat, JSON-like. */
export type Attribute = string | number | boolean | bigint | null;

/** One event of a recording. */
export interface TraceEvent {
  /** Nanoseconds since the epoch on the clock of the recording. */
  readonly time: bigint;
  /** Kind, such as `tcp.established` or `server.kill`. */
  readonly kind: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly origin: Origin;
}

/** Something the recording says that it does not contain. */
export interface Loss {
  readonly source: number;
  readonly reason:
    | "dropped" /** the capture tool or kernel counted drops */
    | "truncated" /** the file ends inside a record */
    | "corrupt" /** a record could not be read and was skipped */
    | "stalled" /** the capturing process did not run */
    | "gap" /** the protocol shows that packets are missing */;
  /** Number of missing packets or events, when it is known. */
  readonly count: number | undefined;
  /**
   * The span of time that may be incomplete; undefined ends mean "from the start" and "to the end".
   */
  readonly from: bigint | undefined;
  readonly until: bigint | undefined;
  readonly note: string;
}

/** One input file of a recording. */
export interface RecordingSource {
  readonly path: string;
  readonly format: "pcap" | "pcapng" | "jsonl";
  readonly records: number;
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
}
