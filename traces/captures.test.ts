/**
 * The tracker on real recordings, against what their endpoints logged and what tshark counted.
 *
 * Each `truth.json` lists the connections that the endpoints had, with the counts of tshark per
 * connection.
 */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { readPcapBytes, readPcapngBytes, trackPackets } from "./read-back.fixture.ts";
import { realFiles } from "./real-captures.fixture.ts";
import { openRecording, type Recording } from "./recording.ts";
import type { TraceEvent } from "./trace.ts";

interface Counts {
  readonly retransmissions: number;
  readonly packets: number;
  readonly syn_seen: boolean;
  readonly synack_seen: boolean;
  readonly rst_from_client: number;
  readonly rst_from_server: number;
  readonly fin_from_client: number;
  readonly fin_from_server: number;
  readonly last_packet_ns: string | null;
}

interface Truth {
  readonly captures: readonly {
    readonly file: string;
    readonly packets: number;
    readonly tcp_streams_per_tshark: number;
    readonly syn_packets: number;
    readonly synack_packets: number;
    readonly rst_packets: number;
    readonly gratuitous_arp_packets: number;
    readonly out_of_order_per_tshark: number;
    readonly acked_unseen_per_tshark: number;
    readonly reported_counters: {
      readonly interfaces?: readonly { readonly dropped: number }[];
    };
  }[];
  readonly connections: readonly {
    readonly client: string;
    readonly server: string;
    readonly tshark: Counts;
  }[];
  readonly failed_attempts: readonly { readonly client: string; readonly server: string }[];
}

/** The truth about a recording, given its path without an ending, and about its captures here. */
function truthOf(stem: string): Truth {
  const truth: Truth = JSON.parse(readFileSync(`${stem}.truth.json`, "utf8"));
  const captures = truth.captures
    .map((capture) => ({ ...capture, file: `${stem}${capture.file.replace(/^[^.]*/, "")}` }))
    .filter((capture) => existsSync(capture.file));
  return { ...truth, captures };
}

async function replay(...files: readonly string[]): Promise<[TraceEvent[], Recording]> {
  const recording = await openRecording(files);
  const events: TraceEvent[] = [];
  for await (const batch of recording.batches()) events.push(...batch);
  return [events, recording];
}

function count(events: readonly TraceEvent[], kind: string, by?: string): number {
  return events.filter(
    (event) => event.kind === kind && (by === undefined || event.attributes["by"] === by),
  ).length;
}

/** Events per connection id. */
function perConnection(events: readonly TraceEvent[]): Map<string, TraceEvent[]> {
  const groups = new Map<string, TraceEvent[]>();
  for (const event of events) {
    const id = event.attributes["conn"];
    if (typeof id !== "string") continue;
    groups.set(id, [...(groups.get(id) ?? []), event]);
  }
  return groups;
}

const stems = realFiles(/\.truth\.json$/).map((path) => path.replace(".truth.json", ""));

