/**
 * Messages as frames: from the virtual function of one domain over the link to that of another.
 *
 *     sender's station (station.ts) ──► link and switch (wire.ts) ──► receiver's station
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
import type { Dma } from "../../nic/dma.ts";
import { ETHERNET_FRAME_MAX } from "../../nic/pf-driver.ts";
import type { Frame } from "../../nic/rings.ts";
import { KIND } from "../../record/kinds.ts";
import { NONE } from "../../record/trace.ts";
import type { Carrier, Parcel } from "../carrier.ts";
import type { Home } from "../playing.ts";
import type { Machine } from "./machine.ts";
import { PAGE_WORDS } from "./ring-page.ts";
import { createStation, type Station } from "./station.ts";
import { createWire } from "./wire.ts";

const BYTES: number = ETHERNET_FRAME_MAX;
/** Pages of a station: to send, to receive. */
const PAGES = 2;
/** Addresses under local administration. */
const MAC_FIRST = 0x0200_0000_0001;

export interface Cards extends Carrier {
  crash(domain: number): void;
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
  const all = homes.map((home) => machine.domainOf(home));
  const domains = all.filter((domain, index) => all.indexOf(domain) === index);
  const sent = new Map<number, Sent>();
  /** By channel. */
  const newest = new Map<number, Sent>();
  let numbers = 0;
  const note = (one: Sent): number => {
    sent.set(numbers, one);
    return numbers++;
  };
  const stations: readonly Station[] = createStations(machine, homes, domains, {
    transmitted(from, frame, cause) {
      const one = sent.get(frame.content);
      if (one === undefined) return;
      one.isOnWire = true;
      const isLost = one.parcel.fate === "lost";
      if (isLost) sent.delete(frame.content);
      const copies = one.copies.splice(0).map((parcel) => {
        return { content: note({ ...one, parcel, copies: [] }), cause: parcel.sent };
      });
      wire.send(from, frame, cause, { isLost, isLate: one.parcel.fate === "late", copies });
    },
    received(content, cause) {
      const one = sent.get(content);
      sent.delete(content);
      one?.parcel.arrive(cause);
    },
  });
  const macs = stations.map(({ mac }) => mac);
  const wire = createWire(machine, macs, (port, frame, cause) =>
    stations[port]?.arrive(frame, cause),
  );
  const post = (content: number, { from, to, parcel }: Sent): void => {
    const frame = { to: MAC_FIRST + to, from: MAC_FIRST + from, bytes: BYTES, content };
    stations[from]?.send(frame, parcel.sent);
  };
  return {
    carry(parcel) {
      const last = newest.get(parcel.channel);
      if (parcel.isCopy && last !== undefined && !last.isOnWire) {
        last.copies.push(parcel);
        return;
      }
      const from = domains.indexOf(machine.domainOf(parcel.sender));
      const to = domains.indexOf(machine.domainOf(parcel.receiver));
      const one: Sent = { parcel, copies: [], from, to, isOnWire: false };
      newest.set(parcel.channel, one);
      post(note(one), one);
    },
    crash(domain) {
      const index = domains.indexOf(domain);
      stations[index]?.reset();
      for (const [content, one] of sent) {
        if (one.from === index || one.to === index) post(content, one);
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
): readonly Station[] {
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
    const assign = (): void => void iommu.assign(index, owner);
    assign();
    for (let page = 0; page < PAGES; page++) {
      iommu.map(owner, page, index * PAGES + page, true);
      machine.recordDevice(KIND["iommu-map"], domain, page, index * PAGES + page, NONE);
    }
    return createStation({
      machine,
      home,
      mac: MAC_FIRST + index,
      memory: memory.subarray(index * PAGES * PAGE_WORDS, (index + 1) * PAGES * PAGE_WORDS),
      dma: throughIommu(memory, iommu, index),
      page: { send: 0, receive: PAGE_WORDS },
      quarantine: () => void iommu.release(index),
      assign,
      transmitted: (frame, cause) => transmitted(index, frame, cause),
      received,
    });
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
