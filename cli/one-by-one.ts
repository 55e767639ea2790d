/**
 * Models one after the other: what `check` and `simulate` print and collect while they go.
 *
 * An interruption ends the row, and the Report says how many Models were left. What is published at
 * the end, and with which findings, is the business of the commands.
 */
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import type { Host } from "./host.ts";
import { toolVersion } from "./installation.ts";
import type { Loaded } from "./load.ts";
import type { Presentation } from "./presentation.ts";
import { printProblems, printsText, textOptions } from "./publish.ts";
import type { CheckedModel, Report } from "./report.ts";
import { renderCheck } from "./reporters/text-check.ts";

export interface Row {
  readonly models: readonly Model[];
  /** About the specifications; printed before the first verdict. */
  readonly diagnostics: readonly Diagnostic[];
  readonly loaded: Loaded;
  readonly presentation: Presentation;
}

/** Judges each Model; gives the Report of all that were judged. */
export async function oneByOne(
  { models, diagnostics, loaded, presentation }: Row,
  judge: (model: Model) => Promise<CheckedModel | Diagnostic>,
  host: Host,
): Promise<Report> {
  const options = textOptions(presentation, models);
  const text = printsText(presentation);
  let report: Report = {
    version: toolVersion(),
    command: "check",
    policy: presentation.policy,
    checks: [],
    recordings: [],
    diagnostics,
    sources: loaded.sources,
    interrupted: undefined,
    undone: 0,
    leftOut: 0,
  };
  if (diagnostics.length > 0 && text) {
    printProblems(diagnostics, loaded.sources, host);
    host.errors.write("\n");
  }
  for (const [index, model] of models.entries()) {
    if (host.signal.aborted) return { ...report, undone: models.length - index };
    const result = await judge(model);
    if ("verdict" in result) {
      report = { ...report, checks: [...report.checks, result] };
      if (text) host.output.write(renderCheck(result, report, options));
    } else {
      report = { ...report, diagnostics: [...report.diagnostics, result] };
      printProblems([result], loaded.sources, host);
    }
  }
  return report;
}
