/**
 * The text of whole runs, compared line by line, at several widths and without colour unless said.
 */
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Report } from "../report.ts";
import { columnsOf } from "../style.ts";
import { crashOnce, exampleRecording, noFaults, reportOf } from "./example-report.fixture.ts";
import { pageLinks } from "../page-link.ts";
import { renderText } from "./text.ts";
import { columnsFor, type TextOptions } from "./text-layout.ts";

function text(report: Report, options: Partial<TextOptions> = {}): string {
  const columns = columnsFor(report.checks.map(({ verdict }) => verdict));
  const base = { color: false, width: 100, full: false, quiet: false, links: undefined, columns };
  return renderText(report, { ...base, ...options });
}

test("a check that holds takes two lines, and the last line explains exit 0", () => {
  expect(text(reportOf([noFaults(false)]))).toBe(
    `\
ok       specs/tiny.libretto  noFaults   1,769 states   4,231 transitions   depth 31   0.4 s
         1 property holds
         coverage 3 of 3 rules

1 check: 1 ok     1,769 states   0.4 s     exit 0 (everything holds)
`,
  );
});

test("reductions are named, also those that could not be used", () => {
  const checked = noFaults(false);
  const reductions = [
    { name: "symmetry", on: true, detail: "Client, 2 ids" },
    { name: "slice", on: false, detail: "off: everything that changes matters" },
  ] as const;
  const verdict = { ...checked.verdict, reductions };
  expect(text(reportOf([{ ...checked, verdict }]))).toContain(
    "reductions   symmetry: Client, 2 ids   slice: off: everything that changes matters\n",
  );
});

test("a violated invariant shows the differences of each step, why it is false, and a link", () => {
  expect(
    text(reportOf([noFaults(true), crashOnce(false)]), {
      links: pageLinks("net.html", []),
    }),
  ).toBe(
    `\
warn     specs/tiny.libretto  noFaults    1,769 states   4,231 transitions   depth 31   0.4 s
         1 property holds
         coverage 1 of 3 rules   never: Server.Up fault crash;   Server.Down step restart
         W0503 transition \`Server.Down step restart\` was never taken (specs/tiny.libretto:5)
FAIL     specs/tiny.libretto  crashOnce   1,769 states
         NoHalfOpen violated after 3 steps (shortest)   4,231 transitions   depth 31   0.4 s
         coverage 3 of 3 rules
         unknown: not judged yet: Heals

  0   (initial)
  1   server.Open(Client1)   server.table: {} -> {Client1}   app: Idle -> Open
  2 ! server.crash           server: Up -> Down   server.table: {Client1} -> {}
  3   server.restart         server: Down -> Up

  why: \`NoHalfOpen\` is false: app is Open, and the server does not know it
       app in Open implies app in server.table   false since 2   c = Client1
         app in Open                             true  since 1
         app in server.table                     false since 2
  see: net.html#c=crashOnce&p=NoHalfOpen

2 checks: 1 ok with a warning, 1 failed     3,538 states   0.8 s     exit 1 (a property failed)
`,
  );
});

test("an expected violation is told in the verdict line; not judged yet is unknown", () => {
  expect(text(reportOf([crashOnce(true)]))).toBe(
    `\
unknown  specs/tiny.libretto  crashOnce   1,769 states
         NoHalfOpen violated after 3 steps (shortest), as expected   4,231 transitions   depth 31
         0.4 s
         coverage 3 of 3 rules
         unknown: not judged yet: Heals

1 check: 1 unknown     1,769 states   0.4 s     exit 3 (something is unknown)
`,
  );
});

test("what is not judged yet is a warning when the user says so", () => {
  const policy = { notJudged: "warn", budgetIsFailure: true, strict: false } as const;
  const lines = text(reportOf([crashOnce(true)], { policy })).split("\n");
  expect(lines[0]).toMatch(/^warn {5}specs/);
  expect(lines).toContain("         unknown: not judged yet: Heals");
  expect(lines.at(-2)).toMatch(/1 ok with a warning .* exit 0 \(everything holds\)$/);
});

