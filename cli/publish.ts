/**
 * Gives a Report to its readers: the output, the report files, the job summary, the page.
 *
 * Each file is written even when another fails, and a file that cannot be written after all becomes
 * an error of the run (exit 2) that is told on the error stream, never a lost verdict.
 */
import { renderDiagnostics } from "../spec/render-diagnostic.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Model } from "../spec/model.ts";
import type { SourceFile } from "../spec/source.ts";
import { internalError } from "./errors.ts";
import type { Format, FormatTarget } from "./formats.ts";
import type { Host } from "./host.ts";
import { appendOutput, writeOutput } from "./output.ts";
import { pageLinks } from "./page-link.ts";
import type { Presentation } from "./presentation.ts";
import type { Report } from "./report.ts";
import { renderGithub } from "./reporters/github.ts";
import { renderJson } from "./reporters/json.ts";
import { renderJunit } from "./reporters/junit.ts";
import type { Roots } from "./reporters/location.ts";
import { renderMarkdown } from "./reporters/markdown.ts";
import { renderSarif } from "./reporters/sarif.ts";
import { renderText } from "./reporters/text.ts";
import { columnsFor, type TextOptions } from "./reporters/text-layout.ts";
import { wantsColor, widthOf } from "./style.ts";

/** Columns of a text that is written to a file. */
const FILE_WIDTH = 100;

/** Whether text goes to the output, so that blocks are printed as soon as they are known. */
export function printsText({ targets }: Presentation): boolean {
  return targets.some(({ format, file }) => format === "text" && file === undefined);
}

/** Options of the text that goes to the output. */
export function textOptions(presentation: Presentation, models: readonly Model[]): TextOptions {
  const { color, width, full, quiet, page } = presentation;
  const links = page === undefined ? undefined : pageLinks(page, models);
  return { color, width, full, quiet, links, columns: columnsFor(models) };
}

/**
 * Writes every target except text to the output, which the caller prints, and the page, whose text
 * is made by `page` only when it is wanted. Gives the Report with what went wrong in writing, so
 * that the last line and the exit code of the run know it.
 */
export function publish(
  report: Report,
  presentation: Presentation,
  text: TextOptions,
  page: (report: Report) => string,
  host: Host,
): Report {
  const problems: Diagnostic[] = [];
  const attempt = (write: () => Diagnostic | undefined): void => {
    try {
      const problem = write();
      if (problem !== undefined) problems.push(problem);
    } catch (error) {
      // A defect of one reporter must not cost the reports of the others.
      problems.push(internalError(error instanceof Error ? error.message : String(error)));
    }
  };
  for (const target of presentation.targets) {
    const { format, file } = target;
    if (format === "text" && file === undefined) continue;
    attempt(() => {
      const content = render(target, report, text, host);
      return file === undefined
        ? printOrSummarise(format, content, host)
        : writeOutput(file, content, host.folder);
    });
  }
  const file = presentation.page;
  if (file !== undefined) attempt(() => writeOutput(file, page(report), host.folder));
  if (problems.length > 0) printProblems(problems, report.sources, host);
  return { ...report, diagnostics: [...report.diagnostics, ...problems] };
}

function render({ format }: FormatTarget, report: Report, text: TextOptions, host: Host): string {
  const roots: Roots = {
    folder: host.folder,
    root: host.environment.GITHUB_WORKSPACE ?? host.folder,
  };
  switch (format) {
    case "text":
      return renderText(report, {
        ...text,
        color: false,
        width: FILE_WIDTH,
      });
    case "json":
      return renderJson(report);
    case "junit":
      return renderJunit(report);
    case "sarif":
      return renderSarif(report, roots);
    case "github":
      return renderGithub(report, roots);
    case "markdown":
      return renderMarkdown(report);
  }
}

/** In a GitHub job, Markdown without a file belongs to the summary of the job. */
function printOrSummarise(format: Format, text: string, host: Host): Diagnostic | undefined {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = host.environment;
  if (format === "markdown" && GITHUB_ACTIONS === "true" && GITHUB_STEP_SUMMARY !== undefined) {
    return appendOutput(GITHUB_STEP_SUMMARY, text, host.folder);
  }
  host.output.write(text);
  return undefined;
}

/** Prints messages on the error stream. */
export function printProblems(
  problems: readonly Diagnostic[],
  sources: ReadonlyMap<string, SourceFile>,
  host: Host,
): void {
  const options = {
    color: wantsColor("auto", host.errors, host),
    width: widthOf(undefined, host.errors),
  };
  host.errors.write(`${renderDiagnostics(problems, sources, options)}\n`);
}
