/**
 * Traffic: real TCP connections beside the Model of a deployment, whose state says which paths are
 * open.
 *
 *     step of the Model ──advance(time)──► connections up to then, in the state before
 *                       ──enter(state)───► paths open and close; addresses are announced
 *
 * Connections never change the Model, so they have a queue and random numbers of their own: a run
 * of the Model is the same with and without them. Between two steps of the Model nothing opens or
 * closes, and connections are played in one go.
 *
 * A connection that is reset or given up after it was established is a failure. Giving up is not
 * to be seen on the wire: so in captures the peers go on for a while after such a failure, while
 * the Model stands still, until the silence speaks for itself.
 */
import type { Deployment } from "../../spec/deployment.ts";
import { type Agenda, createAgenda } from "../play/agenda.ts";
import type { StepSource } from "../../spec/step-source.ts";
import { createRandom, type Random, STREAMS } from "../schedule/random.ts";
import { type Addresses, addressesOf } from "./addresses.ts";
import {
  type Application,
  createApplication,
  receiveAtApplication,
  retransmissionsOf,
  turnApplication,
} from "./application.ts";
import type { Capture } from "./capture.ts";
import { type ConnectionReport, failureOf, type Lost } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import {
  createInfrastructure,
  type Infrastructure,
  noteAnnouncement,
  noteChange,
} from "./infrastructure.ts";
import { createNetwork, sendFromApplication, sendFromPeer } from "./network.ts";
import { firstOpen, type Openness, opennessOf } from "./openness.ts";
import { createPeer, type Peer, receiveAtPeer, startPeer } from "./peer.ts";
import type { Recording } from "./recording.ts";
import { ipText, macText } from "./text.ts";

export interface TrafficRun<State> {
  /** Nanoseconds since the start of the run. */
  readonly now: number;
  /**
   * Plays the connections up to a time, that included; stops when one is lost, and after so many
   * tasks, since there can be very many of them between two steps of the Model.
   */
  advance(time: number, tasks: number): "there" | "lost" | "paused";
  /** The Model is in another state from now on, by a step of an instance. */
  enter(time: number, state: State, instance: number | undefined): void;
  /** The run is over. */
  finish(time: number): void;
  connections(): readonly ConnectionReport[];
  recording(): Recording;
}

export interface TrafficOptions<State> {
  readonly deployment: Deployment;
  readonly seed: number;
  readonly state: State;
  readonly source: Pick<StepSource<State>, "holds">;
  /** Where violations go. */
  readonly failures: string[];
  readonly capture: boolean;
}

const SECOND = 1_000_000_000;
/** A stack that sends nothing for three of its longest intervals has given up. */
const PATIENCE = 3 * 120 * SECOND + 200 * SECOND;

/** Undefined when the deployment has no traffic. */
export function createTraffic<State>(
  options: TrafficOptions<State>,
): TrafficRun<State> | undefined {
  const { deployment, seed } = options;
  if (deployment.traffic.length === 0) return undefined;
  const random = createRandom(seed, STREAMS.traffic);
  return run(options, random);
}

/** A run in the making. */
interface Parts {
  readonly deployment: Deployment;
  readonly addresses: Addresses;
  readonly agenda: Agenda;
  readonly capture: Capture | undefined;
  readonly infrastructure: Infrastructure;
  readonly peers: readonly Peer[];
  readonly applications: readonly Application[];
  readonly lost: (Lost | undefined)[];
  readonly failures: string[];
  openness: Openness;
  /** Has a connection been lost since the last look; has any been given up? */
  failed: boolean;
  gaveUp: boolean;
  over: number;
}

function run<State>(options: TrafficOptions<State>, random: Random): TrafficRun<State> {
  const { deployment, state, source } = options;
  const parts = createParts(options, random);
  const { agenda, addresses, infrastructure, capture } = parts;
  const opennessIn = opennessOf(deployment.traffic, source);
  turn(parts, opennessIn(state), undefined);
  return {
    get now() {
      return agenda.now;
    },
    advance(time, tasks) {
      parts.failed = false;
      let left = tasks;
      playUntil(parts, time, () => parts.failed || left-- <= 0);
      if (parts.failed) return "lost";
      return agenda.next <= time ? "paused" : "there";
    },
    enter(time, next, instance) {
      const open = opennessIn(next);
      if (open.every((bits, one) => bits === parts.openness[one])) return;
      // The agenda is to be at the time of the step, not at that of the last frame.
      agenda.later(time, () => turn(parts, open, instance));
      playUntil(parts, time, () => false);
    },
    finish(time) {
      parts.over = time;
      if (capture === undefined || !parts.gaveUp) return;
      playUntil(parts, agenda.now + PATIENCE, () => false);
    },
    connections: () => deployment.traffic.map((_, index) => report(parts, index)),
    recording: () => ({
      capture,
      infrastructure: infrastructure.events,
      services: addresses.applications.map(({ ip, port }) => `${ipText(ip)}:${port}`),
      end: Math.max(agenda.now, parts.over),
    }),
  };
}

