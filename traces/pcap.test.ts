/**
 * The pcap reader: every magic, every chunk size, and what damage costs.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PLAIN_PCAP, type PcapStyle, writePcap } from "./capture-writer.fixture.ts";
import { MAX_PACKET_BYTES } from "./packet.ts";
import { frames } from "./packet-notation.fixture.ts";
import { readPcapBytes } from "./read-back.fixture.ts";

const TEXT = `
  C>S SYN
  +7us S>C SYNACK
  C>S ACK
  +2s C>S DATA 900 cut=96`;

const STYLES: PcapStyle[] = [true, false].flatMap((littleEndian) =>
  [true, false].map((nanoseconds) => ({ littleEndian, nanoseconds, linkType: 1 })),
);

test.each(STYLES)("packets of a file come back as they were written: %o", async (style) => {
  const written = frames(TEXT);
  const { packets, report } = await readPcapBytes(writePcap(written, style));
  expect(
    packets.map(({ time, captured, originalLength }) => ({
      time,
      bytes: Buffer.from(captured),
      originalLength,
    })),
  ).toEqual(
    written.map(({ time, bytes, originalLength }) => ({
      time,
      bytes: Buffer.from(bytes),
      originalLength,
    })),
  );
  expect(packets.map((packet) => packet.ordinal)).toEqual([1, 2, 3, 4]);
  expect(report.losses).toEqual([]);
  expect(report.interfaces).toEqual([
    { name: undefined, linkType: 1, snapLength: 262_144, packets: 4, dropped: undefined },
  ]);
});

test("the size of the reads does not matter", async () => {
  const bytes = writePcap(frames(TEXT), PLAIN_PCAP);
  const whole = await readPcapBytes(bytes);
  for (const chunk of [1, 5, 16, 17, 100]) {
    const { packets } = await readPcapBytes(bytes, chunk);
    expect(packets.map((packet) => Buffer.from(packet.captured))).toEqual(
      whole.packets.map((packet) => Buffer.from(packet.captured)),
    );
  }
});

describe("damage", () => {
  const bytes = writePcap(frames(TEXT), PLAIN_PCAP);
  const patched = (at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return copy;
  };

  test.each([
    ["in the file header", 23, "E0524"],
    ["right after the file header", 24, undefined],
  ])("a file that ends %s", async (_where, length, code) => {
    const result = await readPcapBytes(bytes.subarray(0, length));
    expect(result.code).toBe(code);
    expect(result.packets).toEqual([]);
    expect(result.report.losses).toEqual([]);
  });

  test("a file that ends inside a packet loses that packet and says where it ended", async () => {
    const { packets, report } = await readPcapBytes(bytes.subarray(0, bytes.length - 1));
    expect(packets).toHaveLength(3);
    expect(report.losses).toMatchObject([
      { reason: "truncated", from: packets[2]?.time, until: undefined },
    ]);
    expect(report.losses[0]?.note).toBe(
      `the file ends inside packet 4, at byte ${bytes.length - 1}`,
    );
  });

  test("an absurd packet length ends the reading, and allocates nothing", async () => {
    const { packets, report } = await readPcapBytes(patched(24 + 8, 0xffff_fff0));
    expect(packets).toEqual([]);
    expect(report.losses.map(({ reason, note }) => [reason, ...note.split("; ")])).toEqual([
      [
        "corrupt",
        `packet 1 at byte 24 claims 4294967280 bytes, more than ${MAX_PACKET_BYTES}`,
        "nothing after it can be read",
      ],
    ]);
  });

  test("an unknown version or link type is an error with its number", async () => {
    expect((await readPcapBytes(patched(4, 0x0004_0063))).code).toBe("E0524");
    expect((await readPcapBytes(patched(20, 147))).code).toBe("E0525");
  });

  test("no truncation throws, and each gives a prefix of the packets", async () => {
    const whole = await readPcapBytes(bytes);
    const lengths = whole.packets.map((packet) => packet.captured.length);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), async (length) => {
        const { packets } = await readPcapBytes(bytes.subarray(0, length));
        expect(packets.map((packet) => packet.captured.length)).toEqual(
          lengths.slice(0, packets.length),
        );
      }),
      { numRuns: 60 },
    );
  });
});
