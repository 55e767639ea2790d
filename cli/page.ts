/**
 * The HTML page of a Report: what `--report FILE.html` writes.
 */
import { documentOfChecks } from "../viz/document-of-checks.ts";
import { documentOfRecordings } from "../viz/document-of-recordings.ts";
import { renderPage } from "../viz/render-page.ts";
import type { Report } from "./report.ts";
import { VALUE_WORDS } from "./value-words.ts";

/** The page, one self-contained HTML text. */
export function renderPageOf(report: Report): string {
  const sources = [...report.sources.values()];
  const document =
    report.command === "trace"
      ? documentOfRecordings(report.recordings, sources)
      : documentOfChecks(report.checks, sources, VALUE_WORDS);
  return renderPage(document);
}
