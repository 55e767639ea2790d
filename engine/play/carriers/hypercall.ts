/**
 * Messages to the hypervisor: the caller's core traps, and what it hands over is copied.
 *
 *     carry ──trap──► copy, under the lock of the channel ──► arrived ──► back to the guest
 *
 * There is no queue but that of callers: a core is in one hypercall at a time, and copies for one
 * channel are one after the other.
 */
import { KIND } from "../../record/kinds.ts";
import type { Carrier } from "../carrier.ts";
import { INSIDE } from "../latencies.ts";
import { Hypercall, type Machine } from "./machine.ts";

export function createHypercalls(machine: Machine, channel: number): Carrier {
  const { agenda } = machine;
  let free = 0;
  return {
    carry(parcel) {
      machine.trap(parcel.sender, Hypercall.xenService, parcel.sent, (event) => {
        free = Math.max(free, agenda.now) + machine.draw(INSIDE);
        agenda.quietly(free, () => {
          parcel.arrive(machine.record(KIND.store, parcel.sender, channel, 0, event));
        });
      });
    },
  };
}
