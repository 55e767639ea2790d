/**
 * The HTML page of a Report: what `--report FILE.html` writes.
 */
import { printValue, valuesOf } from "../spec/values.ts";
import { documentOfChecks } from "../viz/document-of-checks.ts";
import { renderPage } from "../viz/render-page.ts";
import type { Report } from "./report.ts";

/** The page, one self-contained HTML text. */
export function renderPageOf(report: Report): string {
  const words = { print: printValue, valuesOf };
  return renderPage(documentOfChecks(report.checks, [...report.sources.values()], words));
}
