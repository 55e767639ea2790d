/** Standings and exit codes: which verdict counts as what, under which policy. */
import { expect, test } from "vitest";
import type { PropertyVerdict, UnknownReason } from "../checker/verdict.ts";
import { exitCodeOf } from "./exit.ts";
import { type CheckedModel, type Policy, POLICY_DEFAULT, type Report } from "./report.ts";
import {
  crashOnce,
  exampleRecording,
  noFaults,
  reportOf,
} from "./reporters/example-report.fixture.ts";
import { conditionsOf } from "./standing.ts";

const codeOf = (report: Report): number => exitCodeOf(conditionsOf(report));

/** A check that is unknown for these reasons. */
function unknown(...reasons: readonly UnknownReason[]): CheckedModel {
  const { model, verdict } = noFaults(false);
  const [first] = verdict.properties;
  if (first === undefined) throw new Error("the example has no property");
  const properties = reasons.map(
    (reason): PropertyVerdict => ({
      ...first,
      outcome: "unknown",
      unknown: reason,
    }),
  );
  return { model, verdict: { ...verdict, result: "unknown", properties } };
}

const LATER: UnknownReason = { reason: "not judged yet", what: "property" };
const TIME: UnknownReason = { reason: "time", limit: 1000 };
const warn: Policy = { ...POLICY_DEFAULT, notJudged: "warn" };
const lenient: Policy = { ...POLICY_DEFAULT, budgetIsFailure: false };
const strict: Policy = { ...POLICY_DEFAULT, strict: true };

test.each<[string, number, readonly CheckedModel[], Policy]>([
  ["everything holds", 0, [noFaults(false)], POLICY_DEFAULT],
  ["findings are no failure", 0, [noFaults(true)], POLICY_DEFAULT],
  ["findings fail with strict", 5, [noFaults(true)], strict],
  ["a property failed", 1, [noFaults(false), crashOnce(false)], POLICY_DEFAULT],
  ["failed goes before unknown", 1, [unknown(TIME), crashOnce(false)], POLICY_DEFAULT],
  ["not judged yet is unknown", 3, [unknown(LATER)], POLICY_DEFAULT],
  ["not judged yet can be a warning", 0, [unknown(LATER)], warn],
  ["a warning is a finding for strict", 5, [unknown(LATER)], { ...warn, strict: true }],
  ["a budget that ended is unknown", 3, [unknown(TIME)], POLICY_DEFAULT],
  ["a budget that ended can be a warning", 0, [unknown(TIME)], lenient],
  ["one untolerated reason is enough", 3, [unknown(LATER, TIME)], lenient],
  ["an interrupted search stays unknown", 3, [unknown({ reason: "interrupted" })], lenient],
  ["unknown without a reason stays unknown", 3, [unknown()], lenient],
])("%s: exit %i", (_name, code, checks, policy) => {
  expect(codeOf(reportOf(checks, { policy }))).toBe(code);
});

const MISSING = {
  code: "E0501",
  severity: "error",
  title: "there is no file",
  related: [],
  notes: [],
} as const;

test("input that cannot be used goes before a failed property, an interruption before both", () => {
  const extra = { diagnostics: [MISSING] };
  expect(codeOf(reportOf([crashOnce(false)], extra))).toBe(2);
  expect(codeOf(reportOf([crashOnce(false)], { ...extra, interrupted: "SIGINT" }))).toBe(130);
  expect(codeOf(reportOf([], { interrupted: "SIGTERM" }))).toBe(143);
  expect(codeOf(reportOf([], { interrupted: "SIGPIPE" }))).toBe(141);
});

test("an internal error goes before everything", () => {
  const internal = { ...MISSING, code: "E0599" };
  const extra = { diagnostics: [MISSING, internal], interrupted: "SIGINT" } as const;
  expect(codeOf(reportOf([crashOnce(false)], extra))).toBe(4);
});

test("recordings: violated fails, inconclusive is unknown", () => {
  const recording = exampleRecording();
  const codes = (["holds", "violated", "inconclusive"] as const).map((result) =>
    codeOf(reportOf([], { command: "trace", recordings: [{ ...recording, result }] })),
  );
  expect(codes).toEqual([0, 1, 3]);
});
