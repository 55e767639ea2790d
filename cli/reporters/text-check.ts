/**
 * The text block of one check or scenario: its verdict line, and below it what the reader must
 * know.
 *
 *     FAIL     netserver.libretto  crashOnce   1,769 states   …   NoHalfOpen violated after 5 steps
 *              coverage 8 of 9 rules   never: Server.Up on req.Data(c) if c in table
 *              unknown: not judged yet: Heals
 *              W0503 transition `Kernel.Held on ask.Give` was never taken (device.libretto:33)
 *
 * Order: verdict line, coverage, expectations, unknowns, findings, counterexamples. An expected
 * violation is told in the verdict line and its steps are printed with `--full` only.
 */
import type { CheckVerdict, PropertyVerdict } from "../../checker/verdict.ts";
import type { Model } from "../../spec/model.ts";
import { renderDiagnostic } from "../../spec/render-diagnostic.ts";
import { counted, formatBytes, formatCount, formatDuration } from "../numbers.ts";
import { type CheckedModel, placeName, type Report } from "../report.ts";
import { expectationSentence, propertySentence, unknownSentences } from "../sentences.ts";
import { failuresOf, isExpected, type Standing, standingOfCheck } from "../standing.ts";
import { flow, type Paint, pad, painter } from "../style.ts";
import { walkedFacts, walkLine } from "./text-simulation.ts";
import { STANDING_WORDS, shownName, type TextOptions, WORD_COLUMNS } from "./text-layout.ts";
import { renderPath } from "./text-path.ts";
import { profileLines } from "./text-profile.ts";

const GAP_COLUMNS = 3;
/** Rules listed as never taken before the rest is counted. */
const NEVER_SHOWN_MAX = 3;

/** The block of one check, ending in a newline; empty when it is ok and the user wants quiet. */
export function renderCheck(checked: CheckedModel, report: Report, options: TextOptions): string {
  const { verdict } = checked;
  const standing = standingOfCheck(verdict, report.policy);
  if (options.quiet && standing === "ok") return "";
  const paint = painter(options.color);
  const line = (pieces: readonly string[], first = ""): readonly string[] =>
    flow(pieces, {
      first: first === "" ? " ".repeat(WORD_COLUMNS) : first,
      indent: WORD_COLUMNS,
      gap: GAP_COLUMNS,
      width: options.width,
    });
  const lines = [
    ...line(facts(checked, paint), verdictHead(verdict, standing, options, paint)),
    ...walkLine(verdict).flatMap((pieces) => line(pieces.map((piece) => paint("faint", piece)))),
    ...reductionLines(checked.verdict, paint).flatMap((pieces) => line(pieces)),
    ...coverageLines(checked, options, paint).flatMap((pieces) => line(pieces)),
    ...refinementLines(verdict, options, paint).flatMap((pieces) => line(pieces)),
    ...remarks(checked, report, paint).flatMap((remark) => line([remark])),
    ...findingLines(verdict, report, options, paint),
    ...(checked.profile === undefined
      ? []
      : profileLines(checked.model, checked.profile, paint, options.width)),
  ];
  const paths = shownPaths(checked, options).flatMap((property) =>
    renderPath(checked, property, options),
  );
  const full = options.full ? fullLines(checked.model, verdict, paint).flatMap((l) => line(l)) : [];
  const body = [...lines, ...full, ...paths];
  return `${body.join("\n")}\n${paths.length > 0 ? "\n" : ""}`;
}

/** The properties whose counterexamples are printed; a block with one ends in an empty line. */
export function shownPaths(
  checked: CheckedModel,
  { full }: TextOptions,
): readonly PropertyVerdict[] {
  const shown = full ? checked.verdict.properties : failuresOf(checked);
  return shown.filter((property) => property.counterexample !== undefined);
}

