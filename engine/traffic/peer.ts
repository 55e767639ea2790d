/**
 * A remote Linux host with a client that asks and waits for the answer.
 *
 *     path open ──drawn offset──► connect ──► every `every`: a request, unless one is open
 *     lost ──1 s──► connect from the next port
 *
 * The client has one request open at a time: at a beat at which the answer to the last one is still
 * missing it asks nothing. An attempt that is refused or not answered is repeated from the next
 * port; it is no lost connection, because none was there.
 */
import type { Deployment } from "../../spec/deployment.ts";
import { type Arp, BROADCAST, type Segment } from "../network/frames.ts";
import { resetFor } from "../network/reset.ts";
import { LINUX, type Sent } from "../network/tcp.ts";
import type { Agenda } from "../play/agenda.ts";
import type { Random } from "../schedule/random.ts";
import type { Addresses } from "./addresses.ts";
import { createEndpoint, type Endpoint } from "./endpoint.ts";
import { createNeighbour, type Question } from "./neighbour.ts";
import type { Packet } from "./packet.ts";
import { timeBelow } from "./time-below.ts";

/** One connection of the client. */
export interface Talk {
  readonly port: number;
  readonly endpoint: Endpoint;
  isEstablished: boolean;
  requests: number;
  answers: number;
  /** Since when an answer is waited for. */
  since: number | undefined;
  /** The longest wait that is over. */
  silence: number;
}

export interface Peer {
  /** A path is open for the first time. */
  start(): void;
  receive(packet: Packet): void;
  /** The first connection that was established, or the present attempt. */
  readonly talk: Talk | undefined;
}

export interface PeerOptions {
  readonly index: number;
  readonly deployment: Deployment;
  readonly addresses: Addresses;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly send: (packet: Packet) => void;
  /** An established connection has been lost. */
  readonly lost: (talk: Talk, by: string) => void;
}

const TWO_32 = 2 ** 32;
const SECOND = 1_000_000_000;
/** A Linux host keeps so many frames for a neighbour that it asks for (unres_qlen). */
const KEPT = 101;

export function createPeer(options: PeerOptions): Peer {
  const { index, deployment, addresses, agenda, random, send } = options;
  const { name: application = "", every = 0, bytes = 0 } = deployment.traffic[index] ?? {};
  const remote = addresses.applications[index];
  const place = addresses.peers[index];
  if (remote === undefined || place === undefined) throw new RangeError(`No connection ${index}`);
  const name = `peer of ${application}`;
  const neighbour = createNeighbour(random);
  const kept: Sent[] = [];
  let { port } = place;
  let talk: Talk | undefined;
  let first: Talk | undefined;
  let identification = 0;

  // ------------------------------------------------------------------------ frames

  const ask = ({ to }: Question): void => {
    const arp: Arp = {
      operation: "request",
      sender: place,
      target: { mac: 0, ip: remote.ip },
    };
    const receiver = to === "everybody" ? BROADCAST : to;
    send({ kind: "arp", from: place.mac, to: receiver, by: name, arp, why: "request" });
    watchNeighbour();
  };
  const watchNeighbour = (): void => {
    const { timer } = neighbour;
    if (timer === undefined) return;
    agenda.later(timer, () => {
      if (neighbour.timer !== timer) return;
      const what = neighbour.expire(agenda.now);
      if (what === "failed") kept.length = 0;
      else if (what !== undefined) ask(what);
    });
  };
  const sendTcp = (sent: Sent): void => {
    const before = neighbour.timer;
    const question = neighbour.use(agenda.now);
    if (question !== undefined) ask(question);
    else if (neighbour.timer !== before) watchNeighbour();
    const { mac } = neighbour;
    if (mac === undefined) {
      if (kept.length < KEPT) kept.push(sent);
      return;
    }
    const { segment, why } = sent;
    send({ kind: "tcp", from: place.mac, to: mac, by: name, segment, why });
  };
  const hear = ({ operation, sender }: Arp): void => {
    if (sender.ip !== remote.ip) return;
    neighbour.learn(agenda.now, sender.mac, operation === "reply");
    for (const sent of kept.splice(0)) sendTcp(sent);
  };

  // ------------------------------------------------------------------------ the client

  const connect = (): void => {
    const endpoint = createEndpoint({
      local: { ...place, port },
      remote,
      profile: LINUX,
      initialSequence: random.below(TWO_32),
      listens: false,
      agenda,
      send: sendTcp,
      expired: () => check(opened, name),
    });
    const opened: Talk = {
      port,
      endpoint,
      isEstablished: false,
      requests: 0,
      answers: 0,
      since: undefined,
      silence: 0,
    };
    talk = opened;
    endpoint.connect();
    const beat = (): void => {
      if (talk !== opened) return;
      agenda.later(agenda.now + every, beat);
      request(opened);
    };
    agenda.later(agenda.now + 1 + timeBelow(random, every), beat);
  };
  const request = (one: Talk): void => {
    if (one.endpoint.tcp.state !== "open" || one.since !== undefined) return;
    one.since = agenda.now;
    one.requests++;
    one.endpoint.write(bytes);
  };
  const check = (one: Talk, by: string): void => {
    if (one.endpoint.tcp.state !== "lost" || one !== talk) return;
    talk = undefined;
    if (one.isEstablished) options.lost(one, by);
    agenda.later(agenda.now + SECOND, () => {
      port++;
      connect();
    });
  };
  const refuse = (segment: Segment): void => {
    identification = (identification % 0xffff) + 1;
    const answer = resetFor(segment, identification);
    if (answer !== undefined) sendTcp({ segment: answer, why: "reset" });
  };
  const receiveTcp = (segment: Segment, by: string): void => {
    if (talk === undefined || segment.to.port !== talk.port) {
      refuse(segment);
      return;
    }
    const one = talk;
    const { tcp } = one.endpoint;
    const { acknowledged } = tcp;
    one.endpoint.receive(segment);
    if (tcp.acknowledged > acknowledged) neighbour.confirm(agenda.now);
    if (tcp.state === "open" && !one.isEstablished) {
      one.isEstablished = true;
      first ??= one;
    }
    if (one.since !== undefined && tcp.delivered >= one.requests * bytes) {
      one.answers++;
      one.silence = Math.max(one.silence, agenda.now - one.since);
      one.since = undefined;
    }
    check(one, by);
  };
  return {
    start: () => agenda.later(agenda.now + timeBelow(random, every), connect),
    receive(packet) {
      if (packet.kind === "arp") hear(packet.arp);
      else receiveTcp(packet.segment, packet.by);
    },
    get talk() {
      return first ?? talk;
    },
  };
}
