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
import type { Addresses, Place } from "./addresses.ts";
import { createEndpoint, type Endpoint } from "./endpoint.ts";
import {
  confirm,
  createNeighbour,
  expire,
  learn,
  type Neighbour,
  type Question,
  use,
} from "./neighbour.ts";
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

export interface Peer {
  readonly options: PeerOptions;
  readonly name: string;
  readonly place: Place;
  readonly remote: Place;
  readonly every: number;
  readonly bytes: number;
  readonly neighbour: Neighbour;
  /** Frames that wait for the neighbour's address. */
  readonly kept: Sent[];
  /** Of the connection that is open or being opened. */
  port: number;
  talk: Talk | undefined;
  /** The first connection that was established. */
  first: Talk | undefined;
  identification: number;
}

export function createPeer(options: PeerOptions): Peer {
  const { index, deployment, addresses, random } = options;
  const { name = "", every = 0, bytes = 0 } = deployment.traffic[index] ?? {};
  const remote = addresses.applications[index];
  const place = addresses.peers[index];
  if (remote === undefined || place === undefined) throw new RangeError(`No connection ${index}`);
  return {
    options,
    name: `peer of ${name}`,
    place,
    remote,
    every,
    bytes,
    neighbour: createNeighbour(random),
    kept: [],
    port: place.port,
    talk: undefined,
    first: undefined,
    identification: 0,
  };
}

/** A path is open for the first time. */
export function startPeer(peer: Peer): void {
  const { agenda, random } = peer.options;
  agenda.later(agenda.now + timeBelow(random, peer.every), () => connect(peer));
}

export function receiveAtPeer(peer: Peer, packet: Packet): void {
  if (packet.kind === "arp") hear(peer, packet.arp);
  else receiveTcp(peer, packet.segment, packet.by);
}

// ---------------------------------------------------------------------------- frames

function sendTcp(peer: Peer, sent: Sent): void {
  const { neighbour, kept, place, name, options } = peer;
  const before = neighbour.timer;
  const question = use(neighbour, options.agenda.now);
  if (question !== undefined) ask(peer, question);
  else if (neighbour.timer !== before) watchNeighbour(peer);
  const { mac } = neighbour;
  if (mac === undefined) {
    if (kept.length < KEPT) kept.push(sent);
    return;
  }
  const { segment, why } = sent;
  options.send({ kind: "tcp", from: place.mac, to: mac, by: name, segment, why });
}

function ask(peer: Peer, { to }: Question): void {
  const { place, remote, name, options } = peer;
  const arp: Arp = { operation: "request", sender: place, target: { mac: 0, ip: remote.ip } };
  const receiver = to === "everybody" ? BROADCAST : to;
  options.send({ kind: "arp", from: place.mac, to: receiver, by: name, arp, why: "request" });
  watchNeighbour(peer);
}

function watchNeighbour(peer: Peer): void {
  const { neighbour, kept, options } = peer;
  const { timer } = neighbour;
  if (timer === undefined) return;
  options.agenda.later(timer, () => {
    if (neighbour.timer !== timer) return;
    const what = expire(neighbour, timer);
    if (what === "failed") kept.length = 0;
    else if (what !== undefined) ask(peer, what);
  });
}

function hear(peer: Peer, { operation, sender }: Arp): void {
  if (sender.ip !== peer.remote.ip) return;
  learn(peer.neighbour, peer.options.agenda.now, sender.mac, operation === "reply");
  if (peer.neighbour.mac === undefined) return;
  for (const sent of peer.kept.splice(0)) sendTcp(peer, sent);
}

// ---------------------------------------------------------------------------- the client

function connect(peer: Peer): void {
  const { agenda, random } = peer.options;
  const endpoint = createEndpoint({
    local: { ...peer.place, port: peer.port },
    remote: peer.remote,
    profile: LINUX,
    initialSequence: random.below(TWO_32),
    listens: false,
    agenda,
    send: (sent) => sendTcp(peer, sent),
    expired: () => check(peer, opened, peer.name),
  });
  const opened: Talk = {
    port: peer.port,
    endpoint,
    isEstablished: false,
    requests: 0,
    answers: 0,
    since: undefined,
    silence: 0,
  };
  peer.talk = opened;
  endpoint.connect();
  const beat = (): void => {
    if (peer.talk !== opened) return;
    agenda.later(agenda.now + peer.every, beat);
    request(peer, opened);
  };
  agenda.later(agenda.now + 1 + timeBelow(random, peer.every), beat);
}

function request({ options, bytes }: Peer, talk: Talk): void {
  if (talk.endpoint.tcp.state !== "open" || talk.since !== undefined) return;
  talk.since = options.agenda.now;
  talk.requests++;
  talk.endpoint.write(bytes);
}

function receiveTcp(peer: Peer, segment: Segment, by: string): void {
  const { talk, bytes, neighbour } = peer;
  const { now } = peer.options.agenda;
  if (talk === undefined || segment.to.port !== talk.port) {
    refuse(peer, segment);
    return;
  }
  const { tcp } = talk.endpoint;
  const { acknowledged } = tcp;
  talk.endpoint.receive(segment);
  if (tcp.acknowledged > acknowledged) confirm(neighbour, now);
  if (tcp.state === "open" && !talk.isEstablished) {
    talk.isEstablished = true;
    peer.first ??= talk;
  }
  if (talk.since !== undefined && tcp.delivered >= talk.requests * bytes) {
    talk.answers++;
    talk.silence = Math.max(talk.silence, now - talk.since);
    talk.since = undefined;
  }
  check(peer, talk, by);
}

/** A connection that is lost is followed by another one. */
function check(peer: Peer, talk: Talk, by: string): void {
  if (talk.endpoint.tcp.state !== "lost" || talk !== peer.talk) return;
  const { agenda, lost } = peer.options;
  peer.talk = undefined;
  if (talk.isEstablished) lost(talk, by);
  agenda.later(agenda.now + SECOND, () => {
    peer.port++;
    connect(peer);
  });
}

function refuse(peer: Peer, segment: Segment): void {
  peer.identification = (peer.identification % 0xffff) + 1;
  const answer = resetFor(segment, peer.identification);
  if (answer !== undefined) sendTcp(peer, { segment: answer, why: "reset" });
}