function createParts<State>(options: TrafficOptions<State>, random: Random): Parts {
  const { deployment, failures } = options;
  const { traffic } = deployment;
  const agenda = createAgenda(0);
  const addresses = addressesOf(deployment);
  const interfaces = [
    "peers",
    ...addresses.functions.map(({ name }) => name),
    ...traffic.map(({ name }) => name),
  ];
  const capture: Capture | undefined = options.capture ? { interfaces, frames: [] } : undefined;
  const infrastructure = createInfrastructure(deployment);
  const common = { deployment, addresses, agenda, random };
  const network = createNetwork({
    ...common,
    capture,
    openness: () => parts.openness,
    toPeer: (index, packet) => each(peers, index, (peer) => receiveAtPeer(peer, packet)),
    toApplication: (index, packet) =>
      each(applications, index, (one) => receiveAtApplication(one, packet)),
  });
  const peers = traffic.map((_, index) =>
    createPeer({
      ...common,
      index,
      send: (packet) => sendFromPeer(network, packet),
      lost: ({ endpoint }, by) => lose(parts, index, "peer", endpoint, by),
    }),
  );
  const applications = traffic.map((_, index) =>
    createApplication({
      ...common,
      index,
      send: (path, packet) => sendFromApplication(network, index, path, packet),
      announced: (mac) => noteAnnouncement(infrastructure, agenda.now, index, macText(mac)),
      lost(port, endpoint, by) {
        const { talk } = peers[index] ?? {};
        const isKnown = talk?.port === port && talk.isEstablished;
        if (isKnown) lose(parts, index, "application", endpoint, by);
      },
    }),
  );
  const parts: Parts = {
    deployment,
    addresses,
    agenda,
    capture,
    infrastructure,
    peers,
    applications,
    failures,
    lost: traffic.map(() => undefined),
    openness: traffic.map(() => 0),
    failed: false,
    gaveUp: false,
    over: 0,
  };
  return parts;
}

function each<T>(list: readonly T[], index: number, work: (one: T) => void): void {
  const one = list[index];
  if (one !== undefined) work(one);
}

function playUntil({ agenda }: Parts, time: number, isOver: () => boolean): void {
  while (agenda.next <= time && !isOver()) agenda.advance();
}

/** Paths open and close now. */
function turn(parts: Parts, openness: Openness, instance: number | undefined): void {
  const { infrastructure, agenda, applications, peers } = parts;
  const before = parts.openness;
  parts.openness = openness;
  noteChange(infrastructure, agenda.now, [before, openness], instance);
  for (const [index, application] of applications.entries()) {
    const path = firstOpen(openness[index] ?? 0);
    const isFirst = application.known === undefined && path !== undefined;
    turnApplication(application, path);
    if (isFirst) each(peers, index, startPeer);
  }
}

function lose(
  parts: Parts,
  index: number,
  side: Lost["side"],
  { tcp }: Endpoint,
  by: string,
): void {
  const { lost, agenda, failures, deployment } = parts;
  const gaveUp = `given up after ${tcp.retries} retransmissions`;
  if (tcp.lostBy === "timeout") parts.gaveUp = true;
  if (lost[index] !== undefined) return;
  const reason = tcp.lostBy === "reset" ? `reset by ${by}` : gaveUp;
  lost[index] = { time: agenda.now, side, reason };
  const traffic = deployment.traffic[index];
  if (traffic !== undefined) failures.push(failureOf(traffic));
  parts.failed = true;
}

function report(parts: Parts, index: number): ConnectionReport {
  const { deployment, addresses, agenda, applications } = parts;
  const { first, talk: present } = parts.peers[index] ?? {};
  const talk = first ?? present;
  const peer = addresses.peers[index];
  const place = addresses.applications[index];
  const application = applications[index];
  const port = talk?.port ?? peer?.port ?? 0;
  const lost = parts.lost[index];
  const answered = application === undefined ? 0 : retransmissionsOf(application, port);
  return {
    name: deployment.traffic[index]?.name ?? "",
    peer: `${ipText(peer?.ip ?? 0)}:${port}`,
    application: `${ipText(place?.ip ?? 0)}:${place?.port ?? 0}`,
    state: lost !== undefined ? "lost" : talk?.isEstablished === true ? "open" : "not opened",
    requests: talk?.requests ?? 0,
    answers: talk?.answers ?? 0,
    retransmissions: answered + (talk?.endpoint.tcp.retransmissions ?? 0),
    silence: Math.max(talk?.silence ?? 0, agenda.now - (talk?.since ?? agenda.now)),
    lost,
  };
}
