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
import type { Condition, Deployment } from "../../spec/deployment.ts";
import { createAgenda } from "../play/agenda.ts";
import { createRandom, type Random } from "../schedule/random.ts";
import { addressesOf } from "./addresses.ts";
import { type Application, createApplication } from "./application.ts";
import type { Capture } from "./capture.ts";
import { type ConnectionReport, failureOf, type Lost } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import { createInfrastructure } from "./infrastructure.ts";
import { createNetwork } from "./network.ts";
import { firstOpen, type Openness, opennessOf } from "./openness.ts";
import { createPeer, type Peer } from "./peer.ts";
import type { Recording } from "./recording.ts";
import { ipText, macText } from "./text.ts";

export interface TrafficRun<State> {
  /** Nanoseconds since the start of the run. */
  readonly now: number;
  /**
   * Plays the connections up to a time, that included; stops when one is lost. True: one was.
   */
  advance(time: number): boolean;
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
  readonly holds: (state: State, condition: Condition) => boolean;
  /** Where violations go. */
  readonly failures: string[];
  readonly capture: boolean;
}

/** Sets this stream of numbers apart from that of the Model's run: "TRAF". */
const OWN_NUMBERS = 0x54524146;
const SECOND = 1_000_000_000;
/** A stack that sends nothing for three of its longest intervals has given up. */
const PATIENCE = 3 * 120 * SECOND + 200 * SECOND;

/** Undefined when the deployment has no traffic. */
export function createTraffic<State>(
  options: TrafficOptions<State>,
): TrafficRun<State> | undefined {
  const { deployment, seed } = options;
  if (deployment.traffic.length === 0) return undefined;
  const random = createRandom((createRandom(seed).next() ^ OWN_NUMBERS) >>> 0);
  return run(options, random);
}

function run<State>(options: TrafficOptions<State>, random: Random): TrafficRun<State> {
  const { deployment, state, holds, failures } = options;
  const { traffic } = deployment;
  const agenda = createAgenda(0);
  const addresses = addressesOf(deployment);
  const interfaces = [
    "peers",
    ...addresses.functions.map(({ name }) => name),
    ...traffic.map(({ name }) => name),
  ];
  const capture: Capture | undefined = options.capture ? { interfaces, frames: [] } : undefined;
  const opennessIn = opennessOf(traffic, holds);
  const infrastructure = createInfrastructure(deployment);
  const lost: (Lost | undefined)[] = traffic.map(() => undefined);
  const started = traffic.map(() => false);
  let openness: Openness = traffic.map(() => 0);
  let failed = false;
  let gaveUp = false;
  let over = 0;

  const lose = (index: number, side: Lost["side"], endpoint: Endpoint, by: string): void => {
    const { lostBy, retries } = endpoint.tcp;
    const reason =
      lostBy === "reset" ? `reset by ${by}` : `given up after ${retries} retransmissions`;
    if (lostBy === "timeout") gaveUp = true;
    if (lost[index] !== undefined) return;
    lost[index] = { time: agenda.now, side, reason };
    failures.push(failureOf(traffic[index]?.name ?? ""));
    failed = true;
  };
  const network = createNetwork({
    deployment,
    addresses,
    agenda,
    random,
    capture,
    openness: () => openness,
    toPeer: (peer, packet) => peers[peer]?.receive(packet),
    toApplication: (one, packet) => applications[one]?.receive(packet),
  });
  const common = { deployment, addresses, agenda, random };
  const peers: readonly Peer[] = traffic.map((_, index) =>
    createPeer({
      ...common,
      index,
      send: network.fromPeer,
      lost: ({ endpoint }, by) => lose(index, "peer", endpoint, by),
    }),
  );
  const applications: readonly Application[] = traffic.map((_, index) =>
    createApplication({
      ...common,
      index,
      send: (path, packet) => network.fromApplication(index, path, packet),
      announced: (mac) => infrastructure.announced(agenda.now, index, macText(mac)),
      lost(port, endpoint, by) {
        const { talk } = peers[index] ?? {};
        if (talk?.port === port && talk.isEstablished) lose(index, "application", endpoint, by);
      },
    }),
  );
  const advance = (time: number): boolean => {
    failed = false;
    while (agenda.next <= time && !failed) agenda.advance();
    return failed;
  };
  const turn = (time: number, next: Openness, instance: number | undefined): void => {
    const before = openness;
    openness = next;
    infrastructure.change(time, before, openness, instance);
    for (const [index, application] of applications.entries()) {
      const path = firstOpen(openness[index] ?? 0);
      application.turn(path);
      if (path === undefined || started[index] === true) continue;
      started[index] = true;
      peers[index]?.start();
    }
  };
  turn(0, opennessIn(state), undefined);
  return {
    get now() {
      return agenda.now;
    },
    advance,
    enter(time, next, instance) {
      const open = opennessIn(next);
      if (open === openness || open.every((bits, one) => bits === openness[one])) return;
      // The agenda is to be at the time of the step, not at that of the last frame.
      agenda.later(time, () => turn(time, open, instance));
      while (agenda.next <= time) agenda.advance();
    },
    finish(time) {
      over = time;
      if (capture === undefined || !gaveUp) return;
      const end = agenda.now + PATIENCE;
      while (agenda.next <= end) agenda.advance();
    },
    connections: () => traffic.map(({ name }, index) => report(name, index)),
    recording: () => ({
      capture,
      infrastructure: infrastructure.events,
      services: addresses.applications.map(({ ip, port }) => `${ipText(ip)}:${port}`),
      end: Math.max(agenda.now, over),
    }),
  };

  function report(name: string, index: number): ConnectionReport {
    const talk = peers[index]?.talk;
    const peer = addresses.peers[index];
    const application = addresses.applications[index];
    const port = talk?.port ?? peer?.port ?? 0;
    return {
      name,
      peer: `${ipText(peer?.ip ?? 0)}:${port}`,
      application: `${ipText(application?.ip ?? 0)}:${application?.port ?? 0}`,
      state: lost[index] !== undefined ? "lost" : talk?.isEstablished ? "open" : "not opened",
      requests: talk?.requests ?? 0,
      answers: talk?.answers ?? 0,
      retransmissions:
        (talk?.endpoint.tcp.retransmissions ?? 0) +
        (applications[index]?.retransmissions(port) ?? 0),
      silence: Math.max(talk?.silence ?? 0, agenda.now - (talk?.since ?? agenda.now)),
      lost: lost[index],
    };
  }
}
