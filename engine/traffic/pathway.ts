/**
 * How long a frame needs between a function of the NIC and an application's stack.
 *
 *     own function    PCIe, twice: the descriptor and the data
 *     server          the same, and a ring with its doorbell, and a copy of each byte
 *
 * Frames of one path and one direction arrive in their order.
 */
import { deliveryOf, type Span } from "../play/latencies.ts";
import type { Agenda, Task } from "../play/agenda.ts";
import { draw } from "../play/waiting.ts";
import type { Random } from "../schedule/random.ts";

/** One direction of one path. */
export interface Pathway {
  /** Does the task when a frame of so many bytes has come through. */
  carry(bytes: number, arrived: Task): void;
}

const PCIE: Span = deliveryOf({ kind: "nic" });
const RING: Span = deliveryOf({ kind: "ring", slots: 1, doorbell: "evtchn" });
/** About 6 GB in a second: an assumption. */
const COPIED_PER_NANOSECOND = 6;

export function createPathway(agenda: Agenda, random: Random, byServer: boolean): Pathway {
  let last = 0;
  return {
    carry(bytes, arrived) {
      const served = byServer ? draw(random, RING) + Math.ceil(bytes / COPIED_PER_NANOSECOND) : 0;
      last = Math.max(last, agenda.now + draw(random, PCIE) + served);
      agenda.later(last, arrived);
    },
  };
}
