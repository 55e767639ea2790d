/**
 * Messages within one virtual machine: words that one core writes and another reads.
 *
 *     carry: store ──the cache line goes over──► load: arrived
 *
 * Cores see each other's caches, so there is nothing to be emulated but the time that a line takes.
 * That a store waits in its core's buffer is the business of a Model with shared variables; a
 * message here is one that somebody can see.
 */
import { KIND } from "../../record/kinds.ts";
import type { Carrier } from "../carrier.ts";
import { LINE } from "../latencies.ts";
import type { Machine } from "./machine.ts";

export function createSharedMemory(machine: Machine, channel: number): Carrier {
  const { agenda } = machine;
  let last = 0;
  return {
    carry(parcel) {
      const event = machine.record(KIND.store, parcel.sender, channel, 0, parcel.sent);
      last = Math.max(last, agenda.now + machine.draw(LINE));
      agenda.quietly(last, () => {
        parcel.arrive(machine.record(KIND.load, parcel.receiver, channel, 0, event));
      });
    },
  };
}
