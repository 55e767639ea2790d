/**
 * The connections of one capture, found by their four numbers, in order of last use.
 *
 *     heads   hash → connection → connection (chain of equal hashes)
 *     order   oldest ⇄ … ⇄ newest
 *
 * The hash is symmetric in the two endpoints, so that both directions meet. No text is made per
 * packet; a `Map` keyed by text was measured at several times the cost of the whole decoding.
 *
 * Limit: `MAX_CONNECTIONS` per capture; the tracker evicts the one that was silent longest.
 */
import type { Address, Frame } from "./frame.ts";
import type { Connection } from "./tcp-connection.ts";

/** Connections that one capture tracks at a time. */
export const MAX_CONNECTIONS = 65_536;

export interface ConnectionTable {
  readonly heads: Map<number, Connection>;
  oldest: Connection | undefined;
  newest: Connection | undefined;
  size: number;
}

export function createConnectionTable(): ConnectionTable {
  return { heads: new Map(), oldest: undefined, newest: undefined, size: 0 };
}

/** The same number for both directions of a connection. */
export function pairHash(frame: Frame): number {
  return (
    (endpointHash(frame.source, frame.sourcePort) +
      endpointHash(frame.destination, frame.destinationPort)) |
    0
  );
}

function endpointHash(address: Address, port: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = address;
  let hash = Math.imul(d ^ (port << 16) ^ port, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ a, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae35);
  return Math.imul(hash ^ (hash >>> 16) ^ c, 0x27d4eb2f);
}

/** The connection that the frame belongs to, in either direction. */
export function findConnection(
  table: ConnectionTable,
  hash: number,
  frame: Frame,
): Connection | undefined {
  let connection = table.heads.get(hash);
  while (connection !== undefined) {
    if (fromClient(connection, frame) || fromServer(connection, frame)) {
      return connection;
    }
    connection = connection.nextInChain;
  }
  return undefined;
}

/** Whether the frame was sent by the connection's client. */
export function fromClient(connection: Connection, frame: Frame): boolean {
  return (
    frame.sourcePort === connection.clientPort &&
    frame.destinationPort === connection.serverPort &&
    same(frame.source, connection.clientAddress) &&
    same(frame.destination, connection.serverAddress)
  );
}

function fromServer(connection: Connection, frame: Frame): boolean {
  return (
    frame.sourcePort === connection.serverPort &&
    frame.destinationPort === connection.clientPort &&
    same(frame.source, connection.serverAddress) &&
    same(frame.destination, connection.clientAddress)
  );
}

function same(a: Address, b: Address): boolean {
  return a[3] === b[3] && a[2] === b[2] && a[1] === b[1] && a[0] === b[0];
}

export function addConnection(table: ConnectionTable, connection: Connection): void {
  connection.nextInChain = table.heads.get(connection.hash);
  table.heads.set(connection.hash, connection);
  append(table, connection);
  table.size++;
}

export function removeConnection(table: ConnectionTable, connection: Connection): void {
  const head = table.heads.get(connection.hash);
  if (head === connection) {
    if (connection.nextInChain === undefined) {
      table.heads.delete(connection.hash);
    } else {
      table.heads.set(connection.hash, connection.nextInChain);
    }
  } else {
    let before = head;
    while (before !== undefined && before.nextInChain !== connection) {
      before = before.nextInChain;
    }
    if (before !== undefined) {
      before.nextInChain = connection.nextInChain;
    }
  }
  connection.nextInChain = undefined;
  unlink(table, connection);
  table.size--;
}

/** Marks the connection as the one used last. */
export function touchConnection(table: ConnectionTable, connection: Connection): void {
  if (table.newest !== connection) {
    unlink(table, connection);
    append(table, connection);
  }
}

function append(table: ConnectionTable, connection: Connection): void {
  connection.older = table.newest;
  connection.newer = undefined;
  if (table.newest === undefined) {
    table.oldest = connection;
  } else {
    table.newest.newer = connection;
  }
  table.newest = connection;
}

function unlink(table: ConnectionTable, connection: Connection): void {
  const { older, newer } = connection;
  if (older === undefined) {
    table.oldest = newer;
  } else {
    older.newer = newer;
  }
  if (newer === undefined) {
    table.newest = older;
  } else {
    newer.older = older;
  }
}
