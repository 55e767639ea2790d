/**
 * The connection tracker: from the packets of one capture, in order of time, to events.
 *
 *     packet ─► frame ─► copy? ─► connection (generation) ─► segment or reset ─► events
 *
 * One pass, a bounded number of connections, one record per connection. Generations: the ports of a
 * connection are used again when a SYN comes with another initial sequence number; what was open
 * before is then superseded. The client is the sender of the SYN; the ports decide when there
 * is none.
 *
 * Limit: `MAX_CONNECTIONS` (`connection-table.ts`); at the limit the connection that was silent
 * longest is ended with `reason = limit`, and if it was still open that is a `Loss`.
 */
import { formatAddress, formatMac } from "./address.ts";
import {
  type ConnectionRegistry,
  claimConnection,
  releaseConnection,
} from "./connection-registry.ts";
import {
  addConnection,
  type ConnectionTable,
  createConnectionTable,
  findConnection,
  fromClient,
  MAX_CONNECTIONS,
  pairHash,
  removeConnection,
  touchConnection,
} from "./connection-table.ts";
import { ACK, createFrame, decodeFrame, type Frame, type FrameKind, RST, SYN } from "./frame.ts";
import { addLoss } from "./loss-list.ts";
import type { FileLoss, Packet } from "./packet.ts";
import { checkRepetition, createRepeatedFrames, type RepeatedFrames } from "./repeated-frames.ts";
import { difference } from "./sequence-space.ts";
import {
  account,
  type Connection,
  createConnection,
  type Endpoints,
  pairName,
} from "./tcp-connection.ts";
import { createEventSink, type EventSink, emit, emitFree } from "./tcp-events.ts";
import { takeReset } from "./tcp-reset.ts";
import { takeSegment, whatOf } from "./tcp-segment.ts";
import type { Side } from "./tcp-side.ts";

/** Ports below this belong to servers. */
const WELL_KNOWN_PORTS = 1024;

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

/** Takes in the next packet; its events are in `tracker.sink.events`. */
export function trackPacket(tracker: Tracker, packet: Packet): void {
  const { sink, frame, counts } = tracker;
  sink.time = packet.time;
  sink.ordinal = packet.ordinal;
  decodeFrame(packet, frame);
  counts.frames[frame.kind]++;
  if (frame.kind === "tcp") {
    trackSegment(tracker, packet);
  } else if (frame.kind === "arp" && frame.source[3] === frame.destination[3]) {
    const ip = formatAddress(frame.source);
    emitFree(sink, "arp.announce", { ip, mac: formatMac(frame.mac) });
  }
}

function trackSegment(tracker: Tracker, packet: Packet): void {
  const { sink, frame, table, counts } = tracker;
  const place = Math.imul(packet.interface, 0x10001) + frame.device;
  const repetition = checkRepetition(tracker.repeated, frame, packet.time, place & 0x7fff_ffff);
  if (repetition === "copy") {
    counts.copies++;
    return;
  }
  const hash = pairHash(frame);
  const found = findConnection(table, hash, frame);
  if (repetition === "duplicate") {
    counts.duplicates++;
    if (found !== undefined) {
      const by = fromClient(found, frame) ? found.client.name : found.server.name;
      emit(sink, found, "tcp.duplicate", { by, what: whatOf(frame) });
    }
    return;
  }
  const connection =
    found === undefined || startsAnew(found, frame) ? openConnection(tracker, found, hash) : found;
  touchConnection(table, connection);
  const client = fromClient(connection, frame);
  const sender = client ? connection.client : connection.server;
  const receiver = client ? connection.server : connection.client;
  checkMac(sink, connection, sender, frame);
  if ((frame.flags & RST) !== 0) {
    takeReset(sink, connection, sender, receiver, frame);
  } else if (!takeSegment(sink, connection, sender, receiver, frame)) {
    counts.implausible++;
  }
  sender.lastPacket = sink.time;
}

/** A SYN with another initial number, or in the other direction, begins a new generation. */
function startsAnew(connection: Connection, frame: Frame): boolean {
  if ((frame.flags & (SYN | ACK | RST)) !== SYN) {
    return false;
  }
  const sender = fromClient(connection, frame) ? connection.client : connection.server;
  if (sender.initial !== undefined) {
    return sender.initial !== frame.sequence;
  }
  const { started, acknowledged } = sender.space;
  if (started && connection.establishedAt === undefined) {
    // The SYN-ACK was captured before, and it answers this SYN.
    return difference(acknowledged, frame.sequence) !== 1;
  }
  // Both sides may open at the same time; else a SYN on a known connection is a new one.
  const simultaneous = connection.client.synTries > 0 && connection.establishedAt === undefined;
  return !(simultaneous && sender === connection.server && connection.ended === undefined);
}

