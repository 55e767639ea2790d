/**
 * JUnit XML: what counts as failed, skipped or in error, and that every reader accepts the file.
 */
import { expect, test } from "vitest";
import type { Report } from "../report.ts";
import { crashOnce, exampleRecording, noFaults, reportOf } from "./example-report.fixture.ts";
import { escapeXml, renderJunit } from "./junit.ts";

/** The outcome of each case as `name: outcome`; throws when the elements do not nest. */
function outcomes(report: Report): string[] {
  const open: string[] = [];
  const found: string[] = [];
  const body = renderJunit(report).replace(/^<\?xml[^>]*\?>\n/, "");
  for (const [, close, name = "", rest = ""] of body.matchAll(
    /<(\/?)([a-z]+)((?:[^<>"]|"[^"<]*")*)>/g,
  )) {
    if (close === "/") {
      expect(open.pop()).toBe(name);
      continue;
    }
    if (name === "testcase") found.push(`${/ name="([^"]*)"/.exec(rest)?.[1]}: passed`);
    if (["failure", "error", "skipped"].includes(name)) {
      found.push(`${found.pop()?.replace(/: passed$/, "")}: ${name}`);
    }
    if (!rest.endsWith("/")) open.push(name);
  }
  expect(open).toEqual([]);
  return found;
}

test("violated is a failure, unknown is skipped, what holds passes", () => {
  expect(outcomes(reportOf([noFaults(false), crashOnce(false)]))).toEqual([
    "NoHalfOpen: passed",
    "stuck: passed",
    "NoHalfOpen: failure",
    "Heals: skipped",
    "stuck: passed",
  ]);
});

test("an expected violation passes", () => {
  expect(outcomes(reportOf([crashOnce(true)]))).toContain("NoHalfOpen: passed");
});

test("with strict, unknown and inconclusive are failures", () => {
  const policy = { notJudged: "unknown", budgetIsFailure: true, strict: true } as const;
  const report = reportOf([crashOnce(true)], { policy, recordings: [exampleRecording()] });
  expect(outcomes(report)).toContain("Heals: failure");
  expect(outcomes(report)).toContain("Resumes on run.pcapng: failure");
});

test("a message about a text is an error", () => {
  const diagnostic = {
    code: "E0501",
    severity: "error",
    title: "there is no file or folder `x`",
    related: [],
    notes: [],
  } as const;
  expect(outcomes(reportOf([], { diagnostics: [diagnostic] }))).toEqual([
    "E0501: there is no file or folder `x`: error",
  ]);
});

test("the totals of the suites add up", () => {
  const xml = renderJunit(reportOf([noFaults(false), crashOnce(false)]));
  expect(xml).toContain(
    '<testsuites name="rehearsal" tests="5" failures="1" errors="0" skipped="1"',
  );
});

test.each([
  ['a<b>&"c"', "a&lt;b&gt;&amp;&quot;c&quot;"],
  ["two\nlines", "two&#10;lines"],
  ["nul\u0000 esc\u001B \uFFFE", "nul esc "],
  ["half \uD800 pair", "half \uFFFD pair"],
])("%j becomes %s in an attribute", (text, escaped) => {
  expect(escapeXml(text)).toBe(escaped);
});

test("steps keep their lines in the text of a failure", () => {
  expect(renderJunit(reportOf([crashOnce(false)]))).toContain(
    "\n  2 ! server.crash   server: Up -&gt; Down; server.table: {Client1} -&gt; {}\n",
  );
});
