/**
 * One end of a TCP connection: handshake, data in order, retransmission with back-off, reset.
 *
 *     closed ──connect──► opening ──SYN,ACK──► open ──RST, too many retries──► lost
 *     listening ──SYN──► accepting ──ACK──► open
 *
 * What is sent is the oldest first; what is not acknowledged is sent again when the timer expires,
 * which then waits twice as long (RFC 6298), or after three duplicate acknowledgements (RFC 5681);
 * an acknowledgement of a part shows what to send again next (RFC 6582). Segments that come too
 * early are kept. A reset must have exactly the number that is expected (RFC 5961). Left out:
 * selective and delayed acknowledgements, congestion windows, closing in order, urgent data, time
 * stamps; the window is 64 KB and always open.
 *
 * An endpoint has no clock. Whoever owns it passes the time, sends what it puts out, and calls
 * `expire` when `timer` has come. Numbers of bytes are counted from 0 inside and become sequence
 * numbers only in segments.
 */
import { ACK, PSH, RST, type Segment, type Station, SYN } from "./frames.ts";

/** Times in nanoseconds. */
export interface TcpProfile {
  /** Retransmission timeout before a round trip was measured. */
  readonly initialTimeout: number;
  readonly minTimeout: number;
  readonly maxTimeout: number;
  /** Timers fire at whole multiples of it. */
  readonly tick: number;
  /** Retransmissions of one segment before the connection is given up. */
  readonly retries: number;
  /** The same of a SYN. */
  readonly openRetries: number;
}

const MILLISECOND = 1_000_000;

/** Linux: include/net/tcp.h, tcp_syn_retries in tcp(7). Its tick is a jiffy of 4 ms. */
export const LINUX: TcpProfile = {
  initialTimeout: 1000 * MILLISECOND,
  minTimeout: 200 * MILLISECOND,
  maxTimeout: 120_000 * MILLISECOND,
  tick: 1,
  retries: 15,
  openRetries: 6,
};

/** NetBSD: netinet/tcp_timer.h. Slow timeouts every 500 ms; 75 s for a handshake. */
export const NETBSD: TcpProfile = {
  initialTimeout: 1000 * MILLISECOND,
  minTimeout: 1000 * MILLISECOND,
  maxTimeout: 64_000 * MILLISECOND,
  tick: 500 * MILLISECOND,
  retries: 12,
  openRetries: 6,
};

export type TcpState = "closed" | "listening" | "opening" | "accepting" | "open" | "lost";

/** Why a segment was sent. */
export type Sending = "new" | "timeout" | "fast retransmission" | "acknowledgement" | "reset";

export interface Sent {
  readonly segment: Segment;
  readonly why: Sending;
}

export interface Tcp {
  readonly state: TcpState;
  /** Why it is lost: a reset came, or nobody answered. */
  readonly lostBy: "reset" | "timeout" | undefined;
  /** When `expire` is to be called. */
  readonly timer: number | undefined;
  /** Bytes acknowledged by the other end; bytes passed on to the application here. */
  readonly acknowledged: number;
  readonly delivered: number;
  /** Retransmissions of the oldest segment so far, and of all segments ever. */
  readonly retries: number;
  readonly retransmissions: number;
  connect(now: number): readonly Sent[];
  /** Hands over so many bytes to be sent. */
  write(now: number, bytes: number): readonly Sent[];
  receive(now: number, segment: Segment): readonly Sent[];
  expire(now: number): readonly Sent[];
}

export interface TcpOptions {
  readonly local: Station & { readonly port: number };
  readonly remote: Station & { readonly port: number };
  readonly profile: TcpProfile;
  readonly initialSequence: number;
  readonly listens: boolean;
}

export const SEGMENT_BYTES = 1460;
const WINDOW = 65_535;
const TWO_32 = 2 ** 32;
const DUPLICATES = 3;

/** The state of an endpoint; offsets count the SYN as byte 0. */
interface End {
  state: TcpState;
  lostBy: "reset" | "timeout" | undefined;
  /** Offsets of what is acknowledged, sent, and handed over. */
  acknowledged: number;
  sent: number;
  written: number;
  /** Sequence number of the other end's SYN; undefined before it came. */
  remoteInitial: number | undefined;
  /** Offset of the next byte that is expected from the other end. */
  expected: number;
  /** Segments that came too early: offsets and lengths. */
  readonly early: Map<number, number>;
  timer: number | undefined;
  timeout: number;
  retries: number;
  retransmissions: number;
  duplicates: number;
  /** What was sent when something was lost: up to there, gaps are filled one by one. */
  recovery: { readonly until: number; readonly why: Sending } | undefined;
  smoothed: number | undefined;
  variation: number;
  /** The segment whose round trip is measured: the offset of its end, and when it was sent. */
  measured: { readonly end: number; readonly at: number } | undefined;
  identification: number;
}