/** Makes a connection for the frame at hand, in place of `before` if there is one. */
function openConnection(
  tracker: Tracker,
  before: Connection | undefined,
  hash: number,
): Connection {
  const { table, frame, registry, sink } = tracker;
  if (before !== undefined) {
    endConnection(tracker, before, "superseded");
    removeConnection(table, before);
  } else if (table.size >= tracker.maxConnections && table.oldest !== undefined) {
    evict(tracker, table.oldest);
  }
  const endpoints = endpointsOf(frame);
  const pair = pairName(endpoints);
  const syn = (frame.flags & (SYN | ACK)) === SYN;
  const synAck = (frame.flags & (SYN | ACK)) === (SYN | ACK);
  const number = syn ? frame.sequence : synAck ? (frame.acknowledgement - 1) | 0 : undefined;
  const claim = claimConnection(registry, pair, hash, number, sink.source);
  const connection = createConnection(endpoints, pair, hash, claim);
  addConnection(table, connection);
  return connection;
}

function endpointsOf(frame: Frame): Endpoints {
  return isFromClient(frame)
    ? {
        clientAddress: frame.source,
        clientPort: frame.sourcePort,
        serverAddress: frame.destination,
        serverPort: frame.destinationPort,
      }
    : {
        clientAddress: frame.destination,
        clientPort: frame.destinationPort,
        serverAddress: frame.source,
        serverPort: frame.sourcePort,
      };
}

/** Whether the sender of a connection's first frame is its client: by SYN, else by port. */
function isFromClient(frame: Frame): boolean {
  if ((frame.flags & SYN) !== 0) {
    return (frame.flags & ACK) === 0;
  }
  const { sourcePort, destinationPort } = frame;
  const known = sourcePort < WELL_KNOWN_PORTS;
  if (known !== destinationPort < WELL_KNOWN_PORTS) {
    return !known;
  }
  return sourcePort >= destinationPort;
}

function checkMac(sink: EventSink, connection: Connection, sender: Side, frame: Frame): void {
  if (frame.mac < 0 || frame.mac === sender.mac) {
    return;
  }
  if (sender.mac >= 0) {
    emit(sink, connection, "tcp.macChanged", {
      by: sender.name,
      from: formatMac(sender.mac),
      to: formatMac(frame.mac),
    });
  }
  sender.mac = frame.mac;
}

function evict(tracker: Tracker, connection: Connection): void {
  const { table, registry, sink, counts } = tracker;
  counts.evicted++;
  const open = connection.ended === undefined;
  endConnection(tracker, connection, "limit");
  removeConnection(table, connection);
  releaseConnection(registry, connection.pair, connection.hash, sink.source);
  if (open) {
    addLoss(sink.losses, {
      reason: "gap",
      count: undefined,
      from: sink.time,
      until: undefined,
      note: `more than ${tracker.maxConnections} connections: ${connection.conn} is given up`,
    });
  }
}

type EndReason = "capture ended" | "superseded" | "limit";

/** Reports how a connection stands that is not followed any longer. */
function endConnection(tracker: Tracker, connection: Connection, reason: EndReason): void {
  const { sink } = tracker;
  const { client, server, ended, establishedAt, firstFin } = connection;
  if (ended !== undefined) {
    return;
  }
  if (establishedAt === undefined && client.synTries > 0 && server.synTries === 0) {
    emit(sink, connection, "tcp.unanswered", {
      tries: client.synTries,
      first: client.firstSyn ?? null,
      last: client.lastPacket ?? null,
      reason,
    });
  } else if (firstFin !== undefined && client.finEnd !== undefined && server.finEnd !== undefined) {
    emit(sink, connection, "tcp.closed", {
      by: firstFin.name,
      confirmed: false,
      ...account(connection, sink.time),
    });
  } else if (establishedAt !== undefined || server.synTries > 0) {
    emit(sink, connection, "tcp.end", { reason, ...account(connection, sink.time) });
  }
}

/** The capture has ended: reports the connections that are open, and what could not be decoded. */
export function finishTracking(tracker: Tracker): void {
  const { sink, counts, table } = tracker;
  let connection = table.oldest;
  while (connection !== undefined) {
    endConnection(tracker, connection, "capture ended");
    connection = connection.newer;
  }
  const { short, broken, fragment } = counts.frames;
  noteFrames(sink, short, "packets were captured too short for their headers");
  noteFrames(sink, broken, "packets have headers that contradict themselves");
  noteFrames(
    sink,
    fragment,
    "IP fragments without ports: of their segments only the first part is known",
  );
  noteFrames(sink, counts.implausible, "segments have numbers far outside of their connection");
}

function noteFrames(sink: EventSink, count: number, note: string): void {
  if (count > 0) {
    const loss = { reason: "corrupt", count, from: undefined, until: undefined, note } as const;
    addLoss(sink.losses, loss);
  }
}
