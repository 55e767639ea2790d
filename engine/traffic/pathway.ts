/**
 * How long a frame needs between a function of the NIC and an application's stack.
 *
 *     own function    doorbell, descriptor, data and interrupt
 *     server          the same, and a ring with its doorbell, and a copy of each byte
 *
 * Frames of one path and one direction arrive in their order.
 */
import { BY_FUNCTION, BY_RING } from "../play/latencies.ts";
import type { Agenda, Task } from "../play/agenda.ts";
import { draw } from "../play/waiting.ts";
import type { Random } from "../schedule/random.ts";

/** One direction of one path. */
export interface Pathway {
  /** Does the task when a frame of so many bytes has come through. */
  carry(bytes: number, arrived: Task): void;
}

/** About 6 GB in a second: an assumption. */
const COPIED_PER_NANOSECOND = 6;

export function createPathway(agenda: Agenda, random: Random, byServer: boolean): Pathway {
  let last = 0;
  return {
    carry(bytes, arrived) {
      const served = byServer
        ? draw(random, BY_RING) + Math.ceil(bytes / COPIED_PER_NANOSECOND)
        : 0;
      last = Math.max(last, agenda.now + draw(random, BY_FUNCTION) + served);
      agenda.later(last, arrived);
    },
  };
}
