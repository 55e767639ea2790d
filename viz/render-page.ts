/**
 * `renderPage`: one self-contained HTML file from one document.
 *
 *     <meta CSP>  <style>…</style>
 *     <script type="application/json">document</script>  <script>…</script>
 *
 * Nothing from a specification or a recording becomes markup: the document travels as JSON text in
 * which `<` is escaped, and the page code places every string as text. The content security policy
 * admits exactly one script and one style, by their hashes, and no network at all; a string that
 * found a way into the markup would still not run. Rejected: `unsafe-inline`, and templates filled
 * with escaped strings, where one forgotten escape is enough.
 */
import { createHash } from "node:crypto";
import type { ReportDocument } from "./document.ts";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page.generated.ts";
import { fitToBudget } from "./page-budget.ts";

/** Identifier of the element that carries the document. */
const DATA_ID = "rehearsal-document";

/** The page of a document. The same document gives the same bytes. */
export function renderPage(document: ReportDocument): string {
  const data = embeddedJson(fitToBudget(document));
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(PAGE_SCRIPT)}'`,
    `style-src '${hashOf(PAGE_STYLE)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    "<title>Rehearsal report</title>",
    `<style>${PAGE_STYLE}</style>`,
    "</head>",
    "<body>",
    '<div id="page"></div>',
    "<noscript>This page draws its report with the script that it contains.</noscript>",
    `<script type="application/json" id="${DATA_ID}">${data}</script>`,
    `<script>${PAGE_SCRIPT}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** JSON that cannot end its script element and is valid in every place where JavaScript is. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
