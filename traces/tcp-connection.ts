/**
 * One generation of a connection, and the account that its events carry.
 *
 * Times, counts and states here are what the packets showed, never a guess about the endpoints; the
 * vocabulary is `docs/recordings.md`. A connection is a plain record that `tcp-segment.ts` updates.
 */
import { formatEndpoint } from "./address.ts";
import type { Address } from "./frame.ts";
import { createSide, gaveUp, type Side, unacknowledged } from "./tcp-side.ts";
import type { Attribute } from "./trace.ts";

export type Attributes = Record<string, Attribute>;

export interface Connection {
  readonly conn: string;
  readonly client: Side;
  readonly server: Side;
  readonly clientEndpoint: string;
  readonly serverEndpoint: string;
  readonly clientAddress: Address;
  readonly clientPort: number;
  readonly serverAddress: Address;
  readonly serverPort: number;
  /** True when another capture owns this connection: it is followed, but makes no events. */
  readonly shadow: boolean;
  /** `client > server`, the same for all generations. */
  readonly pair: string;
  establishedAt: bigint | undefined;
  complete: boolean;
  firstFin: Side | undefined;
  ended: "closed" | "reset" | "refused" | undefined;
  /** The side whose RST ended it, and the RSTs seen. */
  resetBy: Side | undefined;
  resets: number;
  /** A connection that a SYN began while this one was open (`tcp-generation.ts`). */
  challenger: Connection | undefined;
  /** Neighbours in the table: the chain of one hash, and the order of last use. */
  readonly hash: number;
  nextInChain: Connection | undefined;
  older: Connection | undefined;
  newer: Connection | undefined;
}

/** Who talks to whom. */
export interface Endpoints {
  readonly clientAddress: Address;
  readonly clientPort: number;
  readonly serverAddress: Address;
  readonly serverPort: number;
}

/** `client > server`: the name that all generations share. */
export function pairName(endpoints: Endpoints): string {
  const client = formatEndpoint(endpoints.clientAddress, endpoints.clientPort);
  return `${client} > ${formatEndpoint(endpoints.serverAddress, endpoints.serverPort)}`;
}

export function createConnection(
  endpoints: Endpoints,
  pair: string,
  hash: number,
  claim: { readonly generation: number; readonly shadow: boolean },
): Connection {
  return {
    conn: `${pair} #${claim.generation}`,
    client: createSide("client"),
    server: createSide("server"),
    clientEndpoint: formatEndpoint(endpoints.clientAddress, endpoints.clientPort),
    serverEndpoint: formatEndpoint(endpoints.serverAddress, endpoints.serverPort),
    clientAddress: endpoints.clientAddress.slice(),
    clientPort: endpoints.clientPort,
    serverAddress: endpoints.serverAddress.slice(),
    serverPort: endpoints.serverPort,
    shadow: claim.shadow,
    pair,
    establishedAt: undefined,
    complete: false,
    firstFin: undefined,
    ended: undefined,
    resetBy: undefined,
    resets: 0,
    challenger: undefined,
    hash,
    nextInChain: undefined,
    older: undefined,
    newer: undefined,
  };
}

/** The name of the state, as the account gives it. */
export function stateOf(connection: Connection): string {
  const { client, server, ended, establishedAt } = connection;
  if (ended === "closed" || ended === "reset") {
    return ended;
  }
  if (client.finEnd !== undefined && server.finEnd !== undefined) {
    return "closing";
  }
  if (client.finEnd !== undefined || server.finEnd !== undefined) {
    return "halfClosed";
  }
  if (establishedAt !== undefined) {
    return "established";
  }
  return client.synTries > 0 || server.synTries > 0 ? "handshake" : "unknown";
}

/** The attributes by which every event names its connection. */
export function identity(connection: Connection): Attributes {
  return {
    conn: connection.conn,
    client: connection.clientEndpoint,
    server: connection.serverEndpoint,
  };
}

/** The state of the whole connection at `now`, in the terms of `docs/recordings.md`. */
export function account(connection: Connection, now: bigint): Attributes {
  const { client, server } = connection;
  return {
    state: stateOf(connection),
    complete: connection.complete,
    establishedAt: connection.establishedAt ?? null,
    missing: client.missing + server.missing,
    ...sideAccount("client", client, now),
    ...sideAccount("server", server, now),
  };
}

function sideAccount(name: string, side: Side, now: bigint): Attributes {
  return {
    [`${name}Bytes`]: side.bytes,
    [`${name}Unacked`]: unacknowledged(side),
    [`${name}Unanswered`]: side.unanswered,
    [`${name}UnansweredSince`]: side.unansweredSince ?? null,
    [`${name}LastPacket`]: side.lastPacket ?? null,
    [`${name}LastData`]: side.lastData ?? null,
    [`${name}LastRoundTripSent`]: side.roundTripSent ?? null,
    [`${name}Tries`]: side.tries,
    [`${name}GaveUp`]: gaveUp(side, now),
    [`${name}Fin`]: side.finEnd !== undefined,
    [`${name}FinAcked`]: side.finAcked,
    [`${name}Pauses`]: side.pauses,
    [`${name}PauseMax`]: side.pauseMax,
  };
}
