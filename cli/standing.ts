/**
 * How a verdict counts: the standing of a check or recording, and the conditions of a whole run.
 *
 * The checker says what is known; the user's policy says what is tolerated. Only here do the two
 * meet, so every reporter and the exit code agree about what is `ok`.
 *
 *     verdict ok,      no findings                          ok
 *     verdict ok,      findings                             warn
 *     verdict unknown, every reason is one tolerated        warn
 *     verdict unknown, otherwise                            unknown
 *     verdict failed                                        failed
 */
import type {
  CheckVerdict,
  PropertyVerdict,
  RecordingVerdict,
  UnknownReason,
} from "../checker/verdict.ts";
import type { Conditions } from "./exit.ts";
import type { CheckedModel, Policy, Report } from "./report.ts";

export type Standing = "ok" | "warn" | "failed" | "unknown";

/** The standing of one check or scenario. */
export function standingOfCheck(verdict: CheckVerdict, policy: Policy): Standing {
  if (verdict.result === "failed") return "failed";
  if (verdict.result === "unknown") {
    const reasons = verdict.properties.filter((property) => property.outcome === "unknown");
    const tolerated = reasons.every((property) => isTolerated(property.unknown, policy));
    return reasons.length > 0 && tolerated ? "warn" : "unknown";
  }
  return verdict.findings.length > 0 ? "warn" : "ok";
}

/** The standing of one recording. */
export function standingOfRecording(verdict: RecordingVerdict): Standing {
  if (verdict.result === "violated") return "failed";
  if (verdict.result === "inconclusive") return "unknown";
  return verdict.findings.length > 0 ? "warn" : "ok";
}

/** Whether the user said that this reason is no failure. */
export function isTolerated(unknown: UnknownReason | undefined, policy: Policy): boolean {
  switch (unknown?.reason) {
    case "not judged yet":
    case "not judged by walks":
    case "states on disk":
      return policy.notJudged === "warn";
    case "states":
    case "memory":
    case "time":
    case "not decided by walks":
      return !policy.budgetIsFailure;
    default:
      return false;
  }
}

/** Whether the check says `expect violation of` this property. */
export function isExpected({ model }: CheckedModel, property: PropertyVerdict): boolean {
  return model.expect.violations.some((violation) => violation.name === property.name);
}

/** Violations that nobody expected, in the order of the properties. */
export function failuresOf(checked: CheckedModel): readonly PropertyVerdict[] {
  return checked.verdict.properties.filter(
    (property) => property.outcome === "violated" && !isExpected(checked, property),
  );
}

/** What happened in a run, for its exit code. */
export function conditionsOf(report: Report): Conditions {
  const standings = [
    ...report.checks.map(({ verdict }) => standingOfCheck(verdict, report.policy)),
    ...report.recordings.map((verdict) => standingOfRecording(verdict)),
  ];
  const warnings = report.diagnostics.some((diagnostic) => diagnostic.severity === "warning");
  return {
    internal:
      report.checks.some(({ verdict }) => verdict.properties.some(isDisputed)) ||
      report.diagnostics.some((diagnostic) => diagnostic.code === "E0599"),
    unusable: report.diagnostics.some((diagnostic) => diagnostic.severity === "error"),
    failed: standings.includes("failed"),
    unknown: standings.includes("unknown"),
    findings: report.policy.strict && (warnings || standings.includes("warn")),
    interrupted: report.interrupted,
  };
}

/** True when an independent evaluation could not confirm the counterexample. */
export function isDisputed(property: PropertyVerdict): boolean {
  return property.counterexample?.replayed === false;
}
