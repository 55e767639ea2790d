/**
 * Messages as frames: from the virtual function of one domain over the link to that of another.
 *
 *     sender's station ──link: rate, delay──► switch ──port of the receiver──► its station
 *
 * One message is one frame; its payload is not modelled, so it is a full one. Frames of one channel
 * from one domain keep their order on this way.
 *
 * What the link does to a message, the Model has decided when it was sent (player.ts): it is a step
 * of the Model, and between sending and the wire the Model may have gone on, so that what would be
 * decided here might be allowed no more, or hit another message that looks the same. Here it only
 * comes true: a frame that is lost ends on the wire, one that is doubled goes over it twice, and
 * one that others overtake is held back.
 *
 * When a domain dies, frames in its rings are lost with it. A Model in which such a channel loses
 * nothing is one of peers that send again: what has not arrived is sent again, by the station that
 * sent it, and a frame that comes a second time is dropped.
 */
import { createIommu } from "../../hypervisor/iommu.ts";
import { BROADCAST } from "../../network/frames.ts";
import { type LinkState, send, wireTime } from "../../network/link.ts";
import { AGEING, createSwitch } from "../../network/switch.ts";
import type { Dma } from "../../nic/dma.ts";
import { ETHERNET_FRAME_MAX } from "../../nic/pf-driver.ts";
import type { Frame } from "../../nic/rings.ts";
import { KIND } from "../../record/kinds.ts";
import type { Carrier, Parcel } from "../carrier.ts";
import type { Home } from "../playing.ts";
import type { Machine } from "./machine.ts";
import { PAGE_WORDS } from "./ring-page.ts";
import { createStation, type Station } from "./station.ts";

const BYTES: number = ETHERNET_FRAME_MAX;
/** Pages of a station: to send, to receive. */
const PAGES = 2;
/** Addresses under local administration. */
const MAC_FIRST = 0x0200_0000_0001;
/** How far a frame is held back that others overtake, as a multiple of the delay. */
const HELD_BACK = 3;

export interface Cards extends Carrier {
  crash(domain: number): void;
}

interface Node {
  readonly station: Station;
  readonly link: LinkState;
  /** When the wire out of the switch to it is free. */
  free: number;
}

/** A message on its way; the copies of it come into being on the wire. */
interface Sent {
  readonly parcel: Parcel;
  readonly copies: Parcel[];
  readonly from: number;
  readonly to: number;
  isOnWire: boolean;
}

