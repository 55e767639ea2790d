/**
 * The public face of the pages: from verdicts to a document, and from a document to one HTML file.
 *
 *     verdicts ──documentOfChecks, documentOfRecordings──► ReportDocument ──renderPage──► HTML
 *
 * The document is the versioned JSON that is written beside a page; whoever keeps it can draw the
 * page again.
 */
export { documentOfChecks, type JudgedModel } from "./document-of-checks.ts";
export { documentOfRecordings } from "./document-of-recordings.ts";
export { REPORT_VERSION, type ReportDocument } from "./document.ts";
export { renderPage } from "./render-page.ts";
export type { ValueWords } from "./value-report.ts";