describe.each(stems.map((stem) => [basename(stem), stem] as const))("%s", (_name, stem) => {
  const truth = truthOf(stem);

  test.each(truth.captures)(
    "$file has the packets, connections and flags of tshark",
    async (capture) => {
      const [events, recording] = await replay(capture.file);
      expect(recording.diagnostics).toEqual([]);
      expect(recording.sources[0]?.records).toBe(capture.packets);
      expect(perConnection(events).size).toBe(capture.tcp_streams_per_tshark);
      const duplicates = (what: string): number =>
        events.filter(
          (event) => event.kind === "tcp.duplicate" && event.attributes["what"] === what,
        ).length;
      expect(count(events, "tcp.syn") + duplicates("syn")).toBe(capture.syn_packets);
      expect(count(events, "tcp.synAck") + duplicates("synAck")).toBe(capture.synack_packets);
      expect(count(events, "tcp.reset") + count(events, "tcp.refused")).toBe(capture.rst_packets);
      expect(count(events, "arp.announce")).toBe(capture.gratuitous_arp_packets);
      expect(count(events, "tcp.gap") > 0).toBe(capture.acked_unseen_per_tshark > 0);
      const dropped = recording.losses
        .filter((loss) => loss.reason === "dropped")
        .reduce((sum, loss) => sum + (loss.count ?? 0), 0);
      expect(dropped).toBe(capture.reported_counters.interfaces?.[0]?.dropped ?? 0);
    },
  );

  test("every connection of the endpoints that has packets is found, and no other", async () => {
    const [events] = await replay(truth.captures[0]?.file ?? "");
    const found = perConnection(events);
    const attempts = truth.failed_attempts.map(({ client, server }) => `${client} > ${server} #1`);
    const seen = truth.connections.filter(({ tshark }) => tshark.packets > 0);
    const ids = seen.map(({ client, server }) => `${client} > ${server} #1`);
    expect([...found.keys()].toSorted()).toEqual([...ids, ...attempts].toSorted());
    for (const [index, { tshark }] of seen.entries()) {
      const own = found.get(ids[index] ?? "") ?? [];
      const established = own.filter((event) => event.kind === "tcp.established");
      expect(established.map((event) => event.attributes["complete"])).toEqual([
        tshark.syn_seen && tshark.synack_seen,
      ]);
      expect(count(own, "tcp.reset", "client")).toBe(tshark.rst_from_client);
      expect(count(own, "tcp.reset", "server")).toBe(tshark.rst_from_server);
      expect(count(own, "tcp.fin", "client") > 0).toBe(tshark.fin_from_client > 0);
      expect(count(own, "tcp.fin", "server") > 0).toBe(tshark.fin_from_server > 0);
    }
    for (const attempt of attempts) {
      expect(count(found.get(attempt) ?? [], "tcp.refused")).toBe(1);
    }
  });

  // With frames out of order, tshark and the tracker name them differently; `tshark.test.ts`
  // compares their sum then.
  test.skipIf((truth.captures[0]?.out_of_order_per_tshark ?? 0) > 0)(
    "retransmissions per connection are those of tshark",
    async () => {
      const [events] = await replay(truth.captures[0]?.file ?? "");
      const found = perConnection(events);
      const seen = truth.connections.filter(({ tshark }) => tshark.packets > 0);
      expect(
        seen.map(({ client, server }) =>
          count(found.get(`${client} > ${server} #1`) ?? [], "tcp.retransmission"),
        ),
      ).toEqual(seen.map(({ tshark }) => tshark.retransmissions));
    },
  );

  test("a second capture of the same traffic adds nothing, and changes no owner", async () => {
    const files = truth.captures.map((capture) => capture.file);
    const [together, recording] = await replay(...files, `${stem}.events.jsonl`);
    const packetEvents = together.filter((event) => event.kind.startsWith("tcp."));
    const [alone] = await replay(files[0] ?? "");
    expect(new Set(perConnection(packetEvents).keys())).toEqual(
      new Set(perConnection(alone).keys()),
    );
    expect(new Set(packetEvents.map((event) => event.origin.source))).toEqual(new Set([0]));
    expect(count(together, "arp.announce")).toBe(truth.captures[0]?.gratuitous_arp_packets);
    expect(recording.sources).toHaveLength(files.length + 1);
    const times = together.map((event) => event.time);
    expect(times.findIndex((time, index) => time < (times[index - 1] ?? time))).toBe(-1);
  });

  // A capture that begins while a lost segment is repaired cannot tell what was before it.
  const whole = truth.captures.every(
    (capture) => capture.acked_unseen_per_tshark + capture.out_of_order_per_tshark === 0,
  );
  test.skipIf(!whole)(
    "a capture that begins later misses no packet that it should have",
    async () => {
      const file = truth.captures[0]?.file ?? "";
      const read = file.endsWith("ng") ? readPcapngBytes : readPcapBytes;
      const { packets } = await read(new Uint8Array(readFileSync(file)));
      for (let begin = 1; begin < packets.length; begin += 97) {
        const { events, losses } = trackPackets(packets.slice(begin));
        expect(events.filter((event) => event.kind === "tcp.gap")).toEqual([]);
        expect(losses).toEqual([]);
        const ends = events.filter((event) => event.kind === "tcp.end");
        const open = ends.map((event) => event.attributes["conn"]);
        expect(new Set(open).size).toBe(open.length);
      }
    },
  );
});
