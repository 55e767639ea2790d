/**
 * JSON: the whole Report for programs, and for `rehearsal show` and `rehearsal replay`.
 *
 * The verdicts are written as they are (`checker/verdict.ts`), beside the texts of the
 * specification and the names that a state vector needs. Keys are sorted and absent parts are left
 * out, so equal Reports are equal bytes; times, which do not fit a double, are decimal strings.
 *
 *     { "format": "rehearsal-report", "version": 1, "tool": …, "exit": …, "sources": […],
 *       "checks": [{ "standing": "failed", "verdict": { … }, "slots": […], "rules": […] }],
 *       "recordings": [{ "standing": "ok", "verdict": { … } }], "diagnostics": […] }
 *
 * A check has `"cached": true` when its verdict is from the cache and a `"profile"` with
 * `--explain`; `"mutation"` is there with `--mutate`.
 *
 * A change that a reader of version 1 would misunderstand raises the version.
 */
import type { PropertyVerdict } from "../../checker/verdict.ts";
import { diagnosticToJson } from "../../spec/render-diagnostic.ts";
import { EXIT_MEANINGS, exitCodeOf } from "../exit.ts";
import type { CheckedModel, Report } from "../report.ts";
import { propertySentence } from "../sentences.ts";
import { conditionsOf, isExpected, standingOfCheck, standingOfRecording } from "../standing.ts";
import { stepsOf } from "../steps.ts";

export const REPORT_FORMAT = "rehearsal-report";
export const REPORT_FORMAT_VERSION = 1;

/** The Report as JSON text, ending in a newline. */
export function renderJson(report: Report): string {
  const code = exitCodeOf(conditionsOf(report));
  return `${canonicalJson({
    format: REPORT_FORMAT,
    version: REPORT_FORMAT_VERSION,
    tool: { name: "rehearsal", version: report.version },
    command: report.command,
    exit: { code, meaning: EXIT_MEANINGS[code] },
    policy: report.policy,
    interrupted: report.interrupted,
    undone: report.undone,
    leftOut: report.leftOut,
    sources: [...report.sources.values()],
    diagnostics: report.diagnostics.map((one) => diagnosticToJson(one, report.sources)),
    checks: report.checks.map((checked) => checkJson(checked, report)),
    recordings: report.recordings.map((verdict) => ({
      standing: standingOfRecording(verdict),
      verdict,
    })),
    mutation: mutationJson(report),
  })}\n`;
}

function checkJson(checked: CheckedModel, report: Report): unknown {
  const { model, verdict, cached, profile } = checked;
  return {
    standing: standingOfCheck(verdict, report.policy),
    cached: cached === true ? true : undefined,
    profile,
    verdict,
    settings: model.settings,
    slots: model.slots.map((slot) => slot.name),
    rules: model.rules.map(({ text, kind, span }) => ({ text, kind, span })),
    summary: verdict.properties.map((property) => propertyJson(checked, property)),
    findings: verdict.findings.map((one) => diagnosticToJson(one, report.sources)),
  };
}

/** Findings are among the diagnostics of the Report already. */
function mutationJson({ mutation }: Report): unknown {
  if (mutation === undefined) return undefined;
  const { findings: _findings, ...rest } = mutation;
  return rest;
}

/** What a reader would otherwise have to compute from state vectors. */
function propertyJson(checked: CheckedModel, property: PropertyVerdict): unknown {
  const path = property.counterexample ?? property.witness;
  return {
    name: property.name,
    sentence: propertySentence(property),
    expected: isExpected(checked, property),
    steps:
      path === undefined
        ? undefined
        : stepsOf(checked.model, path).map(({ label, fault, changes, abstract }) => ({
            label,
            fault,
            changes,
            abstract,
          })),
  };
}

/** JSON text with sorted keys, two blanks of indentation, and bigint as decimal strings. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sorted, 2);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}
