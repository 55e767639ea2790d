/**
 * How long a frame needs between a function of the NIC and an application's stack.
 *
 *     own function    stack ── doorbell, descriptor, data and interrupt
 *     server          stack, copy ── a ring with its doorbell ── the same
 *
 * A stack works on one frame after the other (`stack-work.ts`); so does whoever copies into a ring
 * or out of it, which is the same core. Frames of one path and one direction arrive in their order.
 */
import type { Agenda, Task } from "../play/agenda.ts";
import { BY_FUNCTION, BY_RING } from "../play/latencies.ts";
import { draw } from "../play/waiting.ts";
import type { Random } from "../schedule/random.ts";
import { createStackWork, RING_COPY, STACK } from "./stack-work.ts";

/** One direction of one path. */
export interface Pathway {
  /** Does the task when a frame of so many bytes has come through. */
  carry(bytes: number, arrived: Task): void;
}

export interface PathwayOptions {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly byServer: boolean;
  /** Does it begin at the stack? */
  readonly isOut: boolean;
}

export function createPathway({ agenda, random, byServer, isOut }: PathwayOptions): Pathway {
  const work = createStackWork(byServer ? STACK + RING_COPY : STACK);
  const way = (): number => draw(random, BY_FUNCTION) + (byServer ? draw(random, BY_RING) : 0);
  let last = 0;
  return {
    carry(bytes, arrived) {
      const time = isOut
        ? work.take(agenda.now, bytes) + way()
        : work.take(agenda.now + way(), bytes);
      last = Math.max(last, time);
      agenda.later(last, arrived);
    },
  };
}