function verdictHead(
  verdict: CheckVerdict,
  standing: Standing,
  { columns }: TextOptions,
  paint: Paint,
): string {
  const { word, tone } = STANDING_WORDS[standing];
  const standingWord = pad(paint(tone, word), WORD_COLUMNS);
  const file = pad(paint("plain", verdict.file), columns.file);
  const name = pad(paint("strong", shownName(verdict)), columns.name);
  return `${standingWord}${file}  ${name}   `;
}

/** What makes the verdict credible, and what is wrong. */
function facts(checked: CheckedModel, paint: Paint): string[] {
  const { statistics, properties, simulation } = checked.verdict;
  const violated = properties.filter((property) => property.outcome === "violated");
  return [
    ...(simulation === undefined ? [paint("plain", counted(statistics.states, "state"))] : []),
    ...violated.map((property) =>
      isExpected(checked, property)
        ? paint("plain", `${propertySentence(property)}, as expected`)
        : paint("bad", propertySentence(property)),
    ),
    ...(simulation === undefined
      ? searchedFacts(statistics)
      : walkedFacts(statistics, simulation)
    ).map((fact) => paint("plain", fact)),
    paint("plain", checked.cached === true ? "cached" : formatDuration(statistics.milliseconds)),
    ...judgedFacts(properties).map((fact) => paint("plain", fact)),
  ];
}

function searchedFacts({ transitions, depth, explorer }: CheckVerdict["statistics"]): string[] {
  const { spilled } = explorer;
  const onDisk = spilled === undefined ? [] : [`${formatBytes(spilled.bytes)} on disk`];
  return [counted(transitions, "transition"), `depth ${formatCount(depth)}`, ...onDisk];
}

function judgedFacts(properties: readonly PropertyVerdict[]): string[] {
  const holding = properties.filter((property) => property.outcome === "holds");
  const reached = holding.filter((property) => property.kind === "reachable").length;
  const holds = holding.filter(
    ({ kind }) => kind === "invariant" || kind === "property" || kind === "refinement",
  ).length;
  return [
    ...(holds > 0
      ? [`${counted(holds, "property", "properties")} ${holds === 1 ? "holds" : "hold"}`]
      : []),
    ...(reached > 0 ? [`${formatCount(reached)} reachable`] : []),
  ];
}

/** What was left out, and what was asked for and could not be. */
function reductionLines({ reductions }: CheckVerdict, paint: Paint): string[][] {
  if (reductions.length === 0) return [];
  const told = reductions.map(({ name, detail }) => paint("faint", `${name}: ${detail}`));
  return [[paint("faint", "reductions"), ...told]];
}

function coverageLines(
  { model, verdict }: CheckedModel,
  { full }: TextOptions,
  paint: Paint,
): string[][] {
  if (verdict.kind === "scenario" || verdict.coverage.length === 0) return [];
  const never = verdict.coverage.filter((rule) => rule.taken === 0);
  const total = verdict.coverage.length;
  const count = `coverage ${total - never.length} of ${counted(total, "rule")}`;
  if (never.length === 0) return [[paint("faint", count)]];
  const names = never.map(({ rule }) => model.rules[rule]?.text ?? `rule ${rule}`);
  const listed = full ? names : names.slice(0, NEVER_SHOWN_MAX);
  const rest = names.length - listed.length;
  const pieces = listed.map((name, index) => {
    const last = index === listed.length - 1 && rest === 0;
    return paint("faint", `${index === 0 ? "never: " : ""}${name}${last ? "" : ";"}`);
  });
  const more = rest > 0 ? [paint("faint", `and ${formatCount(rest)} more`)] : [];
  return [[paint("faint", count), ...pieces, ...more]];
}

