/**
 * The document of recordings: deciding connections first, windows and events in one sequence.
 */
import { describe, expect, test } from "vitest";
import type { RecordingReport } from "./document.ts";
import { documentOfRecordings } from "./document-of-recordings.ts";
import { recordingVerdict, TCP_LOG } from "./recording.fixture.ts";
import { formatLength } from "./recording-clock.ts";

function onlyRecording(): RecordingReport {
  const [recording] = documentOfRecordings([recordingVerdict()], [TCP_LOG]).recordings;
  if (recording === undefined) {
    throw new Error("the document has no recording");
  }
  return recording;
}

describe("the document of a recording", () => {
  const recording = onlyRecording();

  test("its headline says how many connections were lost, and how many nobody can judge", () => {
    expect(recording.headline).toBe(
      "NoLostConnection violated: 2 of 28 connections lost, 1 cannot be judged",
    );
    expect(recording.mark).toBe("bad");
  });

  test("deciding connections come first", () => {
    const shown = recording.connections.slice(0, 5).map(({ id, verdict }) => [id, verdict]);
    expect(shown).toEqual([
      ["10.77.0.2:41001 > 10.77.0.10:7007 #1", "lost: server-restart"],
      ["10.77.0.2:41012 > 10.77.0.10:7007 #1", "lost: server-restart"],
      ["10.77.0.2:41034 > 10.77.0.10:7007 #1", "cannot be judged"],
      ["10.77.0.2:41023 > 10.77.0.10:7007 #1", "kept"],
      ["10.77.0.2:43000 > 10.77.0.10:7007 #1", "kept"],
    ]);
  });

  test("what the capture lost is a window of the capture", () => {
    expect(recording.windows.map(({ lane, name, begin, end }) => [lane, name, begin, end])).toEqual(
      [
        ["server", "outage 1", 5.5e9, 6.078e9],
        ["capture", "12 packets dropped", 9.1e9, 10.4e9],
      ],
    );
    expect(recording.caveats).toEqual([
      "12 packets dropped: interface statistics of restart.pcapng count 12 drops",
      "events that nothing binds: kernel.counters ×1",
    ]);
  });

  test("events of a connection and the windows that it lived through are one sequence", () => {
    const events = recording.connections[0]?.events ?? [];
    expect(events.map(({ kind, lane, to, when }) => [kind, lane, to, when])).toEqual([
      ["tcp.established", "application", "client", "4.760 s before outage 1"],
      ["tcp.progress", "client", "application", "4.709 s before outage 1"],
      ["tcp.progress", "client", "application", "48 ms before outage 1"],
      ["window", "server", "server", "outage, 578 ms"],
      ["tcp.retransmission", "client", "server", "206 ms into outage 1"],
      ["tcp.retransmission", "client", "server", "420 ms into outage 1"],
      ["window", "server", "server", ""],
      ["tcp.reset", "application", "client", "55 ms after outage 1"],
    ]);
    expect(events.map(({ decides }) => decides).lastIndexOf(true)).toBe(events.length - 1);
    expect(events.at(-1)?.origin).toBe("frame 5533 of restart.pcapng");
  });

  test("a property that cannot be decided says why", () => {
    expect(recording.properties.map(({ headline }) => headline)).toEqual([
      "NoLostConnection is violated in 2 of 4 cases",
      "Resumes cannot be decided in 1 case: the capture lost 12 packets after outage 1",
      "Exercised is reached",
    ]);
  });

  test("instances lead to their connection", () => {
    const [property] = recording.properties;
    expect(property?.instances.map(({ connection }) => connection)).toEqual([0, 1, 2]);
  });

  test("times are nanoseconds that JSON can carry", () => {
    expect(JSON.stringify(recording)).not.toContain("1795406449");
    expect(recording.startedAt).toBe("2026-11-23T04:00:49.237Z");
  });

  test("several recordings are counted", () => {
    const holds = { ...recordingVerdict(), result: "holds" as const };
    const report = documentOfRecordings([recordingVerdict(), holds], [TCP_LOG]);
    expect(report.headline).toBe("2 recordings: 1 violated, 1 hold");
    expect(report.recordings.map(({ id }) => id)).toEqual([
      "1 Tcp on restart.pcapng",
      "2 Tcp on restart.pcapng",
    ]);
  });
});

test.each([
  [12, "12 ns"],
  [4_500, "5 µs"],
  [1_234_567, "1.23 ms"],
  [617_000_000, "617 ms"],
  [4_738_200_000, "4.738 s"],
])("%i ns is printed as %s", (nanoseconds, text) => {
  expect(formatLength(nanoseconds)).toBe(text);
});
