/**
 * The models keep what their pages say: every expectation is met, and `models/FINDINGS.md` is what
 * the checks find today.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCatalogue } from "./catalogue.ts";
import { FINDINGS_PAGE, findingsOf } from "./findings.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** The run may take two minutes on two cores; a busy machine gets more. */
const PATIENCE_MS = 600_000;

test(
  "every check of the models meets its expectations, and the page of findings is up to date",
  () => {
    const { text, problems, measured } = findingsOf(ROOT);
    expect(problems).toEqual([]);
    expect(measured).toMatchObject({ code: 0 });
    expect(readFileSync(join(ROOT, FINDINGS_PAGE), "utf8")).toBe(text);
  },
  PATIENCE_MS,
);

const catalogue = (defects: readonly object[], mutations: readonly object[] = []): string =>
  JSON.stringify({ title: "Events", properties: [], defects, mutations });

test.each([
  ["no JSON", "{", "is not JSON"],
  ["an entry without a name", catalogue([{ what: "a" }]), "defects[0].item is not a text"],
  [
    "a mutation without a check",
    catalogue([], [{ item: "8.1 M1", what: "a", spec: "a.libretto" }]),
    "8.1 M1 needs a check and its property, or a reason",
  ],
  [
    "a defect without its place",
    catalogue([{ item: "2.3 a", what: "a", notADefect: "b" }]),
    "2.3 a does not say where in the published code",
  ],
])("a catalogue with %s is refused", (_what, text, wrong) => {
  expect(readCatalogue(text)).toBe(wrong);
});
