/**
 * The documentation tells the truth: examples provoke their messages, and sessions print what is
 * shown, byte by byte. After a change on purpose, `npm run docs:update` writes the new outputs.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { parsePage } from "./error-page.ts";
import { comparable } from "./measured.ts";
import { provoke } from "./provoke.ts";
import { runSession } from "./session.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const errorPages = globSync("docs/errors/*.md", { cwd: ROOT }).toSorted();
const pages = ["README.md", ...globSync("docs/*.md", { cwd: ROOT }).toSorted()];

test("there are pages", () => {
  expect(errorPages.length).toBeGreaterThan(0);
  expect(pages.length).toBeGreaterThan(1);
});

test.each(errorPages)("%s shows what its example prints", async (path) => {
  const page = parsePage(readFileSync(join(ROOT, path), "utf8"));
  if ("wrong" in page) throw new Error(page.wrong);
  expect(`${page.code}.md`).toBe(basename(path));
  const { output, otherCodes } = await provoke(page);
  if (page.commands === undefined) expect(output).toBe(page.output);
  else expect(comparable(output)).toBe(comparable(page.output));
  expect(page.output).toContain(page.code);
  // One cause gives one message. Findings of a check may come together.
  expect(otherCodes.filter((code) => /^E0[12]/.test(code))).toEqual([]);
});

test.each(pages)("%s shows specifications that are right and outputs that are real", (path) => {
  const session = runSession(readFileSync(join(ROOT, path), "utf8"));
  expect(session.wrong).toEqual([]);
  for (const { block, output } of session.outputs) {
    expect(comparable(output)).toBe(comparable(block.text));
  }
});
