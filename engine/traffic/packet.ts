/** A frame on its way: what it says, between which MAC addresses, and why it was sent. */
import { type Arp, type Mac, type Segment, SYN } from "../network/frames.ts";
import type { Sending } from "../network/tcp.ts";

export type Packet = {
  readonly from: Mac;
  readonly to: Mac;
  /** Whose stack made it: the name of a peer, an application, or a server. */
  readonly by: string;
} & (
  | { readonly kind: "tcp"; readonly segment: Segment; readonly why: Sending }
  | { readonly kind: "arp"; readonly arp: Arp; readonly why: "announcement" | "request" | "reply" }
);

const ARP_BYTES = 60;
const TCP_BYTES = 54;
const OPTION_BYTES = 4;

/** Bytes of the frame, without padding and check sequence. */
export function bytesOf(packet: Packet): number {
  if (packet.kind === "arp") return ARP_BYTES;
  const { payload, flags } = packet.segment;
  return TCP_BYTES + payload.length + ((flags & SYN) === 0 ? 0 : OPTION_BYTES);
}
