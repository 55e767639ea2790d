/**
 * Style is a test: the rules that a machine can see, over every file of the repository.
 *
 * The checks are in `scripts/tidy/`, each with its own unit test there. A failure lists what to
 * mend as `path:line: error: …`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkBannedCalls, checkPlaces } from "./scripts/tidy/banned.ts";
import { blank } from "./scripts/tidy/blank.ts";
import { checkCatalogue } from "./scripts/tidy/catalogue.ts";
import { checkExpectations } from "./scripts/tidy/expectations.ts";
import {
  checkCharacters,
  checkEnds,
  checkFileLength,
  checkHeader,
  checkLeftOvers,
  checkLineLength,
  checkName,
  FUNCTION_LINES_MAX,
} from "./scripts/tidy/layout.ts";
import { checkLinks } from "./scripts/tidy/links.ts";
import { describeProblem, type Problem, type TextFile } from "./scripts/tidy/problem.ts";
import { readTextFiles, repositoryPaths } from "./scripts/tidy/repository.ts";
import { checkImports } from "./scripts/tidy/rooms.ts";

const ROOT = import.meta.dirname;
const paths = repositoryPaths(ROOT);
const files = readTextFiles(ROOT, paths);

const perFile: readonly (readonly [name: string, check: (file: TextFile) => Problem[]])[] = [
  ["files are short", checkFileLength],
  ["lines are short", checkLineLength],
  ["files open with a header", checkHeader],
  ["files are named for their concept", checkName],
  ["no control characters", checkCharacters],
  ["no blanks at the end of lines", checkEnds],
  ["nothing is left over for later", checkLeftOvers],
  ["no banned calls", checkBannedCalls],
  ["no paths or hosts of one machine", checkPlaces],
  ["imports go only the allowed ways", checkImports],
  ["every test expects something", checkExpectations],
];

test.each(perFile)("%s", (_name, check) => {
  expect(files.flatMap(check).map(describeProblem)).toEqual([]);
});

test("every code has a page, and every page a code", () => {
  expect(checkCatalogue(files).map(describeProblem)).toEqual([]);
});

test("links in the documentation lead somewhere", () => {
  expect(checkLinks(files, new Set(paths)).map(describeProblem)).toEqual([]);
});

test("the walk over the repository sees the project", () => {
  const seen = files.map((file) => file.path);
  expect(seen).toEqual(
    expect.arrayContaining(["README.md", "package.json", "spec/source.ts", "tidy.test.ts"]),
  );
  expect(seen.filter((path) => path.includes("node_modules"))).toEqual([]);
});

test("the lock file names no host", () => {
  const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  expect(lock.match(/"resolved": "http[^"]*"/g) ?? []).toEqual([]);
});

test("oxlint limits the length of functions and knows types", () => {
  const text = readFileSync(join(ROOT, ".oxlintrc.json"), "utf8");
  const config: unknown = JSON.parse(blank(text).withoutComments);
  expect(config).toMatchObject({
    options: { typeAware: true, denyWarnings: true },
    rules: {
      "max-lines-per-function": ["error", { max: FUNCTION_LINES_MAX }],
      "typescript/no-explicit-any": "error",
      "typescript/no-floating-promises": "error",
      "typescript/no-non-null-assertion": "error",
    },
  });
});
