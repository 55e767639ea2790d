/**
 * The frame decoder: link types, IP headers and TCP options, from bytes written out by hand.
 */
import { describe, expect, test } from "vitest";
import { concatenate } from "./capture-writer.fixture.ts";
import { createFrame, decodeFrame, type Frame } from "./frame.ts";
import { frames } from "./packet-notation.fixture.ts";

const ETHERNET = 1;

/** The frame of one line of the packet notation, as bytes on Ethernet. */
function ethernet(line: string): Uint8Array {
  return frames(line)[0]?.bytes ?? new Uint8Array();
}

/** The IP packet of one line. */
function ip(line: string): Uint8Array {
  return ethernet(line).subarray(14);
}

function decode(bytes: Uint8Array, linkType: number, originalLength: number = bytes.length): Frame {
  const frame = createFrame();
  decodeFrame(
    { time: 0n, linkType, interface: 0, captured: bytes, originalLength, ordinal: 1 },
    frame,
  );
  return frame;
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** Puts `header` in place of the Ethernet header. */
function behind(header: string, packet: Uint8Array): Uint8Array {
  return concatenate([bytes(header), packet]);
}

const MACS = "02 00 00 00 00 01  02 00 00 00 00 02";
const DATA = "C>S DATA 20";
const SIX = "C6>S6 DATA 20";

test.each([
  ["Ethernet", ETHERNET, behind(`${MACS} 0800`, ip(DATA)), 0x0200_0000_0002],
  ["one VLAN tag", ETHERNET, behind(`${MACS} 8100 0005 0800`, ip(DATA)), 0x0200_0000_0002],
  ["QinQ", ETHERNET, behind(`${MACS} 88a8 0005 8100 0006 0800`, ip(DATA)), 0x0200_0000_0002],
  ["cooked v1", 113, behind("0000 0001 0006 020000000a01 0000 0800", ip(DATA)), 0x0200_0000_0a01],
  [
    "cooked v1 without an address",
    113,
    behind("0000 0304 0000 0000000000000000 0800", ip(DATA)),
    -1,
  ],
  [
    "cooked v2",
    276,
    behind("0800 0000 00000003 0001 00 06 020000000a01 0000", ip(DATA)),
    0x0200_0000_0a01,
  ],
  ["raw IP", 101, ip(DATA), -1],
  ["loopback of a little-endian host", 0, behind("02000000", ip(DATA)), -1],
  ["loopback", 108, behind("00000002", ip(DATA)), -1],
  ["IPv6 on Ethernet", ETHERNET, behind(`${MACS} 86dd`, ip(SIX)), 0x0200_0000_0002],
  ["raw IPv6", 229, ip(SIX), -1],
])("%s carries the same segment", (_name, linkType, frameBytes, mac) => {
  expect(decode(frameBytes, linkType)).toMatchObject({
    kind: "tcp",
    mac,
    sourcePort: expect.any(Number),
    destinationPort: 80,
    sequence: 1001,
    acknowledgement: 5001,
    flags: 0x18,
    length: 20,
  });
});

test("the device of a cooked v2 frame tells interfaces apart", () => {
  const header = "0800 0000 00000003 0001 00 06 020000000a01 0000";
  expect(decode(behind(header, ip(DATA)), 276).device).toBe(3);
});

describe("lengths", () => {
  test("padding of a short Ethernet frame is no payload", () => {
    const padded = new Uint8Array(60);
    padded.set(ethernet("C>S ACK"));
    expect(decode(padded, ETHERNET)).toMatchObject({ kind: "tcp", length: 0 });
  });

  test("a cut packet has the payload of its IP length", () => {
    expect(decode(ethernet("C>S DATA 1448").subarray(0, 54), ETHERNET, 1502).length).toBe(1448);
  });

  test.each([
    ["IPv4", "C>S DATA 3000 total=0"],
    ["IPv6", "C6>S6 DATA 3000 total=0"],
  ])("a total length of zero in %s reaches to the end of the frame", (_name, line) => {
    const whole = ethernet(line);
    expect(decode(whole.subarray(0, 96), ETHERNET, whole.length).length).toBe(3000);
  });

  test.each([13, 20, 33, 34, 53])("%i captured bytes are too short", (length) => {
    expect(decode(ethernet(DATA).subarray(0, length), ETHERNET).kind).toBe("short");
  });

  test("the fixed TCP header is enough", () => {
    const cut = ethernet("C>S DATA 9 ts=7").subarray(0, 54);
    expect(decode(cut, ETHERNET)).toMatchObject({ kind: "tcp", length: 9, stamped: false });
  });
});

describe("IPv4", () => {
  const patched = (at: number, ...values: readonly number[]): Frame => {
    const copy = ethernet(DATA).slice();
    copy.set(values, 14 + at);
    return decode(copy, ETHERNET);
  };

  test("options shift the segment", () => {
    const packet = ip(DATA);
    const options = bytes("01010101");
    const longer = concatenate([packet.subarray(0, 20), options, packet.subarray(20)]);
    longer[0] = 0x46;
    longer[3] = (longer[3] ?? 0) + 4;
    expect(decode(longer, 101)).toMatchObject({ kind: "tcp", sequence: 1001, length: 20 });
  });

  test.each([
    ["a later fragment has no ports", 6, [0x00, 0x03], "fragment"],
    ["another protocol is something else", 9, [17], "other"],
    ["a header length below 20 is broken", 0, [0x44], "broken"],
    ["a version that is not 4 is broken", 0, [0x55], "broken"],
    ["a total length below the headers is broken", 2, [0x00, 0x16], "broken"],
  ])("%s", (_name, at, values, kind) => {
    expect(patched(at, ...values).kind).toBe(kind);
  });

  test("the first fragment is decoded and marked", () => {
    expect(patched(6, 0x20, 0x00)).toMatchObject({ kind: "tcp", fragmented: true });
    expect(patched(6, 0x40, 0x00)).toMatchObject({ kind: "tcp", fragmented: false });
  });
});

describe("IPv6", () => {
  /** The packet of `SIX` with extension headers, each given as bytes, the first of type `first`. */
  const extended = (first: number, ...headers: readonly string[]): Uint8Array => {
    const packet = ip(SIX);
    const inserted = concatenate(headers.map(bytes));
    const longer = concatenate([packet.subarray(0, 40), inserted, packet.subarray(40)]);
    longer[6] = first;
    longer[5] = (longer[5] ?? 0) + inserted.length;
    return longer;
  };
  const hopByHop = (next: string): string => `${next} 00 0000 00000000`;

  test.each([
    ["hop-by-hop", extended(0, hopByHop("06"))],
    [
      "hop-by-hop, then destination options",
      extended(0, hopByHop("3c"), `06 01 ${"00".repeat(14)}`),
    ],
    [
      "an authentication header",
      extended(51, "06 04 0000 00000001 00000002 000000000000000000000000"),
    ],
    ["the first fragment", extended(44, "06 00 0001 00000007")],
  ])("%s is passed over", (_name, packet) => {
    expect(decode(packet, 101)).toMatchObject({ kind: "tcp", sequence: 1001, length: 20 });
  });

  test.each([
    ["a later fragment has no ports", extended(44, "06 00 0108 00000007"), "fragment"],
    ["UDP is something else", extended(17), "other"],
    [
      "an endless chain of extensions is something else",
      extended(0, ...Array.from({ length: 12 }, () => hopByHop("00"))),
      "other",
    ],
  ])("%s", (_name, packet, kind) => {
    expect(decode(packet, 101).kind).toBe(kind);
  });
});

describe("TCP options", () => {
  test.each([
    [
      "020405b4 0402 080a 0000000900000008 01 030307",
      {
        maximumSegment: 1460,
        selectiveAcks: true,
        stamped: true,
        stamp: 9,
        stampEcho: 8,
        windowScale: 7,
      },
    ],
    ["0101 080a fffffffe00000001", { stamped: true, stamp: -2, stampEcho: 1, maximumSegment: -1 }],
    ["0303ff 00", { windowScale: 14 }],
    ["0002 0405b4 000000", { maximumSegment: -1 }],
    ["0200 05b4", { maximumSegment: -1 }],
    ["0250 05b4", { maximumSegment: -1 }],
  ])("%s", (hex, expected) => {
    const options = bytes(hex);
    const packet = concatenate([ip("C>S ACK"), options]);
    packet[3] = (packet[3] ?? 0) + options.length;
    packet[32] = ((20 + options.length) / 4) << 4;
    expect(decode(packet, 101)).toMatchObject({ kind: "tcp", length: 0, ...expected });
  });
});

test("a gratuitous ARP gives address and MAC", () => {
  const frame = decode(ethernet("S ARP"), ETHERNET);
  expect(frame.kind).toBe("arp");
  expect(frame.mac).toBe(0x0200_0a00_000a);
  expect([...frame.source]).toEqual([...frame.destination]);
});
