/**
 * Segments of an open connection: repeated, late and copied ones, probes, windows, and gaps.
 *
 * The notations are those of `tcp.test.ts`.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { track, written } from "./read-back.fixture.ts";

const HANDSHAKE = `
  C>S SYN
  S>C SYNACK
  C>S ACK`;

const ANSWERED = `${HANDSHAKE}
  C>S DATA 20
  S>C DATA 50
  C>S ACK`;

describe("repetition", () => {
  test("bytes sent again are a retransmission, counted until progress", () => {
    const { events } = track(`${HANDSHAKE}
      C>S DATA 20
      +200ms C>S DATA 20 seq=1
      +400ms C>S DATA 20 seq=1
      S>C ACK
      C>S DATA 7
      +300ms C>S DATA 7 seq=21`);
    expect(written(events, /retrans/, "by", "bytes", "try", "original")).toEqual([
      "retransmission client bytes=20 try=1 original=seen",
      "retransmission client bytes=20 try=2 original=seen",
      "retransmission client bytes=7 try=1 original=seen",
    ]);
  });

  test("a repetition that also has new bytes is both", () => {
    const { events } = track(`${HANDSHAKE}\nC>S DATA 20\nC>S DATA 30 seq=11`);
    expect(written(events, /progress|retrans/, "data", "bytes")).toEqual([
      "progress data=20",
      "retransmission bytes=10",
      "progress data=20",
    ]);
  });

  test("a hole filled by a later frame was lost before the capture", () => {
    const { events } = track(`${HANDSHAKE}\nS>C DATA 10 seq=11\nS>C DATA 10 seq=1`);
    expect(written(events, /progress|retrans|reordered/, "data", "original")).toEqual([
      "progress data=10",
      "retransmission original=missing",
      "progress data=10",
    ]);
  });

  test.each([
    ["its IP identification", "S>C DATA 10 seq=11 id=901", "S>C DATA 10 seq=1 id=900"],
    ["its time stamp", "S>C DATA 10 seq=11 ts=8", "S>C DATA 10 seq=1 ts=7"],
    [
      "its identification, over its border",
      "S>C DATA 10 seq=11 id=1",
      "S>C DATA 10 seq=1 id=65535",
    ],
  ])("a hole filled by an earlier frame, by %s, was only late", (_name, first, second) => {
    const { events } = track(`${HANDSHAKE}\n${first}\n${second}`);
    expect(written(events, /retrans|reordered/, "by", "bytes")).toEqual([
      "reordered server bytes=10",
    ]);
  });

  test("the very same frame is a duplicate, no retransmission", () => {
    const { events, tracker } = track(`${HANDSHAKE}\nC>S DATA 10\nC>S DATA 10 again`);
    expect(written(events, /retrans|dupl/, "by")).toEqual(["duplicate client"]);
    expect(tracker.counts.duplicates).toBe(1);
  });

  test("without identification and time stamps only an immediate copy is a duplicate", () => {
    const { events } = track(`${HANDSHAKE}
      C>S DATA 10 id=0
      +1us C>S DATA 10 again
      +300ms C>S DATA 10 again`);
    expect(written(events, /retrans|dupl/)).toEqual(["duplicate", "retransmission"]);
  });

  test("copies at other interfaces make no events", () => {
    const { events, tracker } = track(`
      C>S SYN if=0
      C>S SYN again if=1
      S>C SYNACK if=1
      S>C SYNACK again if=0
      C>S ACK if=0
      C>S ACK again if=1`);
    expect(written(events, /./)).toEqual(["syn", "synAck", "established", "end"]);
    expect(tracker.counts.copies).toBe(3);
  });
});

test("whatever order segments come in, each byte is new once, or missing once", () => {
  const segment = fc.record({
    from: fc.integer({ min: 1, max: 60 }),
    length: fc.integer({ min: 1, max: 20 }),
    acknowledge: fc.option(fc.integer({ min: 1, max: 90 })),
  });
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 30 }), (segments) => {
      const seen = new Set<number>();
      const missing = new Set<number>();
      const lines = segments.flatMap(({ from, length, acknowledge }) => {
        for (let byte = from; byte < from + length; byte++) {
          if (!missing.has(byte)) seen.add(byte);
        }
        const line = `C>S DATA ${length} seq=${from}`;
        if (acknowledge === null) return [line];
        for (let byte = 1; byte < acknowledge; byte++) {
          if (!seen.has(byte)) missing.add(byte);
        }
        return [line, `S>C ACK ack=${acknowledge}`];
      });
      const { events } = track([HANDSHAKE, ...lines].join("\n"));
      const sum = (kind: string, name: string): number =>
        events
          .filter((event) => event.kind === kind && event.attributes["by"] === "client")
          .reduce((total, event) => total + Number(event.attributes[name]), 0);
      expect(sum("tcp.progress", "data")).toBe(seen.size);
      expect(sum("tcp.gap", "bytes")).toBe(missing.size);
    }),
    { numRuns: 300 },
  );
});

describe("probes and windows", () => {
  test("a keep-alive that is answered proves both sides, and is no retransmission", () => {
    const { events } = track(`${ANSWERED}\n+10s C>S ACK seq=20\nS>C ACK`);
    expect(written(events, /keep|probe|retrans/, "by", "try", "probe", "roundTrip")).toEqual([
      "keepalive client try=1",
      "probeAnswered server probe=keepalive roundTrip=1000000",
    ]);
  });

  test("a retransmission of what the other side has is answered by a bare ACK", () => {
    const { events } = track(`${ANSWERED}\n+1s C>S DATA 20 seq=1\nS>C ACK`);
    expect(written(events, /retrans|probe/, "probe")).toEqual([
      "retransmission",
      "probeAnswered probe=retransmission",
    ]);
  });

  test("an ACK of old data is no answer while newer data are outstanding", () => {
    const { events } = track(`${HANDSHAKE}\nC>S DATA 9\n+1s C>S DATA 9 seq=1\nS>C ACK ack=1`);
    expect(written(events, /probe/)).toEqual([]);
  });

  test("a window closes and opens once", () => {
    const { events } = track(`${ANSWERED}\nC>S ACK win=0\nC>S ACK win=0\nC>S ACK win=9`);
    expect(written(events, /window/i, "by")).toEqual(["zeroWindow client", "windowOpened client"]);
  });
});

describe("what the capture does not have", () => {
  test("acknowledged bytes that were not captured are a gap and a loss", () => {
    const { events, losses } = track(`${HANDSHAKE}\nC>S DATA 20\nS>C ACK ack=51`);
    expect(written(events, /gap|progress/, "by", "bytes", "acked")).toEqual([
      "progress client acked=0",
      "gap client bytes=30",
      "progress server acked=50",
    ]);
    const conn = "10.0.0.2:41001 > 10.0.0.10:80 #1";
    expect(losses).toMatchObject([
      {
        reason: "gap",
        note: `30 bytes of the client of ${conn} are acknowledged but not captured`,
      },
    ]);
  });

  test("a hole that is not acknowledged is no gap: the frame was lost on its way", () => {
    expect(track(`${HANDSHAKE}\nS>C DATA 10 seq=11\nC>S ACK ack=1`).losses).toEqual([]);
  });

  test("cut, broken and fragmented frames are counted", () => {
    const { losses } = track("C>S SYN cut=40\nC>S DATA 5 total=22");
    expect(losses.map(({ count, note }) => [count, note])).toEqual([
      [1, "packets were captured too short for their headers"],
      [1, "packets have headers that contradict themselves"],
    ]);
  });

  test("numbers far outside of the connection are nonsense and counted", () => {
    const { events, losses } = track(`${ANSWERED}\nC>S DATA 5 seq=1500000000`);
    expect(written(events, /progress/)).toHaveLength(3);
    expect(losses).toMatchObject([{ count: 1, reason: "corrupt" }]);
  });
});
