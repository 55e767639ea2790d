/**
 * `Carrier`: brings the messages of some channels from sender to receiver.
 *
 *     sent ──carry(parcel)──► whatever the mechanism needs, in tasks ──► parcel.arrive():
 *     receivable
 *
 * The Model has the message all the time and decides who may receive it; a carrier decides when.
 * What one domain sends on one channel arrives in the order in which it was sent, each message
 * once, but for what the link does, and for what has to be sent again after a crash.
 *
 * A message that the Model has no more, as after a crash, may still be on its way: it goes on, and
 * nobody hears of its arrival.
 */
import type { Home } from "./playing.ts";

/** A message on its way. */
export interface Parcel {
  /** Index into `Model.channels`. */
  readonly channel: number;
  readonly sender: Home;
  readonly receiver: Home;
  /** Event of the trace that sent it; `NONE` where nothing is traced. */
  readonly sent: number;
  /** The copy that a link makes of the message sent before. */
  readonly isCopy: boolean;
  /** What the link does to it, if anything; known when it gets to the wire. */
  readonly fate: Fate | undefined;
  /** It can be received from now on; `cause` is the event of the trace that brought it. */
  arrive(cause: number): void;
}

/** The link loses it, or holds it back so that others overtake it. */
export type Fate = "lost" | "late";

export interface Carrier {
  carry(parcel: Parcel): void;
}

/** What carries the messages of a run. */
export interface Carriers {
  /** By channel. */
  readonly of: readonly Carrier[];
  /** A virtual machine dies, and another one takes its place. */
  crash(domain: string): void;
}
