/**
 * The tracker against tshark, packet for packet.
 *
 * tshark is a tool of another project that need not be installed; without it, or without the
 * recordings beside the repository, these tests are skipped.
 *
 * tshark decides by sequence numbers alone whether a segment below the highest number is a
 * retransmission or out of order; the tracker asks IP identifications and time stamps, and takes
 * copies made by the link apart. So the packets are compared that either calls anything but new.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRecording } from "./recording.ts";
import type { TraceEvent } from "./trace.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "shared", "captures");
const installed = spawnSync("tshark", ["--version"]).status === 0;
const files =
  installed && existsSync(FOLDER)
    ? readdirSync(FOLDER).filter((name) => /\.pcap(?:ng)?$/.test(name))
    : [];

/** Numbers of the frames that a display filter of tshark keeps. */
function tsharkFrames(file: string, filter: string): number[] {
  const text = execFileSync(
    "tshark",
    ["-r", join(FOLDER, file), "-Y", filter, "-T", "fields", "-e", "frame.number"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  return text.trim() === "" ? [] : text.trim().split("\n").map(Number);
}

async function eventsOf(file: string): Promise<TraceEvent[]> {
  const recording = await openRecording([join(FOLDER, file)]);
  const events: TraceEvent[] = [];
  for await (const batch of recording.batches()) events.push(...batch);
  return events;
}

/** Numbers of the frames of the events that `keep` keeps. */
function framesOf(events: readonly TraceEvent[], keep: (event: TraceEvent) => boolean): number[] {
  return [...new Set(events.filter(keep).map((event) => event.origin.ordinal))];
}

test.skipIf(files.length > 0)("tshark or the recordings are absent: nothing is compared", () => {
  expect(files).toEqual([]);
});

describe.each(files)("%s", (file) => {
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
