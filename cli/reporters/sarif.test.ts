/** SARIF 2.1.0: the members that the schema requires, the code flow, and the limits of viewers. */
import { expect, test } from "vitest";
import type { Report } from "../report.ts";
import {
  crashOnce,
  EXAMPLE_SOURCE,
  exampleRecording,
  noFaults,
  reportOf,
  spanOf,
} from "./example-report.fixture.ts";
import { renderSarif } from "./sarif.ts";

const ROOTS = { folder: "/repo", root: "/repo" };

interface Location {
  readonly message?: { readonly text: string };
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly startColumn: number };
  };
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Location[];
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly { readonly locations: readonly { location: Location }[] }[];
  }[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

interface Log {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Rule[] } };
    readonly results: readonly Result[];
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
  }[];
}

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
}

function log(report: Report, roots = ROOTS): Log {
  const data: Log = JSON.parse(renderSarif(report, roots));
  return data;
}

function resultsOf(report: Report, roots = ROOTS): readonly Result[] {
  return log(report, roots).runs[0]?.results ?? [];
}

const ALL = reportOf([noFaults(true), crashOnce(false)], { recordings: [exampleRecording()] });

test("every member that the schema or GitHub requires is there", () => {
  const { $schema, version, runs } = log(ALL);
  expect($schema).toMatch(/sarif-2\.1\.0/);
  expect(version).toBe("2.1.0");
  const [run] = runs;
  expect(run?.tool.driver.name).toBe("Rehearsal");
  expect(run?.invocations[0]?.executionSuccessful).toBe(true);
  for (const rule of run?.tool.driver.rules ?? []) {
    expect(rule.shortDescription.text).not.toBe("");
    expect(rule.fullDescription.text).not.toBe("");
    expect(rule.help.text).not.toBe("");
  }
  for (const result of run?.results ?? []) {
    expect(run?.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    expect(result.message.text).not.toBe("");
    expect(result.locations[0]?.physicalLocation?.region.startLine).toBeGreaterThan(0);
    expect(result.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{16}:1$/);
    expect(result.kind === "fail" ? "none" : result.level).toBe("none");
  }
});

test("one result for each property that is violated, unknown or inconclusive", () => {
  const kinds = resultsOf(ALL).map(({ ruleId, kind, level }) => `${ruleId} ${kind} ${level}`);
  expect(kinds).toEqual([
    "W0503 fail warning",
    "Net.NoHalfOpen fail error",
    "Net.Heals open none",
    "Tcp.NoLostConnection fail error",
    "Tcp.Resumes open none",
  ]);
});

test("an expected violation is no result", () => {
  expect(resultsOf(reportOf([crashOnce(true)])).map(({ ruleId }) => ruleId)).toEqual(["Net.Heals"]);
});

test("the counterexample is a code flow through the transitions of the text", () => {
  const flow = resultsOf(reportOf([crashOnce(false)]))[0]?.codeFlows?.[0]?.threadFlows[0];
  const steps = flow?.locations.map(
    ({ location }) =>
      `${location.physicalLocation?.region.startLine} ${location.message?.text ?? ""}`,
  );
  expect(steps).toEqual([
    "10 0: (initial)",
    "4 1: server.Open(Client1)   server.table: {} -> {Client1}; app: Idle -> Open",
    "6 2: server.crash   server: Up -> Down; server.table: {Client1} -> {}",
    "5 3: server.restart   server: Down -> Up",
  ]);
});

test("paths start at the root of the repository", () => {
  const uri = (roots: typeof ROOTS): string | undefined =>
    resultsOf(reportOf([crashOnce(false)]), roots)[0]?.locations[0]?.physicalLocation
      ?.artifactLocation.uri;
  expect(uri({ folder: "/repo/some dir", root: "/repo" })).toBe("some%20dir/specs/tiny.libretto");
  expect(uri({ folder: "/else", root: "/repo" })).toBe("file:///else/specs/tiny.libretto");
});

test("the fingerprint survives lines that were added above", () => {
  const moved = (text: string): Report => {
    const shift = text.length - EXAMPLE_SOURCE.text.length;
    const source = { path: EXAMPLE_SOURCE.path, text };
    const words = spanOf("NoHalfOpen");
    const span = { ...words, start: words.start + shift, end: words.end + shift };
    const diagnostics = [
      { code: "E0107", severity: "error", title: "no mode", span, related: [], notes: [] } as const,
    ];
    return reportOf([], { diagnostics, sources: new Map([[source.path, source]]) });
  };
  const hash = (report: Report): string | undefined =>
    resultsOf(report)[0]?.partialFingerprints.primaryLocationLineHash;
  expect(hash(moved(`// a comment\n\n${EXAMPLE_SOURCE.text}`))).toBe(
    hash(moved(EXAMPLE_SOURCE.text)),
  );
});

test("of a very long counterexample the last thousand steps are kept", () => {
  const { model, verdict } = crashOnce(false);
  const properties = verdict.properties.map((property) => {
    const path = property.counterexample;
    const [first] = path?.steps ?? [];
    if (path === undefined || first === undefined) return property;
    return { ...property, counterexample: { ...path, steps: Array(1500).fill(first) } };
  });
  const [result] = resultsOf(reportOf([{ model, verdict: { ...verdict, properties } }]));
  const locations = result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
  expect(locations).toHaveLength(1000);
  expect(locations.at(-1)?.location.message?.text).toMatch(/^1499: /);
});
