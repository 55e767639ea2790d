/**
 * The pcapng reader: sections, interfaces, clocks, drop counters, and damage.
 *
 * Files are put together block by block with the writer of `capture-writer.fixture.ts`.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blockWriter, concatenate, writePcapng } from "./capture-writer.fixture.ts";
import { frames, type SyntheticFrame } from "./packet-notation.fixture.ts";
import { MAX_INTERFACES } from "./pcapng-blocks.ts";
import { readPcapngBytes } from "./read-back.fixture.ts";

const little = blockWriter(true);
const big = blockWriter(false);
const [FRAME = raise(), SECOND = raise()] = frames("C>S SYN\nS>C SYNACK");
const NANOSECONDS: readonly [number, Uint8Array] = [9, new Uint8Array([9])];

function raise(): SyntheticFrame {
  throw new Error("the notation gives two frames");
}

/** A file of one little-endian section with one interface in nanoseconds. */
function file(...blocks: readonly Uint8Array[]): Uint8Array {
  return concatenate([little.section(), little.interface(1, 0, [NANOSECONDS]), ...blocks]);
}

test.each([true, false])(
  "packets come back as they were written, little-endian %s",
  async (order) => {
    const written = frames("C>S SYN\n+7us S>C SYNACK if=1\n+3s C>S DATA 301 cut=99");
    const { packets, report } = await readPcapngBytes(writePcapng(written, order));
    expect(packets.map((packet) => [packet.time, packet.interface, packet.ordinal])).toEqual(
      written.map((frame, index) => [frame.time, frame.interface, index + 1]),
    );
    expect(packets.map((packet) => Buffer.from(packet.captured))).toEqual(
      written.map((frame) => Buffer.from(frame.bytes)),
    );
    expect(packets.at(-1)?.originalLength).toBe(written.at(-1)?.originalLength);
    expect(report.interfaces.map((one) => one.packets)).toEqual([2, 1]);
    expect(report.losses).toEqual([]);
  },
);

test("a new section changes the byte order and numbers the interfaces anew", async () => {
  const { packets, report } = await readPcapngBytes(
    concatenate([
      little.section(),
      little.interface(1, 0, [NANOSECONDS]),
      little.packet(0, 5n, FRAME),
      big.section(),
      big.interface(276, 96, [[2, new TextEncoder().encode("any")]]),
      big.packet(0, 7n, SECOND),
    ]),
  );
  expect(packets.map(({ time, interface: place, linkType }) => [time, place, linkType])).toEqual([
    [5n, 0, 1],
    [7000n, 1, 276],
  ]);
  expect(report.interfaces.map(({ name, snapLength }) => [name, snapLength])).toEqual([
    [undefined, 0],
    ["any", 96],
  ]);
});

describe("clocks", () => {
  test.each([
    ["microseconds when nothing is declared", [], 3n, 3_000n],
    ["10^-3", [[9, new Uint8Array([3])]], 3n, 3_000_000n],
    ["10^0", [[9, new Uint8Array([0])]], 3n, 3_000_000_000n],
    ["10^-12, cut to nanoseconds", [[9, new Uint8Array([12])]], 3_999n, 3n],
    ["2^-10", [[9, new Uint8Array([0x80 + 10])]], 1024n * 3n + 512n, 3_500_000_000n],
    ["an offset", [NANOSECONDS, [14, little.u64(1000n)]], 3n, 1_000_000_000_003n],
    ["a negative offset", [NANOSECONDS, [14, little.u64(2n ** 64n - 1n)]], 3n, -999_999_997n],
    ["64 bits of ticks", [NANOSECONDS], 1_795_406_870_000_000_001n, 1_795_406_870_000_000_001n],
  ] as const)("%s", async (_name, options, ticks, time) => {
    const { packets } = await readPcapngBytes(
      concatenate([
        little.section(),
        little.interface(1, 0, options),
        little.packet(0, ticks, FRAME),
      ]),
    );
    expect(packets.map((packet) => packet.time)).toEqual([time]);
  });
});

describe("drop counters", () => {
  const total = (count: bigint): readonly [number, Uint8Array] => [5, little.u64(count)];
  const before = (count: bigint): readonly [number, Uint8Array] => [4, little.u64(count)];

  test.each([
    [
      "statistics are totals",
      [little.statistics(0, 9n, [total(5n)]), little.statistics(0, 12n, [total(7n)])],
      [
        [5, undefined, 9n],
        [2, 9n, 12n],
      ],
    ],
    [
      "drops of the interface and of the system add up",
      [little.statistics(0, 9n, [total(5n), [7, little.u64(3n)]])],
      [[8, undefined, 9n]],
    ],
    [
      "a packet counts the drops before it",
      [little.packet(0, 2n, FRAME), little.packet(0, 8n, FRAME, [before(4n)])],
      [[4, 2n, 8n]],
    ],
    [
      "what packets counted is not counted again",
      [little.packet(0, 8n, FRAME, [before(4n)]), little.statistics(0, 9n, [total(4n)])],
      [[4, undefined, 8n]],
    ],
    ["obsolete packets count too", [little.obsolete(0, 6, 8n, FRAME)], [[6, undefined, 8n]]],
    ["the obsolete 'unknown' is no count", [little.obsolete(0, 0xffff, 8n, FRAME)], []],
    ["zero drops are no loss", [little.statistics(0, 9n, [total(0n)])], []],
    [
      "a time before the last packet is not believed",
      [little.packet(0, 9000n, FRAME), little.statistics(0, 9n, [total(1n)])],
      [[1, undefined, 9000n]],
    ],
  ] as const)("%s", async (_name, blocks, losses) => {
    const { report } = await readPcapngBytes(file(...blocks));
    expect(report.losses.map(({ count, from, until }) => [count, from, until])).toEqual(losses);
    expect(report.losses.every((loss) => loss.reason === "dropped")).toBe(true);
  });

  test("the interface sums up what is known, and 'not said' is not zero", async () => {
    const counted = await readPcapngBytes(file(little.statistics(0, 9n, [total(5n)])));
    expect(counted.report.interfaces[0]?.dropped).toBe(5);
    const silent = await readPcapngBytes(file(little.statistics(0, 9n, [])));
    expect(silent.report.interfaces[0]?.dropped).toBeUndefined();
  });
});

