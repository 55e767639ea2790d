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
  announcement,
  BROADCAST,
  type Mac,
  type Segment,
  type Station,
} from "../network/frames.ts";
import { resetFor } from "../network/reset.ts";
import { NETBSD, type Sent } from "../network/tcp.ts";
import type { Agenda } from "../play/agenda.ts";
import type { Random } from "../schedule/random.ts";
import type { Addresses } from "./addresses.ts";
import { createEndpoint, type Endpoint } from "./endpoint.ts";
import type { Packet } from "./packet.ts";

export interface Application {
  receive(packet: Packet): void;
  /** Which path is the first open one now. */
  turn(path: number | undefined): void;
  /** Of the connection with this port of the peer. */
  retransmissions(port: number): number;
}

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

export function createApplication(options: ApplicationOptions): Application {
  const { index, deployment, addresses, agenda, random, send } = options;
  const { name = "", bytes = 0 } = deployment.traffic[index] ?? {};
  const place = addresses.applications[index];
  const peer = addresses.peers[index];
  if (place === undefined || peer === undefined) throw new RangeError(`No connection ${index}`);
  const endpoints = new Map<number, Endpoint>();
  /** Ports of connections that are lost. */
  const forgotten = new Set<number>();
  let path: number | undefined;
  /** The path on which the peers know the address. */
  let known: number | undefined;
  let identification = 0;

  const station = (): Station => {
    const one = addresses.paths[index]?.[path ?? known ?? 0] ?? 0;
    return { mac: addresses.functions[one]?.mac ?? 0, ip: place.ip };
  };
  const sendTcp = ({ segment, why }: Sent): void => {
    const from = station().mac;
    send(path, { kind: "tcp", from, to: peer.mac, by: name, segment, why });
  };
  const refuse = (segment: Segment): void => {
    identification = (identification % 0xffff) + 1;
    const answer = resetFor(segment, identification);
    if (answer !== undefined) sendTcp({ segment: answer, why: "reset" });
  };
  const accept = (port: number): Endpoint => {
    const endpoint = createEndpoint({
      local: place,
      remote: { ...peer, port },
      profile: NETBSD,
      initialSequence: random.below(TWO_32),
      listens: true,
      agenda,
      send: sendTcp,
      expired: () => check(port, endpoint, name),
    });
    endpoints.set(port, endpoint);
    forgotten.delete(port);
    return endpoint;
  };
  const check = (port: number, endpoint: Endpoint, by: string): void => {
    if (endpoint.tcp.state !== "lost" || forgotten.has(port)) return;
    forgotten.add(port);
    options.lost(port, endpoint, by);
  };
  const receiveTcp = (segment: Segment, by: string, isSyn: boolean): void => {
    const { port } = segment.from;
    const known = forgotten.has(port) ? undefined : endpoints.get(port);
    const endpoint = known ?? (isSyn ? accept(port) : undefined);
    if (endpoint === undefined) {
      refuse(segment);
      return;
    }
    const answered = Math.floor(endpoint.tcp.delivered / bytes);
    endpoint.receive(segment);
    const complete = Math.floor(endpoint.tcp.delivered / bytes) - answered;
    if (complete > 0) endpoint.write(complete * bytes);
    check(port, endpoint, by);
  };
  return {
    receive(packet) {
      if (packet.kind === "tcp") {
        receiveTcp(packet.segment, packet.by, packet.segment.maximumSegment !== undefined);
        return;
      }
      const { operation, sender } = packet.arp;
      if (operation !== "request" || packet.arp.target.ip !== place.ip) return;
      const own = station();
      const arp = { operation: "reply", sender: own, target: sender } as const;
      send(path, { kind: "arp", from: own.mac, to: sender.mac, by: name, arp, why: "reply" });
    },
    turn(next) {
      path = next;
      if (next === undefined || next === known) return;
      const isFirst = known === undefined;
      known = next;
      if (isFirst) return;
      const own = station();
      const arp = announcement(own);
      send(next, {
        kind: "arp",
        from: own.mac,
        to: BROADCAST,
        by: name,
        arp,
        why: "announcement",
      });
      options.announced(own.mac);
    },
    retransmissions: (port) => endpoints.get(port)?.tcp.retransmissions ?? 0,
  };
}
