/**
 * Text for people and for grep: one line per check, its reasons below it.
 *
 *     ok       netserver.libretto  noFaults    127 states   320 transitions   depth 18   0.1 s
 *              coverage 6 of 9 rules   never: Server.Down step restart, …
 *     FAIL     netserver.libretto  crashOnce   1,769 states   NoHalfOpen violated after 5 steps
 *
 *       0   (initial)
 *       3 ! server.crash        server: Up -> Down
 *
 *     3 checks: 2 ok, 1 failed     2,135 states   0.5 s     exit 1 (a property failed)
 *
 * The first word of a verdict line is stable: `ok`, `warn`, `FAIL`, `unknown`. A block for one
 * check is complete in itself, so that `check` prints each as soon as it is known. The last line
 * says what the exit code means.
 *
 * The rejected alternative, a live table of all checks, cannot be read in the log of a CI job.
 */
import type { Diagnostic } from "../../spec/diagnostic.ts";
import { renderDiagnostics } from "../../spec/render-diagnostic.ts";
import { EXIT_MEANINGS, exitCodeOf } from "../exit.ts";
import { counted, formatDuration } from "../numbers.ts";
import type { Report } from "../report.ts";
import { conditionsOf, type Standing, standingOfCheck, standingOfRecording } from "../standing.ts";
import { flow, painter, type Tone } from "../style.ts";
import { renderCheck, shownPaths } from "./text-check.ts";
import type { TextOptions } from "./text-layout.ts";
import { renderMutation } from "./text-mutation.ts";
import { renderRecording } from "./text-recording.ts";

/** The whole Report as text. */
export function renderText(report: Report, options: TextOptions): string {
  const blocks = [
    renderMessages(report, options),
    ...report.checks.map((checked) => renderCheck(checked, report, options)),
    ...report.recordings.map((verdict) => renderRecording(verdict, report, options)),
    report.mutation === undefined ? "" : renderMutation(report.mutation, options),
    renderTotals(report, options),
  ];
  return blocks.join("");
}

/** Messages about files and texts, with a blank line after them. */
export function renderMessages(report: Report, options: TextOptions): string {
  if (report.diagnostics.length === 0) return "";
  return `${renderDiagnostics(report.diagnostics, report.sources, options)}\n\n`;
}

/**
 * The last line: totals, and what the exit code means. Before it come messages that only the whole
 * run could give.
 */
export function renderTotals(
  report: Report,
  options: TextOptions,
  late: readonly Diagnostic[] = [],
): string {
  const paint = painter(options.color);
  const code = exitCodeOf(conditionsOf(report));
  const parts: string[] = [];
  if (report.checks.length > 0 || report.undone > 0) parts.push(...checkTotals(report));
  if (report.recordings.length > 0) {
    const standings = report.recordings.map((verdict) => standingOfRecording(verdict));
    parts.push(`${counted(standings.length, "recording")}: ${tally(standings)}`);
  }
  const errors = report.diagnostics.filter(({ severity }) => severity === "error").length;
  if (errors > 0) parts.push(counted(errors, "error"));
  const tone: Tone = code === 0 ? "good" : code === 3 || code === 5 ? "warn" : "bad";
  const meaning = paint(tone, `exit ${code} (${meaningOf(report, code)})`);
  const pieces = [...parts.map((part) => paint("plain", part)), meaning];
  const lines = flow(pieces, { first: "", indent: 0, gap: 5, width: options.width });
  const last = report.checks.at(-1);
  const spaced =
    last === undefined ? report.recordings.length === 0 : shownPaths(last, options).length > 0;
  const words = renderDiagnostics(late, report.sources, options);
  const messages = late.length === 0 ? "" : `${words}\n\n`;
  return `${spaced || options.quiet ? "" : "\n"}${messages}${lines.join("\n")}\n`;
}

function meaningOf(report: Report, code: keyof typeof EXIT_MEANINGS): string {
  if (code !== 1) return EXIT_MEANINGS[code];
  if (report.command === "trace") return "a recording violates a property";
  const failed = report.checks.filter(
    ({ verdict }) => standingOfCheck(verdict, report.policy) === "failed",
  );
  if (failed.every(({ verdict }) => verdict.kind === "scenario")) return "a scenario failed";
  const counts = failed.every(({ verdict }) =>
    verdict.properties.every((property) => property.outcome !== "violated"),
  );
  return counts ? "an expectation did not come true" : EXIT_MEANINGS[1];
}

function checkTotals(report: Report): string[] {
  const standings = report.checks.map(({ verdict }) => standingOfCheck(verdict, report.policy));
  const scenarios = report.checks.filter(({ verdict }) => verdict.kind === "scenario").length;
  const checks = standings.length - scenarios;
  const what = [
    ...(checks > 0 || scenarios === 0 ? [counted(checks, "check")] : []),
    ...(scenarios > 0 ? [counted(scenarios, "scenario")] : []),
  ].join(", ");
  const undone = report.undone > 0 ? `, ${report.undone} not begun` : "";
  const total = (pick: (checked: Report["checks"][number]) => number): number =>
    report.checks.reduce((sum, checked) => sum + pick(checked), 0);
  const states = total(({ verdict }) => verdict.statistics.states);
  const milliseconds = total(({ verdict, cached }) =>
    cached === true ? 0 : verdict.statistics.milliseconds,
  );
  return [
    `${what}: ${tally(standings)}${undone}`,
    `${counted(states, "state")}   ${formatDuration(milliseconds)}`,
    ...(report.leftOut > 0
      ? [`${counted(report.leftOut, "nightly check")} left out (--profile nightly)`]
      : []),
  ];
}

const TALLY: readonly (readonly [Standing, (count: number) => string])[] = [
  ["ok", (count) => `${count} ok`],
  ["warn", (count) => `${count} ok with a warning`],
  ["failed", (count) => `${count} failed`],
  ["unknown", (count) => `${count} unknown`],
];

function tally(standings: readonly Standing[]): string {
  const parts = TALLY.flatMap(([standing, words]) => {
    const count = standings.filter((one) => one === standing).length;
    return count === 0 ? [] : [words(count)];
  });
  return parts.length === 0 ? "none" : parts.join(", ");
}
