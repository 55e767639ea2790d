/** An endpoint of TCP in conversations over links that lose frames, also as tshark sees them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Link } from "../../spec/deployment.ts";
import { captureOf, type Captured, converse, type Conversation } from "./conversation.fixture.ts";
import { LINUX, NETBSD, SEGMENT_BYTES } from "./tcp.ts";

const MILLISECOND = 1_000_000;
const SECOND = 1000 * MILLISECOND;
const LINK: Link = { delay: 50_000, rate: 1e10, loss: 0, duplication: 0, reordering: 0 };
const CALM: Conversation = {
  writes: [{ at: MILLISECOND, bytes: 10 * SEGMENT_BYTES }],
  profile: LINUX,
  toClient: LINK,
  toServer: LINK,
  until: 100 * SECOND,
  seed: 1,
};

test("what is written is delivered, once and in order", () => {
  const { server, client, frames } = converse(CALM);
  expect([server.state, client.state]).toEqual(["open", "open"]);
  expect(client.delivered).toBe(10 * SEGMENT_BYTES);
  expect(server.acknowledged).toBe(10 * SEGMENT_BYTES);
  expect(frames.filter(({ why }) => why === "timeout")).toEqual([]);
});

test.each(Array.from({ length: 40 }, (_, seed) => seed))("losses are repaired, seed %i", (seed) => {
  const lossy = { ...LINK, loss: 200_000, duplication: 50_000, reordering: 50_000 };
  const { server, client } = converse({ ...CALM, toClient: lossy, toServer: lossy, seed });
  expect(client.delivered).toBe(10 * SEGMENT_BYTES);
  expect(server.acknowledged).toBe(10 * SEGMENT_BYTES);
});

/** Times since the first transmission of a segment at which it was sent again. */
function ladder(profile: Conversation["profile"], length: number): readonly number[] {
  const begin = 10 * SECOND;
  const writes = [
    { at: MILLISECOND, bytes: SEGMENT_BYTES },
    { at: begin, bytes: SEGMENT_BYTES },
  ];
  const { frames } = converse({ ...CALM, writes, profile, outage: [begin, 200 * SECOND] });
  return frames
    .filter(({ why }) => why === "timeout")
    .slice(0, length)
    .map(({ time }) => (time - begin) / SECOND);
}

test("the timeout doubles: 0.2, 0.6, 1.4 and 3 seconds on Linux", () => {
  expect(ladder(LINUX, 4)).toEqual([0.2, 0.6, 1.4, 3]);
});

test("the timeout doubles in ticks: 1, 3, 7 and 15 seconds on NetBSD", () => {
  expect(ladder(NETBSD, 4)).toEqual([1, 3, 7, 15]);
});

test("a connection is lost when nobody answers for too long, and not before", () => {
  const impatient = { ...LINUX, retries: 3 };
  const writes = [{ at: 10 * SECOND, bytes: 1 }];
  const until = (seconds: number) =>
    converse({
      ...CALM,
      profile: impatient,
      writes,
      outage: [10 * SECOND, (10 + seconds) * SECOND],
    }).server;
  expect(until(1).state).toBe("open");
  expect([until(60).state, until(60).lostBy]).toEqual(["lost", "timeout"]);
});

// ---------------------------------------------------------------------------- tshark

const installed = spawnSync("tshark", ["--version"]).status === 0;

/** Numbers of the captured segments that a display filter of tshark keeps. */
function tshark(frames: readonly Captured[], filter: string): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  try {
    const file = join(folder, "server.pcapng");
    writeFileSync(file, captureOf(frames));
    const words = ["-r", file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
    const text = execFileSync(
      "tshark",
      [...words, "-Y", filter, "-T", "fields", "-e", "frame.number"],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    // The first frame of the file is the announcement.
    return text
      .split("\n")
      .filter(Boolean)
      .map((number) => Number(number) - 2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const numbersOf = (frames: readonly Captured[], keep: (frame: Captured) => boolean) =>
  frames.flatMap((frame, index) => (keep(frame) ? [index] : []));

test.skipIf(installed)("tshark is not installed, so nothing is compared with it", () => {
  expect(installed).toBe(false);
});

test.skipIf(!installed)("tshark finds no malformed frame and good checksums", () => {
  const { frames } = converse(CALM);
  expect(tshark(frames, "_ws.malformed")).toEqual([]);
  expect(tshark(frames, "tcp.checksum.status == 0 || ip.checksum.status == 0")).toEqual([]);
  expect(tshark(frames, "tcp.checksum.status == 1").length).toBe(frames.length);
  expect(tshark(frames, "arp.isgratuitous")).toEqual([-1]);
});

test.skipIf(!installed)("tshark calls the same segments retransmissions", () => {
  const lossy = { ...LINK, loss: 100_000 };
  for (const seed of [1, 2, 3, 4, 5]) {
    const writes = Array.from({ length: 20 }, (_, index) => ({
      at: (1 + index) * 10 * MILLISECOND,
      bytes: SEGMENT_BYTES,
    }));
    const { frames } = converse({ ...CALM, writes, toClient: lossy, seed });
    const ours = numbersOf(frames, ({ why }) => why === "timeout" || why === "fast retransmission");
    expect(tshark(frames, "tcp.srcport == 80 && tcp.analysis.retransmission")).toEqual(ours);
  }
});
