/**
 * The NetBSD stack of an application, and the service on it, which answers each request with as
 * many bytes.
 *
 *     state of the Model ──► first open path ──► what the stack sends goes there
 *
 * When another path than the last becomes the first open one, the stack announces its address there
 * (a gratuitous ARP request, NetBSD's arpannounce), once. Connections do not notice.
 */
import type { Deployment } from "../../spec/deployment.ts";
import {
  ACK,
  announcement,
  BROADCAST,
  type Mac,
  type Segment,
  type Station,
  SYN,
} from "../network/frames.ts";
import { resetFor } from "../network/reset.ts";
import { NETBSD, type Sent } from "../network/tcp.ts";
import type { Agenda } from "../play/agenda.ts";
import type { Random } from "../schedule/random.ts";
import type { Addresses, Place } from "./addresses.ts";
import { createEndpoint, type Endpoint } from "./endpoint.ts";
import type { Packet } from "./packet.ts";

export interface ApplicationOptions {
  readonly index: number;
  readonly deployment: Deployment;
  readonly addresses: Addresses;
  readonly agenda: Agenda;
  readonly random: Random;
  /** Hands a frame to a path; undefined: none is open. */
  readonly send: (path: number | undefined, packet: Packet) => void;
  /** An announcement has been sent. */
  readonly announced: (mac: Mac) => void;
  /** The connection with this port of the peer has been lost. */
  readonly lost: (port: number, endpoint: Endpoint, by: string) => void;
}

const TWO_32 = 2 ** 32;

export interface Application {
  readonly options: ApplicationOptions;
  readonly name: string;
  /** Of a request, and of its answer. */
  readonly bytes: number;
  readonly place: Place;
  readonly peer: Place;
  /** By port of the peer. */
  readonly endpoints: Map<number, Endpoint>;
  /** Ports of connections that are lost, which the stack does not know any more. */
  readonly forgotten: Set<number>;
  /** The first path that is open. */
  path: number | undefined;
  /** The path on which the peers know the address. */
  known: number | undefined;
  identification: number;
}

export function createApplication(options: ApplicationOptions): Application {
  const { index, deployment, addresses } = options;
  const { name = "", bytes = 0 } = deployment.traffic[index] ?? {};
  const place = addresses.applications[index];
  const peer = addresses.peers[index];
  if (place === undefined || peer === undefined) throw new RangeError(`No connection ${index}`);
  return {
    options,
    name,
    bytes,
    place,
    peer,
    endpoints: new Map(),
    forgotten: new Set(),
    path: undefined,
    known: undefined,
    identification: 0,
  };
}

/** Another path is the first open one now, or none is. */
export function turnApplication(one: Application, path: number | undefined): void {
  one.path = path;
  if (path === undefined || path === one.known) return;
  const isFirst = one.known === undefined;
  one.known = path;
  if (isFirst) return;
  const own = stationOf(one);
  const arp = announcement(own);
  one.options.send(path, {
    kind: "arp",
    from: own.mac,
    to: BROADCAST,
    by: one.name,
    arp,
    why: "announcement",
  });
  one.options.announced(own.mac);
}

export function receiveAtApplication(one: Application, packet: Packet): void {
  if (packet.kind === "tcp") {
    receiveTcp(one, packet.segment, packet.by);
    return;
  }
  const { operation, sender, target } = packet.arp;
  if (operation !== "request" || target.ip !== one.place.ip) return;
  const own = stationOf(one);
  const arp = { operation: "reply", sender: own, target: sender } as const;
  const { path, name } = one;
  one.options.send(path, {
    kind: "arp",
    from: own.mac,
    to: sender.mac,
    by: name,
    arp,
    why: "reply",
  });
}

/** Retransmissions on the connection with this port of the peer. */
export function retransmissionsOf({ endpoints }: Application, port: number): number {
  return endpoints.get(port)?.tcp.retransmissions ?? 0;
}

function stationOf({ options, path, known, place }: Application): Station {
  const { addresses, index } = options;
  const one = addresses.paths[index]?.[path ?? known ?? 0] ?? 0;
  return { mac: addresses.functions[one]?.mac ?? 0, ip: place.ip };
}

function sendTcp(one: Application, { segment, why }: Sent): void {
  const { options, path, peer, name } = one;
  const from = stationOf(one).mac;
  options.send(path, { kind: "tcp", from, to: peer.mac, by: name, segment, why });
}

function receiveTcp(one: Application, segment: Segment, by: string): void {
  const { endpoints, forgotten, bytes } = one;
  const { port } = segment.from;
  const known = forgotten.has(port) ? undefined : endpoints.get(port);
  const isSyn = (segment.flags & (SYN | ACK)) === SYN;
  const endpoint = known ?? (isSyn ? accept(one, port) : undefined);
  if (endpoint === undefined) {
    refuse(one, segment);
    return;
  }
  const { tcp } = endpoint;
  const answered = Math.floor(tcp.delivered / bytes);
  endpoint.receive(segment);
  const complete = Math.floor(tcp.delivered / bytes) - answered;
  if (complete > 0) endpoint.write(complete * bytes);
  check(one, port, endpoint, by);
}

function accept(one: Application, port: number): Endpoint {
  const { agenda, random } = one.options;
  const endpoint = createEndpoint({
    local: one.place,
    remote: { ...one.peer, port },
    profile: NETBSD,
    initialSequence: random.below(TWO_32),
    listens: true,
    agenda,
    send: (sent) => sendTcp(one, sent),
    expired: () => check(one, port, endpoint, one.name),
  });
  one.endpoints.set(port, endpoint);
  one.forgotten.delete(port);
  return endpoint;
}

function check(one: Application, port: number, endpoint: Endpoint, by: string): void {
  if (endpoint.tcp.state !== "lost" || one.forgotten.has(port)) return;
  one.forgotten.add(port);
  one.options.lost(port, endpoint, by);
}

function refuse(one: Application, segment: Segment): void {
  one.identification = (one.identification % 0xffff) + 1;
  const answer = resetFor(segment, one.identification);
  if (answer !== undefined) sendTcp(one, { segment: answer, why: "reset" });
}
