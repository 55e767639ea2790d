/**
 * What is between the peers and the applications: link, switch, functions of the NIC, and what
 * brings frames from there to a stack.
 *
 *     peer ══link══ switch ── function ──path──► application      path: rings of a server, or PCIe
 *
 * A frame gets through a function only while the path is open there: when it comes from the wire,
 * when it is handed to the path, and when it leaves the path. Frames of one path do not overtake
 * each other; the link may do worse, until the deployment heals.
 *
 * A function that is not open drops what comes, or, where `refused` holds, answers as a stack does
 * that knows no connection. Broadcasts of a function reach the peers; other functions would see
 * them too, but nobody there asks.
 */
import type { Deployment, Link } from "../../spec/deployment.ts";
import { BROADCAST } from "../network/frames.ts";
import { type LinkState, send } from "../network/link.ts";
import { resetFor } from "../network/reset.ts";
import { AGEING, createSwitch, type Switch } from "../network/switch.ts";
import type { Agenda } from "../play/agenda.ts";
import type { Random } from "../schedule/random.ts";
import type { Addresses } from "./addresses.ts";
import type { Capture, PassedFrame } from "./capture.ts";
import { firstOpen, isOpen, isRefused, type Openness } from "./openness.ts";
import { bytesOf, type Packet } from "./packet.ts";
import { createPathway, type Pathway } from "./pathway.ts";
import { createStackWork, STACK, type StackWork } from "./stack-work.ts";

export interface NetworkOptions {
  readonly deployment: Deployment;
  readonly addresses: Addresses;
  readonly agenda: Agenda;
  readonly random: Random;
  readonly capture: Capture | undefined;
  /** What is open now. */
  readonly openness: () => Openness;
  readonly toPeer: (peer: number, packet: Packet) => void;
  readonly toApplication: (application: number, packet: Packet) => void;
}

/** Port of the switch behind which the peers are; functions have the next ones. */
const PEERS = 0;
const SWITCH_ENTRIES = 64;
const PERFECT = { loss: 0, duplication: 0, reordering: 0 };

/** Both directions of one path of one application. */
interface Ways {
  readonly toFunction: Pathway;
  readonly toApplication: Pathway;
}

export interface Network {
  readonly options: NetworkOptions;
  readonly bridge: Switch;
  readonly up: LinkState;
  readonly down: LinkState;
  /** By application and path. */
  readonly ways: readonly (readonly Ways[])[];
  /** What the stacks of the peers have to do. */
  readonly peers: readonly { readonly sends: StackWork; readonly receives: StackWork }[];
  identification: number;
}

export function createNetwork(options: NetworkOptions): Network {
  const { addresses, agenda, random } = options;
  const { functions, paths } = addresses;
  const ports = functions.length + 1;
  return {
    options,
    bridge: createSwitch({ ports, entries: SWITCH_ENTRIES, ageing: AGEING }),
    up: { free: 0 },
    down: { free: 0 },
    ways: paths.map((each) =>
      each.map((one) => {
        const byServer = functions[one]?.server !== undefined;
        const create = (isOut: boolean): Pathway =>
          createPathway({ agenda, random, byServer, isOut });
        return { toFunction: create(true), toApplication: create(false) };
      }),
    ),
    peers: addresses.peers.map(() => ({
      sends: createStackWork(STACK),
      receives: createStackWork(STACK),
    })),
    identification: 0,
  };
}

/** A peer puts a frame on the wire. */
export function sendFromPeer(network: Network, packet: Packet): void {
  const { options, up, bridge } = network;
  const { random, agenda, addresses } = options;
  pass(network, PEERS, "out", packet);
  const sender = addresses.peers.findIndex(({ mac }) => mac === packet.from);
  const bytes = bytesOf(packet);
  const done = network.peers[sender]?.sends.take(agenda.now, bytes) ?? agenda.now;
  for (const time of send(linkNow(network), up, random, done, bytes)) {
    agenda.later(time, () => {
      for (const port of bridge.forward(PEERS, packet.from, packet.to, agenda.now)) {
        arriveAtFunction(network, port - 1, packet);
      }
    });
  }
}