/** `homes`: of all that send or receive. */
export function createCards(machine: Machine, homes: readonly Home[]): Cards {
  const { agenda, deployment } = machine;
  const { link } = deployment.hardware;
  const perfect = { ...link, loss: 0, duplication: 0, reordering: 0 };
  const domains = [...new Set(homes.map((home) => machine.domainOf(home)))];
  const fabric = createSwitch({ ports: domains.length, entries: domains.length, ageing: AGEING });
  const sent = new Map<number, Sent>();
  const newest = new Map<number, Sent>();
  let numbers = 0;

  const frameOf = (content: number, { from, to }: Sent): Frame => {
    const macOf = (index: number): number => MAC_FIRST + index;
    return { to: macOf(to), from: macOf(from), bytes: BYTES, content };
  };
  /** A frame is on the wire of its station. */
  const transmitted = (from: number, frame: Frame, cause: number): void => {
    const one = sent.get(frame.content);
    const node = nodes[from];
    if (one === undefined || node === undefined) return;
    one.isOnWire = true;
    const event = machine.recordDevice(KIND["packet-send"], undefined, from, BYTES, cause);
    const [arrival = 0] = send(perfect, node.link, machine.random, agenda.now, BYTES);
    const { fate } = one.parcel;
    if (fate === "lost") {
      sent.delete(frame.content);
      return;
    }
    const late = fate === "late" ? arrival + HELD_BACK * link.delay : arrival;
    agenda.quietly(late, () => forward(from, frame, event));
    for (const [index, parcel] of one.copies.splice(0).entries()) {
      const content = numbers++;
      sent.set(content, { ...one, parcel, copies: [] });
      const time = late + (index + 1) * wireTime(link, BYTES);
      agenda.quietly(time, () => forward(from, { ...frame, content }, event));
    }
  };
  const forward = (from: number, frame: Frame, cause: number): void => {
    // What a domain sends to itself comes back over its own cable.
    const known = fabric.forward(from, frame.from, frame.to, agenda.now);
    for (const port of frame.from === frame.to ? [from] : known) {
      const node = nodes[port];
      if (node === undefined) continue;
      // The switch cuts through: it sends the end of a frame when that has come, or later.
      const out = Math.max(agenda.now, node.free + wireTime(link, BYTES));
      node.free = out;
      agenda.quietly(out, () => {
        const event = machine.recordDevice(KIND["packet-receive"], undefined, port, BYTES, cause);
        node.station.arrive(frame, event);
      });
    }
  };
  const received = (content: number, cause: number): void => {
    const one = sent.get(content);
    sent.delete(content);
    one?.parcel.arrive(cause);
  };
  const nodes: readonly Node[] = createStations(machine, homes, domains, { transmitted, received });
  for (const [port, { station }] of nodes.entries()) {
    // Each has announced itself, so that the switch knows where it is.
    fabric.forward(port, station.mac, BROADCAST, 0);
  }
  return {
    carry(parcel) {
      const { sender, receiver, channel } = parcel;
      const last = newest.get(channel);
      if (parcel.isCopy && last !== undefined && !last.isOnWire) {
        last.copies.push(parcel);
        return;
      }
      const [from, to] = [sender, receiver].map((home) => domains.indexOf(machine.domainOf(home)));
      const one: Sent = { parcel, copies: [], from: from ?? -1, to: to ?? -1, isOnWire: false };
      const content = numbers++;
      sent.set(content, one);
      newest.set(channel, one);
      nodes[one.from]?.station.send(frameOf(content, one), parcel.sent);
    },
    crash(domain) {
      const index = domains.indexOf(domain);
      nodes[index]?.station.reset();
      for (const [content, one] of sent) {
        if (one.from !== index && one.to !== index) continue;
        nodes[one.from]?.station.send(frameOf(content, one), one.parcel.sent);
      }
    },
  };
}

interface StationEvents {
  readonly transmitted: (from: number, frame: Frame, cause: number) => void;
  readonly received: (content: number, cause: number) => void;
}

/** A station for each domain, with two pages of memory that its function alone can reach. */
function createStations(
  machine: Machine,
  homes: readonly Home[],
  domains: readonly number[],
  { transmitted, received }: StationEvents,
): readonly Node[] {
  const count = domains.length;
  const memory = new Int32Array(count * PAGES * PAGE_WORDS);
  const iommu = createIommu({
    requesters: count,
    domains: count + 1,
    deviceFrames: PAGES,
    lines: 0,
    queue: 0,
    faults: count,
  });
  return domains.map((domain, index) => {
    const home = homes.find((one) => machine.domainOf(one) === domain) ?? homes[0];
    if (home === undefined) throw new RangeError("A station is at home nowhere");
    // Domain 0 is the control domain.
    const owner = index + 1;
    iommu.assign(index, owner);
    for (let page = 0; page < PAGES; page++) {
      iommu.map(owner, page, index * PAGES + page, true);
    }
    const station = createStation({
      machine,
      home,
      mac: MAC_FIRST + index,
      memory: memory.subarray(index * PAGES * PAGE_WORDS, (index + 1) * PAGES * PAGE_WORDS),
      dma: throughIommu(memory, iommu, index),
      page: { send: 0, receive: PAGE_WORDS },
      transmitted: (frame, cause) => transmitted(index, frame, cause),
      received,
    });
    return { station, link: { free: 0 }, free: 0 };
  });
}

/** An access stays within a page. */
function throughIommu(
  memory: Int32Array,
  iommu: ReturnType<typeof createIommu>,
  requester: number,
): Dma {
  const placeOf = (address: number, isWrite: boolean): number | undefined => {
    const landing = iommu.access(requester, Math.floor(address / PAGE_WORDS), isWrite);
    return landing.kind === "memory"
      ? landing.frame * PAGE_WORDS + (address % PAGE_WORDS)
      : undefined;
  };
  return {
    read(_function, address, words) {
      const place = placeOf(address, false);
      return place === undefined ? undefined : [...memory.subarray(place, place + words)];
    },
    write(_function, address, values) {
      const place = placeOf(address, true);
      if (place !== undefined) memory.set(values, place);
      return place !== undefined;
    },
  };
}
