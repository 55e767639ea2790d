/**
 * Messages that are an event channel's notification, and nothing else.
 *
 *     carry ──trap──► message is there, bits are set ──► upcall: all that was sent before it
 *
 * Notifications merge; messages of the Model do not, because what they say is in the Model. After
 * an upcall all can be received that had been sent when it began.
 */
import { KIND } from "../../record/kinds.ts";
import type { Carrier, Parcel } from "../carrier.ts";
import type { EventLine } from "./event-lines.ts";
import type { Machine } from "./machine.ts";

/** A carrier for what one domain sends to another on one channel. */
export function createEventCarrier(
  machine: Machine,
  connect: (look: (event: number) => void) => EventLine,
): Carrier {
  const there: { readonly parcel: Parcel; readonly sent: number }[] = [];
  const line = connect((upcall) => {
    for (const { parcel, sent } of there.splice(0)) {
      const { channel, receiver } = parcel;
      parcel.arrive(machine.record(KIND.load, receiver, channel, 0, sent, upcall));
    }
  });
  return {
    carry(parcel) {
      line.send(parcel.sender, parcel.sent, (sent) => there.push({ parcel, sent }));
    },
  };
}
