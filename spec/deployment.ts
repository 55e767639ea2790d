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
import type { Expr, Model } from "./model.ts";
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
  readonly durations: readonly StepDuration[];
  /** In the order of the text. */
  readonly plan: readonly PlannedStep[];
  readonly swizzles: readonly Swizzle[];
  /** From then on nothing fails: no fault strikes, and the link is perfect. Undefined: never. */
  readonly heal: number | undefined;
  /** What must become true once all has healed. */
  readonly converge: readonly Convergence[];
  /** Does each seed leave out some faults, and draw link and latencies anew? */
  readonly swarm: boolean;
  readonly traffic: readonly Traffic[];
  /** When the run ends. */
  readonly duration: number;
  readonly seed: number;
}

/** Whose virtual CPU runs where several domains share a core. */
export type Scheduler =
  /** Whoever has something to do, as soon as the core is free. */
  | "null"
  /** Xen's credit2. */
  | "credit2"
  /** Any that could run, and it may be stopped at any step. */
  | "adversarial";

export interface Hardware {
  readonly cores: number;
  readonly scheduler: Scheduler;
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
  /** How many times as long as usual its steps take; 1 unless a seed draws it. */
  readonly pace: number;
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

/**
 * How long it takes until a step happens that is possible; what no line names takes microseconds.
 */
export interface StepDuration {
  /** Indices into `Model.transitions`. */
  readonly transitions: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** A condition on the states of the Model. */
export interface Condition {
  readonly expr: Expr;
  /** Length of the frame of locals. */
  readonly locals: number;
}

export interface PlannedStep {
  readonly trigger: Trigger;
  /** Parts in a million of the occasions at which it happens. */
  readonly chance: number;
  readonly action: "fault" | "do";
  /** `server.crash`. */
  readonly name: string;
  /** Indices into `Model.transitions`, of which one is taken. */
  readonly transitions: readonly number[];
  readonly span: Span;
}

/** `from`, `to`: between which times the seed draws one; equal where the text gives one time. */
export type Trigger =
  | { readonly kind: "time"; readonly from: number; readonly to: number }
  /** So long after the condition has become true, the first `times` times that it does. */
  | {
      readonly kind: "when";
      readonly condition: Condition;
      readonly from: number;
      readonly to: number;
      readonly times: number;
    };

/**
 * Deliveries of these channels stop, one channel after the other, and start again in another order:
 * most of the time some do and some do not. FoundationDB's simulation calls it swizzle-clogging.
 */
export interface Swizzle {
  /** Indices into `Model.channels`. */
  readonly channels: readonly number[];
  readonly from: number;
  readonly to: number;
  /** From the first stop to the last start. */
  readonly duration: number;
  readonly span: Span;
}

/** Is true `within` after the heal, and stays so to the end of the run. */
export interface Convergence {
  readonly name: string;
  readonly condition: Condition;
  readonly within: number;
  readonly span: Span;
}

/**
 * A real TCP connection from a remote client to an application, which the Model's own state lets
 * through or not.
 */
export interface Traffic {
  /** `app[Client1]`: the instance in whose domain the connection ends. */
  readonly name: string;
  /** What is violated when the connection is lost; undefined: its loss has no name. */
  readonly property: string | undefined;
  /** Index into `Model.instances`. */
  readonly instance: number;
  /** Nanoseconds between two requests of the client. */
  readonly every: number;
  /** Bytes of a request, and of its answer. */
  readonly bytes: number;
  /** The ways that frames can take; what is sent takes the first that is open. */
  readonly paths: readonly TrafficPath[];
  /** While it is true, somebody else's stack answers on the first path: with a reset. */
  readonly refused: Condition | undefined;
  readonly span: Span;
}

export interface TrafficPath {
  /** Through the rings of a server in this domain, by name; undefined: an own function. */
  readonly server: string | undefined;
  readonly open: Condition;
}