test("simple packets are cut at the snap length and have the time of the last packet", async () => {
  const { packets, report } = await readPcapngBytes(
    concatenate([
      little.section(),
      little.interface(1, 20, [NANOSECONDS]),
      little.packet(0, 77n, FRAME),
      little.simple(FRAME),
    ]),
  );
  expect(packets.map(({ time, captured }) => [time, captured.length])).toEqual([
    [77n, FRAME.bytes.length],
    [77n, 20],
  ]);
  expect(report.losses).toMatchObject([{ reason: "corrupt", from: 77n }]);
});

test("unknown blocks are passed over, even when no known block may be so large", async () => {
  const { packets, report } = await readPcapngBytes(
    file(
      little.block(0x0bad, new Uint8Array(3_000_000)),
      little.packet(0, 1n, FRAME),
      little.block(0x8000_0001, new Uint8Array(8)),
      little.packet(0, 2n, FRAME),
    ),
  );
  expect(packets.map((packet) => packet.time)).toEqual([1n, 2n]);
  expect(report.losses).toEqual([]);
});

test("options that are unknown, unended, or beyond their block do no harm", async () => {
  const odd: readonly [number, Uint8Array] = [0x8001, new Uint8Array([1, 2, 3])];
  const { packets, report } = await readPcapngBytes(
    file(
      little.packet(0, 1n, FRAME, [odd, [4, little.u64(2n)]]),
      little.block(5, new Uint8Array(13)),
    ),
  );
  expect(packets).toHaveLength(1);
  expect(report.losses.map((loss) => loss.count)).toEqual([2]);
});

describe("damage", () => {
  const good = file(little.packet(0, 1n, FRAME), little.packet(0, 2n, SECOND));
  const firstPacket = good.length - 2 * little.packet(0, 1n, FRAME).length;
  const patched = (at: number, value: number): Uint8Array => {
    const copy = good.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return copy;
  };

  test.each([
    ["no byte-order magic", 8, 0x1234_5678],
    ["a length that is no multiple of four", 4, 29],
    ["a length below the header", 4, 12],
    ["another version", 12, 2],
  ])("a section header with %s is an error", async (_name, at, value) => {
    expect((await readPcapngBytes(patched(at, value))).code).toBe("E0524");
  });

  test.each([
    ["an impossible length", firstPacket + 4, 7, "has the impossible length 7"],
    ["a huge length", firstPacket + 4, 0x7fff_fff0, "claims 2147483632 bytes, more than 327680"],
    ["two different lengths", firstPacket + 4, 84, "gives two different lengths"],
  ])("a block with %s ends the reading", async (_name, at, value, note) => {
    const { packets, report } = await readPcapngBytes(patched(at, value));
    expect(packets).toEqual([]);
    expect(report.losses).toMatchObject([
      {
        reason: "corrupt",
        note: `block at byte ${firstPacket} ${note}; nothing after it can be read`,
      },
    ]);
  });

  test.each([
    ["names interface 9, which is not declared", firstPacket + 8, 9],
    ["claims more bytes than its block has", firstPacket + 20, 5000],
  ])("a packet that %s is skipped, the next is read", async (note, at, value) => {
    const { packets, report } = await readPcapngBytes(patched(at, value));
    expect(packets.map((packet) => packet.ordinal)).toEqual([2]);
    expect(report.losses[0]?.reason).toBe("corrupt");
    expect(report.losses[0]?.note).toBe(`packet 1 ${note}`);
  });

  test("a file that ends inside a block is truncated from its last packet on", async () => {
    const { packets, report } = await readPcapngBytes(good.subarray(0, good.length - 4));
    expect(packets).toHaveLength(1);
    expect(report.losses).toMatchObject([{ reason: "truncated", from: 1n, until: undefined }]);
  });

  test("a flood of interfaces stops at the limit and is reported", async () => {
    const flood = Array.from({ length: MAX_INTERFACES + 5 }, () => little.interface(1, 0));
    const { report } = await readPcapngBytes(concatenate([little.section(), ...flood]));
    expect(report.interfaces).toHaveLength(MAX_INTERFACES);
    expect(report.losses).toHaveLength(5);
  });

  test("no mutation throws", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
        async (changes) => {
          const copy = good.slice();
          for (const [at, value] of changes) copy[at] = value;
          const { packets } = await readPcapngBytes(copy, 64);
          expect(packets.length).toBeLessThanOrEqual(2);
        },
      ),
      { numRuns: 300 },
    );
  });
});
