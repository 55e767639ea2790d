/**
 * How long things take on the emulated hardware, in nanoseconds: the shortest and the longest time,
 * of which each occurrence draws one.
 *
 * They decide when something happens, never whether it is allowed. Sources: hypercall, event
 * channel, virtual interrupt and switch between virtual machines from Dall and others, "ARM
 * virtualization: performance and architectural implications" (ISCA 2016), table 2, Xen on x86;
 * posted writes from the default channel of SimBricks; reads of devices from Neugebauer and others,
 * "Understanding PCIe performance" (SIGCOMM 2018); store buffers, caches and program steps are
 * assumptions.
 */

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

// ---------------------------------------------------------------------------- memory

/** A cache line goes from one core to another. */
export const LINE: Span = { least: 20, most: 100 };
/** MFENCE with nothing to wait for. */
export const FENCE: Span = { least: 10, most: 20 };
/** A message is written into a slot of a ring, or read out of it. */
export const COPY: Span = { least: 20, most: 60 };
/** Until a receiver that polls looks again. */
export const POLL: Span = { least: 20, most: 120 };

// ---------------------------------------------------------------------------- hypervisor

/** A guest's core gets into the hypervisor: half of a hypercall's 585 ns there and back. */
export const TRAP: Span = { least: 250, most: 350 };
/** What a hypercall with a message does inside. */
export const INSIDE: Span = { least: 250, most: 350 };
/** From the bits of an event channel to the upcall in another machine; 5.4 us with the trap. */
export const UPCALL: Span = { least: 4_550, most: 5_050 };

// ---------------------------------------------------------------------------- PCI Express

/** A posted write of a CPU, such as a doorbell, reaches its device. */
export const MMIO_WRITE: Span = { least: 300, most: 500 };
/** A device reads a descriptor and what it points to. */
export const DMA_READ: Span = { least: 500, most: 900 };
/** What a device has posted reaches memory; an interrupt among it comes last. */
export const DMA_WRITE: Span = { least: 300, most: 500 };
/** From the interrupt message to the handler. */
export const INTERRUPT: Span = { least: 200, most: 300 };

// ---------------------------------------------------------------------------- whole ways

/** From one stack to another for whom stages are not played, as traffic: frames of a function. */
export const BY_FUNCTION: Span = sum(MMIO_WRITE, DMA_READ, DMA_WRITE, INTERRUPT);
/** The same for a ring with its doorbell. */
export const BY_RING: Span = sum(COPY, DRAIN, DRAIN, TRAP, UPCALL, COPY);

function sum(...spans: readonly Span[]): Span {
  return {
    least: spans.reduce((total, { least }) => total + least, 0),
    most: spans.reduce((total, { most }) => total + most, 0),
  };
}
