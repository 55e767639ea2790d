/**
 * `rehearsal trace`: judges a recording of a real system by a `log` of a specification.
 *
 * The captures and event logs that are named are one recording, read in one pass in the order of
 * time. What they do not contain is part of the verdict, not an error; a file that is no capture or
 * log is one.
 */
import { resolve } from "node:path";
import type { Command } from "commander";
import { judgeRecording } from "../../checker/recordings/judge.ts";
import type { RecordingVerdict } from "../../checker/verdict.ts";
import { checkLog } from "../../spec/check-log.ts";
import type { Diagnostic } from "../../spec/diagnostic.ts";
import type { LogDeclaration } from "../../spec/syntax.ts";
import { openRecording } from "../../traces/recording.ts";
import { internalError, noSuchLog } from "../errors.ts";
import { EXIT_CODES_HELP, type ExitCode, exitCodeOf } from "../exit.ts";
import { type Host, interruptionOf } from "../host.ts";
import { toolVersion } from "../installation.ts";
import { type Loaded, loadFiles } from "../load.ts";
import { renderPageOf } from "../page.ts";
import {
  addPresentationOptions,
  collect,
  parsePresentation,
  type Presentation,
  type PresentationWords,
} from "../presentation.ts";
import { NO_PROGRESS, type ProgressLine, progressLine } from "../progress.ts";
import { printProblems, printsText, publish, textOptions } from "../publish.ts";
import type { Finish } from "../rehearsal.ts";
import type { Report } from "../report.ts";
import { renderTotals } from "../reporters/text.ts";
import { renderRecording } from "../reporters/text-recording.ts";
import { conditionsOf } from "../standing.ts";

interface TraceWords extends PresentationWords {
  readonly events?: readonly string[];
  readonly log?: string;
}

const HELP = `
Captures are pcap or pcapng files, event logs are JSON lines; a file is known by its content.

Examples:
  rehearsal trace connections.libretto run.pcapng --events run.events.jsonl
  rehearsal trace connections.libretto client.pcap server.pcap --log Tcp --report run.html
  rehearsal trace connections.libretto run.pcap --format json=run.json,junit=run.xml

${EXIT_CODES_HELP}`;

/** Declares the command. */
export function declareTrace(program: Command, host: Host, finish: Finish): void {
  const command = program
    .command("trace")
    .description("judge recordings of a real system by the log of a specification")
    .argument("<specification>", "a .libretto file with a log")
    .argument("<captures...>", "captures and event logs of one run")
    .option("--events <FILE>", "one more event log; may be repeated", collect)
    .option("--log <name>", "the log to judge by, when the specification has several");
  addPresentationOptions(command)
    .addHelpText("after", HELP)
    .action((specification: string, captures: readonly string[], words: TraceWords) =>
      finish(trace(specification, captures, words, host)),
    );
}

async function trace(
  specification: string,
  captures: readonly string[],
  words: TraceWords,
  host: Host,
): Promise<ExitCode> {
  const { value: presentation, problems } = parsePresentation(words, host);
  if (presentation === undefined) {
    printProblems(problems, new Map(), host);
    return 2;
  }
  const loaded = loadFiles([specification], host.folder);
  const diagnostics = [...loaded.diagnostics];
  const chosen = chooseLog(loaded, specification, words.log);
  const broken = diagnostics.some(({ severity }) => severity === "error");
  if ("code" in chosen && !broken) diagnostics.push(chosen);
  const paths = [...captures, ...(words.events ?? [])];
  const results: RecordingVerdict[] = [];
  if (!("code" in chosen) && !broken) {
    const progress = presentation.progress ? progressLine(host.errors, host.clock) : NO_PROGRESS;
    const result = await judge(chosen, paths, progress, host);
    progress.clear();
    diagnostics.push(...result.diagnostics);
    if (result.verdict !== undefined) results.push(result.verdict);
  }
  return conclude(results, diagnostics, loaded, presentation, host);
}

/** The log that the user means: the named one, or the only one. */
function chooseLog(
  { programs }: Loaded,
  path: string,
  name: string | undefined,
): LogDeclaration | Diagnostic {
  const logs = programs.flatMap(({ modules }) =>
    modules.flatMap((scope) =>
      scope.module.declarations.filter((declaration) => declaration.kind === "log"),
    ),
  );
  const fitting = logs.filter((log) => name === undefined || log.name.text === name);
  const [chosen, ...others] = fitting;
  if (chosen !== undefined && others.length === 0) return chosen;
  return noSuchLog(
    path,
    name,
    logs.map((log) => log.name.text),
  );
}

/** Judges one recording; without a verdict when one of its files cannot be read at all. */
async function judge(
  log: LogDeclaration,
  paths: readonly string[],
  progress: ProgressLine,
  host: Host,
): Promise<{
  readonly verdict: RecordingVerdict | undefined;
  readonly diagnostics: readonly Diagnostic[];
}> {
  // Paths stay as they were written wherever they mean the same, because reports show them.
  const here = paths.map((path) => {
    const absolute = resolve(host.folder, path);
    return absolute === resolve(path) ? path : absolute;
  });
  try {
    const clock = checkLog(log).log?.clock;
    const recording = await openRecording(here, {
      timeField: clock?.field,
      timeUnit: clock?.unit,
      kindField: undefined,
    });
    if (recording.diagnostics.some(({ severity }) => severity === "error")) {
      await recording.close();
      return { verdict: undefined, diagnostics: recording.diagnostics };
    }
    progress.begin(paths.join(", "));
    const verdict = await judgeRecording(log, recording, {
      signal: host.signal,
      progress: (events) => progress.update({ count: events, noun: "events", facts: [] }),
    });
    return { verdict, diagnostics: recording.diagnostics };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { verdict: undefined, diagnostics: [internalError(detail)] };
  }
}

function conclude(
  recordings: readonly RecordingVerdict[],
  diagnostics: readonly Diagnostic[],
  loaded: Loaded,
  presentation: Presentation,
  host: Host,
): ExitCode {
  const options = textOptions(presentation, []);
  const report: Report = {
    version: toolVersion(),
    command: "trace",
    policy: presentation.policy,
    checks: [],
    recordings,
    diagnostics,
    sources: loaded.sources,
    interrupted: interruptionOf(host.signal),
    undone: 0,
    leftOut: 0,
  };
  if (printsText(presentation)) {
    if (diagnostics.length > 0) {
      printProblems(diagnostics, loaded.sources, host);
      host.errors.write("\n");
    }
    for (const verdict of recordings) {
      host.output.write(renderRecording(verdict, report, options));
    }
  }
  const published = publish(report, presentation, options, renderPageOf, host);
  if (printsText(presentation)) host.output.write(renderTotals(published, options));
  return exitCodeOf(conditionsOf(published));
}
