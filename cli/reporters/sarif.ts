/**
 * SARIF 2.1.0: one result for each violated property, with the counterexample as a code flow.
 *
 *     result ─ ruleId         Net.NoHalfOpen, or the code of a message
 *            ─ locations[0]   the property in the text
 *            ─ codeFlows      the transitions of the counterexample, in order
 *            ─ kind           fail; `open` for unknown and inconclusive
 *            ─ fingerprint    of the property and its line, so that moving text keeps the alert
 *
 * Expected violations are no results. Limits are those that GitHub applies (`RESULTS_MAX`,
 * `FLOW_LOCATIONS_MAX`): what goes beyond them is left out here, where it can be said, and not
 * there, where it would be silent.
 */
import { createHash } from "node:crypto";
import type { PropertyVerdict } from "../../checker/verdict.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import { lineText, type Span } from "../../spec/source.ts";
import { exitCodeOf } from "../exit.ts";
import { type CheckedModel, placeOf, type Report } from "../report.ts";
import { logPropertySentence, propertySentence } from "../sentences.ts";
import { conditionsOf, isExpected, isTolerated } from "../standing.ts";
import { type Step, stepsOf } from "../steps.ts";
import { canonicalJson } from "./json.ts";
import { type Roots, uriFromRoot } from "./location.ts";
import { plainChanges } from "./plain-path.ts";

/** Results that a viewer takes from one run. */
const RESULTS_MAX = 25_000;
/** Steps of a code flow that a viewer shows; of longer ones the last are kept. */
const FLOW_LOCATIONS_MAX = 1_000;
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
/** Hexadecimal digits of a fingerprint. */
const FINGERPRINT_DIGITS = 16;

interface Finding {
  readonly rule: string;
  /** What the rule means, for the list of rules. */
  readonly about: string;
  readonly level: "error" | "warning" | "none";
  readonly kind: "fail" | "open";
  readonly message: string;
  readonly span: Span | undefined;
  readonly related: readonly { readonly span: Span; readonly text: string }[];
  readonly flow: readonly Step[];
  /** Distinguishes results of one rule: the check. */
  readonly subject: string;
}

/** The Report as a SARIF log. */
export function renderSarif(report: Report, roots: Roots): string {
  const all = [
    ...report.diagnostics.map((one) => diagnosticFinding(one, "")),
    ...report.checks.flatMap((checked) => checkFindings(checked, report)),
    ...recordingFindings(report),
  ];
  const findings = all.slice(0, RESULTS_MAX);
  const rules = [...new Map(findings.map((one) => [one.rule, one.about])).entries()];
  const code = exitCodeOf(conditionsOf(report));
  const leftOut = all.length - findings.length;
  const run = {
    tool: {
      driver: {
        name: "Rehearsal",
        semanticVersion: report.version,
        rules: rules.map(([id, about]) => ({
          id,
          shortDescription: { text: about },
          fullDescription: { text: about },
          help: { text: helpText(id) },
        })),
      },
    },
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: code !== 2 && code !== 4,
        exitCode: code,
        toolExecutionNotifications:
          leftOut === 0
            ? undefined
            : [{ level: "warning", message: { text: `${leftOut} results were left out` } }],
      },
    ],
    results: findings.map((one) => resultOf(one, rules, report, roots)),
  };
  return `${canonicalJson({ $schema: SCHEMA, version: "2.1.0", runs: [run] })}\n`;
}

function helpText(rule: string): string {
  return /^[EW]\d{4}$/.test(rule)
    ? `\`rehearsal explain ${rule}\` explains it.`
    : "`rehearsal check --report page.html` draws the counterexample.";
}

function checkFindings(checked: CheckedModel, report: Report): Finding[] {
  const { verdict } = checked;
  const bad = verdict.properties.filter(
    (property) =>
      (property.outcome === "violated" && !isExpected(checked, property)) ||
      property.outcome === "unknown",
  );
  const unmet = verdict.expectations.filter((one) => !one.met);
  return [
    ...bad.map((property) => propertyFinding(checked, property, report)),
    ...unmet.map(
      (one): Finding => ({
        rule: "expectation",
        about: "What a check expects comes true.",
        level: "error",
        kind: "fail",
        message: `check ${verdict.name}: ${one.text}: ${one.detail}`,
        span: one.span,
        related: [],
        flow: [],
        subject: `${verdict.name} ${one.text}`,
      }),
    ),
    ...verdict.findings.map((one) => diagnosticFinding(one, verdict.name)),
  ];
}

