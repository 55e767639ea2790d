/**
 * The tracker against tshark, packet for packet.
 *
 * tshark is a tool of another project that need not be installed; without it these tests are
 * skipped.
 *
 * tshark decides by sequence numbers alone whether a segment below the highest number is a
 * retransmission or out of order; the tracker asks IP identifications and time stamps, and takes
 * copies made by the link apart. So the packets are compared that either calls anything but new.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { realFiles } from "./real-captures.fixture.ts";
import { openRecording } from "./recording.ts";
import type { TraceEvent } from "./trace.ts";

const installed = spawnSync("tshark", ["--version"]).status === 0;
const files = installed ? realFiles(/\.pcap(?:ng)?$/) : [];

/** Numbers of the frames that a display filter of tshark keeps. */
function tsharkFrames(file: string, filter: string): number[] {
  const text = execFileSync(
    "tshark",
    ["-r", file, "-Y", filter, "-T", "fields", "-e", "frame.number"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  return text.trim() === "" ? [] : text.trim().split("\n").map(Number);
}

async function eventsOf(file: string): Promise<TraceEvent[]> {
  const recording = await openRecording([file]);
  const events: TraceEvent[] = [];
  for await (const batch of recording.batches()) events.push(...batch);
  return events;
}

/** Numbers of the frames of the events that `keep` keeps. */
function framesOf(events: readonly TraceEvent[], keep: (event: TraceEvent) => boolean): number[] {
  return [...new Set(events.filter(keep).map((event) => event.origin.ordinal))];
}

test.skipIf(installed)("tshark is not installed, so nothing is compared with it", () => {
  expect(files).toEqual([]);
});

describe.each(files.map((file) => [basename(file), file] as const))("%s", (_name, file) => {
  test("repeated and late segments are the same frames", async () => {
    const repeated = framesOf(
      await eventsOf(file),
      ({ kind, attributes }) =>
        kind === "tcp.retransmission" ||
        kind === "tcp.reordered" ||
        (kind === "tcp.duplicate" && attributes["what"] !== "ack"),
    );
    const filter =
      "tcp.analysis.retransmission || tcp.analysis.fast_retransmission || " +
      "tcp.analysis.spurious_retransmission || tcp.analysis.out_of_order";
    expect(repeated).toEqual(tsharkFrames(file, filter));
  });

  test("resets, keep-alives and closed windows are the same frames", async () => {
    const events = await eventsOf(file);
    expect(framesOf(events, ({ kind }) => kind === "tcp.reset" || kind === "tcp.refused")).toEqual(
      tsharkFrames(file, "tcp.flags.reset == 1"),
    );
    expect(framesOf(events, ({ kind }) => kind === "tcp.keepalive")).toEqual(
      tsharkFrames(file, "tcp.analysis.keep_alive"),
    );
  });
});
