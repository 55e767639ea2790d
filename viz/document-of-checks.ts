/**
 * The document of a `rehearsal check`: every verdict with its Model, reduced to what a page draws.
 *
 * The order is that of the run. Identifiers for links are the names of the checks; where two files
 * use one name, the file is added, so that a link never opens the wrong check.
 */
import type { CheckVerdict, Counterexample, PropertyVerdict } from "../checker/verdict.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import type { SourceFile } from "../spec/source.ts";
import {
  type CheckReport,
  type FindingReport,
  type Mark,
  type PathReport,
  type PropertyReport,
  REPORT_VERSION,
  type ReportDocument,
} from "./document.ts";
import { PATH_STEP_LIMIT, pathReport } from "./path-report.ts";
import { indexPlaces, type PlaceIndex } from "./places.ts";
import {
  boundSentence,
  checkCaveats,
  checkCounts,
  checkSummary,
  count,
  fairnessSentences,
  propertyEvidence,
  propertyHeadline,
  propertyMark,
} from "./sentences.ts";
import type { ValueWords } from "./value-report.ts";

/** A verdict and the Model that it is about. */
export interface JudgedModel {
  readonly verdict: CheckVerdict;
  readonly model: Model;
}

/** Builds the document of a run of checks and scenarios. */
export function documentOfChecks(
  judged: readonly JudgedModel[],
  sources: readonly SourceFile[],
  words: ValueWords,
): ReportDocument {
  const places = indexPlaces(sources);
  const identifiers = uniqueNames(judged.map(({ verdict }) => verdict));
  const cuts: string[] = [];
  const checks = judged.map(({ verdict, model }, index) =>
    checkReport(verdict, model, identifiers[index] ?? verdict.name, { places, words, cuts }),
  );
  const failed = checks.filter((check) => check.mark === "bad").length;
  const unknown = checks.filter((check) => check.mark === "unknown").length;
  return {
    version: REPORT_VERSION,
    title: "Rehearsal check",
    headline: runHeadline(checks.length, failed, unknown),
    mark: failed > 0 ? "bad" : unknown > 0 || checks.length === 0 ? "unknown" : "good",
    sources: places.sources(),
    checks,
    recordings: [],
    cuts: [...cuts, ...places.cuts()],
  };
}

function runHeadline(total: number, failed: number, unknown: number): string {
  if (total === 0) {
    return "Nothing was checked";
  }
  const whole = count(total, "check");
  if (failed === 0 && unknown === 0) {
    return total === 1 ? "The check is ok" : `All ${whole} are ok`;
  }
  const parts = [
    failed > 0 ? `${failed} failed` : "",
    unknown > 0 ? `${unknown} unknown` : "",
    total - failed - unknown > 0 ? `${total - failed - unknown} ok` : "",
  ];
  return `${whole}: ${parts.filter((part) => part !== "").join(", ")}`;
}

/** The names by which links find checks: unique in one document, in the order of the run. */
export function uniqueNames(
  verdicts: readonly { readonly name: string; readonly file: string }[],
): readonly string[] {
  const seen = new Set<string>();
  return verdicts.map((verdict) => {
    const candidates = [verdict.name, `${verdict.name} (${verdict.file})`];
    let name = candidates.find((candidate) => !seen.has(candidate));
    for (let copy = 2; name === undefined; copy++) {
      const candidate = `${verdict.name} (${verdict.file}) ${copy}`;
      name = seen.has(candidate) ? undefined : candidate;
    }
    seen.add(name);
    return name;
  });
}

interface Context {
  readonly places: PlaceIndex;
  readonly words: ValueWords;
  readonly cuts: string[];
}

const RESULT_MARKS: Readonly<Record<CheckVerdict["result"], Mark>> = {
  ok: "good",
  failed: "bad",
  unknown: "unknown",
};

function checkReport(
  verdict: CheckVerdict,
  model: Model,
  id: string,
  context: Context,
): CheckReport {
  const { places } = context;
  const expected = new Set(model.expect.violations.map((violation) => violation.name));
  const summary = checkSummary(verdict, expected);
  return {
    id,
    kind: verdict.kind,
    name: verdict.name,
    system: verdict.system,
    file: verdict.file,
    place: places.placeOf(verdict.span),
    mark: RESULT_MARKS[verdict.result],
    headline: `${verdict.name}: ${summary}`,
    summary,
    settings: model.settings,
    counts: checkCounts(verdict.statistics, verdict.simulation),
    caveats: checkCaveats(model, verdict),
    fairness: fairnessSentences(verdict.statistics),
    bounds: verdict.bounds.map(boundSentence),
    properties: verdict.properties.map((property) =>
      propertyReport(property, verdict, model, expected, context),
    ),
    expectations: verdict.expectations.map((expectation) => ({
      text: expectation.text,
      met: expectation.met,
      detail: expectation.detail,
      place: places.placeOf(expectation.span),
    })),
    coverage: verdict.coverage.flatMap((coverage) => {
      const rule = model.rules[coverage.rule];
      return rule === undefined
        ? []
        : [
            {
              rule: rule.text,
              kind: rule.kind,
              taken: coverage.taken,
              place: places.placeOf(rule.span),
            },
          ];
    }),
    findings: verdict.findings.map((finding) => findingReport(finding, places)),
  };
}

function propertyReport(
  property: PropertyVerdict,
  verdict: CheckVerdict,
  model: Model,
  expected: ReadonlySet<string>,
  context: Context,
): PropertyReport {
  const { places } = context;
  const path = property.counterexample ?? property.witness;
  const kind = property.counterexample === undefined ? "example" : "counterexample";
  return {
    name: property.name,
    kind: property.kind,
    mark: propertyMark(property),
    expected: property.outcome === "violated" && expected.has(property.name),
    headline: propertyHeadline(property, verdict.statistics),
    evidence: propertyEvidence(property),
    place: places.placeOf(property.span),
    trace: path === undefined ? undefined : traceReport(model, path, kind, property.name, context),
  };
}

function traceReport(
  model: Model,
  path: Counterexample,
  kind: PathReport["kind"],
  name: string,
  context: Context,
): PathReport {
  if (path.steps.length > PATH_STEP_LIMIT) {
    const steps = count(path.steps.length - 1, "step");
    context.cuts.push(`showing the last ${count(PATH_STEP_LIMIT, "state")} of ${steps} to ${name}`);
  }
  return pathReport(model, path, kind, context.places, context.words);
}

/** A finding with the place of its culprit. */
export function findingReport(finding: Diagnostic, places: PlaceIndex): FindingReport {
  return {
    code: finding.code,
    severity: finding.severity,
    title: finding.title,
    notes: [...finding.notes, ...(finding.hint === undefined ? [] : [`hint: ${finding.hint}`])],
    place: places.placeOf(finding.span),
  };
}
