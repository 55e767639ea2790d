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
import { AGEING, createSwitch } from "../network/switch.ts";
import type { Agenda } from "../play/agenda.ts";
import type { Random } from "../schedule/random.ts";
import type { Addresses } from "./addresses.ts";
import type { Capture, PassedFrame } from "./capture.ts";
import { firstOpen, isOpen, isRefused, type Openness } from "./openness.ts";
import { bytesOf, type Packet } from "./packet.ts";
import { createPathway, type Pathway } from "./pathway.ts";

export interface Network {
  /** A peer puts a frame on the wire. */
  fromPeer(packet: Packet): void;
  /** An application hands a frame to one of its paths; undefined: none is open. */
  fromApplication(application: number, path: number | undefined, packet: Packet): void;
}

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

export function createNetwork(options: NetworkOptions): Network {
  const { addresses, deployment, agenda, random, capture, openness } = options;
  const { functions, paths, applications, peers } = addresses;
  const { heal } = deployment;
  const bridge = createSwitch({
    ports: functions.length + 1,
    entries: SWITCH_ENTRIES,
    ageing: AGEING,
  });
  const up: LinkState = { free: 0 };
  const down: LinkState = { free: 0 };
  const given = deployment.hardware.link;
  const healed: Link = { ...given, ...PERFECT };
  const link = (): Link => (heal !== undefined && agenda.now >= heal ? healed : given);
  const ways = paths.map((each) =>
    each.map((one) => {
      const byServer = functions[one]?.server !== undefined;
      const create = (): Pathway => createPathway(agenda, random, byServer);
      return { toFunction: create(), toApplication: create() };
    }),
  );
  let identification = 0;

  const pass = (index: number, direction: PassedFrame["direction"], packet: Packet): void => {
    capture?.frames.push({ time: agenda.now, interface: index, direction, packet });
  };
  const atPeers = (packet: Packet): void => {
    pass(PEERS, "in", packet);
    for (const [peer, { mac }] of peers.entries()) {
      if (packet.to === mac || packet.to === BROADCAST) options.toPeer(peer, packet);
    }
  };
  const fromFunction = (one: number, packet: Packet): void => {
    pass(1 + one, "out", packet);
    const ports = bridge.forward(1 + one, packet.from, packet.to, agenda.now);
    if (!ports.includes(PEERS)) return;
    for (const time of send(link(), down, random, agenda.now, bytesOf(packet))) {
      agenda.later(time, () => atPeers(packet));
    }
  };
  const refuse = (one: number, packet: Packet): void => {
    const { name, mac, server } = functions[one] ?? {};
    if (packet.kind !== "tcp" || server === undefined || mac === undefined) return;
    identification = (identification % 0xffff) + 1;
    const segment = resetFor(packet.segment, identification);
    if (segment === undefined) return;
    pass(1 + one, "in", packet);
    const by = name ?? "";
    fromFunction(one, { kind: "tcp", from: mac, to: packet.from, by, segment, why: "reset" });
  };
  const atFunction = (one: number, packet: Packet): void => {
    if (packet.to !== BROADCAST && packet.to !== functions[one]?.mac) return;
    const ip = packet.kind === "arp" ? packet.arp.target.ip : packet.segment.to.ip;
    const application = applications.findIndex((each) => each.ip === ip);
    const bits = openness()[application] ?? 0;
    const path = (paths[application] ?? []).findIndex(
      (other, index) => other === one && isOpen(bits, index),
    );
    if (path >= 0) {
      // Who asks for an address learns where it is, not where it was.
      if (packet.kind === "arp" && path !== firstOpen(bits)) return;
      pass(1 + one, "in", packet);
      ways[application]?.[path]?.toApplication.carry(bytesOf(packet), () => {
        pass(1 + functions.length + application, "in", packet);
        options.toApplication(application, packet);
      });
    } else if (application >= 0 && paths[application]?.[0] === one && isRefused(bits)) {
      refuse(one, packet);
    }
  };
  return {
    fromPeer(packet) {
      pass(PEERS, "out", packet);
      for (const time of send(link(), up, random, agenda.now, bytesOf(packet))) {
        agenda.later(time, () => {
          for (const port of bridge.forward(PEERS, packet.from, packet.to, agenda.now)) {
            atFunction(port - 1, packet);
          }
        });
      }
    },
    fromApplication(application, path, packet) {
      pass(1 + functions.length + application, "out", packet);
      if (path === undefined) return;
      const one = paths[application]?.[path] ?? -1;
      ways[application]?.[path]?.toFunction.carry(bytesOf(packet), () => {
        if (isOpen(openness()[application] ?? 0, path)) fromFunction(one, packet);
      });
    },
  };
}
