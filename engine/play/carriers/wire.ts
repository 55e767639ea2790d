/**
 * The network between stations: a cable from each to a port of one switch.
 *
 *     station ──wire: rate──delay──► switch ──wire: rate──► station
 *
 * A frame waits for the wire of its sender, and behind the switch for that of its receiver. The
 * switch cuts through: alone, a frame needs the time of one wire and one delay. Loss and the like
 * are not drawn here (nic.ts).
 */
import { BROADCAST, type Mac } from "../../network/frames.ts";
import { type LinkState, send, wireTime } from "../../network/link.ts";
import { AGEING, createSwitch } from "../../network/switch.ts";
import type { Frame } from "../../nic/rings.ts";
import { KIND } from "../../record/kinds.ts";
import { NONE } from "../../record/trace.ts";
import type { Machine } from "./machine.ts";

/** How far a frame is held back that others overtake, as a multiple of the delay. */
const HELD_BACK = 3;

export interface Wire {
  /** A frame of a port is on its wire. Throws a RangeError for a port that does not exist. */
  send(port: number, frame: Frame, cause: number, how: Sending): void;
}

export interface Sending {
  readonly isLost: boolean;
  readonly isLate: boolean;
  /** What stands for the copies that the link makes, and the events of that. */
  readonly copies: readonly Copy[];
}

export interface Copy {
  readonly content: number;
  readonly cause: number;
}

/** `arrived` is called for each port out of which a frame goes. */
export function createWire(
  machine: Machine,
  macs: readonly Mac[],
  arrived: (port: number, frame: Frame, cause: number) => void,
): Wire {
  const { agenda, random } = machine;
  const { link } = machine.deployment.hardware;
  const perfect = { ...link, loss: 0, duplication: 0, reordering: 0 };
  const fabric = createSwitch({ ports: macs.length, entries: macs.length, ageing: AGEING });
  const toSwitch = macs.map((): LinkState => ({ free: 0 }));
  const fromSwitch = macs.map((): LinkState => ({ free: 0 }));
  // Each has announced itself, so that the switch knows where it is.
  for (const [port, mac] of macs.entries()) fabric.forward(port, mac, BROADCAST, 0);

  const forward = (from: number, frame: Frame, cause: number, other: number): void => {
    // What a domain sends to itself comes back over its own cable.
    const known = fabric.forward(from, frame.from, frame.to, agenda.now);
    for (const port of frame.from === frame.to ? [from] : known) {
      const wire = fromSwitch[port];
      if (wire === undefined) continue;
      wire.free = Math.max(agenda.now, wire.free + wireTime(link, frame.bytes));
      agenda.quietly(wire.free, () => {
        const kind = KIND["packet-receive"];
        const event = machine.recordDevice(kind, undefined, port, frame.bytes, cause, other);
        arrived(port, frame, event);
      });
    }
  };
  return {
    send(port, frame, cause, { isLost, isLate, copies }) {
      const { bytes } = frame;
      const event = machine.recordDevice(KIND["packet-send"], undefined, port, bytes, cause);
      const wire = toSwitch[port];
      if (wire === undefined) throw new RangeError(`There is no port ${port}`);
      const [arrival = 0] = send(perfect, wire, random, agenda.now, bytes);
      const late = isLate ? arrival + HELD_BACK * link.delay : arrival;
      if (!isLost) agenda.quietly(late, () => forward(port, frame, event, NONE));
      for (const [index, copy] of copies.entries()) {
        const time = late + (index + 1) * wireTime(link, bytes);
        const { content } = copy;
        agenda.quietly(time, () => forward(port, { ...frame, content }, copy.cause, event));
      }
    },
  };
}
