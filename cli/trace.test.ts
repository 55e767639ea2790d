/**
 * `rehearsal trace` on shipped recordings, and on files that are damaged or no recordings at all.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "./memory-host.fixture.ts";

const MODELS = join(import.meta.dirname, "..", "models", "recordings");
const SPECIFICATION = join(MODELS, "no-lost-connections.libretto");
const recording = (name: string): string => join(MODELS, "captures", name);

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-trace-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const trace = (...words: readonly string[]) => run(["trace", SPECIFICATION, ...words], { folder });

const BUG = recording("restart-rst-bug.pcapng");
const BUG_EVENTS = recording("restart-rst-bug.events.jsonl");

test("lost connections are told with their cause, in every format", async () => {
  const formats = "json=r.json,junit=r.xml,sarif=r.sarif,github=r.txt,markdown=r.md";
  const words = [BUG, "--events", BUG_EVENTS, "--format", formats, "--report", "r.html"];
  const { code, output, errors } = await trace(...words);
  expect({ code, errors }).toEqual({ code: 1, errors: "" });
  const lost = output.match(/^ +lost +\S+ > \S+ #\d+ {3}cause: server-restart$/gm) ?? [];
  expect(lost.length).toBeGreaterThan(0);
  expect(output).toMatch(/^ +violated +NotLostByServerRestart {3}\d+ times; \d+ examined/m);
  expect(output).toMatch(/exit 1 \(a recording violates a property\)\n$/);
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  const [stored] = JSON.parse(file("r.json")).recordings;
  const connections: { outcome: string }[] = stored.verdict.connections;
  expect(connections.filter(({ outcome }) => outcome === "lost")).toHaveLength(lost.length);
  expect(file("r.xml")).toContain('<failure message="NotLostByServerRestart violated');
  expect(JSON.parse(file("r.sarif")).runs[0].results[0].ruleId).toMatch(/NotLostByServerRestart$/);
  expect(file("r.txt")).toMatch(/^::error file=.*no-lost-connections\.libretto,line=\d+/);
  expect(file("r.md")).toContain("| **FAIL** |");
  expect(file("r.html")).toMatch(/<\/html>\s*$/);
  const again = await run(["show", "r.json"], { folder });
  expect(output).toContain(again.output);
});

test("an interrupted run tells what it knows and exits 130", async () => {
  const signal = AbortSignal.abort("SIGINT");
  const words = ["trace", SPECIFICATION, BUG, "--events", BUG_EVENTS];
  const { code, output } = await run(words, { folder, signal });
  expect(code).toBe(130);
  expect(output).toMatch(/exit 130 \(interrupted\)\n$/);
});

test("the log is chosen by name, and a name that fits nothing is an error", async () => {
  expect((await trace(BUG, "--log", "NoLostConnection")).errors).toContain("did you mean `NoLost");
  const folderAsSpecification = await run(["trace", ".", BUG], { folder });
  expect(folderAsSpecification.errors).toContain("error E0502: `.` is a folder, not a file");
  expect(folderAsSpecification.code).toBe(2);
});

const CAPTURE = readFileSync(recording("idle-keepalive.pcap"));
const EVENTS = readFileSync(recording("idle-keepalive.events.jsonl"));

test.each<[string, Uint8Array | string]>([
  ["zero-length", ""],
  ["only a magic number", CAPTURE.subarray(0, 4)],
  ["half a header", CAPTURE.subarray(0, 20)],
  ["an image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0)],
  ["text", "this is no capture\n".repeat(1000)],
  ["compressed", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
  ["zeros", new Uint8Array(100_000)],
])("a capture that is %s is refused with a code", async (_name, content) => {
  writeFileSync(join(folder, "bad.pcap"), content);
  const { code, errors, output } = await trace("bad.pcap", "--format", "text,json=r.json");
  expect(errors).toMatch(/^error E05\d\d: /);
  expect(errors).not.toMatch(/E0599|\n\s+at /);
  expect(output).toMatch(/exit 2 \(some input cannot be used\)\n$/);
  expect(code).toBe(2);
  expect(JSON.parse(readFileSync(join(folder, "r.json"), "utf8")).recordings).toEqual([]);
});

test("a capture that is missing, a folder or named twice is refused with a code", async () => {
  mkdirSync(join(folder, "dir"));
  for (const words of [["nowhere.pcap"], ["dir"], [BUG, BUG], [BUG, "--events", "no.jsonl"]]) {
    const { code, errors } = await trace(...words);
    expect(errors).toMatch(/^error E05\d\d: /);
    expect(code).toBe(2);
  }
});

test("content decides what a file is, not its name", async () => {
  writeFileSync(join(folder, "events.pcap"), EVENTS);
  writeFileSync(join(folder, "capture.jsonl"), CAPTURE);
  const named = await trace("capture.jsonl", "--events", "events.pcap");
  const plain = await trace(
    recording("idle-keepalive.pcap"),
    "--events",
    recording("idle-keepalive.events.jsonl"),
  );
  expect(named.errors).toBe("");
  expect(named.code).toBe(plain.code);
});

test("a truncated capture is judged, and what is missing is said", async () => {
  writeFileSync(join(folder, "cut.pcap"), CAPTURE.subarray(0, CAPTURE.length - 7));
  const { output, errors } = await trace("cut.pcap");
  expect(errors).toBe("");
  expect(output).toMatch(/^ +capture lost +\S*cut\.pcap: /m);
});

test("damage anywhere gives a verdict or a code, never an internal error", async () => {
  const change = fc.tuple(fc.nat(CAPTURE.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 20 }), async (changes) => {
      const bytes = Uint8Array.from(CAPTURE);
      for (const [index, byte] of changes) bytes[index] = byte;
      writeFileSync(join(folder, "damaged.pcap"), bytes);
      const { code, errors } = await trace("damaged.pcap");
      expect(errors).not.toContain("E0599");
      expect([0, 1, 2, 3]).toContain(code);
    }),
    { numRuns: 40 },
  );
});
