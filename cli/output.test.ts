/** Report files: whole or not at all, and probed before they are needed. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { probeOutput, writeOutput } from "./output.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rehearsal-output-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a probe leaves nothing behind and does not touch an old report", () => {
  writeFileSync(join(folder, "old.json"), "old");
  expect(probeOutput("old.json", folder)).toBeUndefined();
  expect(probeOutput("new.json", folder)).toBeUndefined();
  expect(readdirSync(folder)).toEqual(["old.json"]);
  expect(readFileSync(join(folder, "old.json"), "utf8")).toBe("old");
});

test("a report replaces the old one and nothing else is left", () => {
  writeFileSync(join(folder, "r.json"), "old");
  chmodSync(join(folder, "r.json"), 0o640);
  expect(writeOutput("r.json", "new", folder)).toBeUndefined();
  expect(readFileSync(join(folder, "r.json"), "utf8")).toBe("new");
  expect(statSync(join(folder, "r.json")).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(["r.json"]);
});

test.each([
  ["nowhere/r.json", "its folder does not exist"],
  ["file/r.json", "a part of its path is not a folder"],
  ["dir", "it is a folder"],
])("%s cannot be written: %s", (path, why) => {
  mkdirSync(join(folder, "dir"));
  writeFileSync(join(folder, "file"), "");
  const problem = probeOutput(path, folder);
  expect(problem?.code).toBe("E0509");
  expect(problem?.notes).toEqual([why]);
  expect(writeOutput(path, "text", folder)?.code).toBe("E0509");
});

test("a link keeps leading to what is written", () => {
  writeFileSync(join(folder, "real"), "old");
  symlinkSync("real", join(folder, "link"));
  expect(writeOutput("link", "new", folder)).toBeUndefined();
  expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
  expect(readdirSync(folder).toSorted()).toEqual(["link", "real"]);
});

test("a device is written as it is", () => {
  expect(probeOutput("/dev/null", folder)).toBeUndefined();
  expect(writeOutput("/dev/null", "text", folder)).toBeUndefined();
});
