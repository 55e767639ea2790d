/**
 * JUnit XML: one test case for each property of each check, scenario and recording.
 *
 *     violated, or an expectation that did not come true   failure
 *     a text that cannot be used                            error
 *     unknown or inconclusive                               skipped, with --strict failure
 *     an expected violation that occurred                   passed
 *
 * Elements and attributes are those that Jenkins and GitLab read. Characters that XML 1.0 does not
 * allow are left out, because a reader would refuse the whole file. There is no time stamp: the
 * same run gives the same bytes, apart from measured times.
 */
import type {
  LogPropertyVerdict,
  PropertyVerdict,
  RecordingVerdict,
} from "../../checker/verdict.ts";
import { renderDiagnostic } from "../../spec/render-diagnostic.ts";
import type { CheckedModel, Report } from "../report.ts";
import { expectationSentence, logPropertySentence, propertySentence } from "../sentences.ts";
import { isDisputed, isExpected, isTolerated } from "../standing.ts";
import { plainPath } from "./plain-path.ts";

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly file: string;
  readonly outcome: Outcome;
}

type Outcome =
  | { readonly kind: "passed" }
  | {
      readonly kind: "failure" | "error" | "skipped";
      readonly message: string;
      readonly type: string;
      readonly text: string;
    };

interface Suite {
  readonly name: string;
  readonly milliseconds: number;
  readonly cases: readonly Case[];
}

const PASSED: Outcome = { kind: "passed" };
/** Columns for excerpts in messages. */
const WIDTH = 100;

/** The Report as JUnit XML. */
export function renderJunit(report: Report): string {
  const suites = [
    ...diagnosticSuite(report),
    ...report.checks.map((checked) => checkSuite(checked, report)),
    ...report.recordings.map((verdict) => recordingSuite(verdict, report)),
  ];
  const cases = suites.flatMap((suite) => suite.cases);
  const time = suites.reduce((sum, suite) => sum + suite.milliseconds, 0);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rehearsal" ${counts(cases)} time="${seconds(time)}">`,
    ...suites.flatMap(renderSuite),
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}

function diagnosticSuite(report: Report): Suite[] {
  const errors = report.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return [];
  const cases = errors.map((one): Case => {
    const file = one.span?.file ?? "";
    return {
      name: `${one.code}: ${one.title}`,
      classname: file === "" ? "rehearsal" : file,
      file,
      outcome: {
        kind: "error",
        message: one.title,
        type: one.code,
        text: renderDiagnostic(one, report.sources, { color: false, width: WIDTH }),
      },
    };
  });
  return [{ name: "input", milliseconds: 0, cases }];
}

function checkSuite(checked: CheckedModel, report: Report): Suite {
  const { verdict } = checked;
  const classname = `${verdict.file}.${verdict.name}`;
  const place = { classname, file: verdict.file };
  return {
    name: `${verdict.file} ${verdict.name}`,
    milliseconds: verdict.statistics.milliseconds,
    cases: [
      ...verdict.properties.map((property) => ({
        ...place,
        name: property.name,
        outcome: propertyOutcome(checked, property, report),
      })),
      ...verdict.expectations.map((one) => ({
        ...place,
        name: one.text,
        outcome: one.met ? PASSED : failure("expectation", expectationSentence(one), one.detail),
      })),
    ],
  };
}

function propertyOutcome(
  checked: CheckedModel,
  property: PropertyVerdict,
  { policy }: Report,
): Outcome {
  const sentence = propertySentence(property);
  if (isDisputed(property)) {
    const text = "an independent evaluation does not confirm the counterexample";
    return { kind: "error", message: sentence, type: "replay", text };
  }
  switch (property.outcome) {
    case "holds":
      return PASSED;
    case "violated":
      return isExpected(checked, property)
        ? PASSED
        : failure(property.kind, sentence, plainPath(checked, property));
    case "unknown":
      return policy.strict && !isTolerated(property.unknown, policy)
        ? failure("unknown", sentence, sentence)
        : { kind: "skipped", message: sentence, type: "unknown", text: "" };
  }
}

function recordingSuite(verdict: RecordingVerdict, report: Report): Suite {
  const paths = verdict.sources.map((source) => source.path).join(", ");
  return {
    name: `${verdict.file} ${verdict.log} ${paths}`,
    milliseconds: verdict.statistics.milliseconds,
    cases: verdict.properties.map((property) => ({
      name: `${property.name} on ${paths}`,
      classname: `${verdict.file}.${verdict.log}`,
      file: verdict.file,
      outcome: logPropertyOutcome(property, report),
    })),
  };
}

function logPropertyOutcome(property: LogPropertyVerdict, { policy }: Report): Outcome {
  const sentence = logPropertySentence(property);
  const reasons = [
    ...property.inconclusive.map(({ reason, detail }) => `${reason}: ${detail}`),
    ...property.instances
      .filter((instance) => instance.outcome === property.outcome)
      .map(({ bindings, reason }) => `${Object.values(bindings).join(", ")}: ${reason}`),
  ].join("\n");
  switch (property.outcome) {
    case "holds":
      return PASSED;
    case "violated":
      return failure(property.kind, sentence, reasons);
    case "inconclusive":
      return policy.strict
        ? failure("inconclusive", sentence, reasons)
        : { kind: "skipped", message: sentence, type: "inconclusive", text: reasons };
  }
}

function failure(type: string, message: string, text: string): Outcome {
  return { kind: "failure", message, type, text };
}

function renderSuite({ name, milliseconds, cases }: Suite): string[] {
  return [
    `  <testsuite name="${escapeXml(name)}" ${counts(cases)} time="${seconds(milliseconds)}">`,
    ...cases.flatMap(renderCase),
    "  </testsuite>",
  ];
}

function renderCase({ name, classname, file, outcome }: Case): string[] {
  const where = file === "" ? "" : ` file="${escapeXml(file)}"`;
  const names = `name="${escapeXml(name)}" classname="${escapeXml(classname)}"`;
  const open = `    <testcase ${names}${where}`;
  if (outcome.kind === "passed") return [`${open}/>`];
  const { kind, message, type, text } = outcome;
  const inner = `<${kind} message="${escapeXml(message)}" type="${escapeXml(type)}"`;
  const body = text === "" ? `${inner}/>` : `${inner}>${escapeXml(text, false)}</${kind}>`;
  return [`${open}>`, `      ${body}`, "    </testcase>"];
}

function counts(cases: readonly Case[]): string {
  const count = (kind: Outcome["kind"]): number =>
    cases.filter((one) => one.outcome.kind === kind).length;
  return (
    `tests="${cases.length}" failures="${count("failure")}" ` +
    `errors="${count("error")}" skipped="${count("skipped")}"`
  );
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
  "\r": "&#13;",
};

/** Escapes text for XML 1.0; line ends and tabs only in attributes, where they would be lost. */
export function escapeXml(text: string, attribute = true): string {
  // Lone surrogates are no characters; they become U+FFFD.
  const legal = text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- these are exactly what XML 1.0 does not allow.
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "");
  return legal.replace(attribute ? /[&<>"\n\t\r]/g : /[&<>\r]/g, (one) => ENTITIES[one] ?? one);
}
