/**
 * What can happen on the emulated machine: the kinds of events of a trace.
 *
 *     name         object                       value
 *     load, store, drain, rmw       address     word
 *     mmio-…, dma-…                 address     word
 *     msi, ipi, irq-take, eoi       vector      target core
 *     hypercall, vm-exit, vm-enter  number      argument
 *     evt-send, evt-upcall          port        domain
 *     gnt-…, iommu-…                reference or page
 *     mailbox, packet-…             slot        length, or the handle of a text
 *     schedule                      virtual CPU
 *     timer-set                     handle of a text: `client.rto`
 *     timer-fire                    the same         value: time left in nanoseconds, in 32 bits
 *     fault, step                   handle of a text: `server.crash`, `app[Client1].Opened(0)`
 *     arrive                        handle of a text: `req`, the channel whose message is there
 *
 * Codes are stable: a trace that was written keeps its meaning, so new kinds come at the end.
 */

export const KINDS = [
  "load",
  "store",
  "drain",
  "rmw",
  "fence",
  "mmio-write",
  "mmio-read",
  "dma-read",
  "dma-write",
  "msi",
  "ipi",
  "irq-take",
  "eoi",
  "hypercall",
  "vm-exit",
  "vm-enter",
  "evt-send",
  "evt-upcall",
  "gnt-map",
  "gnt-unmap",
  "iommu-map",
  "iommu-invalidate",
  "flr",
  "mailbox",
  "packet-send",
  "packet-receive",
  "timer-set",
  "timer-fire",
  "schedule",
  "fault",
  "step",
  "arrive",
] as const;

export type Kind = (typeof KINDS)[number];

/** Codes by name: for loops that look nothing up. */
export const KIND: Readonly<Record<Kind, number>> = Object.fromEntries(
  KINDS.map((name, code) => [name, code]),
) as Record<Kind, number>;

/** Kinds whose object is the handle of a text. */
export const HAS_TEXT: ReadonlySet<Kind> = new Set<Kind>([
  "fault",
  "step",
  "arrive",
  "timer-set",
  "timer-fire",
]);
