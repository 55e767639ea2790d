/**
 * How fast captures are read: packets per second from file to events, in one thread.
 *
 *     node bench/captures.ts [packets] [connections]
 *
 * The capture is made for the run, in a temporary file: connections that take turns in sending a
 * request, a reply and an acknowledgement, cut at 128 bytes, as pcap and as pcapng. It is larger
 * than any cache, and no packet is like another, so that the table of copies works as in earnest.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePcap, writePcapng, PLAIN_PCAP } from "../traces/capture-writer.fixture.ts";
import { frames, type SyntheticFrame } from "../traces/packet-notation.fixture.ts";
import { openRecording } from "../traces/recording.ts";

const DEFAULT_PACKETS = 500_000;
const DEFAULT_CONNECTIONS = 200;
const SNAP_BYTES = 128;
const REPEATS = 3;

/** Offsets in an Ethernet frame with IPv4 and TCP. */
const IDENTIFICATION = 18;
const SOURCE_PORT = 34;
const DESTINATION_PORT = 36;
const SEQUENCE = 38;
const ACKNOWLEDGEMENT = 42;

const REQUEST_BYTES = 400;
const REPLY_BYTES = 1400;

function template(line: string): Uint8Array {
  return frames(line)[0]?.bytes ?? new Uint8Array();
}

/** The frames of a capture: round after round, every connection exchanges a request and a reply. */
function load(packets: number, connections: number): SyntheticFrame[] {
  const request = template(`C>S DATA ${REQUEST_BYTES}`);
  const reply = template(`S>C DATA ${REPLY_BYTES}`);
  const answer = template("C>S ACK");
  const out: SyntheticFrame[] = [];
  for (let index = 0; out.length < packets; index++) {
    const port = 10_000 + (index % connections);
    const round = Math.floor(index / connections);
    const client = 1 + round * REQUEST_BYTES;
    const server = 1 + round * REPLY_BYTES;
    const sent = client + REQUEST_BYTES;
    out.push(
      frame(request, out.length, SOURCE_PORT, port, client, server),
      frame(reply, out.length + 1, DESTINATION_PORT, port, server, sent),
      frame(answer, out.length + 2, SOURCE_PORT, port, sent, server + REPLY_BYTES),
    );
  }
  return out;
}

function frame(
  bytes: Uint8Array,
  ordinal: number,
  portAt: number,
  port: number,
  sequence: number,
  acknowledgement: number,
): SyntheticFrame {
  const copy = bytes.slice(0, SNAP_BYTES);
  const view = new DataView(copy.buffer);
  view.setUint16(IDENTIFICATION, 1 + (ordinal % 65_535));
  view.setUint16(portAt, port);
  view.setUint32(SEQUENCE, sequence);
  view.setUint32(ACKNOWLEDGEMENT, acknowledgement);
  const time = BigInt(ordinal) * 3_000n;
  return { time, interface: 0, bytes: copy, originalLength: bytes.length };
}

async function measure(path: string): Promise<void> {
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const begin = performance.now();
    const recording = await openRecording([path]);
    let events = 0;
    for await (const batch of recording.batches()) events += batch.length;
    const seconds = (performance.now() - begin) / 1000;
    const packets = recording.sources[0]?.records ?? 0;
    const megabytes = statSync(path).size / 1e6;
    process.stdout.write(
      `${path.split("/").at(-1)}: ${packets} packets, ${events} events, ${seconds.toFixed(2)} s, ` +
        `${Math.round(packets / seconds)} packets/s, ${Math.round(megabytes / seconds)} MB/s\n`,
    );
  }
}

const packets = Number(process.argv[2] ?? DEFAULT_PACKETS);
const made = load(packets, Number(process.argv[3] ?? DEFAULT_CONNECTIONS));
const folder = mkdtempSync(join(tmpdir(), "rehearsal-bench-"));
try {
  writeFileSync(join(folder, "load.pcap"), writePcap(made, PLAIN_PCAP));
  writeFileSync(join(folder, "load.pcapng"), writePcapng(made, true));
  await measure(join(folder, "load.pcap"));
  await measure(join(folder, "load.pcapng"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