/** An application hands a frame to one of its paths; undefined: none is open. */
export function sendFromApplication(
  network: Network,
  application: number,
  path: number | undefined,
  packet: Packet,
): void {
  const { addresses, openness } = network.options;
  pass(network, interfaceOf(addresses, application), "out", packet);
  if (path === undefined) return;
  const one = addresses.paths[application]?.[path] ?? -1;
  network.ways[application]?.[path]?.toFunction.carry(bytesOf(packet), () => {
    if (isOpen(openness()[application] ?? 0, path)) sendFromFunction(network, one, packet);
  });
}

function sendFromFunction(network: Network, one: number, packet: Packet): void {
  const { options, down, bridge } = network;
  const { random, agenda } = options;
  pass(network, 1 + one, "out", packet);
  const ports = bridge.forward(1 + one, packet.from, packet.to, agenda.now);
  if (!ports.includes(PEERS)) return;
  for (const time of send(linkNow(network), down, random, agenda.now, bytesOf(packet))) {
    agenda.later(time, () => arriveAtPeers(network, packet));
  }
}

function arriveAtPeers(network: Network, packet: Packet): void {
  const { addresses, agenda, toPeer } = network.options;
  pass(network, PEERS, "in", packet);
  for (const [peer, { mac }] of addresses.peers.entries()) {
    if (packet.to !== mac && packet.to !== BROADCAST) continue;
    const done = network.peers[peer]?.receives.take(agenda.now, bytesOf(packet)) ?? agenda.now;
    agenda.later(done, () => toPeer(peer, packet));
  }
}

function arriveAtFunction(network: Network, one: number, packet: Packet): void {
  const { addresses, openness, toApplication } = network.options;
  const { functions, applications, paths } = addresses;
  if (packet.to !== BROADCAST && packet.to !== functions[one]?.mac) return;
  const ip = packet.kind === "arp" ? packet.arp.target.ip : packet.segment.to.ip;
  const application = applications.findIndex((each) => each.ip === ip);
  const bits = openness()[application] ?? 0;
  const ways = paths[application] ?? [];
  const path = ways.findIndex((other, index) => other === one && isOpen(bits, index));
  if (path < 0) {
    if (ways[0] === one && isRefused(bits)) refuse(network, one, packet);
    return;
  }
  // Who asks for an address learns where it is, not where it was.
  if (packet.kind === "arp" && path !== firstOpen(bits)) return;
  pass(network, 1 + one, "in", packet);
  network.ways[application]?.[path]?.toApplication.carry(bytesOf(packet), () => {
    pass(network, interfaceOf(addresses, application), "in", packet);
    toApplication(application, packet);
  });
}

/** Somebody else's stack answers at a function of a server. */
function refuse(network: Network, one: number, packet: Packet): void {
  const { mac, server } = network.options.addresses.functions[one] ?? {};
  if (packet.kind !== "tcp" || server === undefined || mac === undefined) return;
  network.identification = (network.identification % 0xffff) + 1;
  const segment = resetFor(packet.segment, network.identification);
  if (segment === undefined) return;
  pass(network, 1 + one, "in", packet);
  const to = packet.from;
  sendFromFunction(network, one, { kind: "tcp", from: mac, to, by: server, segment, why: "reset" });
}

function linkNow({ options }: Network): Link {
  const { heal, hardware } = options.deployment;
  const isHealed = heal !== undefined && options.agenda.now >= heal;
  return isHealed ? { ...hardware.link, ...PERFECT } : hardware.link;
}

function interfaceOf({ functions }: Addresses, application: number): number {
  return 1 + functions.length + application;
}

function pass(
  { options }: Network,
  index: number,
  direction: PassedFrame["direction"],
  packet: Packet,
): void {
  const { capture, agenda } = options;
  capture?.frames.push({ time: agenda.now, interface: index, direction, packet });
}
