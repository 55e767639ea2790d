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
    ]);
    expect(recording.unbound).toEqual(["kernel.counters ×1"]);
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

  test("what no event tells of a connection, its beginning and end do", () => {
    const events = recording.connections[2]?.events ?? [];
    expect(events.map(({ kind, when }) => [kind, when])).toEqual([
      ["established", "4.640 s before outage 1"],
      ["last packet", "48 ms before outage 1"],
    ]);
  });

  test("an event that is the edge of a window stands in one row with it", () => {
    const verdict = recordingVerdict();
    const [outage] = verdict.windows;
    const kill = {
      time: outage?.begin ?? 0n,
      kind: "server.kill",
      attributes: { instance: 1, clean: false },
      origin: { source: 1, ordinal: 7 },
    };
    const events = [...verdict.events, kill];
    const properties = verdict.properties.map((property) => ({
      ...property,
      instances: property.instances.map((instance) => ({
        ...instance,
        events: [...instance.events, events.length - 1],
      })),
    }));
    const report = documentOfRecordings([{ ...verdict, events, properties }], [TCP_LOG]);
    const shown = report.recordings[0]?.connections[0]?.events ?? [];
    const row = shown.filter(({ time }) => time === 5.5e9);
    expect(row).toMatchObject([
      {
        kind: "server.kill",
        when: "outage 1 begins, outage, 578 ms",
        details: ["instance: 1"],
        becomes: { text: "down", down: true },
        own: false,
      },
    ]);
  });

  test("the window of another server's application is not part of a connection", () => {
    const verdict = recordingVerdict();
    const [outage] = verdict.windows;
    const windows = [":80", ":7007"].map((port) => ({
      begin: outage?.begin ?? 0n,
      end: outage?.end,
      kind: "appDown",
      name: `appDown(10.77.0.10${port}) 1`,
    }));
    const report = documentOfRecordings([{ ...verdict, windows }], [TCP_LOG]);
    const shown = report.recordings[0]?.connections[0]?.events ?? [];
    const rows = shown.filter(({ kind }) => kind === "window").flatMap(({ details }) => details);
    expect(rows).toEqual(["appDown(10.77.0.10:7007) 1 begins", "appDown(10.77.0.10:7007) 1 ends"]);
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
