/**
 * Recordings from files: detection by content, the merge, ownership, errors, and mutilated files.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { PLAIN_PCAP, writePcap, writePcapng } from "./capture-writer.fixture.ts";
import { frames } from "./packet-notation.fixture.ts";
import { written } from "./read-back.fixture.ts";
import { openRecording, type Recording } from "./recording.ts";
import type { TraceEvent } from "./trace.ts";

const folder = mkdtempSync(join(tmpdir(), "rehearsal-recording-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Writes a file with this content; its path. */
function file(content: Uint8Array | string, name = `file${files++}`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(...paths: readonly string[]): Promise<[TraceEvent[], Recording]> {
  const recording = await openRecording(paths);
  const events: TraceEvent[] = [];
  for await (const event of recording.events()) events.push(event);
  return [events, recording];
}

async function codes(...paths: readonly string[]): Promise<string[]> {
  const [, recording] = await read(...paths);
  return recording.diagnostics.map((diagnostic) => diagnostic.code);
}

const EXCHANGE = frames(`
  C>S SYN
  S>C SYNACK
  C>S ACK
  C>S DATA 20
  S>C DATA 50
  C>S ACK`);

/** The same frames, seen elsewhere `delay` nanoseconds later. */
function elsewhere(delay: bigint): typeof EXCHANGE {
  return EXCHANGE.map((frame) => ({ ...frame, time: frame.time + delay }));
}

describe("formats", () => {
  test.each([
    ["pcap", writePcap(EXCHANGE, PLAIN_PCAP), "capture.jsonl"],
    ["pcapng", writePcapng(EXCHANGE, true), "capture.pcap"],
    ["jsonl", `{"ts_ns":"1","event":"x"}\n`, "log.pcapng"],
    ["jsonl", `\u{feff}\n {"ts_ns":"1","event":"x"}\n`, "log"],
  ])("%s is recognised whatever its name is", async (format, content, name) => {
    const [events, recording] = await read(file(content, name));
    expect(recording.sources).toMatchObject([{ format }]);
    expect(recording.diagnostics).toEqual([]);
    expect(events.length).toBeGreaterThan(0);
  });

  test.each([
    ["nothing", new Uint8Array(), "E0521", undefined],
    ["gzip", gzipSync(writePcap(EXCHANGE, PLAIN_PCAP)), "E0522", "gunzip"],
    ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0), "E0522", "unzstd"],
    ["text", "time,event\n1,x\n", "E0523", `text: "time,event"`],
    ["zero bytes", new Uint8Array(4096), "E0523", "zero bytes"],
    ["noise", Uint8Array.of(200, 201, 202, 203, 204), "E0523", "c8 c9 ca cb cc"],
    ["a patched pcap", Uint8Array.of(0xa1, 0xb2, 0xcd, 0x34, 0, 2), "E0523", "patched"],
    ["the first bytes of a pcap", Uint8Array.of(0xd4, 0xc3), "E0524", "2 bytes"],
    ["a cut pcap header", writePcap([], PLAIN_PCAP).subarray(0, 20), "E0524", "20 of 24"],
    ["a cut section header", writePcapng([], false).subarray(0, 20), "E0524", "20 of 28"],
    ["an unknown link type", writePcap([], { ...PLAIN_PCAP, linkType: 147 }), "E0525", "147"],
    ["a log without times", `{"event":"x"}\n`, "E0528", `"event"`],
    ["a log of rubbish", `{"event"\n`, "E0527", "line 1"],
  ])("%s is an error of its own", async (_name, content, code, word) => {
    const [events, recording] = await read(file(content));
    expect(events).toEqual([]);
    expect(recording.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(JSON.stringify(recording.diagnostics).replaceAll(`\\"`, `"`)).toContain(word ?? code);
  });

  test("files that cannot be opened are errors that say why", async () => {
    mkdirSync(join(folder, "sub"));
    symlinkSync("loop", join(folder, "loop"));
    const bad = [
      join(folder, "absent"),
      join(folder, "sub"),
      join(folder, "loop"),
      "/dev/zero",
      "a\0b",
    ];
    const [, recording] = await read(...bad);
    expect(
      recording.diagnostics.map(({ code, title }) => [code, title.split(": ").at(-1)]),
    ).toEqual([
      ["E0520", "no such file"],
      ["E0520", "it is a directory"],
      ["E0520", "too many symbolic links"],
      ["E0520", "it is no file"],
      ["E0520", "the name is not valid"],
    ]);
  });

  test.skipIf(process.platform !== "linux")("a failing read is an error", async () => {
    expect(await codes("/proc/self/mem")).toEqual(["E0526"]);
  });

  test("a file named twice is an error, also under another name", async () => {
    const path = file(writePcap(EXCHANGE, PLAIN_PCAP));
    symlinkSync(path, join(folder, "alias"));
    expect(await codes(path, join(folder, "alias"))).toEqual(["E0529"]);
  });

  test("its diagnostics are diagnostics like any other", async () => {
    const [, recording] = await read(file(""));
    const asDiagnostics: readonly Diagnostic[] = recording.diagnostics;
    expect(asDiagnostics[0]?.severity).toBe("error");
  });

  test("a capture without packets is read, and empty", async () => {
    const [events, recording] = await read(file(writePcap([], PLAIN_PCAP)));
    expect([events, recording.diagnostics, recording.losses]).toEqual([[], [], []]);
    expect(recording.sources).toMatchObject([{ records: 0, first: undefined }]);
  });
});

