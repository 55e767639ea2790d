/**
 * What the engine calls the segments of a capture, and what tshark makes of them from the bytes
 * alone.
 *
 * tshark sees one interface at a time, as anybody would who captures there. That a segment begins
 * below what it has seen is certain; by what name it goes is a guess from times and
 * acknowledgements, whose rules (packet-tcp.c, tcp_analyze_sequence_number) are written down here
 * once more.
 */
import { describe, expect, test } from "vitest";
import { SYN } from "../network/frames.ts";
import { calledFrames, type CalledFrame } from "./capture.ts";
import { captureBytes, captureInterfaces } from "./recording.ts";
import { playRoads, type Roads, roadsOf } from "./roads.fixture.ts";
import { hasTshark, tshark } from "./tshark.fixture.ts";
import type { Played } from "../play/player.ts";

const BAD: Roads = {
  plan: [
    "at 5s fault server.crash",
    "at 6s do server.boot",
    "at 6001ms do server.ready",
    "at 12s do app[Name1].move",
  ],
  seconds: 30,
  link: [8, 4, 8],
  bytes: 12_000,
  delay: 400_000,
};
const SEEDS = [1, 2, 3, 4, 5];

function framesAt(played: Played, name: string): readonly CalledFrame[] {
  const capture = played.recording?.capture;
  return capture === undefined ? [] : calledFrames(capture, [name]);
}

/** Numbers, from 1 on, of the frames whose label the test accepts. */
const numbers = (
  frames: readonly CalledFrame[],
  accept: (label: string, frame: CalledFrame) => boolean,
): readonly number[] =>
  frames.flatMap((frame, index) => (accept(frame.label, frame) ? [index + 1] : []));

const flagged = (played: Played, name: string, filter: string): readonly number[] =>
  tshark(captureBytes(played, [name]), filter, ["frame.number"]).map(Number);

/** Is it a segment with something in it that was here before, or comes after something later? */
const isAgain = (label: string, { packet }: CalledFrame): boolean =>
  packet.kind === "tcp" &&
  (packet.segment.payload.length > 0 || (packet.segment.flags & SYN) !== 0) &&
  (/, copy|, out of order/.test(label) || label === "timeout" || label === "fast retransmission");

test.skipIf(hasTshark)("tshark is not installed, so nothing is compared with it", () => {
  expect(hasTshark).toBe(false);
});

test.skipIf(!hasTshark)(
  "no frame is malformed, checksums are good, names and order are kept",
  () => {
    const played = playRoads(roadsOf({ ...BAD, connections: 3 }), 1, true);
    const bytes = captureBytes(played);
    const broken = "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0";
    expect(tshark(bytes, broken, ["frame.number"])).toEqual([]);
    const count = played.recording?.capture?.frames.length ?? 0;
    const rows = tshark(bytes, "tcp.checksum.status == 1 || arp", ["frame.time_epoch"]);
    expect(rows.length).toBe(count);
    const times = rows.map((row) => BigInt(row.replace(".", "")));
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0n))).toBe(true);
    const names = new Set(tshark(bytes, "frame", ["frame.interface_name"]));
    const used = captureInterfaces(played).filter((name) => framesAt(played, name).length > 0);
    expect([...names].toSorted()).toEqual(used.toSorted());
  },
);

test.skipIf(!hasTshark)("tshark sees the announcement, and the ladder of timeouts", () => {
  const played = playRoads(roadsOf({ ...BAD, link: [0, 0, 0] }), 1, true);
  expect(flagged(played, "one.function", "arp.isgratuitous").length).toBe(1);
  expect(flagged(played, "netserver", "arp.isgratuitous")).toEqual([]);
  const out = "tcp.analysis.rto && ip.src == 10.0.0.2";
  const times = tshark(captureBytes(played, ["peers"]), out, ["tcp.analysis.rto"]).map(Number);
  expect([...new Set(times.map((time) => time.toFixed(1)))]).toEqual(["0.2", "0.6", "1.4"]);
});

describe.skipIf(!hasTshark)("segments again", () => {
  test.each(SEEDS)(
    "tshark finds the same segments sent or seen again, at each interface, seed %i",
    (seed) => {
      const played = playRoads(roadsOf(BAD), seed, true);
      const again =
        "tcp.analysis.retransmission || tcp.analysis.fast_retransmission || " +
        "tcp.analysis.spurious_retransmission || tcp.analysis.out_of_order";
      const names = captureInterfaces(played);
      const ours = names.map((name) => numbers(framesAt(played, name), isAgain));
      expect(names.map((name) => flagged(played, name, again))).toEqual(ours);
    },
  );
});