function propertyFinding(
  checked: CheckedModel,
  property: PropertyVerdict,
  { policy }: Report,
): Finding {
  const { model, verdict } = checked;
  const path = property.counterexample;
  const violated = property.outcome === "violated";
  const why = path === undefined ? "" : `. ${path.reason}`;
  const aside = !violated && isTolerated(property.unknown, policy) ? " (tolerated)" : "";
  return {
    rule: `${verdict.system}.${property.name}`,
    about: `${property.kind} ${property.name} of system ${verdict.system}`,
    level: violated ? "error" : "none",
    kind: violated ? "fail" : "open",
    message: `check ${verdict.name}: ${propertySentence(property)}${why}${aside}`,
    span: path?.span ?? property.span ?? verdict.span,
    related: [{ span: verdict.span, text: `check ${verdict.name}` }],
    flow: path === undefined ? [] : stepsOf(model, path),
    subject: verdict.name,
  };
}

function recordingFindings(report: Report): Finding[] {
  return report.recordings.flatMap((verdict) => {
    const paths = verdict.sources.map((source) => source.path).join(", ");
    const bad = verdict.properties.filter((property) => property.outcome !== "holds");
    return [
      ...bad.map((property): Finding => {
        const deciding = property.instances.find((one) => one.outcome === property.outcome);
        const why = deciding?.reason ?? property.inconclusive[0]?.detail;
        const sentences = [logPropertySentence(property), ...(why === undefined ? [] : [why])];
        return {
          rule: `${verdict.log}.${property.name}`,
          about: `${property.kind} ${property.name} of log ${verdict.log}`,
          level: property.outcome === "violated" ? "error" : "none",
          kind: property.outcome === "violated" ? "fail" : "open",
          message: `${paths}: ${sentences.join(". ")}`,
          span: property.span,
          related: [],
          flow: [],
          subject: paths,
        };
      }),
      ...verdict.findings.map((one) => diagnosticFinding(one, paths)),
    ];
  });
}

function diagnosticFinding(one: Diagnostic, subject: string): Finding {
  return {
    rule: one.code,
    about: one.title.replaceAll(/`[^`]*`/g, "…"),
    level: one.severity,
    kind: "fail",
    message: [one.title, one.label, ...one.notes, one.hint].filter(Boolean).join(". "),
    span: one.span,
    related: one.related.map(({ span, note }) => ({ span, text: note })),
    flow: [],
    subject,
  };
}

function resultOf(
  finding: Finding,
  rules: readonly (readonly [string, string])[],
  report: Report,
  roots: Roots,
): unknown {
  const { span } = finding;
  const flow = finding.flow.slice(-FLOW_LOCATIONS_MAX);
  return {
    ruleId: finding.rule,
    ruleIndex: rules.findIndex(([id]) => id === finding.rule),
    level: finding.level,
    kind: finding.kind,
    message: { text: finding.message },
    locations: span === undefined ? [] : [locationOf(span, report, roots)],
    relatedLocations:
      finding.related.length === 0
        ? undefined
        : finding.related.map(({ span: place, text }, id) => ({
            id,
            message: { text },
            ...locationOf(place, report, roots),
          })),
    codeFlows:
      flow.length === 0
        ? undefined
        : [
            {
              threadFlows: [
                { locations: flow.map((step) => flowLocation(step, finding, report, roots)) },
              ],
            },
          ],
    partialFingerprints: { primaryLocationLineHash: fingerprint(finding, report) },
  };
}

function locationOf(span: Span, report: Report, roots: Roots) {
  const place = placeOf(report.sources, span);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriFromRoot(span.file, roots) },
      region:
        place === undefined
          ? { startLine: 1 }
          : {
              startLine: place.start.line,
              startColumn: place.start.column,
              endLine: place.end.line,
              endColumn: place.end.column,
            },
    },
  };
}

function flowLocation(step: Step, finding: Finding, report: Report, roots: Roots): unknown {
  const span = step.spans[0] ?? finding.span;
  const changes = plainChanges(step.changes);
  const text = `${step.number}: ${step.label}${changes === "" ? "" : `   ${changes}`}`;
  return {
    importance: step.fault ? "essential" : "important",
    location: {
      ...(span === undefined ? {} : locationOf(span, report, roots)),
      message: { text },
    },
  };
}

/** A hash that stays when the text moves, and changes when the rule or its line changes. */
function fingerprint(finding: Finding, report: Report): string {
  const { span } = finding;
  const place = span === undefined ? undefined : placeOf(report.sources, span);
  const text = span === undefined ? undefined : report.sources.get(span.file)?.text;
  const line = place === undefined || text === undefined ? "" : lineText(text, place.start.line);
  const parts = [finding.rule, finding.subject, span?.file ?? "", line.trim()];
  const hash = createHash("sha256").update(parts.join("\0")).digest("hex");
  return `${hash.slice(0, FINGERPRINT_DIGITS)}:1`;
}
