/**
 * Copies of frames: a capture at several ports of a switch tells the story of a capture at one.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import type { Packet } from "./packet.ts";
import {
  packetsOf,
  readPcapBytes,
  readPcapngBytes,
  trackPackets,
  written,
} from "./read-back.fixture.ts";
import { realFiles } from "./real-captures.fixture.ts";
import { BLIND_WINDOW, MARKED_WINDOW } from "./repeated-frames.ts";

const PORT_DELAY: bigint = 20_000n;

/** The packets, and each again at a second interface, a little later. */
function atTwoPorts(packets: readonly Packet[]): Packet[] {
  const copies = packets.map((packet) => ({
    ...packet,
    time: packet.time + PORT_DELAY,
    interface: 1,
  }));
  return [...packets, ...copies].toSorted((a, b) =>
    a.time === b.time ? a.interface - b.interface : a.time < b.time ? -1 : 1,
  );
}

const captures = realFiles(/\.pcap(?:ng)?$/);

describe.each(captures.map((path) => [basename(path), path] as const))("%s", (name, path) => {
  test("at two ports gives the events of one", async () => {
    const bytes = new Uint8Array(readFileSync(path));
    const read = name.endsWith("ng") ? readPcapngBytes : readPcapBytes;
    const { packets } = await read(bytes);
    const once = trackPackets(packets);
    const twice = trackPackets(atTwoPorts(packets));
    const tcp = /^tcp\.(?!end)/;
    expect(twice.events.filter((event) => tcp.test(event.kind))).toEqual(
      once.events.filter((event) => tcp.test(event.kind)),
    );
    expect(twice.tracker.counts.copies).toBe(once.tracker.counts.frames.tcp);
  });
});

/** One data segment twice, the second time after `delay`, with these words. */
function twice(delay: bigint, words: string): string[] {
  const [first, second] = packetsOf(`C>S DATA 5 ${words}\n+${delay}ns C>S DATA 5 again`);
  if (first === undefined || second === undefined) return [];
  return written(trackPackets([first, second]).events, /dupl|retrans/);
}

test.each([
  ["with an identification", "id=7", MARKED_WINDOW],
  ["with a time stamp", "id=0 ts=7", MARKED_WINDOW],
  ["with neither", "id=0", BLIND_WINDOW],
])("a frame %s is recognised up to its window", (_name, words, window) => {
  expect(twice(window, words)).toEqual(["duplicate"]);
  expect(twice(window + 1n, words)).toEqual(["retransmission"]);
});

test("at full rate the two hashes do not confuse frames", () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `+1ns C>S DATA 1 seq=${index + 1}`);
  const { tracker } = trackPackets(packetsOf(lines.join("\n")));
  expect(tracker.counts.duplicates).toBe(0);
});
