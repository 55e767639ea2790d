/**
 * Markdown for the summary page of a CI job: a table, then each failure with a picture.
 *
 *     | result | check | states | depth | verdict |
 *     ### NoHalfOpen violated after 5 steps (shortest)
 *     ```mermaid sequence ```          at most 40 steps
 *     <details> the steps as text </details>
 *
 * GitHub refuses a summary above 1 MiB as a whole; this one stays below `MARKDOWN_BYTES_MAX` and
 * says how many failures it left out. Text from specifications and recordings is escaped: it can
 * draw no links, images or headings.
 */
import type { RecordingVerdict } from "../../checker/verdict.ts";
import { renderDiagnostic } from "../../spec/render-diagnostic.ts";
import { EXIT_MEANINGS, exitCodeOf } from "../exit.ts";
import { counted, formatCount, formatDuration } from "../numbers.ts";
import type { CheckedModel, Report } from "../report.ts";
import {
  expectationSentence,
  logPropertySentence,
  propertySentence,
  unknownSentences,
} from "../sentences.ts";
import {
  conditionsOf,
  failuresOf,
  type Standing,
  standingOfCheck,
  standingOfRecording,
} from "../standing.ts";
import { mermaidOf } from "./mermaid.ts";
import { plainPath } from "./plain-path.ts";

/** Bytes of the whole summary, UTF-8. */
export const MARKDOWN_BYTES_MAX = 200_000;
/** Bytes kept free for the note that something was left out. */
const NOTE_BYTES = 200;
/** Columns for excerpts. */
const WIDTH = 100;
/** Lost and undecided connections listed per recording. */
const CONNECTIONS_MAX = 50;

const SIGNS: Readonly<Record<Standing, string>> = {
  ok: "ok",
  warn: "ok, with a warning",
  failed: "**FAIL**",
  unknown: "**unknown**",
};

/** The Report as Markdown. */
export function renderMarkdown(report: Report): string {
  const code = exitCodeOf(conditionsOf(report));
  const head = [
    `## Rehearsal: ${EXIT_MEANINGS[code]}`,
    "",
    ...checkTable(report),
    ...recordingTable(report),
  ];
  const sections = [
    ...diagnosticSections(report),
    ...report.checks.flatMap((checked) => checkSections(checked)),
    ...report.recordings.flatMap((verdict) => recordingSections(verdict)),
  ];
  return fit(`${head.join("\n")}\n`, sections);
}

/** Appends sections while they fit and counts the others. */
function fit(head: string, sections: readonly string[]): string {
  const size = (text: string): number => Buffer.byteLength(text);
  const limit = MARKDOWN_BYTES_MAX - NOTE_BYTES;
  let text = size(head) > limit ? cutLines(head, limit) : head;
  let leftOut = 0;
  for (const section of sections) {
    if (leftOut === 0 && size(text) + size(section) <= limit) text += section;
    else leftOut++;
  }
  return leftOut === 0
    ? text
    : `${text}\n_${counted(leftOut, "more section")} left out to keep this page small._\n`;
}

function cutLines(text: string, bytes: number): string {
  const kept: string[] = [];
  let size = 0;
  for (const line of text.split("\n")) {
    size += Buffer.byteLength(line) + 1;
    if (size > bytes) break;
    kept.push(line);
  }
  return `${kept.join("\n")}\n`;
}

function checkTable(report: Report): string[] {
  if (report.checks.length === 0) return [];
  const rows = report.checks.map((checked) => {
    const { verdict } = checked;
    const { states, depth, milliseconds } = verdict.statistics;
    const failures = failuresOf(checked).map(propertySentence);
    const unmet = verdict.expectations.filter((one) => !one.met).map(expectationSentence);
    const open = unknownSentences(
      verdict.properties.filter((property) => property.outcome === "unknown"),
    ).map((sentence) => `unknown: ${sentence}`);
    const findings = verdict.findings.map((one) => `${one.code} ${one.title}`);
    const cells = [
      SIGNS[standingOfCheck(verdict, report.policy)],
      `${escapeMarkdown(verdict.file)} ${escapeMarkdown(verdict.name)}`,
      formatCount(states),
      formatCount(depth),
      formatDuration(milliseconds),
      [...failures, ...unmet, ...open, ...findings].map(escapeMarkdown).join("<br>"),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| result | check | states | depth | time | |",
    "| --- | --- | --: | --: | --: | --- |",
    ...rows,
    "",
  ];
}

function recordingTable(report: Report): string[] {
  if (report.recordings.length === 0) return [];
  const rows = report.recordings.map((verdict) => {
    const lost = verdict.connections.filter((one) => one.outcome === "lost").length;
    const cells = [
      SIGNS[standingOfRecording(verdict)],
      escapeMarkdown(verdict.sources.map((source) => source.path).join(", ")),
      formatCount(verdict.statistics.events),
      formatCount(verdict.connections.length),
      formatCount(lost),
      verdict.properties.map(logPropertySentence).map(escapeMarkdown).join("<br>"),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| result | recording | events | connections | lost | |",
    "| --- | --- | --: | --: | --: | --- |",
    ...rows,
    "",
  ];
}

function diagnosticSections(report: Report): string[] {
  return report.diagnostics.map((one) => {
    const text = renderDiagnostic(one, report.sources, { color: false, width: WIDTH });
    return `### ${escapeMarkdown(`${one.severity} ${one.code}: ${one.title}`)}\n\n${fence(text)}\n`;
  });
}

function checkSections(checked: CheckedModel): string[] {
  const { model, verdict } = checked;
  return failuresOf(checked).map((property) => {
    const title = `${propertySentence(property)} in ${verdict.name}`;
    const path = property.counterexample;
    if (path === undefined) return `### ${escapeMarkdown(title)}\n`;
    return [
      `### ${escapeMarkdown(title)}`,
      "",
      escapeProse(path.reason),
      "",
      fence(mermaidOf(model, path), "mermaid"),
      details("the steps as text", plainPath(checked, property)),
    ].join("\n");
  });
}

function recordingSections(verdict: RecordingVerdict): string[] {
  const lines = verdict.connections
    .filter((connection) => connection.outcome !== "kept")
    .map(({ id, outcome, cause, reason }) =>
      [id, outcome, ...(cause === undefined ? [] : [cause]), reason].join("   "),
    );
  const broken = verdict.properties
    .filter((property) => property.outcome !== "holds")
    .flatMap((property) => [
      logPropertySentence(property),
      ...property.inconclusive.map(({ reason, detail }) => `  ${reason}: ${detail}`),
    ]);
  if (lines.length === 0 && broken.length === 0) return [];
  const rest = lines.length - CONNECTIONS_MAX;
  const shown = [...lines.slice(0, CONNECTIONS_MAX), ...(rest > 0 ? [`and ${rest} more`] : [])];
  const paths = verdict.sources.map((source) => source.path).join(", ");
  const title = `${escapeMarkdown(paths)}: ${verdict.result}`;
  return [
    `### ${title}\n\n${details("properties and connections", [...broken, ...shown].join("\n"))}`,
  ];
}

function details(summary: string, text: string): string {
  return `<details><summary>${summary}</summary>\n\n${fence(text)}\n</details>\n\n`;
}

/** A fenced block that its content cannot close. */
function fence(text: string, language = ""): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${text}\n${ticks}\n`;
}

/** A sentence in which pairs of backticks quote code, as in messages. */
function escapeProse(text: string): string {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return escapeMarkdown(text);
  return parts
    .map((part, index) => (index % 2 === 0 ? escapeMarkdown(part) : `\`${part}\``))
    .join("");
}

/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]#|~!]/g, "\\$&");
}
