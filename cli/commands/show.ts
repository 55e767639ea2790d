/**
 * `rehearsal show REPORT.json`: prints verdicts and counterexamples of a report again.
 *
 * The Models come from the texts inside the report, not from files that may have changed since, so
 * an old report is shown as it was.
 */
import type { Command } from "commander";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import { badValue, notInReport, noSuchProperty } from "../errors.ts";
import type { ExitCode } from "../exit.ts";
import type { Host } from "../host.ts";
import { toolVersion } from "../installation.ts";
import { addTerminalOptions, collect, parseTerminal } from "../presentation.ts";
import { printProblems } from "../publish.ts";
import { readReport, type StoredReport } from "../read-report.ts";
import type { Finish } from "../rehearsal.ts";
import { type CheckedModel, POLICY_DEFAULT, type Report } from "../report.ts";
import { columnsFor, type TextOptions } from "../reporters/text-layout.ts";
import { renderCheck } from "../reporters/text-check.ts";
import { renderState } from "../reporters/text-path.ts";
import { renderRecording } from "../reporters/text-recording.ts";
import { pairWithModels } from "../stored-models.ts";

interface ShowWords {
  readonly property?: readonly string[];
  readonly step?: string;
  readonly full?: boolean;
  readonly color?: string;
  readonly width?: string;
}

const HELP = `
Examples:
  rehearsal check net.libretto --format json=run.json
  rehearsal show run.json                              every verdict again
  rehearsal show run.json --property NoHalfOpen --full
  rehearsal show run.json --property NoHalfOpen --step 3

Exit codes: 0 shown; 2 the report cannot be read or has no such property or step.
`;

/** Declares the command. */
export function declareShow(program: Command, host: Host, finish: Finish): void {
  const command = program
    .command("show")
    .description("print the verdicts and counterexamples of a JSON report again")
    .argument("<report>", "a file that --format json=FILE wrote")
    .option("--property <name>", "only this property; may be repeated", collect)
    .option("--step <number>", "the whole state after this step of each counterexample")
    .option("--full", "print whole states, expected counterexamples, everything uncut");
  addTerminalOptions(command)
    .addHelpText("after", HELP)
    .action((path: string, words: ShowWords) => finish(show(path, words, host)));
}

function show(path: string, words: ShowWords, host: Host): ExitCode {
  const wrong: Diagnostic[] = [];
  const terminal = parseTerminal(words, host, wrong);
  const step = words.step === undefined ? undefined : Number(words.step);
  if (step !== undefined && !(Number.isSafeInteger(step) && step >= 0)) {
    wrong.push(badValue("--step", words.step ?? "", "a step number, 0 for the initial state"));
  }
  const stored = readReport(path, host.folder);
  if (stored.value === undefined) wrong.push(stored.error);
  if (stored.value === undefined || wrong.length > 0) {
    printProblems(wrong, new Map(), host);
    return 2;
  }
  const paired = pairWithModels(stored.value, path);
  const report = selected(stored.value, paired.checks, words.property);
  const options: TextOptions = {
    ...terminal,
    full: words.full ?? false,
    quiet: false,
    links: undefined,
    columns: columnsFor(report.checks.map(({ verdict }) => verdict)),
  };
  const problems = [...paired.problems, ...missingNames(stored.value, words.property)];
  if (problems.length > 0) {
    printProblems(problems, new Map(), host);
    return 2;
  }
  return step === undefined
    ? showAll(report, options, host)
    : showStep(report, step, options, host);
}

function showAll(report: Report, options: TextOptions, host: Host): ExitCode {
  for (const checked of report.checks) {
    host.output.write(renderCheck(checked, report, options));
  }
  for (const verdict of report.recordings) {
    host.output.write(renderRecording(verdict, report, options));
  }
  return 0;
}

function showStep(report: Report, step: number, options: TextOptions, host: Host): ExitCode {
  let shown = false;
  let longest = -1;
  for (const checked of report.checks) {
    for (const property of checked.verdict.properties) {
      const path = property.counterexample;
      if (path === undefined) continue;
      longest = Math.max(longest, path.steps.length - 1);
      if (step >= path.steps.length) continue;
      shown = true;
      host.output.write(`${renderState(checked, property, step, options).join("\n")}\n`);
    }
  }
  if (shown) return 0;
  const notes = longest < 0 ? [] : [`the longest one has ${longest} steps`];
  const title =
    longest < 0 ? "there is no counterexample here" : `no counterexample here has a step ${step}`;
  printProblems([notInReport(title, notes)], new Map(), host);
  return 2;
}

/** The Report with the chosen properties only. */
function selected(
  stored: StoredReport,
  checks: readonly CheckedModel[],
  names: readonly string[] | undefined,
): Report {
  const wanted = (name: string): boolean => names === undefined || names.includes(name);
  const chosen = checks
    .map(({ model, verdict }) => ({
      model,
      verdict: { ...verdict, properties: verdict.properties.filter(({ name }) => wanted(name)) },
    }))
    .filter(({ verdict }) => names === undefined || verdict.properties.length > 0);
  const recordings = stored.recordings
    .map(({ verdict }) => ({
      ...verdict,
      properties: verdict.properties.filter(({ name }) => wanted(name)),
    }))
    .filter(({ properties }) => names === undefined || properties.length > 0);
  return {
    version: toolVersion(),
    command: recordings.length > 0 ? "trace" : "check",
    policy: POLICY_DEFAULT,
    checks: chosen,
    recordings,
    diagnostics: [],
    sources: new Map(stored.sources.map((source) => [source.path, source])),
    interrupted: undefined,
    undone: 0,
    leftOut: 0,
  };
}

function missingNames(stored: StoredReport, names: readonly string[] | undefined): Diagnostic[] {
  const known = [...stored.checks, ...stored.recordings].flatMap(({ verdict }) =>
    verdict.properties.map(({ name }) => name),
  );
  const unique = [...new Set(known)];
  return (names ?? [])
    .filter((name) => !unique.includes(name))
    .map((name) => noSuchProperty(name, unique));
}