describe("the merge", () => {
  test("puts all sources in order of time, equal times in that of the files", async () => {
    const log = (name: string, ...times: readonly number[]): string =>
      file(times.map((time) => `{"ts_ns":"${time}","event":"${name}"}\n`).join(""));
    const [events] = await read(log("a", 1, 5, 5), log("b", 2, 5, 9), log("c", 3));
    expect(events.map((event) => `${event.kind}${event.time}`).join(" ")).toBe(
      "a1 b2 c3 a5 a5 b5 b9",
    );
  });

  test("lines out of order are sorted, and events point at their line", async () => {
    const path = file([3, 1, 2].map((time) => `{"ts_ns":"${time}","event":"e"}\n`).join(""));
    const [events, recording] = await read(path);
    expect(events.map((event) => [event.time, event.origin.ordinal])).toEqual([
      [1n, 2],
      [2n, 3],
      [3n, 1],
    ]);
    expect(recording.losses).toEqual([]);
  });

  test("a clock that goes back further than the window is a loss, and time goes on", async () => {
    const times = [...Array.from({ length: 3000 }, (_, index) => index + 1_000_000), 5, 2_000_000];
    const path = file(times.map((time) => `{"ts_ns":"${time}","event":"e"}\n`).join(""));
    const [events, recording] = await read(path);
    expect(events).toHaveLength(times.length);
    expect(isOrdered(events)).toBe(true);
    expect(recording.losses).toMatchObject([{ reason: "corrupt", count: 1 }]);
  });

  test("a reader that stops early frees its files", async () => {
    const recording = await openRecording([file(writePcap(EXCHANGE, PLAIN_PCAP))]);
    for await (const event of recording.events()) {
      expect(event.kind).toBe("tcp.syn");
      break;
    }
    await recording.close();
  });
});

describe("several captures of the same traffic", () => {
  test("the capture that has the first packet owns the connection", async () => {
    const late = file(writePcap(elsewhere(300n), PLAIN_PCAP));
    const early = file(writePcapng(EXCHANGE, false));
    const [events, recording] = await read(late, early);
    expect(written(events, /./, "conn").map((line) => line.split(" ")[0])).toEqual([
      "syn",
      "synAck",
      "established",
      "progress",
      "progress",
      "progress",
      "end",
    ]);
    expect(new Set(events.map((event) => event.origin.source))).toEqual(new Set([1]));
    expect(recording.sources.map((source) => source.records)).toEqual([6, 6]);
  });

  test("a connection that only one of them has is that one's", async () => {
    const other = frames("+1s C2>S SYN\nS>C2 SYNACK\nC2>S ACK");
    const [events] = await read(
      file(writePcap(EXCHANGE, PLAIN_PCAP)),
      file(writePcap([...elsewhere(300n), ...other], PLAIN_PCAP)),
    );
    const owners = events
      .filter((event) => event.kind === "tcp.established")
      .map((event) => [event.attributes["client"], event.origin.source]);
    expect(owners).toEqual([
      ["10.0.0.2:41001", 0],
      ["10.0.0.2:41002", 1],
    ]);
  });

  test("an announcement that several captures show is one", async () => {
    const announcement = frames("S ARP\n+10s S ARP");
    const shifted = announcement.map((frame) => ({ ...frame, time: frame.time + 9n }));
    const [events] = await read(
      file(writePcap(announcement, PLAIN_PCAP)),
      file(writePcap(shifted, PLAIN_PCAP)),
    );
    expect(events.map((event) => event.origin.source)).toEqual([0, 0]);
  });
});

function isOrdered(events: readonly TraceEvent[]): boolean {
  return events.every(
    (event, index) => index === 0 || (events[index - 1]?.time ?? 0n) <= event.time,
  );
}

describe("mutilated files", () => {
  const originals = [
    writePcap(EXCHANGE, PLAIN_PCAP),
    writePcap(EXCHANGE, { littleEndian: false, nanoseconds: false, linkType: 1 }),
    writePcapng(EXCHANGE, true),
    writePcapng(EXCHANGE, false),
    new TextEncoder().encode(`{"ts_ns":"1","event":"x"}\n{"ts_ns":"2","event":"y","a":{"b":[]}}\n`),
  ];

  test("never throw, and what is read stays in order", async () => {
    const path = join(folder, "mutilated");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
        fc.nat(),
        async (original, changes, cut) => {
          const copy = original.slice(0, 1 + (cut % (original.length * 2)));
          for (const [at, value] of changes) copy[at % copy.length] = value;
          writeFileSync(path, copy);
          const [events, recording] = await read(path);
          expect(isOrdered(events)).toBe(true);
          expect(recording.sources.length + recording.diagnostics.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 400 },
    );
  });
});
