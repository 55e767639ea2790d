/**
 * Two endpoints and what is between them, as a capture and as labels: for tests.
 *
 * The capture is taken where the server sends: its own segments as they leave, those of the client
 * as they arrive.
 */
import { captureFrame, captureHeader } from "../../traces/pcapng-writer.ts";
import { createEventQueue } from "../schedule/event-queue.ts";
import { createRandom } from "../schedule/random.ts";
import type { Link } from "../../spec/deployment.ts";
import { announcement, arpFrame, type Segment, tcpFrame } from "./frames.ts";
import { type LinkState, send } from "./link.ts";
import { createTcp, type Sending, type Sent, type Tcp, type TcpProfile } from "./tcp.ts";

export interface Conversation {
  /** Bytes that the server writes, each at its time. */
  readonly writes: readonly { readonly at: number; readonly bytes: number }[];
  readonly profile: TcpProfile;
  readonly toClient: Link;
  readonly toServer: Link;
  /** From when to when nothing passes. */
  readonly outage?: readonly [from: number, until: number];
  readonly until: number;
  readonly seed: number;
}

/** One frame of the capture. */
export interface Captured {
  readonly time: number;
  readonly segment: Segment;
  /** Of the server's own segments. */
  readonly why: Sending | undefined;
}

const SERVER = { mac: 0x02_00_00_00_00_84, ip: 0x0a00000a, port: 80 };
const CLIENT = { mac: 0x02_00_00_00_00_02, ip: 0x0a000002, port: 41_001 };
/** Captures begin at this time of the epoch; nanoseconds. */
const EPOCH = 1_000_000_000_000_000_000n;

export function converse(conversation: Conversation): {
  readonly frames: readonly Captured[];
  readonly server: Tcp;
  readonly client: Tcp;
} {
  const { writes, profile, toClient, toServer, outage, until, seed } = conversation;
  const random = createRandom(seed);
  const queue = createEventQueue();
  const works: ((now: number) => void)[] = [];
  const at = (time: number, work: (now: number) => void): void => {
    queue.add(time, works.push(work) - 1);
  };
  const frames: Captured[] = [];
  const profiles = { profile, initialSequence: 1000 };
  const server = createTcp({ local: SERVER, remote: CLIENT, ...profiles, listens: true });
  const client = createTcp({ local: CLIENT, remote: SERVER, ...profiles, listens: false });
  const wires: Record<"client" | "server", LinkState> = {
    client: { free: 0 },
    server: { free: 0 },
  };
  const isOut = (now: number): boolean =>
    outage !== undefined && now >= outage[0] && now < outage[1];

  const watch = (one: Tcp, from: "client" | "server"): void => {
    const { timer } = one;
    if (timer !== undefined) at(timer, (now) => put(one, from, now, one.expire(now)));
  };
  const put = (one: Tcp, from: "client" | "server", now: number, sent: readonly Sent[]): void => {
    for (const { segment, why } of sent) {
      if (from === "server") frames.push({ time: now, segment, why });
      const link = from === "server" ? toClient : toServer;
      const bytes = tcpFrame(segment).length;
      for (const time of send(link, wires[from], random, now, bytes)) {
        if (isOut(time)) continue;
        at(time, (then) => {
          if (from === "client") frames.push({ time: then, segment, why: undefined });
          const other = from === "client" ? server : client;
          put(other, from === "client" ? "server" : "client", then, other.receive(then, segment));
        });
      }
    }
    watch(one, from);
  };
  at(0, (now) => put(client, "client", now, client.connect(now)));
  for (const write of writes) {
    at(write.at, (now) => put(server, "server", now, server.write(now, write.bytes)));
  }
  while (queue.size > 0 && queue.first <= until) {
    const now = queue.first;
    works[queue.take()]?.(now);
  }
  return { frames, server, client };
}

/** The capture file, which begins with the server's announcement of its address. */
export function captureOf(frames: readonly Captured[]): Uint8Array {
  const arp = captureFrame({
    time: EPOCH,
    interface: 0,
    bytes: arpFrame(announcement(SERVER)),
  });
  const parts = frames.map(({ time, segment, why }) =>
    captureFrame({
      time: EPOCH + BigInt(time) + 1n,
      interface: 0,
      bytes: tcpFrame(segment),
      comment: why,
    }),
  );
  const all = [captureHeader("rehearsal", ["server"]), arp, ...parts];
  return Uint8Array.from(all.flatMap((part) => [...part]));
}
