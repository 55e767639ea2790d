/**
 * How long things take on the emulated hardware, in nanoseconds: the shortest and the longest time,
 * of which each occurrence draws one.
 *
 * They decide when something happens, never whether it is allowed. Sources: hypercall, event
 * channel, virtual interrupt and switch between virtual machines from Dall and others, "ARM
 * virtualization: performance and architectural implications" (ISCA 2016), table 2, Xen on x86;
 * PCIe from the default channel of SimBricks; store buffers and program steps are assumptions.
 */
import type { Mechanism } from "../../spec/deployment.ts";

export interface Span {
  readonly least: number;
  readonly most: number;
}

/** A step that a program takes as soon as it can (`fair`). */
export const STEP: Span = { least: 200, most: 2_000 };
/** A step that nothing makes a program take: somebody thinks, or asks. */
export const THINK: Span = { least: 10_000, most: 1_000_000 };
/** The oldest store of a core reaches memory. */
export const DRAIN: Span = { least: 20, most: 80 };
/** What a core is busy with for one step. */
export const BUSY = 200;
/** A core goes from one virtual machine to another. */
export const VM_SWITCH = 5_000;

const RING: Span = { least: 100, most: 400 };
const DOORBELL: Span = { least: 4_800, most: 5_400 };
const HYPERCALL: Span = { least: 500, most: 700 };
const PCIE: Span = { least: 300, most: 900 };
const MEMORY: Span = { least: 20, most: 100 };

/** From sending to the moment at which the receiver can see the message; links come on top. */
export function deliveryOf(mechanism: Mechanism | undefined): Span {
  switch (mechanism?.kind) {
    case "ring":
      return mechanism.doorbell === "evtchn" ? sum(RING, DOORBELL) : RING;
    case "nic":
      return sum(PCIE, PCIE);
    case "hypercall":
      return HYPERCALL;
    case "evtchn":
      return DOORBELL;
    default:
      return MEMORY;
  }
}

function sum(one: Span, other: Span): Span {
  return { least: one.least + other.least, most: one.most + other.most };
}