export function createTcp(options: TcpOptions): Tcp {
  const end: End = {
    state: options.listens ? "listening" : "closed",
    lostBy: undefined,
    acknowledged: 0,
    sent: 0,
    written: 1,
    remoteInitial: undefined,
    expected: 0,
    early: new Map(),
    timer: undefined,
    timeout: options.profile.initialTimeout,
    retries: 0,
    retransmissions: 0,
    duplicates: 0,
    recovery: undefined,
    smoothed: undefined,
    variation: 0,
    measured: undefined,
    identification: 1,
  };
  return {
    get state() {
      return end.state;
    },
    get lostBy() {
      return end.lostBy;
    },
    get timer() {
      return end.timer;
    },
    get acknowledged() {
      return Math.max(0, end.acknowledged - 1);
    },
    get delivered() {
      return Math.max(0, end.expected - 1);
    },
    get retries() {
      return end.retries;
    },
    get retransmissions() {
      return end.retransmissions;
    },
    connect(now) {
      end.state = "opening";
      return transmit(end, options, now);
    },
    write(now, bytes) {
      end.written += bytes;
      return end.state === "open" ? transmit(end, options, now) : [];
    },
    receive: (now, segment) => receive(end, options, now, segment),
    expire: (now) => expire(end, options, now),
  };
}

/** Sends the oldest segment again, if the timer has come, or gives up. */
function expire(end: End, options: TcpOptions, now: number): readonly Sent[] {
  const { profile } = options;
  if (end.timer === undefined || now < end.timer) return [];
  if (end.retries >= (end.acknowledged === 0 ? profile.openRetries : profile.retries)) {
    lose(end, "timeout");
    return [];
  }
  end.retries++;
  end.timeout = Math.min(end.timeout * 2, profile.maxTimeout);
  end.recovery = { until: end.sent, why: "timeout" };
  arm(end, profile, now);
  return [again(end, options, "timeout")];
}

// ---------------------------------------------------------------------------- sending

/** Sends everything that was not sent yet. */
function transmit(end: End, options: TcpOptions, now: number): readonly Sent[] {
  const sent: Sent[] = [];
  while (end.sent < end.written && (end.sent === 0 || end.state === "open")) {
    if (end.sent - end.acknowledged + SEGMENT_BYTES > WINDOW) break;
    const segment = segmentAt(end, options, end.sent);
    end.sent = end.sent === 0 ? 1 : end.sent + segment.payload.length;
    end.measured ??= { end: end.sent, at: now };
    sent.push({ segment, why: "new" });
  }
  if (sent.length > 0 && end.timer === undefined) arm(end, options.profile, now);
  return sent;
}

/** The oldest segment once more. Its round trip says nothing any more (Karn's algorithm). */
function again(end: End, options: TcpOptions, why: Sending): Sent {
  end.retransmissions++;
  end.measured = undefined;
  return { segment: segmentAt(end, options, end.acknowledged), why };
}

/** The segment that begins at an offset: the SYN, or up to `SEGMENT_BYTES` of data. */
function segmentAt(end: End, options: TcpOptions, offset: number): Segment {
  if (offset === 0) return made(end, options, offset, SYN, 0);
  const bytes = Math.min(SEGMENT_BYTES, end.written - offset);
  return made(end, options, offset, PSH, bytes);
}

function made(
  end: End,
  { local, remote, initialSequence }: TcpOptions,
  offset: number,
  flags: number,
  bytes: number,
): Segment {
  const { remoteInitial } = end;
  const isSyn = (flags & SYN) !== 0;
  const identification = end.identification;
  end.identification = (end.identification + 1) & 0xffff;
  return {
    from: local,
    to: remote,
    sequence: (initialSequence + offset) % TWO_32,
    acknowledgement: remoteInitial === undefined ? 0 : (remoteInitial + end.expected) % TWO_32,
    flags: flags | (remoteInitial === undefined ? 0 : ACK),
    window: WINDOW,
    payload: new Uint8Array(bytes),
    identification,
    maximumSegment: isSyn ? SEGMENT_BYTES : undefined,
  };
}

function arm(end: End, { tick }: TcpProfile, now: number): void {
  end.timer = Math.ceil((now + end.timeout) / tick) * tick;
}

function lose(end: End, why: "reset" | "timeout"): void {
  end.state = "lost";
  end.lostBy = why;
  end.timer = undefined;
}

// ---------------------------------------------------------------------------- receiving