/** What was examined for each refinement, and how far its verdict goes. */
function refinementLines(
  { properties }: CheckVerdict,
  { full }: TextOptions,
  paint: Paint,
): string[][] {
  return properties.flatMap(({ name, refinement }) => {
    if (refinement === undefined) return [];
    const { abstract, steps, stuttering, matched } = refinement;
    const never = matched.filter((one) => one.steps === 0).map((one) => one.name);
    const listed = full ? never : never.slice(0, NEVER_SHOWN_MAX);
    const rest = never.length - listed.length;
    const more = rest > 0 ? `; and ${formatCount(rest)} more` : "";
    const taken = matched.length - never.length;
    const pieces = [
      `${name} is about safety: ${counted(steps, "step")}, ${formatCount(stuttering)} stutter`,
      `${abstract} took ${taken} of ${counted(matched.length, "transition")}`,
      ...(never.length > 0 ? [`never: ${listed.join("; ")}${more}`] : []),
    ];
    return [pieces.map((piece) => paint("faint", piece))];
  });
}

/** Expectations that failed, and what is not known. */
function remarks({ verdict }: CheckedModel, report: Report, paint: Paint): string[] {
  const unmet = verdict.expectations.filter((expectation) => !expectation.met);
  const open = verdict.properties.filter((property) => property.outcome === "unknown");
  const unbounded = verdict.properties.flatMap(({ name, temporal }) =>
    temporal?.withoutBound === true ? [name] : [],
  );
  return [
    ...unmet.map((one) =>
      paint("bad", `${expectationSentence(one)} (${placeName(report.sources, one.span)})`),
    ),
    ...unknownSentences(open).map((sentence) => paint("open", `unknown: ${sentence}`)),
    ...(unbounded.length > 0
      ? [paint("open", `judged without their bounds: ${unbounded.join(", ")}`)]
      : []),
    ...(verdict.leftOut.length > 0
      ? [paint("open", `left out: ${verdict.leftOut.join(", ")}`)]
      : []),
  ];
}

function findingLines(
  { findings }: CheckVerdict,
  report: Report,
  options: TextOptions,
  paint: Paint,
): string[] {
  const whole = findings.filter((one) => options.full || one.severity === "error");
  const blocks = whole.map((one) => renderDiagnostic(one, report.sources, options));
  const rest = findings.filter((one) => !whole.includes(one));
  const brief = rest.flatMap((one) => {
    const place = one.span === undefined ? "" : ` (${placeName(report.sources, one.span)})`;
    const code = paint("warn", one.code);
    const words = `${one.title}${place}`.split(" ").map((word) => paint("plain", word));
    return flow([code, ...words], {
      first: " ".repeat(WORD_COLUMNS),
      indent: WORD_COLUMNS,
      gap: 1,
      width: options.width,
    });
  });
  return [...brief, ...(blocks.length > 0 ? ["", blocks.join("\n\n"), ""] : [])];
}

/** What only `--full` shows: settings, bounds, fairness, how goals were reached. */
function fullLines(model: Model, verdict: CheckVerdict, paint: Paint): string[][] {
  const faint = (text: string): string => paint("faint", text);
  const settings = model.settings.map(({ name, value }) => faint(`${name} = ${value}`));
  const bounds = verdict.bounds.map(({ subject, limit, count }) =>
    faint(`${subject} <= ${formatCount(limit)} (in ${counted(count, "state")})`),
  );
  const goals = verdict.properties.flatMap((property) =>
    property.witness === undefined
      ? []
      : [[faint(`${propertySentence(property)}:`), ...labels(property, faint)]],
  );
  return [
    ...(settings.length > 0 ? [[faint("settings"), ...settings]] : []),
    ...(bounds.length > 0 ? [[faint("bounds that were hit"), ...bounds]] : []),
    ...(verdict.statistics.fairness.length > 0
      ? [[faint("fairness assumed"), ...verdict.statistics.fairness.map(faint)]]
      : []),
    ...goals,
  ];
}

function labels(property: PropertyVerdict, faint: (text: string) => string): string[] {
  const steps = property.witness?.steps.slice(1) ?? [];
  return steps.map((step) => faint(step.label));
}
