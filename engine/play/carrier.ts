/**
 * `Carrier`: brings the messages of some channels from sender to receiver.
 *
 *     sent ──carry(parcel)──► whatever the mechanism needs, in tasks ──► parcel.arrive():
 *     receivable
 *
 * The Model has the message all the time and decides who may receive it; a carrier decides when.
 * Messages of one channel arrive in the order in which they were sent.
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
  /** It can be received from now on; `cause` is the event of the trace that brought it. */
  arrive(cause: number): void;
}

export interface Carrier {
  carry(parcel: Parcel): void;
}
