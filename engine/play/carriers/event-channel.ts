/**
 * Messages that are an event channel's notification, and nothing else.
 *
 *     carry ──trap──► message is there, bits are set ──► upcall: all that was sent before it
 *
 * Notifications merge; messages of the Model do not, because what they say is in the Model. After
 * an upcall all can be received that had been sent when it began.
 */
import type { Carrier, Parcel } from "../carrier.ts";
import type { EventLine } from "./event-lines.ts";

/** A carrier for what one domain sends to another on one channel. */
export function createEventCarrier(connect: (look: (event: number) => void) => EventLine): Carrier {
  const there: Parcel[] = [];
  const line = connect((event) => {
    for (const parcel of there.splice(0)) parcel.arrive(event);
  });
  return {
    carry: (parcel) => line.send(parcel.sender, parcel.sent, () => there.push(parcel)),
  };
}
