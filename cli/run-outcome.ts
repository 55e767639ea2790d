/**
 * What `rehearsal run` does with what it has found: text, report files, page, recording, exit code.
 *
 * The text is the command's own, because schedules and virtual time are nothing that a search has;
 * every other format is that of `check`, of a Report with one check.
 */
import { type Effort, type PlayedRun, verdictOfRun } from "../checker/simulate/played-run.ts";
import type { Model } from "../spec/model.ts";
import { type ExitCode, exitCodeOf } from "./exit.ts";
import { type Host, interruptionOf } from "./host.ts";
import { toolVersion } from "./installation.ts";
import { writeParts } from "./output.ts";
import { renderPageOf } from "./page.ts";
import type { Presentation } from "./presentation.ts";
import type { RecordingForm } from "./recording-forms.ts";
import { printProblems, printsText, publish, textOptions } from "./publish.ts";
import type { Report } from "./report.ts";

export interface Outcome {
  readonly model: Model;
  readonly run: () => PlayedRun;
  readonly effort: Effort;
  readonly text: string;
  /** The content of a recording in a form that it can have; undefined: there is no run. */
  readonly recording: (form: RecordingForm) => Iterable<string | Uint8Array> | undefined;
  readonly result: "ok" | "failed" | "unknown";
}

export interface RecordFile {
  readonly path: string;
  readonly form: RecordingForm;
}

export interface Output {
  readonly presentation: Presentation;
  /** Files of the recording. */
  readonly records: readonly RecordFile[];
  readonly sources: Report["sources"];
}

/** Writes everything; gives the exit code. */
export function deliver(outcome: Outcome, output: Output, host: Host): ExitCode {
  const { model, run, effort, text, recording, result } = outcome;
  const { presentation, records, sources } = output;
  const isQuiet = presentation.quiet && result === "ok";
  if (printsText(presentation) && !isQuiet) host.output.write(text);
  for (const { path, form } of records) {
    const parts = recording(form);
    const unwritten = parts === undefined ? undefined : writeParts(path, parts, host.folder);
    if (unwritten !== undefined) {
      printProblems([unwritten], new Map(), host);
      return 2;
    }
  }
  if (wantsReport(presentation)) {
    const report: Report = {
      version: toolVersion(),
      command: "check",
      policy: presentation.policy,
      checks: [{ model, verdict: verdictOfRun(model, run(), effort, sources) }],
      recordings: [],
      diagnostics: [],
      sources,
      interrupted: interruptionOf(host.signal),
      undone: 0,
      leftOut: 0,
    };
    const options = textOptions(presentation, [model]);
    const { diagnostics } = publish(report, presentation, options, renderPageOf, host);
    if (diagnostics.length > 0) return 2;
  }
  return exitCodeOf({
    internal: false,
    unusable: false,
    failed: result === "failed",
    unknown: result === "unknown",
    findings: false,
    interrupted: interruptionOf(host.signal),
  });
}

/** Is there anything but text on the output? */
function wantsReport({ page, targets }: Presentation): boolean {
  return (
    page !== undefined ||
    targets.some(({ format, file }) => format !== "text" || file !== undefined)
  );
}