test("a recording tells windows, properties, lost connections, losses, unbound events", () => {
  const report = reportOf([], { command: "trace", recordings: [exampleRecording()] });
  expect(text(report)).toBe(
    `\
FAIL     run.pcapng   log Tcp   1,500 events   12.0 s recorded   from 2026-11-23 04:00:00.000000 UTC
         2 connections: 1 kept, 1 lost   judged in 87 ms
         window        outage 1 from +3.000 s to +4.500 s
         violated      NoLostConnection   1 time; 2 examined, premise true in 2
         inconclusive  Resumes   2 examined; loss: 312 packets are missing after +3.100 s
         lost          10.0.0.2:41001 > 10.0.0.10:80 #1   cause: server-restart
                       reset 1.012 s after outage 1 began
         capture lost  run.pcapng: 312 dropped, from +3.100 s to +3.400 s: counted by the interface
         not bound     link.delay (12)

1 recording: 1 failed     exit 1 (a recording violates a property)
`,
  );
});

test("an instance whose connection is not told is told with its property", () => {
  const recording = { ...exampleRecording(), connections: [] };
  const lines = text(reportOf([], { recordings: [recording] })).split("\n");
  const place = lines.findIndex((line) => line.includes("violated      NoLostConnection"));
  expect(lines.slice(place + 1, place + 3)).toEqual([
    "                       c = 10.0.0.2:41001 > 10.0.0.10:80 #1, o = outage 1:",
    "                       - reset while the server was down (at +4.012 s)",
  ]);
});

test("no line of a block is wider than the terminal", () => {
  const report = reportOf([noFaults(true), crashOnce(false)], { recordings: [exampleRecording()] });
  for (const width of [72, 80, 100, 120]) {
    const lines = text(report, { width, full: true }).split("\n");
    const wide = lines.filter((line) => columnsOf(line) > width);
    expect(wide).toEqual([]);
  }
});

test("colour changes no word", () => {
  const report = reportOf([noFaults(true), crashOnce(false)], { recordings: [exampleRecording()] });
  const painted = text(report, { color: true });
  expect(painted).not.toBe(text(report));
  expect(stripVTControlCharacters(painted)).toBe(text(report));
});

test("with quiet, nothing is said about a check that holds", () => {
  const report = reportOf([noFaults(false)]);
  expect(text(report, { quiet: true })).toBe(
    "1 check: 1 ok     1,769 states   0.4 s     exit 0 (everything holds)\n",
  );
});

test("with full, each step is followed by its whole state", () => {
  const lines = text(reportOf([crashOnce(true)]), { full: true }).split("\n");
  const crash = lines.findIndex((line) => line.startsWith("  2 ! server.crash"));
  expect(lines[crash + 1]).toBe("      server = Down  server.table = {}  app = Open");
});

test("a counterexample that does not replay is said to be an internal error", () => {
  const { model, verdict } = crashOnce(false);
  const properties = verdict.properties.map((property) =>
    property.counterexample === undefined
      ? property
      : { ...property, counterexample: { ...property.counterexample, replayed: false } },
  );
  const lines = text(reportOf([{ model, verdict: { ...verdict, properties } }])).split("\n");
  expect(lines).toContain(
    "  internal error: an independent evaluation does not confirm these steps",
  );
  expect(lines.at(-2)).toMatch(/exit 4 \(internal error\)$/);
});

test("names from a specification cannot write to the terminal", () => {
  const { model, verdict } = noFaults(false);
  const title = "\u001B[2Jcleared";
  const evil = { model, verdict: { ...verdict, kind: "scenario" as const, name: title } };
  expect(text(reportOf([evil]))).not.toContain("\u001B");
  expect(text(reportOf([evil]), { color: true })).toContain("\\u{1B}[2Jcleared");
});
