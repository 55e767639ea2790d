/**
 * `Deployment`: a Model placed on emulated hardware, ready to be played.
 *
 *     Model  what may happen          hardware  cores, memory, NIC, link
 *     domains  which instances run on which cores of which virtual machine
 *     carriers  what carries each channel: a ring with a doorbell, a queue of the NIC, a hypercall
 *     plan  what happens at a given time
 *
 * Hardware decides when and in what order things happen, never whether a step is allowed; so
 * nothing here changes the Model. Times are whole nanoseconds from the start of the run.
 */
import type { Model } from "./model.ts";
import type { Span } from "./source.ts";

export const DEPLOYMENT_VERSION = 1;

export interface Deployment {
  readonly version: typeof DEPLOYMENT_VERSION;
  readonly name: string;
  readonly span: Span;
  /** The system with its settings; faults are unbounded, since the plan says when they strike. */
  readonly model: Model;
  readonly hardware: Hardware;
  /**
   * Each instance is in exactly one; instances that no text places are in a domain of their own.
   */
  readonly domains: readonly Domain[];
  readonly carriers: readonly Carrier[];
  /** In the order of time. */
  readonly plan: readonly PlannedStep[];
  /** When the run ends. */
  readonly duration: number;
  readonly seed: number;
}

export interface Hardware {
  readonly cores: number;
  readonly nic: { readonly functions: number } | undefined;
  readonly link: Link;
}

/** What is between the NIC and the remote peers. */
export interface Link {
  /** Nanoseconds from end to end; above 0. */
  readonly delay: number;
  /** Bits in a second. */
  readonly rate: number;
  /** Parts in a million. */
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
}

export interface Domain {
  /** `app[Client1]`. */
  readonly name: string;
  /** Indices into `Model.instances`. */
  readonly instances: readonly number[];
  /** First and last core on which its virtual CPUs may run. */
  readonly cores: readonly [first: number, last: number];
}

/** How the messages of some channels get from sender to receiver. */
export interface Carrier {
  /** Indices into `Model.channels`. */
  readonly channels: readonly number[];
  readonly mechanism: Mechanism;
}

export type Mechanism =
  /** A ring in granted memory; the receiver is woken through an event channel, or polls. */
  | { readonly kind: "ring"; readonly slots: number; readonly doorbell: "evtchn" | "none" }
  /** A descriptor queue of a function of the NIC, and the link behind it. */
  | { readonly kind: "nic" }
  /** The receiver is in the hypervisor. */
  | { readonly kind: "hypercall" }
  /** An event channel alone: what is sent is that something was sent. */
  | { readonly kind: "evtchn" }
  /** What no text says: shared memory of one domain. */
  | { readonly kind: "memory" };

export interface PlannedStep {
  readonly time: number;
  readonly action: "fault" | "do";
  /** `server.crash`. */
  readonly name: string;
  /** Indices into `Model.transitions`, of which one is taken. */
  readonly transitions: readonly number[];
  readonly span: Span;
}
