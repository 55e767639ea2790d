/**
 * GitHub annotations: workflow commands that mark the lines of a pull request.
 *
 *     ::error file=net.libretto,line=9,endLine=9,col=13,endColumn=23,title=Net.NoHalfOpen::…
 *
 * GitHub shows ten of each kind per step and drops the rest without a word, so the most important
 * ten are chosen here and a notice counts the others. Order: errors in texts, violated properties,
 * unmet expectations; then warnings, unknown verdicts, findings.
 */
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { Span } from "../../spec/source.ts";
import { counted } from "../numbers.ts";
import { placeOf, type Report } from "../report.ts";
import { expectationSentence, logPropertySentence, propertySentence } from "../sentences.ts";
import { failuresOf } from "../standing.ts";
import { pathFromRoot, type Roots } from "./location.ts";
import { plainPath } from "./plain-path.ts";

/** Annotations of one kind that GitHub shows per step. */
const ANNOTATIONS_PER_KIND_MAX = 10;
const ELSEWHERE = " in the log and the job summary";

interface Annotation {
  readonly kind: "error" | "warning";
  readonly title: string;
  readonly message: string;
  readonly span: Span | undefined;
}

/** The Report as workflow commands, one per line. */
export function renderGithub(report: Report, roots: Roots): string {
  const all = [
    ...report.diagnostics.map(fromDiagnostic),
    ...fromChecks(report),
    ...fromRecordings(report),
  ];
  const lines = (["error", "warning"] as const).flatMap((kind) => {
    const some = all.filter((annotation) => annotation.kind === kind);
    const rest = some.length - ANNOTATIONS_PER_KIND_MAX;
    return [
      ...some.slice(0, ANNOTATIONS_PER_KIND_MAX).map((one) => command(one, report, roots)),
      ...(rest > 0
        ? [`::notice title=Rehearsal::${counted(rest, `more ${kind}`)}${ELSEWHERE}`]
        : []),
    ];
  });
  return lines.map((line) => `${line}\n`).join("");
}

function fromDiagnostic(one: Diagnostic): Annotation {
  const details = [one.title, one.label, ...one.notes];
  if (one.hint !== undefined) details.push(`hint: ${one.hint}`);
  return {
    kind: one.severity,
    title: one.code,
    message: details.filter((detail) => detail !== undefined).join("\n"),
    span: one.span,
  };
}

function fromChecks(report: Report): Annotation[] {
  const failed = report.checks.flatMap((checked): Annotation[] => {
    const { verdict } = checked;
    return [
      ...failuresOf(checked).map(
        (property): Annotation => ({
          kind: "error",
          title: `${verdict.system}.${property.name} in ${verdict.name}`,
          message: `${propertySentence(property)}\n${plainPath(checked, property)}`,
          span: property.counterexample?.span ?? property.span ?? verdict.span,
        }),
      ),
      ...verdict.expectations
        .filter((one) => !one.met)
        .map(
          (one): Annotation => ({
            kind: "error",
            title: `expectation of ${verdict.name}`,
            message: expectationSentence(one),
            span: one.span,
          }),
        ),
    ];
  });
  const open = report.checks.flatMap(({ verdict }) =>
    verdict.properties
      .filter((property) => property.outcome === "unknown")
      .map(
        (property): Annotation => ({
          kind: "warning",
          title: `${verdict.system}.${property.name} in ${verdict.name}`,
          message: propertySentence(property),
          span: property.span ?? verdict.span,
        }),
      ),
  );
  const findings = report.checks.flatMap(({ verdict }) => verdict.findings.map(fromDiagnostic));
  return [...failed, ...open, ...findings];
}

function fromRecordings(report: Report): Annotation[] {
  return report.recordings.flatMap((verdict) => {
    const paths = verdict.sources.map((source) => source.path).join(", ");
    return [
      ...verdict.properties
        .filter((property) => property.outcome !== "holds")
        .map(
          (property): Annotation => ({
            kind: property.outcome === "violated" ? "error" : "warning",
            title: `${verdict.log}.${property.name}`,
            message: [
              `${paths}: ${logPropertySentence(property)}`,
              ...property.instances
                .filter((instance) => instance.outcome === property.outcome)
                .map(({ bindings, reason }) => `${Object.values(bindings).join(", ")}: ${reason}`),
            ].join("\n"),
            span: property.span,
          }),
        ),
      ...verdict.findings.map(fromDiagnostic),
    ];
  });
}

function command({ kind, title, message, span }: Annotation, report: Report, roots: Roots): string {
  const place = span === undefined ? undefined : placeOf(report.sources, span);
  const properties = [
    ...(span === undefined ? [] : [["file", pathFromRoot(span.file, roots)]]),
    ...(place === undefined
      ? []
      : [
          ["line", String(place.start.line)],
          ["endLine", String(place.end.line)],
          ["col", String(place.start.column)],
          ["endColumn", String(place.end.column)],
        ]),
    ["title", title],
  ];
  const list = properties.map(([key, value]) => `${key}=${escapeProperty(value ?? "")}`);
  return `::${kind} ${list.join(",")}::${escapeData(message)}`;
}

/** Escapes the message of a workflow command. */
export function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Escapes the value of a property of a workflow command. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
