/**
 * Which connection a frame belongs to: the generations of one pair of endpoints.
 *
 *     SYN with a new number ─► nothing open there ──────────────► the next generation
 *                           └► something open ─► a challenger ─┬► answered: it takes over
 *                                                              └► not answered: it goes
 *
 * A SYN on an open connection proves little: a receiver that still has the connection answers it
 * with a bare ACK and goes on. So the SYN begins a *challenger*, a connection beside the open one,
 * and only an answer to its number decides. Taking over at once was rejected: a single stray SYN
 * would then end a connection that lives.
 *
 * Limit: the tracker's `maxConnections`; at the limit the connection that was silent longest is
 * ended.
 */
import { claimConnection, releaseConnection } from "./connection-registry.ts";
import { addConnection, fromClient, removeConnection } from "./connection-table.ts";
import { ACK, type Frame, RST, SYN } from "./frame.ts";
import { addLoss } from "./loss-list.ts";
import { difference } from "./sequence-space.ts";
import {
  account,
  type Connection,
  createConnection,
  type Endpoints,
  pairName,
} from "./tcp-connection.ts";
import { emit } from "./tcp-events.ts";
import type { Side } from "./tcp-side.ts";
import type { Tracker } from "./tcp-tracker.ts";

/** Ports below this belong to servers. */
const WELL_KNOWN_PORTS = 1024;
/** Numbers this close to an initial one are of the connection that it began. */
const NEAR_NUMBERS = 0x10_0000;

/** The connection of the frame at hand; `found` is the one that the table has for its endpoints. */
export function connectionOf(
  tracker: Tracker,
  found: Connection | undefined,
  hash: number,
): Connection {
  const { frame } = tracker;
  if (found === undefined) {
    return openConnection(tracker, hash);
  }
  const { challenger } = found;
  if (challenger !== undefined && belongsTo(challenger, frame)) {
    return answered(challenger, frame) || found.ended !== undefined
      ? takeOver(tracker, found, challenger)
      : challenger;
  }
  if (!startsAnew(found, frame)) {
    return found;
  }
  const isOpen = found.ended === undefined && found.establishedAt !== undefined;
  if (isOpen && (frame.flags & ACK) === 0) {
    return challenge(tracker, found, hash);
  }
  dismiss(tracker, found, "superseded");
  removeConnection(tracker.table, found);
  return openConnection(tracker, hash);
}

/** Whether the frame's numbers are those of a connection that began with the challenger's SYN. */
function belongsTo(challenger: Connection, frame: Frame): boolean {
  const { initial } = challenger.client;
  if (initial === undefined) {
    return false;
  }
  if (fromClient(challenger, frame)) {
    const step = difference(frame.sequence, initial);
    return (frame.flags & SYN) === 0 ? step > 0 && step < NEAR_NUMBERS : step === 0;
  }
  const step = difference(frame.acknowledgement, initial);
  return (frame.flags & ACK) !== 0 && step > 0 && step < NEAR_NUMBERS;
}

/** Whether the frame shows that the challenger was accepted. */
function answered(challenger: Connection, frame: Frame): boolean {
  return (frame.flags & RST) === 0 && (frame.flags & ACK) !== 0 && challenger.ended === undefined;
}

function challenge(tracker: Tracker, open: Connection, hash: number): Connection {
  const { challenger } = open;
  if (challenger !== undefined) {
    endConnection(tracker, challenger, "superseded");
  }
  open.challenger = createFor(tracker, hash);
  return open.challenger;
}

function takeOver(tracker: Tracker, open: Connection, challenger: Connection): Connection {
  open.challenger = undefined;
  endConnection(tracker, open, "superseded");
  removeConnection(tracker.table, open);
  addConnection(tracker.table, challenger);
  return challenger;
}

/** Whether the frame begins a connection that is not `connection`. */
function startsAnew(connection: Connection, frame: Frame): boolean {
  const { flags, sequence, acknowledgement } = frame;
  if ((flags & SYN) === 0 || (flags & RST) !== 0) {
    return false;
  }
  const client = fromClient(connection, frame);
  const sender = client ? connection.client : connection.server;
  const receiver = client ? connection.server : connection.client;
  if (sender.initial !== undefined) {
    return sender.initial !== sequence;
  }
  if ((flags & ACK) !== 0) {
    const { initial } = receiver;
    return initial === undefined || difference(acknowledgement, initial) !== 1;
  }
  return !precedes(connection, sender, sequence);
}

/** Whether a SYN belongs to a handshake of which the answer, or the other side's SYN, was seen. */
function precedes(connection: Connection, sender: Side, sequence: number): boolean {
  if (connection.establishedAt !== undefined || connection.ended !== undefined) {
    return false;
  }
  const { started, acknowledged } = sender.space;
  const simultaneous = sender === connection.server && connection.client.synTries > 0;
  return started ? difference(acknowledged, sequence) === 1 : simultaneous;
}

/** Makes a connection for the frame at hand and puts it into the table. */
function openConnection(tracker: Tracker, hash: number): Connection {
  const { table } = tracker;
  if (table.size >= tracker.maxConnections && table.oldest !== undefined) {
    evict(tracker, table.oldest);
  }
  const connection = createFor(tracker, hash);
  addConnection(table, connection);
  return connection;
}

function createFor(tracker: Tracker, hash: number): Connection {
  const { frame, registry, sink } = tracker;
  const endpoints = endpointsOf(frame);
  const pair = pairName(endpoints);
  const claim = claimConnection(registry, pair, hash, clientNumber(frame), sink.source);
  return createConnection(endpoints, pair, hash, claim);
}

/** The client's initial number, when the frame tells it. */
function clientNumber(frame: Frame): number | undefined {
  if ((frame.flags & SYN) === 0) {
    return undefined;
  }
  return (frame.flags & ACK) === 0 ? frame.sequence : (frame.acknowledgement - 1) | 0;
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

function evict(tracker: Tracker, connection: Connection): void {
  const { table, registry, sink, counts } = tracker;
  counts.evicted++;
  const open = connection.ended === undefined;
  dismiss(tracker, connection, "limit");
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

export type EndReason = "capture ended" | "superseded" | "limit";

/** Ends a connection and its challenger. */
export function dismiss(tracker: Tracker, connection: Connection, reason: EndReason): void {
  endConnection(tracker, connection, reason);
  if (connection.challenger !== undefined) {
    endConnection(tracker, connection.challenger, reason);
    connection.challenger = undefined;
  }
}

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