function receive(end: End, options: TcpOptions, now: number, segment: Segment): readonly Sent[] {
  if (end.state === "lost" || end.state === "closed") return [];
  if ((segment.flags & RST) !== 0) return receiveReset(end, options, segment);
  const isSyn = (segment.flags & SYN) !== 0;
  if (isSyn && end.remoteInitial === undefined) {
    end.remoteInitial = segment.sequence;
    end.expected = 1;
    if (end.state === "listening") {
      end.state = "accepting";
      return transmit(end, options, now);
    }
  }
  if (end.remoteInitial === undefined) return [];
  const acknowledged = acknowledge(end, options, now, segment);
  const answer = isSyn || segment.payload.length > 0 ? [take(end, options, segment)] : [];
  return [...acknowledged, ...answer, ...transmit(end, options, now)];
}

/** Only a reset that has the next number is believed; one that is close is asked again. */
function receiveReset(end: End, options: TcpOptions, segment: Segment): readonly Sent[] {
  if (end.state === "opening") {
    const refused = difference(segment.acknowledgement, options.initialSequence) === 1;
    if (refused && (segment.flags & ACK) !== 0) lose(end, "reset");
    return [];
  }
  if (end.remoteInitial === undefined) return [];
  const offset = difference(segment.sequence, (end.remoteInitial + end.expected) % TWO_32);
  if (offset === 0) lose(end, "reset");
  if (offset === 0 || offset >= WINDOW) return [];
  return [{ segment: made(end, options, end.sent, 0, 0), why: "acknowledgement" }];
}

/** What the segment says about our bytes. */
function acknowledge(
  end: End,
  options: TcpOptions,
  now: number,
  { acknowledgement, flags, payload }: Segment,
): readonly Sent[] {
  if ((flags & ACK) === 0) return [];
  const offset = difference(acknowledgement, options.initialSequence);
  if (offset > end.acknowledged && offset <= end.sent) {
    if (end.measured !== undefined && offset >= end.measured.end) {
      measure(end, options.profile, now - end.measured.at);
    }
    end.acknowledged = offset;
    // The path works again, so waiting longer and longer ends.
    if (end.retries > 0) end.timeout = timeoutOf(end, options.profile);
    end.retries = 0;
    end.duplicates = 0;
    if (end.state === "opening" || end.state === "accepting") end.state = "open";
    end.timer = undefined;
    if (end.acknowledged < end.sent) arm(end, options.profile, now);
    const { recovery } = end;
    if (recovery !== undefined && offset < recovery.until)
      return [again(end, options, recovery.why)];
    end.recovery = undefined;
    return [];
  }
  const isDuplicate =
    offset === end.acknowledged && end.acknowledged < end.sent && payload.length === 0;
  if (!isDuplicate || (flags & SYN) !== 0) return [];
  end.duplicates++;
  if (end.duplicates !== DUPLICATES || end.recovery !== undefined) return [];
  end.recovery = { until: end.sent, why: "fast retransmission" };
  return [again(end, options, "fast retransmission")];
}

/** Round-trip time and timeout (RFC 6298, section 2). */
function measure(end: End, profile: TcpProfile, sample: number): void {
  if (end.smoothed === undefined) {
    end.smoothed = sample;
    end.variation = sample / 2;
  } else {
    end.variation = 0.75 * end.variation + 0.25 * Math.abs(end.smoothed - sample);
    end.smoothed = 0.875 * end.smoothed + 0.125 * sample;
  }
  end.timeout = timeoutOf(end, profile);
  end.measured = undefined;
}

function timeoutOf({ smoothed, variation }: End, profile: TcpProfile): number {
  if (smoothed === undefined) return profile.initialTimeout;
  const timeout = Math.round(smoothed + 4 * variation);
  return Math.min(Math.max(timeout, profile.minTimeout), profile.maxTimeout);
}

/** Takes the data of a segment, in order; gives the acknowledgement. */
function take(end: End, options: TcpOptions, { sequence, payload, flags }: Segment): Sent {
  const isSyn = (flags & SYN) !== 0;
  const offset = difference(sequence, end.remoteInitial ?? 0);
  if (!isSyn && offset >= end.expected) end.early.set(offset, payload.length);
  for (;;) {
    const next = [...end.early].find(
      ([from, length]) => from <= end.expected && from + length > end.expected,
    );
    if (next === undefined) break;
    end.expected = next[0] + next[1];
    end.early.delete(next[0]);
  }
  return { segment: made(end, options, end.sent, 0, 0), why: "acknowledgement" };
}

/** How far a sequence number is behind another one; numbers go around at 2^32. */
function difference(sequence: number, from: number): number {
  return (sequence - from + TWO_32) % TWO_32;
}
