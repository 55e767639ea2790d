/** JSON reports: stable bytes, decimal times, and everything that `show` and `replay` need. */
import { expect, test } from "vitest";
import { crashOnce, exampleRecording, noFaults, reportOf } from "./example-report.fixture.ts";
import { canonicalJson, renderJson } from "./json.ts";

const REPORT = reportOf([noFaults(true), crashOnce(false)], { recordings: [exampleRecording()] });

test("keys are sorted, bigint is a decimal string, absent parts are left out", () => {
  const value = { b: 1n, a: [{ d: undefined, c: null }] };
  expect(canonicalJson(value)).toBe(
    '{\n  "a": [\n    {\n      "c": null\n    }\n  ],\n  "b": "1"\n}',
  );
});

test("the same report gives the same bytes", () => {
  expect(renderJson(REPORT)).toBe(renderJson(structuredClone(REPORT)));
});

test("a report says its format, exit, standings and the whole verdicts", () => {
  const data = JSON.parse(renderJson(REPORT));
  expect(data).toMatchObject({
    format: "rehearsal-report",
    version: 1,
    exit: { code: 1, meaning: "a property failed" },
    checks: [
      { standing: "warn" },
      { standing: "failed", slots: ["server", "server.table", "app"] },
    ],
    recordings: [{ standing: "failed" }],
    sources: [{ path: "specs/tiny.libretto" }],
  });
  const [, failed] = data.checks;
  expect(failed.verdict.properties[0].counterexample.steps[2].state).toEqual([1, [], 1]);
  expect(failed.summary[0].steps[2]).toEqual({
    label: "server.crash",
    fault: true,
    changes: [
      { name: "server", before: "Up", after: "Down" },
      { name: "server.table", before: "{Client1}", after: "{}" },
    ],
  });
  expect(data.recordings[0].verdict.events[0].time).toBe("1795406404012000000");
});
