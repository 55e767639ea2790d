/**
 * The carriers of a run, as the deployment wants them.
 *
 *     memory           memory.ts           ring, evtchn   event-lines.ts ◄─ ring.ts, ring-page.ts
 *     hypercall        hypercall.ts                                     ◄─ event-channel.ts
 *     nic              nic.ts ◄─ station.ts, wire.ts
 *
 * Each is emulated with the objects of engine/hypervisor, engine/nic, engine/network and
 * engine/hardware, in tasks of the agenda; docs/hardware.md says at which grain. Connections stand
 * when the run begins: rings are granted and mapped, ports bound, functions given to their domains.
 */
import type { Deployment, Mechanism } from "../../../spec/deployment.ts";
import type { Carrier, Carriers } from "../carrier.ts";
import { type Home, NOWHERE } from "../playing.ts";
import { createEventCarrier } from "./event-channel.ts";
import { createEventLines, type EventLine, type EventLines } from "./event-lines.ts";
import { createHypercalls } from "./hypercall.ts";
import { createMachine, type Machine, type MachineParts } from "./machine.ts";
import { createSharedMemory } from "./memory.ts";
import { type Cards, createCards } from "./nic.ts";
import { createRing, type RingCarrier } from "./ring.ts";
import { createRingPages, type RingPages } from "./ring-page.ts";

export interface CarrierParts extends MachineParts {
  /** Of the instances of the Model, by index. */
  readonly homes: readonly Home[];
  /** Do senders fence between their store and their look? Left out only to see what happens. */
  readonly fences?: boolean;
}

/** What channels share, made when the first one needs it. */
interface Shared {
  readonly machine: Machine;
  readonly lines: EventLines | undefined;
  readonly pages: RingPages | undefined;
  readonly cards: Cards | undefined;
  readonly rings: { readonly to: number; readonly ring: RingCarrier }[];
  readonly fences: boolean;
}

/** Who sends on a channel, one for each domain, and who receives. */
interface Ends {
  readonly senders: readonly Home[];
  readonly receiver: Home;
}

export function createCarriers(
  deployment: Deployment,
  { homes, fences = true, ...parts }: CarrierParts,
): Carriers {
  const machine = createMachine(deployment, parts);
  const mechanisms = mechanismsOf(deployment);
  const ends = deployment.model.channels.map(({ senders, receiver }): Ends => {
    const all = senders.map((sender) => homes[sender] ?? NOWHERE);
    const numbers = all.map((home) => machine.domainOf(home));
    return {
      senders: all.filter((_, index) => numbers.indexOf(numbers[index] ?? -1) === index),
      receiver: homes[receiver] ?? NOWHERE,
    };
  });
  const shared = shareFor(machine, mechanisms, ends, fences);
  const numbers = new Map(deployment.domains.map(({ name }, index) => [name, index]));
  return {
    of: ends.map((end, channel) => carrierOf(shared, mechanisms[channel] ?? MEMORY, channel, end)),
    crash(name) {
      const domain = numbers.get(name);
      if (domain === undefined) return;
      for (const { to, ring } of shared.rings) if (to === domain) ring.crash();
      shared.pages?.crash(domain);
      shared.lines?.crash(domain);
      shared.cards?.crash(domain);
    },
  };
}

const MEMORY: Mechanism = { kind: "memory" };

/** What carries each channel. */
function mechanismsOf({ carriers, model }: Deployment): readonly Mechanism[] {
  const found: Mechanism[] = model.channels.map(() => MEMORY);
  for (const { channels, mechanism } of carriers) {
    for (const channel of channels) found[channel] = mechanism;
  }
  return found;
}

/** Only what is needed is made: many runs are short. */
function shareFor(
  machine: Machine,
  mechanisms: readonly Mechanism[],
  ends: readonly Ends[],
  fences: boolean,
): Shared {
  let [lines, rings, slots] = [0, 0, 0];
  const cabled: Home[] = [];
  for (const [channel, { senders, receiver }] of ends.entries()) {
    const mechanism = mechanisms[channel] ?? MEMORY;
    if (mechanism.kind === "nic") cabled.push(...senders, receiver);
    if (mechanism.kind === "evtchn") lines += senders.length;
    if (mechanism.kind !== "ring") continue;
    rings += senders.length;
    if (mechanism.doorbell === "evtchn") lines += senders.length;
    slots = Math.max(slots, mechanism.slots);
  }
  return {
    machine,
    lines: lines === 0 ? undefined : createEventLines(machine, lines),
    pages: rings === 0 ? undefined : createRingPages(machine, rings, slots),
    cards: cabled.length === 0 ? undefined : createCards(machine, cabled),
    rings: [],
    fences,
  };
}

function carrierOf(
  { machine, lines, pages, cards, rings, fences }: Shared,
  mechanism: Mechanism,
  channel: number,
  { senders, receiver }: Ends,
): Carrier {
  const lineFrom =
    (sender: Home, all: EventLines) =>
    (look: (event: number) => void): EventLine =>
      all.connect(sender, receiver, look);
  if (mechanism.kind === "nic" && cards !== undefined) return cards;
  if (mechanism.kind === "hypercall") return createHypercalls(machine, channel);
  if (mechanism.kind === "evtchn" && lines !== undefined) {
    return perSender(machine, senders, (sender) =>
      createEventCarrier(machine, lineFrom(sender, lines)),
    );
  }
  if (mechanism.kind === "ring" && pages !== undefined) {
    const { slots, doorbell } = mechanism;
    return perSender(machine, senders, (sender) => {
      const line = doorbell === "none" || lines === undefined ? undefined : lineFrom(sender, lines);
      const ring = createRing(sender, receiver, { machine, pages, slots, line, fences });
      rings.push({ to: machine.domainOf(receiver), ring });
      return ring;
    });
  }
  return createSharedMemory(machine, channel);
}

/** A carrier for each domain that sends. */
function perSender(
  machine: Machine,
  senders: readonly Home[],
  create: (sender: Home) => Carrier,
): Carrier {
  const carriers = new Map(senders.map((sender) => [machine.domainOf(sender), create(sender)]));
  return {
    carry(parcel) {
      const carrier = carriers.get(machine.domainOf(parcel.sender));
      if (carrier === undefined) throw new RangeError("Only senders of a channel send on it");
      carrier.carry(parcel);
    },
  };
}
