/**
 * Carriers that are times only: each message takes as long as its mechanism would, and arrives not
 * before the one in front of it.
 */
import type { Deployment, Mechanism } from "../../spec/deployment.ts";
import { wireTime } from "../network/link.ts";
import type { Random } from "../schedule/random.ts";
import type { Agenda } from "./agenda.ts";
import type { Carrier } from "./carrier.ts";
import { deliveryOf } from "./latencies.ts";
import { draw } from "./waiting.ts";

/** One message is one frame; payloads are not modelled, so it is a full one. */
const FRAME_BYTES = 1514;

/** A carrier for each channel of the Model. */
export function createDelays(
  deployment: Deployment,
  { agenda, random }: { readonly agenda: Agenda; readonly random: Random },
): readonly Carrier[] {
  const { link } = deployment.hardware;
  return deployment.model.channels.map((_, channel): Carrier => {
    const mechanism = mechanismOf(deployment, channel);
    let last = 0;
    return {
      carry(parcel) {
        const delivery = draw(random, deliveryOf(mechanism));
        const wire = mechanism.kind === "nic" ? link.delay + wireTime(link, FRAME_BYTES) : 0;
        last = Math.max(last, agenda.now + delivery + wire);
        agenda.later(last, () => parcel.arrive(parcel.sent));
      },
    };
  });
}

/** What carries a channel. */
export function mechanismOf({ carriers }: Deployment, channel: number): Mechanism {
  const carrier = carriers.find(({ channels }) => channels.includes(channel));
  return carrier?.mechanism ?? { kind: "memory" };
}
