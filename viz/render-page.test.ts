/**
 * The page as a file: what is embedded stays data, and the policy admits nothing else.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REPORT_VERSION, type ReportDocument } from "./document.ts";
import { fitToBudget } from "./page-budget.ts";
import { embeddedJson, renderPage } from "./render-page.ts";

const EMPTY: ReportDocument = {
  version: REPORT_VERSION,
  title: "Rehearsal check",
  headline: "Nothing was checked",
  mark: "unknown",
  sources: [],
  checks: [],
  recordings: [],
  cuts: [],
};

describe("the embedded document", () => {
  test("whatever the text, it cannot end its element, and it is read back as it was", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("</script>", "<!--", "<script", "\u2028", "]]>", "\u0000"),
    );
    fc.assert(
      fc.property(fc.array(hostile), (texts) => {
        const json = embeddedJson(texts);
        expect(json).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual(texts);
      }),
    );
  });
});

describe("the page", () => {
  test("the same document gives the same bytes", () => {
    expect(renderPage(EMPTY)).toBe(renderPage(EMPTY));
  });

  test("its policy admits one script and one style, and no network", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(renderPage(EMPTY))?.[1];
    expect(policy?.replaceAll(/sha256-[A-Za-z0-9+/=]{44}/g, "HASH").split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'HASH'",
      "style-src 'HASH'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test("it names no other file and no address", () => {
    expect(renderPage(EMPTY)).not.toMatch(/\b(src|href)=|url\(["']?(?!#)|@import|\bimport\(/);
  });
});

describe("the page budget", () => {
  const source = { path: "a.libretto", lineCount: 1, pieces: [{ first: 1, lines: ["x"] }] };

  test("a document that fits is left alone", () => {
    expect(fitToBudget(EMPTY)).toBe(EMPTY);
  });

  test("a document that does not fit is cut, and says so", () => {
    const large = {
      ...EMPTY,
      sources: [{ ...source, pieces: [{ first: 1, lines: ["x".repeat(5000)] }] }],
    };
    const fitted = fitToBudget(large, 2_000);
    expect(fitted.sources[0]?.pieces).toEqual([]);
    expect(fitted.cuts).toEqual(["the texts of the specifications are left out"]);
  });
});
