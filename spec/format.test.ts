/**
 * The formatter: laws on random texts, and one case a line for layouts.
 */
import { readFileSync, globSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryText } from "./arbitrary-module.fixture.ts";
import { formatText } from "./format.ts";
import { parseModule } from "./parse.ts";
import { scan } from "./tokens.ts";
import { withoutPlaces } from "./without-places.fixture.ts";

function format(text: string): string {
  const result = formatText({ path: "t.libretto", text });
  expect(result.diagnostics).toEqual([]);
  return result.text;
}

function tree(text: string): unknown {
  const { module, diagnostics } = parseModule({ path: "t.libretto", text });
  expect(diagnostics).toEqual([]);
  return withoutPlaces(module);
}

function comments(text: string): readonly string[] {
  const found = scan(text).filter((token) => token.kind === "comment");
  return found.map((token) => token.text.replaceAll("\r\n", "\n"));
}

test("on random texts: the tree and the comments stay, and twice is once", () => {
  fc.assert(
    fc.property(arbitraryText, (text) => {
      const once = format(text);
      expect(tree(once)).toEqual(tree(text));
      expect(comments(once).toSorted()).toEqual(comments(text).toSorted());
      expect(format(once)).toBe(once);
    }),
    { seed: Number(process.env["FORMAT_SEED"] ?? 7), numRuns: Number(process.env["FORMAT_RUNS"] ?? 300) },
  );
});
